"""The renderer as the embedded sample uses it: installed fonts, paper with little grain."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.images import Box
from text_recognizer.sources.families import families_of
from text_recognizer.sources.fonts import font_families
from text_recognizer.sources.pages import render_page
from text_recognizer.sources.render import RENDERER_VERSION, Renderer
from text_recognizer.sources.style import Style, draw_style


class FontHand:
    """Renders lines and paragraphs in the families installed under a folder.

    Args:
        folder: ``data/fonts``, after ``make fonts``.
        noise: Strongest grain of the paper, in grey levels; the rest of a style is drawn as in
            training, within what a person can read.

    Raises:
        DataError: If no font is installed.
    """

    version = RENDERER_VERSION

    def __init__(self, folder: Path, *, noise: float) -> None:
        """Find the fonts; none is read before it is used."""
        self.noise = noise
        self.families = {family.name: family for family in font_families(folder)}

    def writers(self, split: str) -> Sequence[str]:
        """Names of the families of a split, in alphabetical order.

        Raises:
            InputError: If none of them is installed.
        """
        chosen = families_of(split, list(self.families.values()))
        return sorted(family.name for family in chosen)

    def line(
        self, text: str, *, writer: str, seed: int
    ) -> tuple[NDArray[np.uint8], Sequence[float]]:
        """One line, (H, W) grey, in the hand of ``writer``, and the column of each character."""
        family = self.families[writer]
        drawn = self._renderer.line(text, seed=seed, family=family, style=self._style(seed))
        return drawn.image.pixels, drawn.centres

    def paragraph(
        self, lines: Sequence[str], *, writer: str, seed: int
    ) -> tuple[NDArray[np.uint8], Sequence[Box]]:
        """One paragraph, (H, W) grey, and a box per line: the extent of its ink."""
        page = render_page(
            self._renderer,
            lines,
            seed=seed,
            family=self.families[writer],
            style=dataclasses.replace(self._style(seed), neighbours=False),
        )
        return page.image.pixels, page.boxes

    @cached_property
    def _renderer(self) -> Renderer:
        return Renderer(tuple(self.families.values()))

    def _style(self, seed: int) -> Style:
        style = draw_style(np.random.default_rng([seed, 1]))
        # A scribble that no text mentions, and ink that no person could read, are right for
        # training and wrong for a measure.
        return dataclasses.replace(
            style,
            noise=min(style.noise, self.noise),
            strike=False,
            ink=max(style.ink, 0.5),
            shade=min(style.shade, 40.0),
            shadow=min(style.shadow, 25.0),
            jitter=min(style.jitter, 1.2),
            fade=min(style.fade, 0.25),
            drift=min(style.drift, 4.0),
        )
