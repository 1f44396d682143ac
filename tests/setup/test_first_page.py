"""`scripts/first_page.py`: what `make lab` shows, and what it says where it cannot."""

from __future__ import annotations

import re

import pytest

from scripts import first_page


def test_it_reads_a_page_and_says_how_sure_it_is() -> None:
    text = first_page.read_first_page()
    assert re.search(r"\n +\d+%  \w+", text)
    assert re.search(
        r"Confidence \d+%, \d+\.\d% of the characters wrong, \d+\.\d s\.$", text, re.MULTILINE
    )


def test_a_failure_is_told_and_does_not_stop_the_labs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> str:
        raise FileNotFoundError("no bundle here")

    monkeypatch.setattr(first_page, "read_first_page", fail)
    assert first_page.main() == 0
    assert "could not be read: FileNotFoundError: no bundle here" in capsys.readouterr().out
