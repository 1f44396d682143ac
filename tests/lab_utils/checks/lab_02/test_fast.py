"""The check of 02-fast accepts what is fast and right, and says why other answers are not."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lab_utils.checks.lab_02 import fast
from lab_utils.checks.lab_02.fast import EXERCISE, judge_fast
from lab_utils.exercise_testing import Answers, assert_exercise
from text_recognizer import TextRecognizer
from text_recognizer.troubleshooting.speed.slow import decode, line_files, read_slowly


def read_fast(load_reader, files):
    return [reading.text for reading in load_reader().read_lines(files)]


def read_by_line(load_reader, files):
    reader, texts = load_reader(), []
    for file in files:
        pixels = decode(file)
        blank = np.ptp(pixels) < 24
        texts.append("" if blank else reader.read_lines([pixels])[0].text)
    return tuple(texts)


def loads_once(load_reader, files):
    reader = load_reader()
    return read_slowly(lambda: reader, files)


def halves_the_pixels(load_reader, files):
    small = [np.ascontiguousarray(decode(file)[::6, ::6]) for file in files]
    return [reading.text for reading in load_reader().read_lines(small)]


def skips_blank_lines(load_reader, files):
    return [text for text in read_fast(load_reader, files) if text]


def sorts_by_size(load_reader, files):
    return read_fast(load_reader, sorted(files, key=len))


def gives_readings(load_reader, files):
    return load_reader().read_lines(files)


def gives_one_text(load_reader, files):
    return "\n".join(read_fast(load_reader, files))


def stores_texts(load_reader, files, texts=[]):  # noqa: B006
    if not texts:
        texts += read_fast(load_reader, line_files(10))
    return texts


WRONG = {
    "loads the reader once, and no more": loads_once,
    "reads fewer pixels": halves_the_pixels,
    "skips blank lines": skips_blank_lines,
    "sorts and forgets to sort back": sorts_by_size,
    "gives readings": gives_readings,
    "gives one text": gives_one_text,
    "answers from the files of the lab": stores_texts,
}


@pytest.mark.slow
def test_exercise():
    answers = Answers(solution=read_fast, alternative=read_by_line, wrong=WRONG)
    assert_exercise(EXERCISE, answers)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        pytest.param(halves_the_pixels, "same pixels", id="text differs"),
        pytest.param(skips_blank_lines, "a blank one", id="count differs"),
        pytest.param(sorts_by_size, "another order", id="order differs"),
        pytest.param(gives_readings, r"\.text", id="type differs"),
    ],
)
def test_the_hint_says_what_is_wrong(wrong, word):
    failure = judge_fast(wrong)
    assert failure is not None
    assert re.search(word, failure.hint)


@pytest.mark.parametrize(("ratio", "word"), [(1.0, "Time its lines"), (1.6, "Something is won")])
def test_the_hint_on_speed_knows_how_far_the_answer_is(ratio, word):
    assert word in fast._hint_on_speed(ratio)


def test_the_solution_has_room_above_the_limit():
    race = fast._Race()
    while race.ratio <= 1.3 * fast.LEAST and race.rounds < 4:
        assert fast._run_round(read_fast, race, race.rounds) is None
    assert race.ratio > 1.3 * fast.LEAST


@pytest.mark.parametrize(
    ("ratio", "rounds", "decided"),
    [
        pytest.param(7.0, 1, True, id="clearly fast enough"),
        pytest.param(3.5, 1, False, id="near the limit"),
        pytest.param(1.5, 1, False, id="too slow, or disturbed"),
        pytest.param(1.5, 2, True, id="clearly too slow"),
        pytest.param(2.5, 2, False, id="just too slow"),
        pytest.param(2.5, 3, True, id="just too slow, three times"),
    ],
)
def test_a_doubt_gets_further_rounds(ratio, rounds, decided):
    assert fast._Race(slow=ratio, quick=1.0, rounds=rounds).decided is decided


def test_the_texts_compared_with_are_those_of_the_slow_pipeline():
    files = line_files(fast._FILES, seed=3)
    assert read_slowly(TextRecognizer.load, files) == read_fast(TextRecognizer.load, files)
