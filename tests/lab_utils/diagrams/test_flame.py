"""Flames: boxes as wide as time, in rows by caller."""

from __future__ import annotations

import pytest

from lab_utils.diagrams.flame import flame
from lab_utils.figures.show import render
from text_recognizer.troubleshooting.profiling.events import Span
from text_recognizer.troubleshooting.profiling.tree import call_tree


def span(name, start, duration):
    return Span(name, "", float(start), float(duration), 1, 1, {})


@pytest.fixture(scope="module")
def root():
    wrapper = "autograd::engine::evaluate_function: ConvolutionBackward0"
    return call_tree(
        [
            span("step", 0, 1000),
            span("forward", 0, 300),
            span("module encoder.image.0", 0, 200),
            span("aten::conv2d", 10, 150),
            span("backward", 300, 600),
            span(wrapper, 300, 500),
            span("ConvolutionBackward0", 310, 480),
            span("aten::convolution_backward", 320, 400),
            span("aten::tiny", 950, 1),
        ]
    )[0]


def test_boxes_are_as_wide_as_their_time_and_names_are_short(root):
    figure = flame(root)
    (axes,) = figure.axes
    widths = sorted(round(patch.get_width(), 3) for patch in axes.patches)
    assert widths == [0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 1.0]
    written = [text.get_text() for text in axes.texts]
    assert {"step", "forward", "backward", "image.0", "conv2d", "Conv"} <= set(written)
    assert written.count("Conv") == 1
    assert len(render(figure)) <= 60_000


def test_rows_end_where_they_are_told(root):
    assert max(patch.get_y() for patch in flame(root, depth=1).axes[0].patches) < 2


def test_facts_are_names_only(root):
    assert flame(root).get_label() == "flame of one step: forward, backward, tiny; widest: backward"


def test_what_cannot_be_drawn_is_refused(root):
    with pytest.raises(ValueError, match="0 rows"):
        flame(root, depth=0)
    with pytest.raises(ValueError, match=r"0\.0 µs"):
        flame(call_tree([span("step", 0, 0)])[0])
