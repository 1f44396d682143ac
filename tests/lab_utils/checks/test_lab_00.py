"""The checks of lab 00 accept what is right, however it is written, and explain what is wrong."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
import pytest

from lab_utils.checks import lab_00
from lab_utils.exercise_testing import Answers, assert_complete, assert_exercise
from lab_utils.exercises import find, judge


def greedy_decode(log_probs: np.ndarray, characters: str) -> str:
    path = log_probs.argmax(axis=1)
    starts = [i for i in range(len(path)) if i == 0 or path[i] != path[i - 1]]
    return "".join(characters[path[i] - 1] for i in starts if path[i] != 0)


def greedy_by_groups(log_probs: np.ndarray, characters: str) -> str:
    return "".join(characters[k - 1] for k, _ in groupby(log_probs.argmax(1)) if k)


def greedy_dropping_first(log_probs: np.ndarray, characters: str) -> str:
    solid = [k for k in log_probs.argmax(axis=1) if k]
    return "".join(characters[k - 1] for k, _ in groupby(solid))


def greedy_without_merging(log_probs: np.ndarray, characters: str) -> str:
    return "".join(characters[k - 1] for k in log_probs.argmax(axis=1) if k)


def greedy_off_by_one(log_probs: np.ndarray, characters: str) -> str:
    return "".join(f"{characters}?"[k] for k, _ in groupby(log_probs.argmax(axis=1)) if k)


def greedy_as_list(log_probs: np.ndarray, characters: str) -> list[str]:
    return list(greedy_decode(log_probs, characters))


def cer(reference: str, reading: str) -> float:
    row = list(range(len(reading) + 1))
    for i, right in enumerate(reference, start=1):
        above, row = row, [i]
        for j, read in enumerate(reading):
            row.append(min(above[j] + (right != read), above[j + 1] + 1, row[-1] + 1))
    return row[-1] / len(reference)


def cer_by_rapidfuzz(reference: str, reading: str) -> Any:
    from rapidfuzz.distance import Levenshtein

    return np.float64(Levenshtein.distance(reference, reading) / len(reference))


def cer_by_place(reference: str, reading: str) -> float:
    wrong = sum(a != b for a, b in zip(reference, reading, strict=False))
    return (wrong + abs(len(reference) - len(reading))) / len(reference)


def cer_of_reading(reference: str, reading: str) -> float:
    return cer(reference, reading) * len(reference) / max(len(reading), 1)


def cer_without_double_edits(reference: str, reading: str) -> float:
    ratio = difflib.SequenceMatcher(None, reference, reading).ratio()
    return 1.0 - ratio


def cer_capped(reference: str, reading: str) -> float:
    return min(1.0, cer(reference, reading))


def beam_decode(probabilities: np.ndarray, width: int = 8) -> list[int]:
    beams: dict[tuple[int, ...], Sequence[float]] = {(): (1.0, 0.0)}
    for frame in probabilities:
        beams = _advance(beams, frame, width)
    return list(max(beams, key=lambda prefix: sum(beams[prefix])))


def _advance(
    beams: dict[tuple[int, ...], Sequence[float]], frame: np.ndarray, width: int
) -> dict[tuple[int, ...], Sequence[float]]:
    grown: dict[tuple[int, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for prefix, (blank, letter) in beams.items():
        grown[prefix][0] += (blank + letter) * frame[0]
        for each in np.flatnonzero(frame[1:] > 1e-3) + 1:
            same = prefix[-1:] == (each,)
            grown[prefix][1] += same * letter * frame[each]
            grown[(*prefix, each)][1] += (blank if same else blank + letter) * frame[each]
    return dict(sorted(grown.items(), key=lambda item: -sum(item[1]))[:width])


def beam_of_the_package(probabilities: np.ndarray, width: int = 8) -> tuple[int, ...]:
    from text_recognizer.reading.decode import beam_search

    with np.errstate(divide="ignore"):
        return beam_search(np.log(probabilities), width=width)[0].ids


def beam_that_is_greedy(probabilities: np.ndarray, width: int = 8) -> list[int]:
    return [int(k) for k, _ in groupby(probabilities.argmax(axis=1)) if k]


def beam_that_forgets_blanks(probabilities: np.ndarray, width: int = 8) -> list[int]:
    """One probability per prefix: a repeat never becomes a double letter."""
    beams = {(): 1.0}
    for frame in probabilities:
        grown: dict[tuple[int, ...], float] = defaultdict(float)
        for prefix, chance in beams.items():
            for each in range(len(frame)):
                stays = each == 0 or prefix[-1:] == (each,)
                grown[prefix if stays else (*prefix, each)] += chance * frame[each]
        beams = dict(sorted(grown.items(), key=lambda item: -item[1])[:width])
    return list(max(beams, key=lambda prefix: beams[prefix]))


def beam_of_paths(probabilities: np.ndarray, width: int = 8) -> list[int]:
    """Keeps paths instead of texts, so it never adds any up."""
    beams = [((), 1.0)]
    for frame in probabilities:
        grown = [((*p, k), c * frame[k]) for p, c in beams for k in range(len(frame))]
        beams = sorted(grown, key=lambda item: -item[1])[:width]
    return [int(k) for k, _ in groupby(beams[0][0]) if k]


def beam_with_blanks(probabilities: np.ndarray, width: int = 8) -> list[int]:
    return [0, *beam_decode(probabilities, width)]


def beam_that_keeps_one(probabilities: np.ndarray, width: int = 8) -> list[int]:
    return beam_decode(probabilities, 1)


ANSWERS = {
    "00-path": Answers(
        solution="letter",
        alternative=" letter\n",
        wrong={
            "drops blanks first": "leter",
            "keeps repeats": "lletttteerr",
            "a list": list("letter"),
            "another word": "latter",
        },
    ),
    "00-greedy": Answers(
        solution=greedy_decode,
        alternative=greedy_by_groups,
        wrong={
            "drops blanks first": greedy_dropping_first,
            "does not merge": greedy_without_merging,
            "forgets that class 1 is the first character": greedy_off_by_one,
            "returns a list": greedy_as_list,
        },
    ),
    "00-cer": Answers(
        solution=cer,
        alternative=cer_by_rapidfuzz,
        wrong={
            "compares place by place": cer_by_place,
            "divides by the reading": cer_of_reading,
            "another similarity": cer_without_double_edits,
            "is capped at 1": cer_capped,
        },
    ),
    "00-beam": Answers(
        solution=beam_decode,
        alternative=beam_of_the_package,
        wrong={
            "greedy": beam_that_is_greedy,
            "one probability per prefix": beam_that_forgets_blanks,
            "a beam of paths": beam_of_paths,
            "returns blanks": beam_with_blanks,
            "ignores the width": beam_that_keeps_one,
        },
    ),
}


@pytest.mark.parametrize("exercise_id", ANSWERS)
def test_exercise(exercise_id: str) -> None:
    assert_exercise(exercise_id, ANSWERS[exercise_id])


def test_every_exercise_is_tested() -> None:
    assert_complete("00", ANSWERS)


@pytest.mark.parametrize(
    ("exercise_id", "answer", "words"),
    [
        pytest.param("00-path", "leter", "keeps them apart", id="the usual slip has its own hint"),
        pytest.param("00-path", 6, "in quotes", id="a number is no word"),
        pytest.param("00-greedy", greedy_dropping_first, "a·a", id="the path that shows it"),
        pytest.param("00-greedy", greedy_as_list, "join them", id="right characters, a list"),
        pytest.param("00-cer", cer_of_reading, "not by the reading", id="the wrong length"),
        pytest.param("00-cer", cer_capped, "may exceed 1", id="the capped rate"),
        pytest.param("00-beam", beam_that_is_greedy, "add them up", id="one path only"),
        pytest.param("00-beam", beam_with_blanks, "ids above 0", id="blanks in the text"),
    ],
)
def test_a_wrong_answer_is_told_what_is_wrong(exercise_id: str, answer: Any, words: str) -> None:
    assert words in judge(find(exercise_id), answer).card().text()


def test_the_expected_word_is_not_given_away() -> None:
    text = judge(find("00-path"), "leter").card().text()
    assert "letter" not in text.replace("letters", "")


def test_a_beam_that_is_too_narrow_fails_on_the_lines() -> None:
    """The toys cannot tell it apart when it is wide only for them."""

    def lazy(probabilities: np.ndarray, width: int = 8) -> list[int]:
        long = len(probabilities) > 5
        return beam_that_is_greedy(probabilities) if long else beam_decode(probabilities, width)

    text = judge(find("00-beam"), lazy).card().text()
    assert "50 lines" in text
    assert "no likelier" in text


def test_the_path_holds_a_double_letter_and_a_repeat() -> None:
    assert "tt·t" in lab_00.PATH
    assert "ll" in lab_00.PATH
