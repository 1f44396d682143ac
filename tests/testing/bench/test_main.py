"""The command prints a table that a person can read, and refuses what makes no sense."""

from __future__ import annotations

import pytest

from tests.testing.bench.small import small_table
from text_recognizer.core.errors import DataError
from text_recognizer.testing.bench import __main__ as command


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(command, "run_bench", lambda *_, **__: small_table())


def test_the_table_names_what_is_not_caught(small, capsys):
    assert command.main([]) == 0
    out = capsys.readouterr().out
    assert "recall 0.75 on 4 faults, false alarms 0.00 on 2 clean variants" in out
    assert "four/0: NOT CAUGHT" in out
    assert "one/0: quick, slow" in out


def test_a_record_of_a_part_is_refused(small, capsys):
    with pytest.raises(SystemExit):
        command.main(["--record", "--tests", "unit scores"])
    assert "leave --only and --tests away" in capsys.readouterr().err


def test_names_that_do_not_exist_leave_nothing_to_run(capsys):
    assert command.main(["--tests", "nobody"]) == 2
    assert "at least one test" in capsys.readouterr().err


def test_what_is_wrong_is_said_in_one_line(monkeypatch, capsys):
    def fail(*_, **__):
        raise DataError("the patch no longer applies")

    monkeypatch.setattr(command, "run_bench", fail)
    assert command.main([]) == 2
    assert capsys.readouterr().err == "bug bench: the patch no longer applies\n"
