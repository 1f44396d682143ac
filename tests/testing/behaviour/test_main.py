"""The command that makes the records."""

from __future__ import annotations

import pytest

from text_recognizer.data.records import read_record
from text_recognizer.testing.behaviour import full
from text_recognizer.testing.behaviour.__main__ import main
from text_recognizer.testing.regression import full as regression_full


@pytest.mark.parametrize(
    ("what", "module", "name"),
    [("behaviour", full, "measure_all"), ("regression", regression_full, "measure_regression")],
)
def test_a_record_says_how_it_was_made(what, module, name, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(module, name, lambda **given: {"given": given})
    assert main([what, "--seed", "3", "--lines", "7", "--out", str(tmp_path)]) == 0
    record = read_record(what, folder=tmp_path)
    assert record.seed == 3
    assert record.command == f"python -m text_recognizer.testing.behaviour {what} --seed 3"
    assert 7 in record.payload["given"].values()
    assert capsys.readouterr().out == f"wrote {what}.json\n"


def test_an_error_is_one_line(tmp_path, capsys):
    assert main(["regression", "--lines", "0", "--out", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("error: limit is at least 1; received 0")


def test_an_unknown_word_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["sing"])
    assert "invalid choice: 'sing'" in capsys.readouterr().err
