from __future__ import annotations

import sys
import types

import pytest

from lab_utils import bars, progress_bar


def test_a_program_sees_nothing(monkeypatch, capsys):
    monkeypatch.setenv("LABS_HEADLESS", "1")
    assert list(progress_bar(range(3), "Reading")) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")


def test_a_person_at_a_terminal_sees_a_line_that_goes(monkeypatch, capsys):
    monkeypatch.setenv("LABS_HEADLESS", "0")
    monkeypatch.setattr(bars, "_PAUSE", 0.0)
    assert list(progress_bar(range(2), "Reading")) == [0, 1]
    out, err = capsys.readouterr()
    assert out == ""
    assert "\rReading: [" in err
    assert "1 of 2" in err
    assert err.split("\r")[-2:] == [" " * len("Reading: " + "[" + "." * 30 + "] 1 of 2"), ""]


@pytest.mark.parametrize(
    ("done", "total", "line"),
    [
        pytest.param(0, 4, "R: [" + "." * 30 + "] 0 of 4", id="start"),
        pytest.param(2, 4, "R: [" + "#" * 15 + "." * 15 + "] 2 of 4", id="half"),
        pytest.param(7, None, "R: 7", id="unknown length"),
        pytest.param(9, 4, "R: [" + "#" * 30 + "] 9 of 4", id="longer than said"),
    ],
)
def test_the_line(done, total, line):
    assert bars._line("R", done, total) == line


def test_in_a_notebook_one_output_is_updated_and_emptied(monkeypatch):
    shown = []

    class Handle:
        def update(self, data, raw):
            shown.append(data["text/plain"])

    def display(data, raw, display_id):
        shown.append(data["text/plain"])
        return Handle()

    shell = types.SimpleNamespace(kernel=object(), user_ns={})
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: shell
    ipython_display = types.ModuleType("IPython.display")
    ipython_display.display = display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", ipython_display)
    monkeypatch.setenv("LABS_HEADLESS", "0")
    monkeypatch.setattr(bars, "_PAUSE", 0.0)
    assert sum(progress_bar(iter([1, 2]), "Adding")) == 3
    assert shown == ["Adding: 0", "Adding: 1", ""]


def test_the_line_goes_even_when_the_work_fails(monkeypatch, capsys):
    monkeypatch.setenv("LABS_HEADLESS", "0")

    def work():
        for _ in progress_bar(range(3), "Failing"):
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError):
        work()
    assert capsys.readouterr().err.endswith("\r")
