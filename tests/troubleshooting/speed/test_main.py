"""The command that makes the record."""

from __future__ import annotations

from text_recognizer.data.records import read_record
from text_recognizer.troubleshooting.speed import __main__ as command
from text_recognizer.troubleshooting.speed.grid import recorded_trials


def test_it_writes_a_record_and_says_how_right_the_model_is(monkeypatch, capsys, tmp_path):
    recorded = recorded_trials()
    monkeypatch.setattr(command, "sweep", lambda cases, **options: recorded[: len(cases)])
    shipped = read_record("loading").payload
    monkeypatch.setattr(command, "to_payload", lambda trials, **options: shipped)
    assert command.main(["--folder", str(tmp_path)]) == 0
    assert "of 24" in capsys.readouterr().out
    assert read_record("loading", folder=tmp_path).payload == shipped
    assert command.main(["--folder", str(tmp_path), "--add"]) == 0
    twice = read_record("loading", folder=tmp_path).payload
    assert twice == {**shipped, "repeats": 2 * shipped["repeats"]}


def test_a_typed_error_is_one_line(capsys, tmp_path):
    assert command.main(["--repeats", "0", "--folder", str(tmp_path)]) == 2
    assert "error: repeats is at least 1" in capsys.readouterr().err
