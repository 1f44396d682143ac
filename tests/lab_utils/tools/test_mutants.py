"""Mutants are made in a private copy, and every survivor has a reason."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from lab_utils.tools import mutants
from lab_utils.tools.mutants import (
    TESTS,
    copy_project,
    main,
    read_reasons,
    recheck,
    run_mutants,
    survivors,
)
from text_recognizer.core.errors import DataError, InputError, MissingExtraError, ParseError
from text_recognizer.testing.mutation import explain, recorded_scores, recorded_survivors

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="mutmut needs fork")


@pytest.fixture
def tiny(tmp_path):
    """A project of one function, with a test that misses the mutant `>=`."""
    (tmp_path / "text_recognizer").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "text_recognizer" / "__init__.py").touch()
    (tmp_path / "text_recognizer" / "a.py").write_text("def more(a, b):\n    return a > b\n")
    test = "from text_recognizer.a import more\n\n\ndef test_more():\n    assert more(2, 1)\n"
    (tmp_path / "tests" / "test_a.py").write_text(test)
    settings = mutants._SETTINGS.format(modules='"text_recognizer/a.py"', tests='"tests/test_a.py"')
    (tmp_path / "pyproject.toml").write_text(settings)
    return tmp_path


@needs_fork
@pytest.mark.slow
def test_mutmut_finds_what_a_test_misses(tiny):
    verdicts = run_mutants(tiny, seconds=120)
    (survivor,) = survivors(tiny, verdicts)
    assert set(verdicts.values()) == {"survived"}
    assert (survivor.module, survivor.function) == ("text_recognizer.a", "more")
    assert (survivor.removed, survivor.added) == ("return a > b", "return a >= b")


@needs_fork
@pytest.mark.slow
def test_tests_that_fail_unchanged_stop_the_run(tiny):
    (tiny / "tests" / "test_a.py").write_text("def test_a():\n    assert False\n")
    with pytest.raises(DataError, match="the unchanged tests must pass"):
        run_mutants(tiny, seconds=120)


def test_the_copy_holds_what_the_tests_need_and_nothing_heavy(tmp_path):
    copy_project(tmp_path, TESTS)
    assert all((tmp_path / path).is_file() for pair in TESTS.items() for path in pair)
    assert not (tmp_path / "text_recognizer" / "artifacts").exists()
    assert 'only_mutate = ["text_recognizer/core/scores.py"' in (
        tmp_path / "pyproject.toml"
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize("tests", [{}, {"no.py": "tests/core/test_scores.py"}])
def test_refuses_modules_that_are_not_there(tests, tmp_path):
    with pytest.raises(InputError, match="paths start at the root"):
        copy_project(tmp_path, tests)


def test_mutmut_is_not_installed(monkeypatch, tmp_path):
    def absent(name, extra):
        raise MissingExtraError(f"{name} of {extra}")

    monkeypatch.setattr(mutants, "find_program", absent)
    with pytest.raises(MissingExtraError, match="mutmut of dev"):
        run_mutants(tmp_path)


def test_a_mutant_that_mutmut_cannot_show(tiny):
    name = "text_recognizer.a.x_more__mutmut_9"
    with pytest.raises(ParseError, match="shows a mutant as a diff"):
        survivors(tiny, {name: "survived", "text_recognizer.a.x_more__mutmut_1": "killed"})


def test_the_shipped_record_is_explained_by_the_shipped_reasons():
    found = recorded_survivors()
    assert explain(found, read_reasons()) == found
    assert all(one.why for one in found)
    assert sum(one.survived for one in recorded_scores()) == len(found)
    modules = {path.removesuffix(".py").replace("/", ".") for path in TESTS}
    assert {one.module for one in recorded_scores()} == modules


@pytest.mark.parametrize("agrees", [True, False])
def test_a_part_run_again_is_compared_with_the_record(agrees, monkeypatch):
    known = [one for one in recorded_survivors() if one.function == "edit_counts"]
    found = known if agrees else known[1:]
    names = [f"text_recognizer.core.scores.x_edit_counts__mutmut_{n}" for n in range(9)]
    monkeypatch.setattr(mutants, "run_mutants", lambda *_: dict.fromkeys(names, "killed"))
    monkeypatch.setattr(mutants, "survivors", lambda *_: found)
    again = recheck("edit_counts")
    assert (again.mutants, again.survived) == (9, len(found))
    assert again.agrees == agrees


def test_another_module_has_no_tests_here():
    with pytest.raises(InputError, match=r"received 'a\.py'"):
        recheck(module="a.py")


@pytest.mark.parametrize(("why", "code"), [("a reason", 0), ("", 1)])
def test_a_survivor_without_a_reason_is_named(why, code, monkeypatch, tmp_path, capsys):
    name = "text_recognizer.core.scores.x__rate__mutmut_1"
    monkeypatch.setattr(mutants, "copy_project", lambda folder, tests: folder)
    monkeypatch.setattr(mutants, "run_mutants", lambda folder: {name: "survived"})
    one = recorded_survivors()[0]
    monkeypatch.setattr(mutants, "survivors", lambda folder, verdicts: [one])
    monkeypatch.setattr(mutants, "explain", lambda found, reasons: [_with(one, why)])
    assert main(["--folder", str(tmp_path)]) == code
    captured = capsys.readouterr()
    assert "1 survivors" in captured.out
    assert (one.added in captured.err) == bool(code)
    assert recorded_survivors(folder=tmp_path) == [_with(one, why)]


def _with(survivor, why):
    return replace(survivor, why=why)


@pytest.mark.parametrize("text", ["", "[[reason]]\nkind = 'a'", "[["])
def test_reasons_of_another_form(text, tmp_path):
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(ParseError, match=r"a\.toml fails with"):
        read_reasons(tmp_path / "a.toml")
