"""Greedy and beam decoding against exhaustive search."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text_recognizer.core import Charset
from text_recognizer.core.errors import InputError
from text_recognizer.reading.ctc import all_paths, collapse, expand, log_likelihood
from text_recognizer.reading.decode import FrameSpan, beam, beam_search, greedy

AB = Charset("ab")
ENGLISH = Charset.english()


def random_lattice(frames: int, classes: int, seed: int, sharpness: float = 1.0) -> np.ndarray:
    """A (T, C) lattice of log-probabilities, float64."""
    logits = np.random.default_rng(seed).normal(size=(frames, classes)) * sharpness
    return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)


def sharp_lattice(path: Sequence[int], classes: int, top: float = 0.9) -> np.ndarray:
    """A lattice whose best id is that of the path in every frame."""
    rest = (1 - top) / (classes - 1)
    return np.log(np.full((len(path), classes), rest) + (top - rest) * np.eye(classes)[list(path)])


def spell(spans: Sequence[FrameSpan]) -> str:
    """The text of spans."""
    return "".join(span.character for span in spans)


# ---------------------------------------------------------------- greedy


@given(st.text(alphabet=ENGLISH.characters, max_size=15), st.integers(1, 3), st.integers(0, 2))
def test_both_decoders_read_back_what_was_expanded(text, repeats, blanks):
    path = expand(ENGLISH.encode(text), repeats=repeats, blanks=blanks)
    lattice = sharp_lattice(path, 96).reshape(-1, 96)
    assert spell(greedy(lattice, ENGLISH)) == text
    assert spell(beam(lattice, ENGLISH, width=4)) == text


@given(st.integers(1, 12), st.integers(0, 300))
def test_greedy_spans_are_the_runs_of_the_best_path(frames, seed):
    lattice = random_lattice(frames, 3, seed, sharpness=2)
    best = lattice.argmax(axis=1)
    spans = greedy(lattice, AB)
    assert AB.encode(spell(spans)) == collapse(best)
    for span in spans:
        each = AB.encode(span.character)[0]
        assert (best[span.start : span.end] == each).all()
        assert span.start == 0 or best[span.start - 1] != each
        assert span.end == frames or best[span.end] != each
        expected = math.exp(lattice[span.start : span.end, each].max())
        assert span.confidence == pytest.approx(expected)
    for one, two in itertools.pairwise(spans):
        assert one.end <= two.start


@pytest.mark.parametrize("decode", [greedy, beam], ids=["greedy", "beam"])
@pytest.mark.filterwarnings("error")
class TestBothDecoders:
    def test_no_frames_no_text(self, decode):
        assert decode(np.zeros((0, 3)), AB) == []

    def test_only_blanks_no_text(self, decode):
        assert decode(sharp_lattice([0] * 9, 3), AB) == []

    def test_certain_frames(self, decode):
        lattice = np.full((3, 3), -np.inf)
        lattice[[0, 1, 2], [1, 0, 1]] = 0.0
        assert decode(lattice, AB) == [FrameSpan("a", 0, 1, 1.0), FrameSpan("a", 2, 3, 1.0)]

    def test_float32_is_welcome_and_confidence_stays_a_probability(self, decode):
        lattice = (sharp_lattice([1, 0, 2], 3, top=1 - 1e-9) + 1e-3).astype(np.float32)
        assert all(0 < span.confidence <= 1 for span in decode(lattice, AB))

    def test_refuses_a_lattice_of_another_charset(self, decode):
        with pytest.raises(InputError, match=r"shape \(T, 96\).*received shape \(4, 3\)"):
            decode(random_lattice(4, 3, 0), ENGLISH)

    def test_refuses_logits(self, decode):
        with pytest.raises(InputError, match="log_softmax"):
            decode(np.ones((4, 3)), AB)


# ---------------------------------------------------------------- beam


def exhaustive(lattice: np.ndarray) -> dict[tuple[int, ...], float]:
    """Every text of a toy lattice and its log-probability."""
    frames, classes = lattice.shape
    found = {tuple(collapse(path)) for path in all_paths(frames, classes)}
    return {text: log_likelihood(lattice, text) for text in found}


@settings(max_examples=60)
@given(st.integers(0, 5), st.integers(2, 4), st.integers(0, 500))
def test_an_unlimited_beam_is_exhaustive_search(frames, classes, seed):
    lattice = random_lattice(frames, classes, seed).reshape(-1, classes)
    expected = exhaustive(lattice)
    found = beam_search(lattice, width=100_000, floor=-math.inf)
    assert {h.ids for h in found} == set(expected)
    for hypothesis in found:
        assert hypothesis.score == pytest.approx(expected[hypothesis.ids], abs=1e-9)
    assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)


class Alternating:
    """A language in which b always follows a, and a follows b."""

    order = 2

    def log_probs(self, context: Sequence[int]) -> np.ndarray:
        likely = 2 if context and context[-1] == 1 else 1
        row = np.log([1.0, 0.1, 0.1])
        row[likely] = math.log(0.9)
        return row


def test_language_and_bonus_enter_the_score_of_every_text_once():
    lattice = random_lattice(4, 3, 7)
    model = Alternating()
    found = beam_search(
        lattice, width=10_000, floor=-math.inf, language=model, weight=0.7, bonus=0.3
    )
    for hypothesis in found:
        ids = hypothesis.ids
        language = sum(float(model.log_probs(ids[:i])[each]) for i, each in enumerate(ids))
        expected = log_likelihood(lattice, ids) + 0.7 * language + 0.3 * len(ids)
        assert hypothesis.score == pytest.approx(expected, abs=1e-9)


def test_a_language_model_settles_what_the_lattice_leaves_open():
    lattice = np.log([[0.02, 0.90, 0.08], [0.96, 0.02, 0.02], [0.05, 0.60, 0.35]])
    assert spell(beam(lattice, AB)) == "aa"
    assert spell(beam(lattice, AB, language=Alternating(), weight=1.0)) == "ab"
    assert spell(beam(lattice, AB, language=Alternating(), weight=0.0)) == "aa"


def test_beam_beats_greedy_where_many_paths_agree():
    lattice = np.log([[0.4, 0.3, 0.3], [0.4, 0.35, 0.25]])
    assert spell(greedy(lattice, AB)) == ""
    assert spell(beam(lattice, AB)) == "a"


@pytest.mark.parametrize("seed", range(5))
def test_beam_finds_a_text_at_least_as_probable_as_greedy(seed):
    lattice = random_lattice(40, 8, seed, sharpness=2)
    charset = Charset("abcdefg")
    wide = log_likelihood(lattice, charset.encode(spell(beam(lattice, charset, width=32))))
    assert wide >= log_likelihood(lattice, charset.encode(spell(greedy(lattice, charset)))) - 1e-9


@pytest.mark.parametrize("seed", range(3))
def test_the_floor_changes_nothing_that_matters(seed):
    lattice = random_lattice(60, 96, seed, sharpness=4)
    assert beam(lattice, ENGLISH, width=8) == beam(lattice, ENGLISH, width=8, floor=-math.inf)


@pytest.mark.parametrize(
    ("settings_", "words"),
    [
        pytest.param({"width": 0}, "width=0", id="no beam"),
        pytest.param({"weight": -1}, "weight=-1", id="negative weight"),
        pytest.param({"weight": math.nan}, "weight=nan", id="nan"),
        pytest.param({"floor": 0.001}, "floor=0.001", id="a probability, no logarithm"),
        pytest.param({"floor": 0}, "floor=0", id="a floor above every probability"),
        pytest.param({"margin": 0}, "margin=0", id="a margin that drops the best"),
        pytest.param({"margin": -1}, "^a beam search needs width >= 1", id="the rule comes first"),
    ],
)
def test_refuses_settings_out_of_range(settings_, words):
    with pytest.raises(InputError, match=words):
        beam_search(random_lattice(2, 3, 0), **settings_)


@pytest.mark.parametrize(
    "settings_",
    [
        pytest.param({"width": 1}, id="one text a frame"),
        pytest.param({"bonus": 2.0}, id="characters are welcome"),
        pytest.param({"floor": -1.0}, id="few ids a frame"),
        pytest.param({"margin": 0.05}, id="few texts"),
    ],
)
def test_beam_hands_every_setting_to_the_search(settings_):
    lattice = random_lattice(6, 3, 4)
    best = beam_search(lattice, **settings_)[0].ids
    assert best != beam_search(lattice)[0].ids, "the setting must matter on this lattice"
    assert tuple(AB.encode(spell(beam(lattice, AB, **settings_)))) == best


def test_the_default_width_is_16():
    lattice, charset = random_lattice(12, 5, 1, sharpness=0.3), Charset("abcd")
    assert len(beam_search(lattice)) == 16
    texts = [spell(beam(lattice, charset, **given)) for given in ({"width": 16}, {"width": 17}, {})]
    assert texts[0] != texts[1], "one text more must matter on this lattice"
    assert texts[2] == texts[0]


def test_the_default_weight_is_a_half():
    lattice = np.log([[0.02, 0.90, 0.08], [0.96, 0.02, 0.02], [0.05, 0.80, 0.15]])
    model = Alternating()
    given = {"language": model, "width": 100}
    assert beam_search(lattice, **given) == beam_search(lattice, weight=0.5, **given)
    assert spell(beam(lattice, AB, language=model)) == "aa"
    assert spell(beam(lattice, AB, language=model, weight=1.5)) == "ab"


def test_an_id_at_the_floor_is_tried():
    lattice = np.log([[0.75, 0.25]])
    assert [h.ids for h in beam_search(lattice, floor=lattice[0, 1])] == [(), (1,)]


def test_the_narrowest_settings_are_accepted():
    assert beam_search(np.log([[0.75, 0.25]]), width=1, weight=0, margin=0.5)[0].ids == ()


def test_a_line_is_decoded_in_milliseconds():
    """160 frames, 96 ids, width 8: some 30 ms of CPU time on a flat lattice."""
    lattice = random_lattice(160, 96, 0, sharpness=3)
    beam(lattice, ENGLISH, width=8)
    times = []
    for _ in range(5):
        start = time.process_time()
        beam(lattice, ENGLISH, width=8)
        times.append(time.process_time() - start)
    assert min(times) <= 0.15
