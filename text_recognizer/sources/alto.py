"""Pages transcribed in ALTO XML 4 (Library of Congress), a polygon per line, as Copiste publishes.

A line is cut out along its polygon: what lies outside is painted in the colour of the paper, so
that the neighbours' loops do not disturb. Conventions for crossed-out words are those of CREMMA:
``>readable<``, ``><`` for unreadable; some pages use U+27E6 and U+27E7 instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import ImageError, ParseError
from text_recognizer.core.images import Box, LineImage, PageImage, Sample
from text_recognizer.sources.xmlfile import attribute, describe, local_name, number, read_xml

_STRUCK = re.compile(r">[^<>]*<|\u27e6[^\u27e7]*\u27e7")
_SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff")
Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Transcription:
    """A line's text, cleaned.

    Args:
        text: Crossed-out words removed, white space tidied, accents kept.
        plain: The same in printable ASCII.
        struck: Whether something was removed: its ink is still on the page.
        lost: Visible characters that printable ASCII has nothing for, such as "€"; ``plain`` lacks
            them.
    """

    text: str
    plain: str
    struck: bool
    lost: str


@dataclass(frozen=True, kw_only=True)
class AltoLine:
    """One line of a page.

    Args:
        id: Page name and position in the file, such as ``"page_07"``.
        polygon: Outline in pixels of the page, (x, y) points; at least three.
        transcription: What it says.
        tags: Labels of its line type, such as ``"DefaultLine:Handwritten"``.
    """

    id: str
    polygon: tuple[Point, ...]
    transcription: Transcription
    tags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AltoPage:
    """One ALTO file.

    Args:
        name: The file's name without its ending.
        image_name: The picture's file name, as stated in the file.
        width: Columns of the page that the polygons refer to, px; 0 where unstated.
        height: Rows, px; 0 where unstated.
        lines: In file order; lines without text are left out.
    """

    name: str
    image_name: str
    width: int
    height: int
    lines: tuple[AltoLine, ...]


def clean_transcription(text: str) -> Transcription:
    """Remove crossed-out words and tidy white space.

    Example:
        >>> clean_transcription("un >bel< été  ><").plain
        'un ete'
    """
    kept = _STRUCK.sub(" ", text)
    tidy = " ".join(kept.split())
    charset = Charset.english()
    # A mark that was not composed with its letter is an accent, not a lost character.
    composed = unicodedata.normalize("NFC", tidy)
    lost = {c for c in composed if not charset.normalize(c) and not c.isspace()}
    visible = "".join(sorted(c for c in lost if unicodedata.category(c)[0] in "LNPS"))
    return Transcription(
        text=tidy, plain=charset.normalize(tidy), struck=kept != text, lost=visible
    )


def read_alto(path: Path) -> AltoPage:
    """Read one ALTO file, of any 2.x to 4.x namespace.

    Raises:
        ParseError: If it is not ALTO, or a line has no text element, no outline or a broken one;
            the message names file and element.
    """
    root = read_xml(path)
    if local_name(root) != "alto":
        raise ParseError(
            f"an ALTO file begins with <alto>; {path} begins with {describe(root)}; "
            "export it as ALTO"
        )
    page = next(_all(root, "Page"), None)
    if page is None:
        raise ParseError(f"an ALTO file describes a <Page>; {path} has none; export it again")
    labels = {
        tag.get("ID", ""): tag.get("LABEL", "")
        for tags in _all(root, "Tags")
        for tag in tags
        if tag.get("ID")
    }
    lines = []
    for index, element in enumerate(_all(page, "TextLine")):
        text = " ".join(attribute(s, "CONTENT", path) for s in _all(element, "String"))
        if not text.strip() or text.strip() == path.stem:
            continue
        lines.append(
            AltoLine(
                id=f"{path.stem}_{index:02d}",
                polygon=_polygon(element, path),
                transcription=clean_transcription(text),
                tags=tuple(labels.get(name, name) for name in element.get("TAGREFS", "").split()),
            )
        )
    name = next((e.text for e in _all(root, "fileName") if e.text), "").strip()
    size = [int(number(page, key, path)) if page.get(key) else 0 for key in ("WIDTH", "HEIGHT")]
    return AltoPage(
        name=path.stem, image_name=name, width=size[0], height=size[1], lines=tuple(lines)
    )


def _polygon(line: Element, path: Path) -> tuple[Point, ...]:
    """The line's own polygon, else its box."""
    shape = next((child for child in line if local_name(child) == "Shape"), None)
    polygon = next(_all(shape, "Polygon"), None) if shape is not None else None
    if polygon is None:
        left, top = number(line, "HPOS", path), number(line, "VPOS", path)
        right, bottom = left + number(line, "WIDTH", path), top + number(line, "HEIGHT", path)
        return ((left, top), (right, top), (right, bottom), (left, bottom))
    # ALTO 4 separates all numbers by spaces; older files write x,y pairs.
    words = attribute(polygon, "POINTS", path).replace(",", " ").split()
    try:
        values = [float(word) for word in words]
    except ValueError:
        values = []
    if len(values) < 6 or len(values) % 2 or not all(abs(value) < 1e9 for value in values):
        raise ParseError(
            f"a polygon has three or more points, x and y in turn; {path}, element "
            f"{describe(line)} has {' '.join(words)[:60]!r}; export it again"
        )
    return tuple(zip(values[::2], values[1::2], strict=True))


def crop_polygon(page: PageImage, polygon: Sequence[Point]) -> LineImage:
    """Cut a line out along its outline; outside it, the picture shows paper.

    Args:
        page: The page.
        polygon: Outline in pixels of ``page``; parts beyond the page are cut off.

    Raises:
        ParseError: If nothing of the outline lies on the page.
    """
    from PIL import Image, ImageDraw

    points = np.asarray(polygon, np.float64)
    low, high = np.floor(points.min(0)), np.ceil(points.max(0)) + 1
    left, top = (int(max(0, value)) for value in low)
    right, bottom = int(min(page.width, high[0])), int(min(page.height, high[1]))
    if left >= right or top >= bottom:
        raise ParseError(
            f"an outline must lie on its page of {page.width}x{page.height} px; received one over "
            f"x {low[0]:.0f}..{high[0]:.0f}, y {low[1]:.0f}..{high[1]:.0f}; "
            "check that picture and file belong together"
        )
    pixels = page.crop(Box(left, top, right, bottom)).pixels
    mask = Image.new("1", (right - left, bottom - top))
    ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in polygon], fill=1, outline=1)
    inside = np.asarray(mask, bool)
    # Most of a line is paper, so the median within the outline is the paper's colour.
    colour = np.uint8(np.median(pixels[inside])) if inside.any() else np.uint8(255)
    cut: NDArray[np.uint8] = np.where(inside, pixels, colour)
    return LineImage(cut)


def load_alto(
    folder: Path,
    split: str | None = None,
    *,
    splits: Mapping[str, Sequence[str]] | None = None,
    writer_pattern: str = "(.+)",
    tags: Sequence[str] = (),
    plain: bool = True,
    keep_struck: bool = False,
) -> Iterator[Sample]:
    """Lines of all ALTO files below a folder, page by page.

    Args:
        folder: Folder with ALTO files and pictures, in any arrangement below it.
        split: Only writers of this split; all where None.
        splits: Writers by split; a writer that none lists is test.
        writer_pattern: Regular expression whose first group, in a file's name, is the writer.
        tags: Only lines with one of these labels; all where empty.
        plain: Whether the text is the ASCII one; lines with a character it lacks are left out.
        keep_struck: Whether lines with crossed-out words are kept (their text lacks the words,
            their ink does not).

    Raises:
        ParseError: If a file breaks the format, or its picture is missing or does not fit.
    """
    pictures = {p.stem: p for p in sorted(folder.rglob("*")) if p.suffix.lower() in _SUFFIXES}
    homes = {writer: name for name, writers in (splits or {}).items() for writer in writers}
    for path in sorted(folder.rglob("*.xml")):
        found = re.search(writer_pattern, path.stem)
        writer = found.group(1) if found else path.stem
        if split is not None and homes.get(writer, "test") != split:
            continue
        document = read_alto(path)
        chosen = [
            line
            for line in document.lines
            if (keep_struck or not line.transcription.struck)
            and (not tags or set(tags) & set(line.tags))
            and line.transcription.plain
            and not (plain and line.transcription.lost)
        ]
        if not chosen:
            continue
        page, scale = _picture(document, path, pictures)
        for line in chosen:
            outline = [(x * scale, y * scale) for x, y in line.polygon]
            text = line.transcription.plain if plain else line.transcription.text
            yield Sample(image=crop_polygon(page, outline), text=text, writer=writer, id=line.id)


def _picture(
    document: AltoPage, path: Path, pictures: Mapping[str, Path]
) -> tuple[PageImage, float]:
    """The page's picture, and how many of its pixels one pixel of the file is."""
    picture = pictures.get(path.stem) or pictures.get(Path(document.image_name).stem)
    if picture is None:
        raise ParseError(
            f"every ALTO file needs its picture; {path} names {document.image_name!r}, which is "
            "not there; download the set again"
        )
    try:
        page = PageImage.open(picture)
    except ImageError as error:
        raise ParseError(f"a page's picture must be readable; {picture}: {error}") from error
    if not document.width or not document.height:
        return page, 1.0
    across, down = page.width / document.width, page.height / document.height
    if abs(across - down) > 0.02 * across:
        raise ParseError(
            f"picture and file must show the same page; {picture} has {page.width}x{page.height} "
            f"px, {path} says {document.width}x{document.height}; download both again"
        )
    return page, across


def _all(element: Element, name: str) -> Iterator[Element]:
    """Descendants of that name, whatever their namespace."""
    return (child for child in element.iter() if local_name(child) == name)
