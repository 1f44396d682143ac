"""Each tool catches its own break and leaves clean code alone."""

from __future__ import annotations

import pytest

from lab_utils.settings import Layout
from lab_utils.tools.breaks import BREAKS, QUICK, TOOLS, break_lab, caught_by, plant
from text_recognizer.core.errors import InputError, ParseError


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tools", "expected"),
    [
        pytest.param(
            ["pytest", "doctest"],
            {
                "nothing": (),
                "function": ("pytest",),
                "docstring": ("doctest",),
                "notebook": (),
                "function, everywhere": ("pytest", "doctest"),
            },
            id="code",
        ),
        pytest.param(
            ["nbval", "gate of counts"],
            {"nothing": (), "notebook": ("nbval",), "unexecuted notebook": ("gate of counts",)},
            id="notebooks",
        ),
    ],
)
def test_which_tool_catches_which_break(tools, expected):
    found = caught_by(list(expected), tools)
    assert {one.broken: one.tools for one in found} == expected


def test_what_is_run_unless_one_asks_for_more():
    assert set(QUICK) == set(TOOLS) - {"papermill"}
    assert next(iter(BREAKS)) == "nothing"


def test_the_lab_trips_the_gates():
    tripped = break_lab()
    assert tripped["nothing"] == ()
    assert "counts" in tripped["a cell not executed"]
    assert "source" in tripped["a cell edited by hand"]
    assert "errors" in tripped["an error kept"]
    assert "stderr" in tripped["a warning kept"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        pytest.param(lambda path: plant("hardware", path), "breaks are .*'hardware'", id="break"),
        pytest.param(lambda path: caught_by(tools=["nose"]), "tools are .*'nose'", id="tool"),
    ],
)
def test_refuses(call, words, tmp_path):
    with pytest.raises(InputError, match=words):
        call(tmp_path)


def test_a_break_that_no_longer_applies(tmp_path):
    plant("function", tmp_path)
    with pytest.raises(InputError, match="stands 0 times"):
        BREAKS["docstring"](plant("docstring", tmp_path))


def test_a_lab_that_is_not_stored(tmp_path):
    (tmp_path / "labs" / "source").mkdir(parents=True)
    (tmp_path / "labs" / "source" / "00_welcome.py").touch()
    with pytest.raises(ParseError, match="must be committed to be broken"):
        break_lab(layout=Layout(root=tmp_path))
