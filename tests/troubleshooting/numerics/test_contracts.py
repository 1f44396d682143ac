"""Contracts around a line model and a loss."""

from __future__ import annotations

import sys
import time

import pytest
import torch

from text_recognizer.core.errors import InputError, MissingExtraError
from text_recognizer.models import LineModel, LineModelConfig
from text_recognizer.troubleshooting.numerics import (
    Contract,
    ctc_contract,
    guarded,
    line_contract,
    unchecked,
)

CONFIG = LineModelConfig(channels=(4, 4, 8), features=8, dilations=(1,))


@pytest.fixture(scope="module")
def model():
    return LineModel(CONFIG, 12).eval()


@pytest.mark.parametrize("size", [(1, 1, 48, 4), (3, 1, 48, 60)])
def test_a_guarded_model_reads_as_before(model, size):
    images = torch.rand(size)
    keys = list(model.state_dict())
    with torch.no_grad():
        assert torch.equal(guarded(model)(images), model(images))
        assert torch.equal(guarded(model)(images=images), model(images))
    assert list(model.state_dict()) == keys
    assert not model._forward_hooks
    assert not model._forward_pre_hooks


def test_the_message_says_rule_shapes_and_cure(model):
    with pytest.raises(InputError) as caught:
        guarded(model)(torch.rand(2, 1, 64, 512))
    assert str(caught.value) == (
        'images: axis "height" must be 48, got 64; (batch, 1, 48, width) is accepted, got '
        "(2, 1, 64, 512); resize with Preprocess"
    )


def test_a_result_is_held_to_the_axes_of_the_arguments():
    contract = Contract(arguments={"x": "float[batch width]"}, result="float[batch]")
    assert guarded(lambda x: x.sum(1), contract)(torch.rand(3, 5)).shape == (3,)
    with pytest.raises(InputError, match='result: axis "batch" must be 3 as in x, got 5'):
        guarded(lambda x: x.sum(0), contract)(torch.rand(3, 5))


def test_axes_of_one_call_do_not_bind_the_next(model):
    read = guarded(model)
    with torch.no_grad():
        assert [len(read(torch.rand(n, 1, 48, 8))) for n in (1, 2, 1)] == [1, 2, 1]


def test_a_model_in_double_wants_images_in_double():
    double = LineModel(CONFIG, 12).double().eval()
    with pytest.raises(InputError, match=r"dtype must be float64, got torch\.float32"):
        guarded(double)(torch.rand(1, 1, 48, 8))


def test_a_batch_that_is_square_hides_a_swap():
    """What no contract on sizes can see; the lab says so."""
    log_probs = torch.zeros(4, 4, 9)
    whole = torch.ones(4, dtype=torch.long)
    values = {"targets": whole[:, None], "frames": whole, "lengths": whole}
    assert ctc_contract(9).problem(log_probs=log_probs.transpose(0, 1), **values) is None


def test_contracts_can_be_switched_off_and_on_again(model):
    read, tall = guarded(model), torch.rand(1, 1, 64, 8)
    with torch.no_grad():
        with unchecked(), unchecked():
            assert read(tall).shape == (1, 4, 12)
        with pytest.raises(InputError):
            read(tall)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: guarded(torch.nn.Linear(2, 2)), "only a LineModel .* received Linear"),
        (lambda: Contract(arguments={}), r"received \{\}"),
        (lambda: Contract(arguments=["a"]), r"received \['a'\]"),
        (
            lambda: guarded(lambda x: x, Contract(arguments={"y": "a"})),
            r"received \['y'\], and the arguments are \['x'\]",
        ),
    ],
)
def test_a_contract_for_nothing_is_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()


@pytest.mark.parametrize("missing", ["jaxtyping", "beartype.door"])
def test_without_the_extra_the_error_names_it(model, missing, monkeypatch):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MissingExtraError, match=r"text-recognizer\[troubleshooting\]"):
        guarded(model)


def test_a_check_costs_less_than_a_millisecond():
    """Some 50 microseconds, against 60 milliseconds of a forward pass of the shipped size."""
    model = LineModel(CONFIG, 12)
    images, result = torch.zeros(2, 1, 48, 64), torch.zeros(2, 16, 12)
    call = guarded(lambda images: result, line_contract(model))
    call(images)
    seconds = []
    for _ in range(50):
        start = time.perf_counter()
        call(images)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 1e-3
