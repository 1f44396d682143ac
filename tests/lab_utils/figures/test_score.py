from __future__ import annotations

import pytest

from lab_utils.figures.score import score_bars
from lab_utils.figures.show import render

pytest.importorskip("matplotlib")

SECTIONS = {"Data": 3.5, "Model": 2.0, "Infra": 3.5, "Monitor": 4.0}


def words(figure):
    axes = figure.axes[0]
    return [axes.get_title(loc="left"), *(text.get_text() for text in axes.texts)]


def test_bars_have_their_points_and_the_lowest_is_marked():
    figure = score_bars(SECTIONS)
    axes = figure.axes[0]
    assert [bar.get_width() for bar in axes.patches] == list(SECTIONS.values())
    assert len({bar.get_facecolor() for bar in axes.patches}) == 2
    assert axes.lines[0].get_xdata()[0] == 2.0
    assert {"ML Test Score: 2, the lowest section", "3.5", "2", "4"} <= set(words(figure))


def test_what_was_before_is_shown_beside():
    figure = score_bars({**SECTIONS, "Infra": 1.5}, before=SECTIONS)
    assert "3.5 → 1.5" in words(figure)
    assert words(figure)[0] == "ML Test Score: 1.5, the lowest section"


def test_the_picture_is_small_and_the_same_twice():
    pictures = [render(score_bars(SECTIONS)) for _ in range(2)]
    assert pictures[0] == pictures[1]
    assert len(pictures[0]) < 60_000


@pytest.mark.parametrize(
    ("sections", "before"),
    [({}, None), ({"Data": 8}, None), ({"Data": -1}, None), ({"Data": 1}, {"Model": 1})],
)
def test_what_cannot_be_drawn_is_refused(sections, before):
    with pytest.raises(ValueError, match="got"):
        score_bars(sections, before)
