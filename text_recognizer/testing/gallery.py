"""A sheet of failures: the worst lines as pictures, what they say, and what was read instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import LineImage, PageImage
from text_recognizer.testing.alignment import Step, align_texts
from text_recognizer.testing.evaluate import Evaluation, ItemResult

#: Sheet, px.
WIDTH, MARGIN, GUTTER, HEAD = 1080, 28, 132, 78
#: A character's cell, px: both rows share it, so that what belongs together stands together.
CELL, ROW = 12, 24
#: Largest picture of a line or paragraph, px.
TALLEST = 240
LINE_TALLEST = 72
#: Lines of one writer on a sheet, and characters of a line that says something.
PER_WRITER, SHORTEST = 2, 8

INK, QUIET, RULE, PAPER = "#1b1b1b", "#6b6b6b", "#dcdad5", "#faf9f6"
#: Okabe and Ito's colours, which colour-blind readers tell apart: (mark, its light ground).
MARKS = {
    "substitution": ("#b36b00", "#ffe3b3"),
    "deletion": ("#c04a00", "#ffd2bd"),
    "insertion": ("#005f96", "#cfe8f7"),
}
#: What the legend calls them, from right to left.
NAMES = {"insertion": "inserted", "deletion": "lost", "substitution": "substituted"}


def pick_failures(
    evaluation: Evaluation, count: int = 12, *, per_writer: int = PER_WRITER
) -> list[ItemResult]:
    """The worst results that are worth a look.

    Sorted by CER; few of one writer, so that the sheet shows kinds of failure and not one hand, and
    nothing shorter than eight characters while there is enough else.

    Args:
        evaluation: What was read.
        count: At most so many, at least 1.
        per_writer: At most so many of one writer.

    Raises:
        InputError: If a number is below 1.

    Example:
        >>> from text_recognizer.core import EchoReader
        >>> from text_recognizer.testing import LabelledItem, evaluate
        >>> item = LabelledItem(np.full((9, 9), 255, np.uint8), "abcdefgh", kind="line",
        ...                     writer="w", id="1")
        >>> [each.id for each in pick_failures(evaluate(EchoReader(["abc"]), [item])["line"])]
        ['1']
    """
    if count < 1 or per_writer < 1:
        raise InputError(
            f"a gallery shows at least one line and one of each writer; received count={count!r} "
            f"and per_writer={per_writer!r}; 12 and 2 make a sheet"
        )
    shown: Counter[str] = Counter()
    chosen: list[ItemResult] = []
    rest: list[ItemResult] = []
    for result in evaluation.worst(len(evaluation.results)):
        telling = len(result.reference) >= SHORTEST and shown[result.writer] < per_writer
        shown[result.writer] += telling
        (chosen if telling else rest).append(result)
    kept = [*chosen, *rest][:count]
    return sorted(kept, key=lambda each: -each.counts.cer)


def draw_gallery(
    failures: Sequence[ItemResult],
    images: Mapping[str, LineImage | PageImage],
    *,
    title: str = "The worst lines",
) -> Image.Image:
    """Draw the sheet.

    Under each picture stand two rows, what is written and what was read, a character under the
    other: substituted ones are orange, lost ones a red gap, inserted ones blue.

    Args:
        failures: What to show, in this order; at least one.
        images: The picture of each, by id.
        title: Headline.

    Returns:
        An RGB image, 1,080 px wide and as high as it takes.

    Raises:
        InputError: If there is nothing to show or a picture is missing.
    """
    missing = [result.id for result in failures if result.id not in images]
    if missing or not failures:
        raise InputError(
            f"a gallery needs failures and the picture of each; received {len(failures)} failures "
            f"and no picture of {missing[:3]}; pass the items that were evaluated"
        )
    panels = [_Panel(result, _picture(images[result.id])) for result in failures]
    sheet = Image.new("RGB", (WIDTH, HEAD + sum(each.height for each in panels) + MARGIN), PAPER)
    _head(ImageDraw.Draw(sheet), title)
    top = HEAD
    for panel in panels:
        panel.draw(sheet, top)
        top += panel.height
    return sheet


def save_sheet(sheet: Image.Image, path: Path) -> None:
    """Write a sheet as a small PNG of few colours: greys, and the marks exactly as they are.

    Args:
        sheet: From :func:`draw_gallery`.
        path: The file; its folder is made if absent.

    Raises:
        InputError: If it cannot be written.
    """
    few = sheet.quantize(palette=_palette(), dither=Image.Dither.NONE)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        few.save(path, "PNG", optimize=True)
    except OSError as error:
        raise InputError(
            f"a gallery is written to a file; {str(path)!r}: {error}; choose another"
        ) from error


def _palette() -> Image.Image:
    """The colours of a sheet: an adaptive choice would drop the few pixels of the marks."""
    greys = [(round(k * 255 / 39),) * 3 for k in range(40)]
    named = [ImageColor.getrgb(color)[:3] for color in (INK, QUIET, RULE, PAPER)]
    blends = []
    for color, ground in MARKS.values():
        ends = [np.array(ImageColor.getrgb(each)[:3], float) for each in (ground, color)]
        for share in np.linspace(0, 1, 5):
            blends.append(tuple(np.rint(ends[0] * (1 - share) + ends[1] * share).astype(int)))
    colors = [*greys, *named, *blends]
    palette = Image.new("P", (1, 1))
    palette.putpalette([int(value) for color in colors for value in color])
    return palette


def _head(draw: ImageDraw.ImageDraw, title: str) -> None:
    """Headline and what the colours mean."""
    draw.text((MARGIN, 18), title, INK, _font(22))
    left = float(WIDTH - MARGIN)
    for operation, word in NAMES.items():
        left -= draw.textlength(word, _font(14))
        draw.text((left, 27), word, QUIET, _font(14))
        left -= CELL + 8
        _cell(draw, (left, 24), operation, "" if operation == "deletion" else "a")
        left -= 18


@dataclass
class _Panel:
    """One failure: its figures at the left, picture and texts beside them."""

    result: ItemResult
    picture: Image.Image
    rows: list[list[tuple[str, str, str]]] = field(init=False)

    def __post_init__(self) -> None:
        """Break the texts into rows that fit."""
        steps = align_texts(self.result.reference, self.result.hypothesis)
        columns = [_column(step, self.result) for step in steps]
        fits = (WIDTH - 2 * MARGIN - GUTTER - 8) // CELL
        self.rows = [columns[k : k + fits] for k in range(0, len(columns), fits)]

    @property
    def _top(self) -> int:
        """Where the texts begin: below the picture, and below the figures beside it."""
        return 14 + max(self.picture.height + 10, 50)

    @property
    def height(self) -> int:
        """Rows of the sheet, px."""
        return self._top + len(self.rows) * (2 * ROW + 10) + 14

    def draw(self, sheet: Image.Image, top: int) -> None:
        """Put it on the sheet."""
        draw = ImageDraw.Draw(sheet)
        draw.line((MARGIN, top, WIDTH - MARGIN, top), RULE)
        result, left = self.result, MARGIN + GUTTER
        draw.text((MARGIN, top + 12), f"CER {result.counts.cer:.2f}", INK, _font(17))
        facts = (f"confidence {result.confidence:.2f}", _short(result.writer))
        for row, text in enumerate(facts):
            draw.text((MARGIN, top + 36 + 19 * row), text, QUIET, _font(13))
        sheet.paste(self.picture, (left, top + 14))
        line = top + self._top
        for columns in self.rows:
            for name, row in (("written", 0), ("read", 1)):
                width = draw.textlength(name, _font(13))
                place = (left - 10 - width, line + 4 + row * ROW)
                draw.text(place, name, QUIET, _font(13))
            for number, (written, read, operation) in enumerate(columns):
                x = left + number * CELL
                _glyph(draw, (x, line), written, INK if operation == "equal" else QUIET)
                _cell(draw, (x, line + ROW), operation, read)
            line += 2 * ROW + 10


def _column(step: Step, result: ItemResult) -> tuple[str, str, str]:
    """What is written, what was read, and the operation between them."""
    written = "" if step.operation == "insertion" else result.reference[step.reference]
    read = "" if step.operation == "deletion" else result.hypothesis[step.hypothesis]
    return written, read, step.operation


def _cell(
    draw: ImageDraw.ImageDraw, place: tuple[float, float], operation: str, character: str
) -> None:
    """One character that was read, on the ground of its operation."""
    x, y = place
    color = INK
    if operation != "equal":
        color, ground = MARKS[operation]
        draw.rectangle((x, y, x + CELL - 1, y + ROW - 3), ground)
        draw.line((x, y + ROW - 3, x + CELL - 1, y + ROW - 3), color, 2)
    _glyph(draw, place, character, color)


def _glyph(
    draw: ImageDraw.ImageDraw, place: tuple[float, float], character: str, color: str
) -> None:
    """A character in the middle of its cell, on the common baseline."""
    if character.strip():
        draw.text((place[0] + CELL / 2, place[1] + 17), character, color, _font(17), anchor="ms")


def _picture(image: LineImage | PageImage) -> Image.Image:
    """The image at the width of the sheet or smaller, in a thin frame."""
    picture = image.to_pil().convert("L")
    widest = WIDTH - 2 * MARGIN - GUTTER - 2
    tallest = LINE_TALLEST if isinstance(image, LineImage) else TALLEST
    scale = min(widest / picture.width, tallest / picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    small = picture.resize(size, Image.Resampling.LANCZOS)
    framed = Image.new("RGB", (size[0] + 2, size[1] + 2), RULE)
    framed.paste(Image.fromarray(np.asarray(small)).convert("RGB"), (1, 1))
    return framed


def _short(name: str) -> str:
    return name if len(name) <= 18 else f"{name[:17]}\u2026"


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that comes with Pillow: the same sheet on every machine."""
    return ImageFont.load_default(size)
