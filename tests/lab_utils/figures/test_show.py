from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from lab_utils import figures
from lab_utils.figures.show import describe, number, render
from lab_utils.figures.style import COLORS, confidence_color

pytest.importorskip("matplotlib")
ALT = "A curve that falls from three to a half"


def curve():
    figure, axes = figures.plot(height=2)
    axes.plot([0, 1, 2], [3.0, 1.0, 0.5])
    axes.set(xlabel="step", ylabel="loss", title="The loss falls")
    return figure


def test_a_figure_is_shown_with_one_line_of_facts(capsys):
    figures.show(curve(), alt=ALT)
    line = 'Figure: "The loss falls", x step 0 to 2, y loss 0.5 to 3, 1 curve\n'
    assert capsys.readouterr().out == line
    figures.show(curve(), alt=ALT, facts="It falls: True")
    assert capsys.readouterr().out == "It falls: True\n"


@pytest.mark.parametrize("alt", ["", "short", "x" * 301])
def test_alt_text_has_a_sensible_length(alt):
    with pytest.raises(ValueError, match="20 to 300 characters"):
        figures.show(curve(), alt=alt)


def test_the_same_figure_gives_the_same_bytes():
    content = render(curve())
    assert content == render(curve())
    assert b"Software" not in content
    assert Image.open(io.BytesIO(content)).size[0] == round(8.4 * 96)


def noise(height):
    figure, axes = figures.plot(height=height)
    axes.imshow(np.random.default_rng(0).random((900, 900, 3)))
    return figure


def test_a_large_picture_is_made_smaller():
    content = render(noise(2.5))
    assert len(content) <= 60_000
    assert Image.open(io.BytesIO(content)).width >= 500


def test_rare_colours_of_the_style_survive_when_a_picture_is_made_smaller():
    figure, axes = figures.plot(height=2.5)
    grey = np.random.default_rng(0).random((600, 1200))
    axes.imshow(grey, cmap="gray", extent=(0, 10, 0, 5))
    axes.plot([1, 9], [2, 3], color=COLORS["vermilion"], linewidth=3)
    axes.plot([1, 9], [3, 2], color=COLORS["green"], linewidth=3)
    picture = Image.open(io.BytesIO(render(figure)))
    assert picture.mode == "P", "it was made smaller"
    found = {color for _, color in picture.convert("RGB").getcolors(1000)}
    for name in ("vermilion", "green"):
        levels = np.array([int(COLORS[name][at : at + 2], 16) for at in (1, 3, 5)])
        assert min(np.abs(np.array(color) - levels).max() for color in found) <= 2, name
    assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255), "paper stays white"


def test_a_picture_that_stays_too_large_is_refused():
    with pytest.raises(ValueError, match="at most 500 bytes, this one takes"):
        render(curve(), limit=500)


def test_facts_of_bars_points_images_and_nothing():
    figure, axes = figures.plot(1, 3)
    axes[0].bar(["a", "b"], [1, 2])
    axes[1].scatter([1, 2], [3, 4])
    axes[2].imshow(np.zeros((2, 2)))
    facts = describe(figure)
    for words in ("1 group of bars", "1 set of points", "1 image", "y 0 to 2"):
        assert words in facts
    from matplotlib.figure import Figure

    assert describe(Figure()) == "Figure: nothing drawn"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (1234.5, "1200"), (0.01234, "0.012"), (3.0, "3"), (-2.53, "-2.5"), (1e-15, "0")],
)
def test_numbers_have_two_digits(value, text):
    assert number(value) == text
    assert number(value * (1 + 1e-9)) == text


@pytest.mark.parametrize("size", [{"height": 0}, {"height": 13}, {"width": -1}])
def test_a_size_out_of_range_is_refused(size):
    with pytest.raises(ValueError, match="12 by 12 inches"):
        figures.plot(**size)


def test_colours_differ_in_lightness_too():
    def lightness(color):
        red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    shades = sorted(map(lightness, COLORS.values()))
    assert len({round(shade) for shade in shades}) == len(COLORS)
    assert [confidence_color(value) for value in (0.95, 0.7, 0.1)] == [
        COLORS["green"],
        COLORS["orange"],
        COLORS["vermilion"],
    ]


def test_titles_set_later_have_the_style():
    _, axes = figures.plot()
    axes.set_title("Late")
    assert axes.get_title(loc="left") == "Late"
