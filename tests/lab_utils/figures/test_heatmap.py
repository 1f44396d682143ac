from __future__ import annotations

import numpy as np
import pytest

from lab_utils import figures
from lab_utils.figures.show import describe, render

pytest.importorskip("matplotlib")
CHARACTERS = " abc"


def probabilities(path):
    table = np.full((len(path), 5), 0.02)
    table[np.arange(len(path)), path] = 0.92
    return table


def test_characters_stand_in_the_order_in_which_they_peak():
    figure = figures.heatmap(probabilities([0, 3, 3, 0, 2, 1]), CHARACTERS)
    labels = [label.get_text() for label in figure.axes[-1].get_yticklabels()][:4]
    assert labels == ["b", "a", "space", "blank"]
    assert describe(figure) == (
        "Figure: probabilities, 6 frames x 4 of 5 classes, 3 characters win a frame, blank wins 2"
    )


def test_the_line_stands_above_on_the_same_scale():
    image = np.full((40, 200), 255, np.uint8)
    figure = figures.heatmap(probabilities([1, 2]), CHARACTERS, image=image, path=False)
    above, below = (axes.get_position() for axes in figure.axes)
    assert (above.x0, above.x1) == pytest.approx((below.x0, below.x1))
    assert above.y0 > below.y1
    assert len(render(figure)) < 60_000


def test_blank_alone_and_few_rows():
    assert "0 characters win" in describe(figures.heatmap(probabilities([0, 0]), CHARACTERS))
    figure = figures.heatmap(probabilities([1, 2, 3, 4]), CHARACTERS, most=2)
    assert "3 of 5 classes" in describe(figure)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        pytest.param(np.zeros((3, 4)), "4 characters \\+ 1 blank", id="another charset"),
        pytest.param(np.zeros((2, 3, 5)), "got shape", id="a batch"),
        pytest.param(np.full((3, 5), -2.3), "exponential", id="logarithms"),
        pytest.param(np.full((3, 5), np.nan), "0 to 1", id="not numbers"),
    ],
)
def test_what_is_no_table_of_probabilities_is_refused(table, words):
    with pytest.raises(ValueError, match=words):
        figures.heatmap(table, CHARACTERS)
