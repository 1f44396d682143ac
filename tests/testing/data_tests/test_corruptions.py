"""A corruption hits the share it is told to, and breaks the rule that is there for its sake."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.data.expectations import line_rules, line_table, read_rows
from text_recognizer.data.expectations.checks import verdicts
from text_recognizer.testing.data_tests.corruptions import CORRUPTIONS, Corruption, named

pytest.importorskip("pandas")

#: The rule that exists for the corruption's sake; the others are declared blind.
RULES = {
    "texts empty": "texts are transcriptions",
    "texts truncated": "the width fits the text",
    "HTML entities": "texts are transcriptions",
    "mojibake": "texts are transcriptions",
    "curly quotes": "texts are transcriptions",
    "texts one row late": "widths follow texts",
    "texts shuffled": "widths follow texts",
    "inverted": "pictures are dark on light",
    "blank": "pictures are dark on light",
    "cropped": "the width fits the text",
    "sideways": "lines have a usual height",
    "thumbnail": "lines have a usual height",
    "blurred": "strokes are sharp",
    "faint": "the ink stands out",
    "JPEG ruined": "compression left no blocks",
    "file cut off": "pictures are dark on light",
    "rows joined twice": "ids differ",
    "copies under new ids": "pictures differ",
    "writer in two splits": "writers keep to one split",
    "split misspelt": "splits are known",
    "columns swapped": "ids are plain words",
}


@pytest.fixture(scope="module")
def rows():
    return read_rows(["test"], limit=200)


def test_there_are_a_dozen_and_each_is_either_blind_or_has_its_rule():
    blind = {name for name, each in CORRUPTIONS.items() if each.blind_because}
    assert len(CORRUPTIONS) >= 12
    assert blind | set(RULES) == set(CORRUPTIONS)
    assert not blind & set(RULES)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_hit_rows_are_as_many_as_asked_and_the_others_as_they_were(name, rows):
    broken = CORRUPTIONS[name](rows, 0.1, seed=5)
    changed = sum(one != two for one, two in zip(rows, broken, strict=False))
    assert changed + len(broken) - len(rows) == 20
    assert CORRUPTIONS[name].story


@pytest.mark.parametrize("name", RULES)
def test_its_rule_breaks_and_did_not_before(name, rows):
    rules = [rule for rule in line_rules() if rule.name == RULES[name]]
    broken = CORRUPTIONS[name](rows, 0.4, seed=1)
    found = [verdicts(rules, line_table(each))[0].passed for each in (rows, broken)]
    assert found == [True, False]


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_the_seed_decides(name, rows):
    one, two, other = (CORRUPTIONS[name](rows, 0.1, seed=seed) for seed in (1, 1, 2))
    assert one == two
    assert one != other


def test_swapped_texts_fit_in_length_and_hand(rows):
    broken = CORRUPTIONS["texts swapped, same length"](rows, 0.2, seed=0)
    homes = {row.text: row for row in rows}
    moved = [(one, homes[two.text]) for one, two in zip(rows, broken, strict=True) if one != two]
    assert moved
    for row, source in moved:
        assert row.writer == source.writer
        assert abs(len(row.text) - len(source.text)) <= 1


def test_late_texts_are_those_of_the_row_before(rows):
    broken = CORRUPTIONS["texts one row late"](rows, 0.05, seed=0)
    places = [i for i, (a, b) in enumerate(zip(rows, broken, strict=True)) if a != b]
    assert places == list(range(places[0], places[0] + 10))
    assert all(broken[place].text == rows[place - 1].text for place in places)


def test_rows_that_cannot_be_changed_are_passed_over(rows):
    quoteless = [row for row in rows if not set(row.text) & set("'\"-")]
    assert CORRUPTIONS["curly quotes"](quoteless, 0.5, seed=0) == quoteless


@pytest.mark.parametrize("share", [0, -0.1, 1.1])
def test_a_share_out_of_range_is_refused(share, rows):
    with pytest.raises(InputError, match=f"above 0 to 1; received 200 rows and {share}"):
        CORRUPTIONS["blank"](rows, share, seed=0)


def test_no_rows_are_refused():
    with pytest.raises(InputError, match="received 0 rows"):
        CORRUPTIONS["blank"]([], 0.1, seed=0)


def test_an_unknown_name_is_refused():
    with pytest.raises(InputError, match=r"texts empty, .*received 'gremlins'"):
        named("gremlins")


def test_a_corruption_of_your_own(rows):
    lost = Corruption(name="lost", story="half is gone", some=lambda rows, places: rows[:100])
    assert len(lost(rows, 0.5, seed=0)) == 100
