"""Rules are checked at birth, and their ranges are those of the clean lines."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import ConfigError, InputError
from text_recognizer.data.expectations.rules import (
    KINDS,
    MEASURED,
    SAMPLE_RANGES,
    Rule,
    Tolerance,
    learn_ranges,
    line_rules,
)
from text_recognizer.data.expectations.table import line_table, read_rows

pytest.importorskip("pandas")


def test_the_shipped_ranges_are_those_of_the_train_split():
    assert learn_ranges(line_table(read_rows(["train"]))) == SAMPLE_RANGES


def test_rules_are_few_of_all_kinds_and_told_apart():
    rules = line_rules()
    assert 10 <= len(rules) <= 14
    assert {rule.kind for rule in rules} == set(KINDS)
    assert len({rule.name for rule in rules}) == len(rules)
    assert all(str(rule).startswith(f"{rule.name}: ") and rule.why in str(rule) for rule in rules)


def test_only_measured_rules_bear_exceptions():
    for rule in line_rules(Tolerance(mostly=0.9)):
        assert rule.mostly == (1.0 if rule.exact else 0.9)


def test_a_wider_tolerance_contains_a_narrower_one():
    narrow, wide = (Tolerance(widen=widen).range_of((2.0, 8.0)) for widen in (1.0, 2.0))
    assert narrow == (2.0, 8.0)
    assert wide == (1.0, 16.0)


BAD_RULES = [
    pytest.param({"kind": "resembles"}, "received 'resembles'", id="unknown expectation"),
    pytest.param({"kind": "between"}, r"\['low', 'high'\]; received \[\]", id="lacks its settings"),
    pytest.param({"settings": {"low": 1}}, r"received \['low'\]", id="a setting too many"),
    pytest.param({"mostly": 0.0}, "received 0.0", id="bears everything"),
    pytest.param({"mostly": 1.5}, "received 1.5", id="more than all rows"),
]


@pytest.mark.parametrize(("change", "message"), BAD_RULES)
def test_a_rule_that_cannot_be_is_refused(change, message):
    with pytest.raises(ConfigError, match=message):
        Rule(**{"name": "n", "kind": "unique", "columns": ("id",), **change})


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"mostly": 0}, id="no row need keep it"),
        pytest.param({"mostly": 1.01}, id="above one"),
        pytest.param({"widen": 0.5}, id="narrower than learned"),
        pytest.param({"widen": float("inf")}, id="bears everything"),
    ],
)
def test_a_tolerance_out_of_range_is_refused(values):
    with pytest.raises(ConfigError, match="received"):
        Tolerance(**values)


def test_ranges_are_not_learned_from_broken_lines():
    table = line_table(read_rows(["test"], limit=20))
    table["ink"] = 0.0
    with pytest.raises(InputError, match="clean lines, whose ink"):
        learn_ranges(table)


def test_rules_need_a_range_for_each_measured_column():
    with pytest.raises(ConfigError, match=f"missing {', '.join(MEASURED[1:])}"):
        line_rules(ranges={MEASURED[0]: (1.0, 2.0)})
