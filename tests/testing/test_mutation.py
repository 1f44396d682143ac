"""What mutmut wrote is read, counted and explained."""

from __future__ import annotations

import json

import pytest

from text_recognizer.core.errors import InputError, ParseError
from text_recognizer.data.records import write_record
from text_recognizer.testing.mutation import (
    Mutant,
    MutationScore,
    Reason,
    Survivor,
    explain,
    read_verdicts,
    recorded_scores,
    recorded_survivors,
    scores,
)

SURVIVOR = Survivor(module="a.b", function="f", removed="x > 1", added="x >= 1")


@pytest.mark.parametrize(
    ("name", "module", "function"),
    [
        pytest.param("a.b.x_f__mutmut_1", "a.b", "f", id="function"),
        pytest.param("a.b.x__f__mutmut_12", "a.b", "_f", id="private"),
        pytest.param("a.b.xǁClsǁ__init____mutmut_3", "a.b", "Cls.__init__", id="method"),
        pytest.param("a.x_y.x_f_g__mutmut_3", "a.x_y", "f_g", id="underscores"),
    ],
)
def test_names(name, module, function):
    assert Mutant.parse(name) == Mutant(name=name, module=module, function=function)


@pytest.mark.parametrize("name", ["", "a.b.f", "a.x_f__mutmut_", "a.x_f__mutmut_1;rm"])
def test_other_names(name):
    with pytest.raises(ParseError, match="calls a mutant"):
        Mutant.parse(name)


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        *[(0, "survived"), (1, "killed"), (3, "killed"), (36, "timeout"), (-24, "timeout")],
        *[(33, "untested"), (34, "skipped"), (35, "suspicious"), (-11, "suspicious")],
    ],
)
def test_verdicts(code, verdict, tmp_path):
    (tmp_path / "sub").mkdir()
    text = json.dumps({"exit_code_by_key": {"a.x_f__mutmut_1": code}})
    (tmp_path / "sub" / "a.py.meta").write_text(text)
    assert read_verdicts(tmp_path) == {"a.x_f__mutmut_1": verdict}


def test_only_what_was_asked_for(tmp_path):
    codes = {"a.x_f__mutmut_1": 1, "a.x_g__mutmut_1": None}
    (tmp_path / "a.meta").write_text(json.dumps({"exit_code_by_key": codes}))
    assert read_verdicts(tmp_path, only=["*x_f__*"]) == {"a.x_f__mutmut_1": "killed"}
    with pytest.raises(ParseError, match=r"1 of a\.meta have none, such as a\.x_g__mutmut_1"):
        read_verdicts(tmp_path)


@pytest.mark.parametrize("text", [None, "", "[]", '{"exit_code_by_key": 3}', "{}"])
def test_results_that_cannot_be_read(text, tmp_path):
    if text is not None:
        (tmp_path / "a.meta").write_text(text)
    with pytest.raises(ParseError, match=r"mutmut"):
        read_verdicts(tmp_path)


def test_scores_add_up():
    verdicts = {
        f"{module}.x_f__mutmut_{n}": verdict
        for module, row in {
            "b": ["killed", "survived"],
            "a": ["killed", "timeout", "untested", "suspicious"],
        }.items()
        for n, verdict in enumerate(row)
    }
    assert scores(verdicts) == [
        MutationScore(module="a", mutants=4, killed=1, survived=0, timeout=1, other=2),
        MutationScore(module="b", mutants=2, killed=1, survived=1),
    ]
    assert [one.share for one in scores(verdicts)] == [0.5, 0.5]
    assert MutationScore(module="a", mutants=0, killed=0, survived=0).share == 0.0


def test_scores_that_do_not_add_up():
    with pytest.raises(InputError, match="add up"):
        MutationScore(module="a", mutants=3, killed=1, survived=1)


def test_the_first_reason_holds():
    one = Reason(function="f|g", change="x > 1 -> x >= 1", kind="tie", why="one")
    two = Reason(function=".*", change=">=", kind="tie", why="two")
    other = Survivor(module="a.b", function="h", removed="a", added="b >= c")
    alone = Survivor(module="a.b", function="h", removed="a", added="b")
    whys = [each.why for each in explain([SURVIVOR, other, alone], [one, two])]
    assert whys == ["one", "two", ""]


def test_a_reason_that_covers_nothing_any_more():
    stale = Reason(function="ff", change=".", kind="tie", why="one")
    with pytest.raises(InputError, match="'ff' covers none any more"):
        explain([SURVIVOR], [stale])


def test_records(tmp_path):
    row = {"module": "a", "mutants": 1, "killed": 1, "survived": 0}
    payload = {"scores": [row], "survivors": []}
    write_record("mutation", payload, seed=0, command="make mutants", folder=tmp_path)
    assert recorded_scores(folder=tmp_path) == [MutationScore(**row)]
    assert recorded_survivors(folder=tmp_path) == []


@pytest.mark.parametrize("payload", [{}, {"scores": [{"module": "a"}]}, {"scores": 3}])
def test_records_of_another_form(payload, tmp_path):
    write_record("mutation", payload, seed=0, command="make mutants", folder=tmp_path)
    with pytest.raises(ParseError, match="make it again: make mutants"):
        recorded_scores(folder=tmp_path)
