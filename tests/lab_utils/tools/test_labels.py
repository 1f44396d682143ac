"""Findings judged by hand: strict rules find more, and mostly style."""

from __future__ import annotations

import pytest

from lab_utils.tools.labels import (
    LEVELS,
    Level,
    check_script,
    check_types,
    read_labels,
    strictness,
)
from lab_utils.tools.linters import LintFinding, seeded
from text_recognizer.core.errors import DataError, ParseError


def test_strict_rules_backfire():
    levels = strictness()
    assert [(one.findings, one.defects, one.missed) for one in levels] == [
        (12, 10, 4),
        (23, 11, 3),
        (51, 12, 2),
    ]
    assert [round(one.precision, 2) for one in levels] == [0.83, 0.48, 0.24]


def test_types_and_scripts():
    assert check_types() == Level(name="mypy", findings=13, defects=5, missed=9)
    assert check_script() == Level(name="shellcheck", findings=16, defects=11, missed=0)


def test_each_level_holds_the_one_before():
    def find(path, rules):
        return [LintFinding(line=5, code="F601")] if "F" in rules else []

    assert {one.defects for one in strictness(find=find)} == {1}
    assert list(LEVELS) == ["errors", "usual", "strict"]


@pytest.mark.parametrize("names", [("seeded.py", "labels.toml"), ("seeded.sh", "script.toml")])
def test_labels_speak_of_lines_that_exist(names):
    path, labels = seeded(names[0]), read_labels(seeded(names[1]))
    lines = len(path.read_text().splitlines())
    assert all(1 <= line <= lines for line in [*labels.unseen, *(n for n, _ in labels.defects)])


def test_a_finding_that_nobody_judged(tmp_path):
    path = tmp_path / "new.py"
    path.write_text("x = [1][5:1:0]\nassert x, undefined\n")
    with pytest.raises(DataError, match="F821 in line 2"):
        strictness(path)


def test_nothing_found_is_not_imprecise():
    assert Level(name="a", findings=0, defects=0, missed=1).precision == 1.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("defect = 3", "TypeError", id="no table"),
        pytest.param("[[defect]]\nline = 1", "KeyError", id="no code"),
        pytest.param("[[", "labels are TOML", id="no TOML"),
        pytest.param(
            "[[defect]]\nline=1\ncode='a'\nwhy=''\n" * 2, "2 defects at 1 places", id="twice"
        ),
    ],
)
def test_labels_of_another_form(text, words, tmp_path):
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(ParseError, match=words):
        read_labels(tmp_path / "a.toml")


def test_no_labels(tmp_path):
    with pytest.raises(ParseError, match=r"a\.toml fails with FileNotFoundError"):
        read_labels(tmp_path / "a.toml")
