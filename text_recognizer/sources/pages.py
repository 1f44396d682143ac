"""Lines to a handwritten page: one hand, a ragged margin, pitch, slope and one sheet of paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import Box, PageImage
from text_recognizer.core.levels import MAX_PIXELS
from text_recognizer.sources import paper
from text_recognizer.sources.fonts import X_HEIGHT, FontFamily
from text_recognizer.sources.ink import InkLine, draw_ink
from text_recognizer.sources.render import Renderer, face_of, seeded
from text_recognizer.sources.style import Style, draw_style

LONGEST_PAGE = 200
"""Lines of the longest page that is rendered; a picture of more would fill the memory."""


@dataclass(frozen=True)
class RenderedPage:
    """A rendered page and what is known of it.

    Attributes:
        image: the picture.
        lines: what its lines say, from top to bottom.
        boxes: the extent of each line's ink.
        writer: name of the font family.
    """

    image: PageImage
    lines: tuple[str, ...]
    boxes: tuple[Box, ...]
    writer: str

    @property
    def text(self) -> str:
        """The lines, joined by line feeds."""
        return "\n".join(self.lines)


def render_page(
    renderer: Renderer,
    lines: Sequence[str],
    *,
    seed: int,
    family: FontFamily | None = None,
    style: Style | None = None,
    pitch: float | None = None,
) -> RenderedPage:
    """A paragraph in one hand.

    Args:
        renderer: knows the hands.
        lines: text of each line, printable ASCII.
        seed: decides everything that is not given; from 0.
        family: the hand; one at random if None.
        style: the manner; one at random if None.
        pitch: distance of baselines in heights of an x, 1.9 (touching) to 4, at most 20; at
            random if None.

    Raises:
        InputError: if there is no line, a line cannot be rendered, pitch or seed is out of range,
            or the page would be too large.
    """
    if not lines:
        raise InputError(f"a page needs at least one line, got {list(lines)}; give its text")
    if len(lines) > LONGEST_PAGE:
        raise InputError(
            f"a page has at most {LONGEST_PAGE} lines, got {len(lines)}; render several pages"
        )
    if pitch is not None and not 0 < pitch <= 20:
        raise InputError(f"pitch must be above 0 and at most 20, got {pitch}; 2.6 is usual")
    for line in lines:
        renderer.check(line)
    rng = seeded(seed)
    family = family or renderer.families[int(rng.integers(len(renderer.families)))]
    style = style or replace(draw_style(rng), neighbours=False, strike=False)
    distance = X_HEIGHT * (pitch or float(rng.uniform(2.3, 3.4)))
    hand = face_of(family, rng)
    drawn = [draw_ink(line, hand, style, rng) for line in lines]
    sheet, boxes, baselines = _stack(drawn, distance, rng)
    image = PageImage(paper.compose(sheet, style, rng, baselines=baselines))
    return RenderedPage(image, tuple(lines), boxes, family.name)


def _stack(
    drawn: Sequence[InkLine], distance: float, rng: np.random.Generator
) -> tuple[paper.Coverage, tuple[Box, ...], list[float]]:
    """Ink lines one under the other; ink of neighbours may touch."""
    margin = 24
    starts = [int(margin + abs(rng.normal(0, 8))) for _ in drawn]
    rise = [line.ink.shape[0] for line in drawn]
    width = (
        max(start + line.ink.shape[1] for start, line in zip(starts, drawn, strict=True)) + margin
    )
    height = int(distance * (len(drawn) - 1)) + max(rise) + margin
    if height * width > MAX_PIXELS:
        raise InputError(
            f"a page has at most {MAX_PIXELS:,} pixels, got {width}x{height}; "
            "render fewer or shorter lines, or a smaller pitch"
        )
    sheet = np.zeros((height, width), np.float32)
    boxes, baselines = [], []
    for i, (start, line) in enumerate(zip(starts, drawn, strict=True)):
        top = int(i * distance + rng.normal(0, 1.5)) + margin // 2
        top = max(0, min(top, height - line.ink.shape[0]))
        area = sheet[top : top + line.ink.shape[0], start : start + line.ink.shape[1]]
        np.maximum(area, line.ink, out=area)
        boxes.append(_extent(line, start, top))
        baselines.append(float(top + line.baseline))
    return sheet, tuple(boxes), baselines


def _extent(line: InkLine, left: int, top: int) -> Box:
    rows = np.flatnonzero(line.ink.max(axis=1) > 0.3)
    columns = np.flatnonzero(line.ink.max(axis=0) > 0.3)
    if not len(rows) or not len(columns):
        return Box(left, top, left + line.ink.shape[1], top + line.ink.shape[0])
    return Box(
        left + int(columns[0]),
        top + int(rows[0]),
        left + int(columns[-1]) + 1,
        top + int(rows[-1]) + 1,
    )
