"""CTC by enumeration, by the forward algorithm and by torch: three ways, one number."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text_recognizer.core.errors import InputError
from text_recognizer.reading.ctc import (
    align,
    all_paths,
    check_log_probs,
    collapse,
    expand,
    log_likelihood,
    path_probability,
)

texts = st.lists(st.integers(1, 4), max_size=8)
paths = st.lists(st.integers(0, 4), max_size=20)


def random_lattice(frames: int, classes: int, seed: int, sharpness: float = 1.0) -> np.ndarray:
    """A (T, C) lattice of log-probabilities, float64."""
    logits = np.random.default_rng(seed).normal(size=(frames, classes)) * sharpness
    return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)


# ---------------------------------------------------------------- collapse and expand


@given(texts, st.integers(1, 4), st.integers(0, 3))
def test_collapse_inverts_expand(ids, repeats, blanks):
    path = expand(ids, repeats=repeats, blanks=blanks)
    assert collapse(path) == ids
    assert len(path) >= len(ids) * repeats


@given(paths)
def test_collapse_twice_is_collapse_unless_a_letter_is_doubled(path):
    once = collapse(path)
    doubled = any(a == b for a, b in itertools.pairwise(once))
    assert (collapse(once) == once) == (not doubled)
    assert 0 not in once
    assert len(once) <= len(path)


@given(paths, st.integers(0, 19), st.integers(1, 3))
def test_staying_on_a_frame_changes_no_text(path, place, times):
    if path:
        place %= len(path)
        slower = path[:place] + [path[place]] * times + path[place:]
        assert collapse(slower) == collapse(path)


@given(paths, paths)
def test_a_blank_between_two_paths_joins_their_texts(one, two):
    assert collapse([*one, 0, *two]) == collapse(one) + collapse(two)


def test_collapse_takes_numpy_and_returns_int():
    ids = collapse(np.array([1, 1, 0, 2], dtype=np.int64))
    assert ids == [1, 2]
    assert all(type(each) is int for each in ids)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        pytest.param(lambda: expand([1, 0]), r"1\.\.C-1.*received \[1, 0\]", id="a blank in text"),
        pytest.param(lambda: expand([1], repeats=0), "received 0 and 0", id="no frame"),
        pytest.param(lambda: expand([1], blanks=-1), "received 1 and -1", id="negative"),
        pytest.param(lambda: expand([1], repeats=0), "every character needs a frame$", id="why"),
        pytest.param(lambda: all_paths(30, 5), "30 frames and 5 classes", id="no toy"),
        pytest.param(lambda: all_paths(1, 1_000_001), "at most a million", id="one too many"),
        pytest.param(lambda: all_paths(-1, 2), "-1 frames", id="negative frames"),
        pytest.param(lambda: all_paths(2, 0), "0 classes", id="no classes"),
        pytest.param(
            lambda: path_probability(random_lattice(2, 3, 0), [1]), "2 frames", id="short"
        ),
        pytest.param(
            lambda: path_probability(random_lattice(1, 3, 0), [3]), r"0\.\.2.*\[3\]", id="range"
        ),
        pytest.param(lambda: log_likelihood(random_lattice(2, 3, 0), [3]), r"1\.\.2", id="id"),
        pytest.param(lambda: align(random_lattice(2, 3, 0), [3]), r"1\.\.2", id="id to align"),
        pytest.param(lambda: align(random_lattice(2, 3, 0), [1, 1]), "2 frames", id="no fit"),
        pytest.param(lambda: align(np.zeros((0, 3)), [1]), "0 frames", id="no frames"),
    ],
)
def test_refuses_out_of_range(call, words):
    with pytest.raises(InputError, match=words):
        call()


@pytest.mark.parametrize(
    ("lattice", "words"),
    [
        pytest.param(np.zeros(3), r"shape \(T, C\).*shape \(3,\)", id="one axis"),
        pytest.param(np.zeros((1, 2, 3)), "one line at a time", id="a batch"),
        pytest.param(np.zeros((2, 0)), r"shape \(2, 0\)", id="no classes"),
        pytest.param(np.full((2, 3), np.nan), "sum to nan", id="NaN"),
        pytest.param(np.ones((2, 3)) * 5, "apply log_softmax", id="logits"),
        pytest.param(np.full((2, 4), 0.25), "sum to 5.13", id="probabilities, no logarithms"),
        pytest.param(np.full((2, 4), 1e5), "sum to", id="huge logits do not overflow"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_refuses_what_is_no_lattice(lattice, words):
    with pytest.raises(InputError, match=words):
        check_log_probs(lattice)


def test_quotes_the_first_bad_frame():
    lattice = random_lattice(5, 3, 0)
    lattice[3] += 1
    with pytest.raises(InputError, match=r"frame 3 sum to 2\.718"):
        check_log_probs(lattice)


@pytest.mark.parametrize("total", [0.5, 0.9, 1.1, 1.5])
def test_quotes_a_frame_that_is_off_by_little(total):
    lattice = random_lattice(5, 3, 0)
    lattice[3] += math.log(total)
    with pytest.raises(InputError, match=f"frame 3 sum to {total}"):
        check_log_probs(lattice)


def test_the_smallest_toys_are_accepted():
    assert check_log_probs(np.zeros((2, 1))).shape == (2, 1)
    assert list(all_paths(2, 1)) == [(0, 0)]
    assert next(iter(all_paths(6, 10))) == (0,) * 6


def test_forgives_half_precision():
    assert check_log_probs(random_lattice(9, 96, 0).astype(np.float16)).dtype == np.float64


# ---------------------------------------------------------------- probabilities


@pytest.mark.parametrize("frames", [0, 1, 2, 4, 5])
def test_forward_algorithm_equals_the_sum_over_all_paths(frames):
    lattice = random_lattice(frames, 3, seed=frames)
    totals: dict[tuple[int, ...], float] = {}
    for path in all_paths(frames, 3):
        text = tuple(collapse(path))
        totals[text] = totals.get(text, 0.0) + path_probability(lattice, path)
    assert math.fsum(totals.values()) == pytest.approx(1.0, abs=1e-12)
    for text, total in totals.items():
        assert math.exp(log_likelihood(lattice, text)) == pytest.approx(total, abs=1e-12)


@settings(max_examples=60)
@given(st.integers(1, 30), texts, st.integers(0, 1000))
def test_forward_algorithm_equals_torch_to_1e_9(frames, ids, seed):
    torch = pytest.importorskip("torch")
    lattice = random_lattice(frames, 5, seed, sharpness=3)
    loss = torch.nn.functional.ctc_loss(
        torch.from_numpy(lattice)[:, None],
        torch.tensor([ids], dtype=torch.long),
        torch.tensor([frames]),
        torch.tensor([len(ids)]),
        reduction="sum",
    ).item()
    ours = -log_likelihood(lattice, ids)
    if math.isinf(loss):
        assert math.isinf(ours)
    else:
        assert ours == pytest.approx(loss, abs=1e-9)


@pytest.mark.filterwarnings("error")
def test_a_text_that_does_not_fit_is_impossible():
    assert log_likelihood(random_lattice(2, 3, 0), [1, 1]) == -math.inf
    assert log_likelihood(np.zeros((0, 3)), []) == 0.0
    assert log_likelihood(np.zeros((0, 3)), [1]) == -math.inf


# ---------------------------------------------------------------- alignment


def best_path(lattice: np.ndarray, ids: list[int]) -> float:
    """Probability of the most probable path of a text, by enumeration."""
    frames, classes = lattice.shape
    spelling = (p for p in all_paths(frames, classes) if collapse(p) == ids)
    return max(path_probability(lattice, path) for path in spelling)


@settings(max_examples=60)
@given(st.lists(st.integers(1, 2), max_size=3), st.integers(0, 500))
def test_alignment_is_on_the_most_probable_path(ids, seed):
    lattice = random_lattice(6, 3, seed)
    spans = align(lattice, ids)
    path = [0] * 6
    for each, (start, end) in zip(ids, spans, strict=True):
        assert start < end
        path[start:end] = [each] * (end - start)
    assert collapse(path) == ids
    assert path_probability(lattice, path) == pytest.approx(best_path(lattice, ids), rel=1e-9)


def test_alignment_finds_the_frames_of_a_sharp_lattice():
    path = [0, 1, 1, 0, 1, 2, 2, 2, 0, 0]
    lattice = np.log(np.full((10, 3), 0.01) + 0.97 * np.eye(3)[path])
    assert align(lattice, [1, 1, 2]) == [(1, 3), (4, 5), (5, 8)]
    assert align(lattice, []) == []
