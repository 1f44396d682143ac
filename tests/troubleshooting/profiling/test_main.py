"""The command line: help without torch, and one line where there is no GPU."""

from __future__ import annotations

import pytest

from text_recognizer.troubleshooting.profiling.__main__ import main


def test_help_says_what_is_needed(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["record", "--help"])
    assert stopped.value.code == 0
    assert "--out" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["play"], ["record", "--steps", "two"]])
def test_other_words_are_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    assert "usage" in capsys.readouterr().err
