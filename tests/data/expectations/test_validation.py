"""Great Expectations, run for real, says what the plain checks say."""

from __future__ import annotations

import logging
import os
from importlib.util import find_spec

import pytest

from text_recognizer.core.errors import DataError, InputError
from text_recognizer.data.expectations import (
    Rule,
    line_rules,
    line_table,
    read_rows,
    validate_table,
    verdicts,
)
from text_recognizer.data.expectations.validation import build_suite
from text_recognizer.testing.data_tests.corruptions import CORRUPTIONS

pytestmark = pytest.mark.skipif(not find_spec("great_expectations"), reason="needs the extra data")

#: Corruptions that together make every kind of rule fail, and some that none sees.
MIXED = (
    "clean",
    "mojibake",
    "texts shuffled",
    "file cut off",
    "copies under new ids",
    "columns swapped",
    "JPEG ruined",
    "mirrored",
)


@pytest.fixture(scope="module")
def rows():
    return read_rows(["test"], limit=160)


@pytest.mark.parametrize("name", MIXED)
def test_both_give_the_same_verdicts_counts_and_examples(name, rows):
    broken = rows if name == "clean" else CORRUPTIONS[name](rows, 0.2, seed=3)
    table = line_table(broken)
    plain = verdicts(line_rules(), table)
    assert list(validate_table(table).verdicts) == plain


def test_together_these_break_rules_of_every_kind(rows):
    kinds = set()
    for name in MIXED[1:]:
        table = line_table(CORRUPTIONS[name](rows, 0.2, seed=3))
        pairs = zip(line_rules(), verdicts(line_rules(), table), strict=True)
        kinds |= {rule.kind for rule, verdict in pairs if not verdict.passed}
    kinds.add("in_set")  # see test_corruptions.py
    assert kinds == {rule.kind for rule in line_rules()}


def test_a_file_context_keeps_the_project_and_shows_the_run(validated):
    folder, validation = validated
    assert not validation.passed
    assert "the ink stands out" in {verdict.rule for verdict in validation.failed}
    assert validation.page.is_file()
    assert validation.index.is_file()
    assert (folder / "gx" / "expectations" / "lines.json").is_file()
    assert (folder / "gx" / "checkpoints").is_dir()


def test_a_project_is_opened_again_without_complaint(validated, rows, caplog):
    folder, before = validated
    with caplog.at_level(logging.ERROR):
        again = validate_table(line_table(rows), folder=folder)
    assert not caplog.records
    assert again.passed
    assert again.page != before.page
    assert before.page.is_file()


def test_a_suite_is_one_of_great_expectations_and_says_what_it_expects():
    suite = build_suite(line_rules(), "lines")
    import great_expectations as gx

    assert isinstance(suite, gx.ExpectationSuite)
    assert [each.description for each in suite.expectations] == [str(r) for r in line_rules()]


def test_nothing_is_printed(rows, capfd):
    validate_table(line_table(rows[:20]))
    out, err = capfd.readouterr()
    assert "Calculating" not in out + err


def test_analytics_are_off():
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"


RULE = {"kind": "unique", "columns": ("id",)}
BROKEN = [
    pytest.param([], "no two of one name; received", id="a suite without a rule"),
    pytest.param(
        [Rule(name="a", **RULE), Rule(name="a", **RULE)], "'a', 'a'", id="two rules of one name"
    ),
    pytest.param(
        [Rule(name="a", kind="unique", columns=("colour",))], "missing colour", id="no such column"
    ),
]


@pytest.mark.parametrize(("rules", "message"), BROKEN)
def test_a_suite_that_cannot_be_run_is_refused(rules, message, rows):
    with pytest.raises(InputError, match=message):
        validate_table(line_table(rows[:3]), rules)


def test_an_empty_table_is_refused(rows):
    with pytest.raises(InputError, match="an empty one would pass"):
        validate_table(line_table(rows[:3])[:0])


def test_an_expectation_that_raises_is_no_verdict(rows):
    table = line_table(rows[:3]).assign(height=["tall", "low", "wide"])
    with pytest.raises(DataError, match="'lines have a usual height' raised"):
        validate_table(table)
