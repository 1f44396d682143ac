from __future__ import annotations

import io

import pytest

from lab_utils.diagrams.memory_stack import KINDS, draw_memory_stack

MB = 1e6
STACKS = {
    "laptop": {
        "parameters": 9 * MB,
        "moments": 18 * MB,
        "activations": 114 * MB,
        "working": 5 * MB,
    },
    "mlp": {"parameters": 29 * MB, "gradients": 29 * MB, "moments": 58 * MB, "input": MB},
}


def bars(figure):
    return [patch for patch in figure.axes[0].patches if patch.get_width() > 0]


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_each_bar_is_as_long_as_its_stack():
    widths = [patch.get_width() for patch in bars(draw_memory_stack(STACKS))]
    assert sum(widths) == pytest.approx(146 + 117)


def test_unknown_kinds_are_drawn_as_other():
    figure = draw_memory_stack({"one": {"input": 5 * MB, "working": 7 * MB}})
    (bar,) = bars(figure)
    assert bar.get_width() == pytest.approx(12)


def test_what_was_measured_and_the_limit_are_marked():
    figure = draw_memory_stack(STACKS, measured={"laptop": 156 * MB}, limit=120 * MB)
    marks = [line for line in figure.axes[0].lines if line.get_marker() == "D"]
    assert [line.get_xdata()[0] for line in marks] == [156]
    assert any("limit 120 MB" in text for text in texts(figure))
    assert "146 MB planned, 156 measured" in texts(figure)
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == [
        *KINDS,
        "measured",
    ]


def test_a_bar_of_one_kind_is_written_once_and_the_legend_has_what_is_drawn():
    figure = draw_memory_stack({"plain": {"activations": 18 * MB}})
    assert texts(figure) == ["18 MB"]
    legend = figure.axes[0].get_legend().get_texts()
    assert [text.get_text() for text in legend] == ["activations"]


@pytest.mark.parametrize(
    ("stacks", "options", "words"),
    [
        pytest.param({}, {}, "at least one model", id="nothing to draw"),
        pytest.param({"a": {"parameters": -1.0}}, {}, "got -1.0", id="negative bytes"),
        pytest.param({"a": {}}, {"limit": float("nan")}, "nan", id="a limit that is no number"),
    ],
)
def test_what_cannot_be_drawn_is_said(stacks, options, words):
    with pytest.raises(ValueError, match=words):
        draw_memory_stack(stacks, **options)


def test_the_picture_is_small():
    file = io.BytesIO()
    draw_memory_stack(STACKS, limit=120 * MB).savefig(file, format="png")
    assert file.tell() < 60_000
