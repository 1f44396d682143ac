"""Lines and paragraphs: length, alphabet, variety, and the same from the same seed."""

from __future__ import annotations

import re
import string
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_recognizer.core.errors import ConfigError, InputError
from text_recognizer.sources.prose import running_text
from text_recognizer.sources.text import TextSource


@given(seed=st.integers(0, 2**40), longest=st.integers(8, 120))
def test_a_line_is_printable_and_within_its_length(seed, longest):
    line = TextSource(longest=longest).line(np.random.default_rng(seed))
    assert 1 <= len(line) <= longest
    assert all(" " <= c <= "~" for c in line)


@given(seed=st.integers(0, 2**40), count=st.integers(1, 12), width=st.integers(8, 90))
def test_a_paragraph_has_its_lines_within_its_width(seed, count, width):
    lines = TextSource().lines(np.random.default_rng(seed), count=count, width=width)
    assert len(lines) == count
    assert all(0 < len(line) <= width and line == line.strip() for line in lines)


@pytest.mark.parametrize(
    ("upper", "prose"),
    [
        pytest.param(0.0, 1.0, id="prose"),
        pytest.param(0.0, 0.0, id="grammar"),
        pytest.param(1.0, 0.5, id="capitals for the whole paragraph"),
    ],
)
def test_a_paragraph_goes_on_where_the_line_before_ended(upper, prose):
    source = TextSource(upper=upper, prose=prose)
    lines = source.lines(np.random.default_rng(3), count=6, width=40)
    whole = source.paragraph(np.random.default_rng(3), characters=6 * 41 + 40)
    assert (whole.upper() if upper else whole).startswith(" ".join(lines))


def test_the_same_seed_gives_the_same_lines_in_another_process():
    code = (
        "import numpy as np; from text_recognizer.sources.text import TextSource; "
        "rng = np.random.default_rng(5); print([TextSource().line(rng) for _ in range(20)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    rng = np.random.default_rng(5)
    assert done.stdout.strip() == str([TextSource().line(rng) for _ in range(20)])


def test_lines_are_varied_and_use_nearly_every_character():
    rng = np.random.default_rng(0)
    lines = [TextSource().line(rng) for _ in range(3000)]
    assert len(set(lines)) > 2850
    missing = set(string.ascii_letters + string.digits + ".,!?'\"-:;()$%#/&") - set("".join(lines))
    assert missing <= {"&"}
    lengths = np.array([len(line) for line in lines])
    assert lengths.std() > 10
    assert lengths.max() > 60


@pytest.mark.parametrize(
    ("upper", "low", "high"),
    [
        pytest.param(0.0, 0.0, 0.08, id="none but numbers, which have no case"),
        pytest.param(1.0, 1.0, 1.0, id="all"),
        pytest.param(0.5, 0.4, 0.62, id="half"),
    ],
)
def test_the_share_of_capitals(upper, low, high):
    rng = np.random.default_rng(1)
    source = TextSource(upper=upper)
    lines = [source.line(rng) for _ in range(400)]
    assert low <= sum(line == line.upper() for line in lines) / 400 <= high


@pytest.mark.parametrize(
    "values",
    [
        {"longest": 7},
        {"upper": -0.1},
        {"upper": 1.1},
        {"prose": 1.5},
        {"prose": -1},
        {"part": "test"},
    ],
)
def test_a_setting_out_of_range_is_named(values):
    (name,) = values
    with pytest.raises(ConfigError, match=f"{name} must be .*{values[name]}"):
        TextSource(**values)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"count": 0, "width": 40}, id="no line"),
        pytest.param({"count": 3, "width": 7}, id="lines that hold no word"),
    ],
)
def test_a_paragraph_of_no_size_is_refused(values):
    with pytest.raises(InputError, match=f"count={values['count']}, width={values['width']}"):
        TextSource().lines(np.random.default_rng(0), **values)


def test_prose_is_cut_at_words_as_it_runs():
    source = TextSource(prose=1.0, upper=0.0)
    rng = np.random.default_rng(4)
    lines = [source.line(rng) for _ in range(2000)]
    found = [f" {line} " in running_text() for line in lines if len(line) > 20]
    assert 0.7 < np.mean(found) < 0.95, "the others lack a stop, a capital or an apostrophe"


def test_lines_of_the_held_out_part_are_not_in_the_other():
    source = TextSource(prose=1.0, upper=0.0, part="val")
    rng = np.random.default_rng(6)
    lines = [line for line in (source.line(rng) for _ in range(400)) if len(line) > 40]
    assert np.mean([f" {line} " in running_text() for line in lines]) < 0.02
    assert np.mean([line in running_text("val") for line in lines]) > 0.6


@pytest.mark.parametrize(
    ("pattern", "low", "high"),
    [
        pytest.param(r"^[^A-Z]{20,}$", 0.02, 0.4, id="no capital at all"),
        pytest.param(r"^([A-Z]\w* ){4,}[A-Z]\w*$", 0.002, 0.04, id="title case"),
        pytest.param(r"\b(dont|didnt|cant|wont|its|Im)\b", 0.0005, 0.02, id="no apostrophe"),
        pytest.param(r"\b(I|you|we|my|your)\b", 0.15, 0.5, id="first and second person"),
        pytest.param(r"\?", 0.02, 0.2, id="questions"),
        pytest.param(r"\d", 0.05, 0.3, id="numbers"),
    ],
)
def test_lines_are_as_people_write(pattern, low, high):
    rng = np.random.default_rng(2)
    lines = [TextSource(upper=0.0).line(rng) for _ in range(4000)]
    assert low <= np.mean([re.search(pattern, line) is not None for line in lines]) <= high
