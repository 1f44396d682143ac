"""How one hand writes one line: sizes, slopes, irregularities, pen and paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from text_recognizer.core.errors import ConfigError
from text_recognizer.sources.fonts import X_HEIGHT

_RANGES = {
    "slant": (-2.0, 2.0),
    "stretch": (0.2, 5.0),
    "spacing": (-10.0, 100.0),
    "word_space": (0.0, 500.0),
    "jitter": (0.0, 10.0),
    "x_height": (0.3, 2.0),
    "fade": (0.0, 0.9),
    "gaps": (0.0, 1.0),
    "tight": (0.0, 1.0),
    "joins": (0.0, 1.0),
    "bars": (0.0, 1.0),
    "drift": (0.0, 60.0),
    "slope": (-0.5, 0.5),
    "stroke": (0.1, 20.0),
    "ink": (0.0, 1.0),
    "texture": (0.0, 1.0),
    "paper": (0.0, 255.0),
    "shade": (0.0, 255.0),
    "noise": (0.0, 100.0),
    "shadow": (0.0, 255.0),
    "rule": (0.0, 1.0),
    "blur": (0.0, 20.0),
}
"""What a picture can be made of; far wider than what ``draw_style`` gives."""


@dataclass(frozen=True, kw_only=True)
class Style:
    """Settings of one rendered line; lengths in pixels at the scale of the glyphs.

    Attributes:
        slant: shear of every glyph, columns per row (positive leans right).
        stretch: horizontal scale.
        spacing: columns added after each letter.
        word_space: columns of a space.
        jitter: strength of the irregularities, 0 (a font) to about 1.5 (a hurried hand).
        x_height: height of small letters, as a multiple of the font's own.
        fade: how much narrower and flatter letters get towards the end of a word, 0 to 0.9.
        gaps: chance that a word breaks after a letter.
        tight: chance that a word is written close to the next.
        joins: chance of a stroke that joins two letters.
        bars: chance that the bar of a t is long and off its place.
        drift: rows by which the baseline wanders.
        slope: rows per column by which the line climbs.
        stroke: width of the pen.
        ink: darkness of the pen, 0 to 1.
        texture: how unevenly the pen gives ink, 0 to 1.
        paper: grey level of the paper, 0 to 255.
        shade: grey levels by which the light falls off across the paper.
        noise: standard deviation of the paper's grain, in grey levels.
        shadow: grey levels that a shadow with an edge takes from part of the paper.
        rule: darkness of a ruled line, 0 for none.
        squares: whether ruled paper has squares instead of lines.
        neighbours: whether parts of the lines above and below reach in.
        strike: whether there is one more word, struck out (it is in no transcription).
        blur: standard deviation of the camera's blur, in pixels.

    Raises:
        ConfigError: if a value is out of its range.

    Example:
        >>> Style(slant=0.3, jitter=0).stroke
        3.0
    """

    slant: float = 0.0
    stretch: float = 1.0
    spacing: float = 0.0
    word_space: float = 12.0
    jitter: float = 0.5
    x_height: float = 1.0
    fade: float = 0.0
    gaps: float = 0.0
    tight: float = 0.0
    joins: float = 0.0
    bars: float = 0.0
    drift: float = 1.0
    slope: float = 0.0
    stroke: float = 3.0
    ink: float = 0.8
    texture: float = 0.2
    paper: float = 245.0
    shade: float = 0.0
    noise: float = 2.0
    shadow: float = 0.0
    rule: float = 0.0
    squares: bool = False
    neighbours: bool = False
    strike: bool = False
    blur: float = 0.5

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ConfigError(f"{name} must be from {low} to {high}, got {value}")


def draw_style(rng: np.random.Generator) -> Style:
    """A style at random, from neat school hands to hurried notes on bad photos.

    Args:
        rng: decides.

    Example:
        >>> draw_style(np.random.default_rng(0)) == draw_style(np.random.default_rng(0))
        True
    """
    scan = rng.random() < 0.5

    def seldom(share: float, value: float, otherwise: float = 0.0) -> float:
        return float(value if rng.random() < share else otherwise)

    return Style(
        slant=seldom(0.2, rng.normal(0.4, 0.2), rng.normal(0.0, 0.17)),
        stretch=float(np.clip(rng.lognormal(0.12, 0.22), 0.65, 1.9)),
        spacing=seldom(0.1, rng.uniform(4, 14), max(-2.0, rng.normal(0.8, 2.4))),
        word_space=seldom(
            0.12, rng.uniform(45, 110), rng.uniform(8, 24) + seldom(0.4, rng.uniform(4, 26))
        ),
        jitter=float(rng.gamma(3.0, 0.3)),
        x_height=float(np.clip(rng.lognormal(-0.1, 0.22), 0.5, 1.5)),
        fade=seldom(0.35, rng.uniform(0.05, 0.5)),
        gaps=seldom(0.2, rng.uniform(0.03, 0.3)),
        tight=seldom(0.15, rng.uniform(0.1, 0.6)),
        joins=seldom(0.2, rng.uniform(0.2, 0.9)),
        bars=seldom(0.25, rng.uniform(0.3, 1.0)),
        drift=seldom(0.1, rng.uniform(3, X_HEIGHT / 2), rng.gamma(1.6, 1.3)),
        slope=float(rng.normal(0, 0.012)),
        stroke=float(np.clip(rng.lognormal(0.9, 0.36), 1.2, 6.0)),
        ink=float(rng.uniform(0.25, 1.0)),
        texture=float(rng.uniform(0, 0.6)),
        paper=float(255 if scan else rng.uniform(150, 250)),
        shade=float(0 if scan else rng.uniform(0, 60)),
        noise=float(rng.uniform(0, 2) if scan else rng.uniform(0, 9)),
        shadow=0.0 if scan else seldom(0.2, rng.uniform(10, 60)),
        rule=seldom(0.3, rng.uniform(0.15, 0.9)),
        squares=bool(rng.random() < 0.15),
        neighbours=bool(rng.random() < 0.25),
        strike=bool(rng.random() < 0.03),
        blur=float(rng.uniform(0.2, 1.2)),
    )
