from __future__ import annotations

import pytest

from lab_utils import figures
from lab_utils.figures.edits import _way
from lab_utils.figures.show import describe, render

pytest.importorskip("matplotlib")


@pytest.mark.parametrize(
    ("reference", "reading", "distance"),
    [
        pytest.param("letter", "lettuce", 3, id="two words"),
        pytest.param("a", "a", 0, id="equal"),
        pytest.param("cat", "at", 1, id="lost"),
        pytest.param("at", "cat", 1, id="added"),
        pytest.param("abc", "xyz", 3, id="nothing alike"),
    ],
)
def test_the_marked_way_costs_the_distance(reference, reading, distance):
    way = _way(reference, reading)
    assert sum(cost for _, _, cost in way) == distance
    assert way[0][:2] == (0, 0)
    assert way[-1][:2] == (len(reference), len(reading))
    figure = figures.edits(reference, reading)
    assert describe(figure).endswith(f"last one {distance}")
    cells = [text.get_text() for text in figure.axes[0].texts]
    assert cells[-1] == str(distance)
    assert len(cells) == (len(reference) + 1) * (len(reading) + 1)
    assert len(render(figure)) <= 60_000


@pytest.mark.parametrize(("reference", "reading"), [("", "a"), ("a", ""), ("a" * 15, "a")])
def test_texts_that_do_not_fit_are_refused(reference, reading):
    with pytest.raises(ValueError, match="1 to 14 characters"):
        figures.edits(reference, reading)
