"""Linters find what was planted; ruff agrees with flake8 and black."""

from __future__ import annotations

import pytest

from lab_utils.tools import linters
from lab_utils.tools.linters import (
    compare_linters,
    flake8,
    formatted,
    mypy,
    ruff,
    seeded,
    shellcheck,
)
from text_recognizer.core.errors import InputError, ParseError


@pytest.fixture
def broken(tmp_path):
    path = tmp_path / "broken.py"
    path.write_text("def f(:\n")
    return path


def test_ruff_beside_flake8_and_black():
    found = compare_linters(seeded("seeded.py"))
    assert (40, "F821") in found.both
    assert len(found.both) == 15
    assert found.only_ruff == []
    assert found.only_flake8 == [(7, "E302")]
    assert found.same_bytes
    assert found.settled


def test_a_clean_file_has_no_findings(tmp_path):
    path = tmp_path / "clean.py"
    path.write_text('"""Nothing here."""\n')
    assert ruff(path) == flake8(path) == []


def test_shellcheck_finds_unquoted_variables():
    found = shellcheck(seeded("seeded.sh"))
    assert [one.line for one in found if one.code == "SC2086"] == [5, 7, 10, 10, 15]


def test_settings_near_the_file_take_no_part(tmp_path):
    (tmp_path / "ruff.toml").write_text('lint.ignore = ["F"]\n')
    (tmp_path / "a.py").write_text("unknown\n")
    assert [one.code for one in ruff(tmp_path / "a.py")] == ["F821"]


@pytest.mark.parametrize("tool", ["ruff", "black"])
def test_formatting_leaves_the_file_alone(tool, tmp_path):
    path = tmp_path / "a.py"
    path.write_text("x = 'a'\n")
    assert formatted(path, tool) == b'x = "a"\n'
    assert path.read_text() == "x = 'a'\n"


@pytest.mark.parametrize("tool", ["ruff", "black"])
def test_no_python_cannot_be_formatted(tool, broken):
    with pytest.raises(ParseError, match=tool):
        formatted(broken, tool)


def test_no_python_is_a_finding(broken):
    assert any(one.code == "E999" for one in flake8(broken))
    with pytest.raises(ParseError, match=r"mypy .* ended with 2 .*\[syntax\]"):
        mypy(broken)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        pytest.param(lambda path: ruff(path, ()), "at least one rule", id="no rules"),
        pytest.param(lambda path: formatted(path, "yapf"), "ruff and black.*'yapf'", id="tool"),
        pytest.param(lambda path: formatted(path, times=0), "0 times", id="not at all"),
        pytest.param(lambda path: flake8(path / "no"), "reads a file", id="no file"),
        pytest.param(lambda path: seeded("no.py"), "seeded.sh.*'no.py'", id="not seeded"),
    ],
)
def test_refuses(call, words, broken):
    with pytest.raises(InputError, match=words):
        call(broken)


def test_a_rule_that_does_not_exist(broken):
    with pytest.raises(ParseError, match="ended with 2"):
        ruff(broken, ("NO123",))


def test_output_that_is_not_findings(monkeypatch, broken):
    monkeypatch.setattr(linters, "_run", lambda *_: linters.Ran(code=1, output="{", errors="odd"))
    with pytest.raises(ParseError, match="ended with 1 and said 'odd'"):
        shellcheck(broken)
