"""Batches: padding, targets, frames of centres, and streams that a seed decides."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import DataLoader

from tests.hands import install_fonts
from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import CharsetError, ConfigError, DataError, InputError
from text_recognizer.data import datasets
from text_recognizer.data.augment import Augment
from text_recognizer.data.datasets import WIDTH_STEP, LineStream, collate
from text_recognizer.data.prepared import PreparedSample
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.sources.render import Renderer
from text_recognizer.sources.text import TextSource

CHARSET = Charset.english()


def sample(text="ab", width=100, centres=(), height=48, value=255):
    return PreparedSample(np.full((height, width), value, np.uint8), text, centres)


REAL = tuple(sample(text, 90 + 20 * i) for i, text in enumerate(["one", "two", "three", "four"]))


def stream(**options):
    settings = {"charset": CHARSET, "preprocess": Preprocess(), "renderer": None, "real": REAL}
    return LineStream(**{**settings, "source": TextSource(longest=16), "batch_size": 4, **options})


def first(lines, count):
    return list(itertools.islice(iter(lines), count))


def same(one, other):
    return one.texts == other.texts and torch.equal(one.images, other.images)


def test_a_batch_is_padded_with_paper_and_blank():
    batch = collate([sample("abc", 70), sample("d", 130)], CHARSET)
    assert batch.images.shape == (2, 1, 48, 192)
    assert batch.widths.tolist() == [70, 130]
    assert batch.images[0, 0, :, :70].eq(1).all()
    assert not batch.images[0, 0, :, 70:].any()
    assert batch.targets.tolist() == [CHARSET.encode("abc"), [*CHARSET.encode("d"), 0, 0]]
    assert batch.lengths.tolist() == [3, 1]
    assert batch.texts == ("abc", "d")


@given(widths=st.lists(st.integers(1, 500), min_size=1, max_size=6))
def test_widths_are_rounded_up_to_few_steps(widths):
    batch = collate([sample(width=width) for width in widths], CHARSET)
    assert batch.images.shape[3] % WIDTH_STEP == 0
    assert max(widths) <= batch.images.shape[3] < max(widths) + WIDTH_STEP


@pytest.mark.parametrize(
    ("centres", "frames"),
    [
        pytest.param((0.0, 99.9), [0, 24], id="first and last column"),
        pytest.param((7.9, 8.0), [1, 2], id="a frame is four columns"),
        pytest.param((-3.0, 50.0), [-1, 12], id="before the picture"),
        pytest.param((50.0, 100.0), [12, -1], id="behind it, though the padding goes on"),
        pytest.param((), [-1, -1], id="not known"),
    ],
)
def test_centres_become_frames(centres, frames):
    assert collate([sample(centres=centres)], CHARSET).centres.tolist() == [frames]


@pytest.mark.parametrize(
    ("samples", "error", "words"),
    [
        pytest.param([sample("caf\u00e9")], CharsetError, "\u00e9", id="outside the charset"),
        pytest.param([], InputError, "got 0 of heights", id="no sample"),
        pytest.param([sample(), sample(height=32)], InputError, r"\[32, 48\]", id="heights differ"),
        pytest.param([sample(centres=(1.0,))], InputError, "got 1 for 'ab'", id="a centre missing"),
    ],
)
def test_what_is_no_batch_is_refused(samples, error, words):
    with pytest.raises(error, match=words):
        collate(samples, CHARSET)


def test_the_same_seed_gives_the_same_batches_and_another_others():
    one, two, other = (first(stream(seed=seed), 14) for seed in (1, 1, 2))
    assert all(same(a, b) for a, b in zip(one, two, strict=True))
    assert not all(same(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.filterwarnings("ignore:This DataLoader will create")
def test_worker_processes_draw_streams_of_their_own():
    loader = DataLoader(stream(), batch_size=None, num_workers=2)
    batches = first(loader, 4)
    assert not same(batches[0], batches[1]), "two workers gave the same first batch"
    alone = first(stream(), 1)[0]
    assert not any(same(alone, batch) for batch in batches[:2])


def test_lines_of_a_batch_have_similar_widths():
    still = Augment(stretch=0, scale=0, slant=0, shift=0, bend=0, chance=0)
    lines = [sample("x", 40 * i) for i in range(1, 21)]
    batches = first(stream(real=lines, strength=still), 12)
    spread = [int(batch.widths.max() - batch.widths.min()) for batch in batches]
    assert np.median(spread) < 200, "against 760 for random batches"


def test_rendered_lines_have_centres_and_real_ones_have_not(tmp_path):
    renderer = Renderer(install_fonts(tmp_path))
    (mixed,) = first(stream(renderer=renderer, real_share=0.5, batch_size=8), 1)
    known = (mixed.centres >= 0).any(dim=1).tolist()
    real = [text in {"one", "two", "three", "four"} for text in mixed.texts]
    assert known == [not r for r in real]


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [
        pytest.param(0.0, 0, 0, id="rendered only"),
        pytest.param(0.5, 0.3, 0.7, id="half"),
        pytest.param(1.0, 1, 1, id="real only"),
    ],
)
def test_the_share_of_real_lines(share, low, high, tmp_path):
    renderer = Renderer(install_fonts(tmp_path))
    batches = first(stream(renderer=renderer, real_share=share), 12)
    texts = [text for batch in batches for text in batch.texts]
    real = sum(text in {"one", "two", "three", "four"} for text in texts) / len(texts)
    assert low <= real <= high


def test_a_rendered_line_is_used_again(tmp_path):
    renderer = Renderer(install_fonts(tmp_path))
    lines = stream(renderer=renderer, real=(), repeats=6, batch_size=16)
    texts = [text for batch in first(lines, 24) for text in batch.texts]
    assert 100 < len(set(texts)) < 250, "of 384, after 64 that are always new"


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([sample("x" * 60, 20)], id="too narrow for their text"),
        pytest.param([sample("x", 4000)], id="too wide"),
    ],
)
def test_lines_that_never_fit_end_in_an_error_not_a_hang(lines, monkeypatch):
    monkeypatch.setattr(datasets, "_PATIENCE", 50)
    with pytest.raises(DataError, match=r"50 lines in a row .* 'x"):
        first(stream(real=lines), 1)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        pytest.param({"real": ()}, DataError, "0 real lines and no renderer", id="nothing"),
        pytest.param({"batch_size": 0}, ConfigError, "got 0, 3", id="empty batches"),
        pytest.param({"repeats": 0}, ConfigError, "got 4, 0", id="lines never used"),
        pytest.param({"seed": -1}, ConfigError, "-1, 0.35", id="negative seed"),
        pytest.param({"real_share": 1.5}, ConfigError, "1.5", id="more than all"),
    ],
)
def test_a_stream_that_cannot_be_is_refused(options, error, words):
    with pytest.raises(error, match=words):
        stream(**options)


def test_training_processes_draw_different_lines_and_the_first_those_of_one_alone():
    alone, *ranks = (stream(seed=5) for _ in range(4))
    for rank, one in enumerate(ranks):
        one.rank = rank
    drawn = [first(one, 3) for one in (alone, *ranks)]
    assert all(same(a, b) for a, b in zip(drawn[0], drawn[1], strict=True))
    for one, other in itertools.combinations(drawn[1:], 2):
        assert not any(same(a, b) for a, b in zip(one, other, strict=True))


def test_a_worker_of_one_process_draws_nothing_that_a_worker_of_another_does(monkeypatch):
    drawn = []
    for worker, rank in itertools.product((None, 0, 1), (0, 1, 2)):
        info = None if worker is None else SimpleNamespace(id=worker)
        monkeypatch.setattr(torch.utils.data, "get_worker_info", lambda info=info: info)
        one = stream(seed=5)
        one.rank = rank
        drawn.append(first(one, 1)[0])
    assert not any(same(a, b) for a, b in itertools.combinations(drawn, 2))
