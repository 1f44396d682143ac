"""Curves with their names beside them."""

from __future__ import annotations

import numpy as np
import pytest

from lab_utils.diagrams.curves import curves, draw_curves
from lab_utils.figures.show import MAX_BYTES, describe, render
from lab_utils.figures.style import COLORS, plot

SERIES = {"plain": [[3.0, 2.0, 1.0], [5.0, 4.0, 3.0]], "better": [2.0, 1.0, 0.5]}


def names(axes):
    return {one.get_text(): one for one in axes.texts}


def test_names_stand_at_the_right_in_the_colours_of_their_curves():
    figure = curves({"loss": SERIES})
    written = names(figure.axes[0])
    assert set(written) == {"plain", "better"}
    assert written["plain"].get_color() == COLORS["blue"]
    assert written["plain"].xyann[1] > written["better"].xyann[1]
    assert figure.axes[0].get_legend() is None
    assert len(render(figure)) <= MAX_BYTES


@pytest.mark.parametrize(
    ("band", "middle", "areas", "lines"),
    [
        pytest.param("range", [4, 3, 2], 1, 1, id="median, least to largest"),
        pytest.param("deviation", [4, 3, 2], 1, 1, id="mean and deviation"),
        pytest.param("none", [4, 3, 2], 0, 3, id="every seed"),
    ],
)
def test_seeds_make_a_band(band, middle, areas, lines):
    _, axes = plot()
    draw_curves(axes, {"plain": SERIES["plain"]}, band=band)
    assert list(axes.lines[-1].get_ydata()) == middle
    assert (len(axes.collections), len(axes.lines)) == (areas, lines)


def test_a_name_has_one_colour_in_all_panels():
    figure = curves(
        {"one": SERIES, "two": {"better": [1.0, 2.0]}}, x={"one": [1, 2, 4], "two": [0, 9]}
    )
    first, second = figure.axes
    assert names(first)["better"].get_color() == names(second)["better"].get_color()
    assert list(second.lines[0].get_xdata()) == [0, 9]


def test_equal_ends_do_not_write_over_each_other():
    _, axes = plot()
    draw_curves(axes, {f"curve {k}": [1.0, 2.0] for k in range(4)} | {"far": [1.0, 9.0]})
    heights = sorted(one.xyann[1] for one in names(axes).values())
    assert min(np.diff(heights)) > 0.07


def test_what_is_not_finite_ends_in_a_cross():
    _, axes = plot()
    draw_curves(
        axes, {"bursts": [1.0, 1e9, np.inf, np.nan], "lives": [1.0, 1.0, 1.0, 1.0]}, log="y"
    )
    crosses = [line for line in axes.lines if line.get_marker() == "x"]
    assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in crosses] == [(1, 1e9)]


def test_a_curve_without_a_single_value_still_has_its_name():
    figure = curves(
        {"loss": {"nothing": [np.nan, np.nan], "zero": [0.0, 0.0], "one": [1, 1]}}, log="y"
    )
    assert set(names(figure.axes[0])) == {"nothing", "zero", "one"}
    assert render(figure)


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        pytest.param(1e-8, 1e4, "10⁻⁸", id="powers as people write them"),
        pytest.param(0.4, 4, "0.5", id="a decade needs more than its powers"),
        pytest.param(1, 1000, "1,000", id="small powers in full"),
    ],
)
def test_logarithmic_axes_are_labelled_without_math_text(low, high, shown):
    figure = curves({"loss": {"plain": [low, high]}}, log="y")
    render(figure)
    axis = figure.axes[0].yaxis
    texts = [one.get_text() for one in axis.get_ticklabels(which="both")]
    assert shown in texts
    assert not any("$" in text for text in texts)


def test_limits_cut_and_names_stay_inside():
    figure = curves(
        {"loss": {"high": [1.0, 1e40], "low": [1.0, 1.0]}}, log="y", limits={"loss": (0.1, 10)}
    )
    assert figure.axes[0].get_ylim() == (0.1, 10)
    assert names(figure.axes[0])["high"].xyann[1] <= 1


def test_facts_name_the_panels_and_ranges():
    figure = curves({"loss": SERIES}, xlabels=["epoch"], ylabels=["nats"])
    assert describe(figure) == ('Figure: "loss", x epoch 0 to 2, y nats 0.5 to 5, 2 curves')


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"panels": {}}, "got 0"),
        ({"panels": {"loss": {}}}, "got none"),
        ({"panels": {"loss": SERIES}, "log": "z"}, "got 'z'"),
        ({"panels": {"loss": SERIES}, "band": "box"}, "got 'box'"),
        ({"panels": {"loss": SERIES}, "ylabels": ["a", "b"]}, "got \\['a', 'b'\\]"),
        ({"panels": {"loss": SERIES}, "x": [1, 2]}, r"'plain' has shape \(2, 3\) at \(2,\)"),
        ({"panels": {"loss": {"empty": []}}}, r"shape \(0,\)"),
    ],
)
def test_what_cannot_be_drawn_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        curves(**options)
