"""Error counts against two outside libraries, and the algebra they obey."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_recognizer.core import ErrorCounts
from text_recognizer.core.errors import InputError
from text_recognizer.core.readings import Reading
from text_recognizer.core.scores import count_errors, edit_counts

texts = st.text(alphabet="ab c", max_size=12)


def random_pairs(count: int = 1000) -> list[tuple[str, str]]:
    """Texts and what a careless reader might make of them."""
    rng = random.Random(0)
    pairs = []
    for _ in range(count):
        reference = "".join(rng.choice("abcde fg") for _ in range(rng.randint(1, 40))) + "x"
        hypothesis = [c for c in reference if rng.random() > 0.15]
        for _ in range(rng.randint(0, 5)):
            hypothesis.insert(rng.randint(0, len(hypothesis)), rng.choice("abc é"))
        pairs.append((reference, "".join(hypothesis)))
    return pairs


def test_agrees_with_rapidfuzz_on_a_thousand_pairs():
    levenshtein = pytest.importorskip("rapidfuzz.distance").Levenshtein
    for reference, hypothesis in random_pairs():
        counts = ErrorCounts.compare(reference, hypothesis)
        assert counts.errors == levenshtein.distance(reference, hypothesis)
        words = levenshtein.distance(reference.split(), hypothesis.split())
        assert counts.word_errors == words


def test_agrees_with_jiwer_on_a_thousand_pairs():
    jiwer = pytest.importorskip("jiwer")
    pairs = random_pairs()
    for reference, hypothesis in pairs:
        # jiwer strips the ends before it compares characters.
        a, b = reference.strip(), hypothesis.strip()
        assert ErrorCounts.compare(a, b).cer == pytest.approx(jiwer.cer(a, b), abs=1e-12)
        assert ErrorCounts.compare(a, b).wer == pytest.approx(jiwer.wer(a, b), abs=1e-12)
    references = [a.strip() for a, _ in pairs]
    hypotheses = [b.strip() for _, b in pairs]
    total = count_errors(references, hypotheses)
    assert total.cer == pytest.approx(jiwer.cer(references, hypotheses), abs=1e-12)
    assert total.wer == pytest.approx(jiwer.wer(references, hypotheses), abs=1e-12)


def brute(reference: str, hypothesis: str) -> tuple[int, int, int]:
    """All edit scripts by recursion: (edits, indels, deletions) of the best one."""
    if not reference or not hypothesis:
        rest = len(reference) + len(hypothesis)
        return (rest, rest, len(reference))
    edits, indels, deletions = brute(reference[1:], hypothesis[1:])
    options = [(edits + (reference[0] != hypothesis[0]), indels, deletions)]
    edits, indels, deletions = brute(reference[1:], hypothesis)
    options.append((edits + 1, indels + 1, deletions + 1))
    edits, indels, deletions = brute(reference, hypothesis[1:])
    options.append((edits + 1, indels + 1, deletions))
    return min(options)


@given(st.text(alphabet="abc", max_size=5), st.text(alphabet="abc", max_size=5))
def test_counts_are_those_of_the_shortest_script_with_most_substitutions(a, b):
    edits, indels, deletions = brute(a, b)
    assert edit_counts(a, b) == (edits - indels, deletions, indels - deletions)


@given(texts, texts)
def test_counts_fit_the_lengths(a, b):
    counts = ErrorCounts.compare(a, b)
    assert counts.deletions - counts.insertions == len(a) - len(b)
    assert abs(len(a) - len(b)) <= counts.errors <= max(len(a), len(b))
    assert (counts.errors == 0) == (a == b)


@given(texts, texts)
def test_swapping_the_arguments_swaps_deletions_and_insertions(a, b):
    one, two = ErrorCounts.compare(a, b), ErrorCounts.compare(b, a)
    assert (one.substitutions, one.deletions, one.insertions) == (
        two.substitutions,
        two.insertions,
        two.deletions,
    )


@given(texts, texts, texts)
def test_the_distance_obeys_the_triangle_inequality(a, b, c):
    def distance(x: str, y: str) -> int:
        return ErrorCounts.compare(x, y).errors

    assert distance(a, c) <= distance(a, b) + distance(b, c)


@given(st.lists(st.tuples(texts, texts), max_size=6))
def test_the_sum_of_the_parts_is_the_whole(pairs):
    references, hypotheses = [a for a, _ in pairs], [b for _, b in pairs]
    parts = [ErrorCounts.compare(*pair) for pair in pairs]
    assert count_errors(references, hypotheses) == sum(parts, ErrorCounts())
    if parts:
        assert sum(parts) == sum(reversed(parts))
        assert sum(parts).characters == sum(map(len, references))


@pytest.mark.parametrize(
    ("reference", "hypothesis", "cer", "wer"),
    [
        pytest.param("", "", 0.0, 0.0, id="nothing to read, nothing read"),
        pytest.param("", "ab", math.inf, math.inf, id="text read on an empty image"),
        pytest.param("ab", "", 1.0, 1.0, id="nothing read"),
        pytest.param("a", "abcd", 3.0, 1.0, id="a rate above 1"),
        pytest.param("ab", "AB", 1.0, 1.0, id="case counts"),
        pytest.param("a b", "ab", 1 / 3, 1.0, id="a joined word is two word errors of two"),
        pytest.param("a  b", "a b", 0.25, 0.0, id="spaces are characters, not words"),
    ],
)
def test_rates(reference, hypothesis, cer, wer):
    counts = ErrorCounts.compare(reference, hypothesis)
    assert counts.cer == pytest.approx(cer)
    assert counts.wer == pytest.approx(wer)


def test_micro_average_differs_from_the_mean_of_rates():
    counts = count_errors(["a", "b" * 99], ["x", "b" * 99])
    assert counts.cer == 0.01
    assert (ErrorCounts.compare("a", "x").cer + 0) / 2 == 0.5


@pytest.mark.parametrize(
    ("references", "hypotheses", "words"),
    [
        pytest.param(["a", "b"], ["a"], "2 references and 1 hypotheses", id="a reading is missing"),
        pytest.param(["a"], ["a", "b"], "1 references and 2 hypotheses", id="one too many"),
        pytest.param("ab", ["a", "b"], "references must be a list", id="a bare str"),
        pytest.param("ab", ["a"], r"use ErrorCounts\.compare$", id="what to use instead"),
        pytest.param(["a"], "a", "hypotheses must be a list", id="the other bare str"),
        pytest.param([None], ["a"], "reference must be a str; received None", id="None"),
        pytest.param(["a"], [5], r"^hypothesis must be a str; received 5 \(int\)", id="a number"),
        pytest.param(["a"], [5], r"; the call is .* a Reading has \.text$", id="the cure"),
        pytest.param([Reading("a", 1.0)], ["a"], r"compare\(reference", id="swapped: Readings"),
    ],
)
def test_count_errors_refuses_what_does_not_pair_up(references, hypotheses, words):
    with pytest.raises(InputError, match=words):
        count_errors(references, hypotheses)


@pytest.mark.parametrize("value", [-1, 0.5, True, None], ids=repr)
def test_counts_are_natural_numbers(value):
    words = rf"words={value!r} \({type(value).__name__}\)"
    with pytest.raises(InputError, match=words):
        ErrorCounts(words=value)


@pytest.mark.parametrize("other", [1, 1.0, "a", None, True], ids=repr)
def test_adding_anything_else_is_a_type_error(other):
    with pytest.raises(TypeError):
        ErrorCounts() + other
    with pytest.raises(TypeError):
        other + ErrorCounts()


def test_characters_beyond_the_basic_plane_count_once():
    assert ErrorCounts.compare("🙂a", "🙃a").cer == 0.5
    assert ErrorCounts.compare("\ud800", "").errors == 1
