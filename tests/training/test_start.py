"""Starting from a bundle: the same readings at first, and a refusal where sizes differ."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from text_recognizer.core.errors import BundleError, DataError
from text_recognizer.models import build_model
from text_recognizer.training.start import start_from


@pytest.fixture
def images():
    return torch.rand(2, 1, 48, 160, generator=torch.Generator().manual_seed(0))


def read(model, images):
    with torch.no_grad():
        return model.eval()(images)


def test_a_model_of_the_same_sizes_reads_as_the_bundle(tiny_model, tiny_bundle, images):
    model, config = tiny_model
    other = build_model(config, 96)
    assert not torch.equal(read(other, images), read(model, images))
    bundle = start_from(tiny_bundle, other)
    assert bundle.folder == tiny_bundle
    assert torch.equal(read(other, images), read(model, images))


def test_further_context_blocks_change_nothing_at_first_and_can_learn(
    tiny_model, tiny_bundle, images
):
    model, config = tiny_model
    deeper = build_model(replace(config, dilations=(1, 2, 4)), 96)
    start_from(tiny_bundle, deeper)
    assert torch.allclose(read(deeper, images), read(model, images), atol=1e-6)
    deeper.train()(images)[..., 5].sum().backward()
    assert deeper.encoder.context[2].norm.weight.grad.abs().sum() > 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"features": 32}, "16x", id="wider features"),
        pytest.param({"channels": (4, 8, 8)}, "4x4", id="another stage"),
    ],
)
def test_other_sizes_are_refused_with_both(changes, words, tiny_model, tiny_bundle):
    model = build_model(replace(tiny_model[1], **changes), 96)
    with pytest.raises(DataError, match=rf"of the same sizes.*{words}.*keep its model settings"):
        start_from(tiny_bundle, model)


def test_a_bundle_with_more_context_is_refused(tiny_model, tiny_bundle):
    model = build_model(replace(tiny_model[1], dilations=()), 96)
    with pytest.raises(DataError, match=r"encoder.context.0.* there, none here"):
        start_from(tiny_bundle, model)


def test_a_folder_that_is_no_bundle_is_refused(tiny_model, tmp_path):
    with pytest.raises(BundleError):
        start_from(tmp_path / "absent", tiny_model[0])
