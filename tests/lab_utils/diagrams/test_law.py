"""The picture shows the points, the size kept back and the law's band."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from lab_utils.diagrams.law import law_figure
from lab_utils.figures.show import render
from text_recognizer.stats.power_law import fit_power_law

SIZES = (25, 50, 100, 200, 400)


def panel(floor):
    source = np.random.default_rng(0)
    true = floor + 6 * np.array([*SIZES, 800.0]) ** -0.35
    losses = (true[:, None] * np.exp(0.02 * source.standard_normal((6, 3)))).tolist()
    return fit_power_law(SIZES, losses[:-1]), (800, losses[-1]), losses[:-1]


def draw(panels):
    fits, held_out, losses = zip(*panels, strict=True)
    names = [f"panel {place}" for place in range(len(panels))]
    return law_figure(fits, held_out, losses, titles=names, xlabels=names)


@pytest.mark.parametrize("count", [1, 2])
def test_every_seed_of_every_size_is_a_point(count):
    figure = draw([panel(0.5)] * count)
    assert len(figure.axes) == count
    for ax in figure.axes:
        points = np.concatenate(
            [line.get_xydata() for line in ax.lines if line.get_marker() == "o"]
        )
        assert len(points) == 3 * (len(SIZES) + 1)
        low, high = ax.get_ylim()
        assert ((points[:, 1] > low) & (points[:, 1] < high)).all()
        assert ax.get_xscale() == ax.get_yscale() == "log"


def test_the_size_kept_back_is_marked_and_said():
    fit, held, losses = panel(0.5)
    ax = draw([(fit, held, losses)]).axes[0]
    diamonds = [line.get_xydata() for line in ax.lines if line.get_marker() == "D"]
    assert np.allclose(diamonds, [[[800, np.mean(held[1])]]])
    said = " ".join(text.get_text() for text in ax.texts)
    foretold = fit.predict(800)
    assert f"{np.mean(held[1]):.2f}" in said
    assert f"{foretold.low:.2f} to {foretold.high:.2f}" in said


def test_a_law_without_a_floor_is_written_without_one():
    fit, held, losses = panel(0.0)
    bare = fit_power_law(fit.sizes, losses, floor=False)
    said = [text.get_text() for text in draw([(bare, held, losses)]).axes[0].texts]
    assert any(one.startswith("L(n) = ") and "+" not in one for one in said)


def test_the_picture_is_small():
    content = render(draw([panel(0.5), panel(0.0)]))
    assert len(content) <= 60_000
    # Colours may be reduced for that, the size not.
    assert Image.open(io.BytesIO(content)).width > 800


def test_panels_are_complete():
    with pytest.raises(ValueError, match="got 1, 0, 0, 0 and 0"):
        law_figure([panel(0.5)[0]], [], [], titles=[], xlabels=[])
