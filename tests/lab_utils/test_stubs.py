from __future__ import annotations

import pytest

from lab_utils.stubs import DEFAULT_STUB, has_solution, to_solution, to_stub

CELL = """def double(x):
    \"\"\"Double.\"\"\"
    ### solution
    y = x + x
    return y
    ### end
"""


def test_the_stub_keeps_everything_but_the_solution():
    assert to_stub(CELL) == f'def double(x):\n    """Double."""\n    {DEFAULT_STUB}'


def test_the_solution_loses_only_the_markers():
    assert to_solution(CELL) == 'def double(x):\n    """Double."""\n    y = x + x\n    return y'


@pytest.mark.parametrize(
    ("source", "stub"),
    [
        pytest.param("### solution: x = ...\nx = 1\n### end", "x = ...", id="own stub"),
        pytest.param("a\n### solution\nb\n### end\nc", f"a\n{DEFAULT_STUB}\nc", id="in the middle"),
        pytest.param(
            "### solution: p\n1\n### end\n### solution: q\n2\n### end", "p\nq", id="two blocks"
        ),
        pytest.param("# solution\nx", "# solution\nx", id="an ordinary comment"),
    ],
)
def test_stubs(source, stub):
    assert to_stub(source) == stub


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param("### solution\nx = 1", "no `### end` after", id="not closed"),
        pytest.param("x = 1\n### end", "no `### solution` before", id="not opened"),
        pytest.param("### solution\n### solution\nx\n### end", "opens inside", id="nested"),
        pytest.param("### solution\n\n### end", "without any code", id="empty"),
    ],
)
def test_bad_markers_are_named(source, words):
    assert has_solution(source)
    for rewrite in (to_stub, to_solution):
        with pytest.raises(ValueError, match=words):
            rewrite(source)


def test_a_cell_without_markers_has_no_solution():
    assert not has_solution("x = 1  # solution")
