"""The IAM Handwriting Database in its official form: an XML file per form, pictures of lines.

U.-V. Marti and H. Bunke, "The IAM-database: an English sentence database for offline handwriting
recognition", IJDAR 5 (2002). ``xml.tgz`` holds ``<form>`` files with ``<handwritten-part>``,
``<line>``, ``<word>`` and ``<cmp>`` (connected component) elements; ``lines.tgz`` a picture per
line; ``forms*.tgz`` a picture per form.
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import ImageError, ParseError
from text_recognizer.core.images import Box, LineImage, PageImage, Sample
from text_recognizer.sources.samples import ParagraphSample
from text_recognizer.sources.xmlfile import attribute, describe, local_name, number, read_xml

TASK_FILES = {
    "trainset": "train",
    "validationset1": "val",
    "validationset2": "val",
    "testset": "test",
}
_PADDING = 16


@dataclass(frozen=True, kw_only=True)
class FormLine:
    """One line of a form.

    Args:
        id: Such as ``"a01-000u-00"``.
        text: Transcription.
        box: Extent of its components on the form, px; None where it has none.
        segmented: Whether the publisher marked its segmentation as good.
    """

    id: str
    text: str
    box: Box | None
    segmented: bool


@dataclass(frozen=True, kw_only=True)
class Form:
    """One form: a page by one writer.

    Args:
        id: Such as ``"a01-000u"``.
        writer: The writer's number as published.
        width: Columns of the form's picture, px; 0 where unstated.
        height: Rows, px; 0 where unstated.
        lines: Top to bottom.
    """

    id: str
    writer: str
    width: int
    height: int
    lines: tuple[FormLine, ...]


def read_form(path: Path) -> Form:
    """Read one form.

    Raises:
        ParseError: If the file is not a form or lacks what is needed; the message names file and
            element.
    """
    root = read_xml(path)
    part = root.find("handwritten-part")
    if local_name(root) != "form" or part is None:
        raise ParseError(
            f"an IAM file is a <form> with a <handwritten-part>; {path} begins with "
            f"{describe(root)}; unpack xml.tgz again"
        )
    lines = []
    for element in part.findall("line"):
        boxes = [
            [number(component, key, path) for key in ("x", "y", "width", "height")]
            for component in element.iter("cmp")
        ]
        lines.append(
            FormLine(
                id=attribute(element, "id", path),
                # The published attributes are escaped twice (&amp;quot; for a quotation mark).
                text=html.unescape(attribute(element, "text", path)),
                box=_union(boxes),
                segmented=element.get("segmentation", "ok") == "ok",
            )
        )
    size = [int(number(root, key, path)) if root.get(key) else 0 for key in ("width", "height")]
    return Form(
        id=attribute(root, "id", path),
        writer=attribute(root, "writer-id", path),
        width=size[0],
        height=size[1],
        lines=tuple(lines),
    )


def _union(boxes: list[list[float]]) -> Box | None:
    inked = [box for box in boxes if box[2] > 0 and box[3] > 0]
    if not inked:
        return None
    left, top = min(b[0] for b in inked), min(b[1] for b in inked)
    right, bottom = max(b[0] + b[2] for b in inked), max(b[1] + b[3] for b in inked)
    return Box(max(0, int(left)), max(0, int(top)), max(1, int(right)), max(1, int(bottom)))


def writer_splits(forms: Iterable[Form], task: Mapping[str, str] | None = None) -> dict[str, str]:
    """The split of every writer: nobody stands in two.

    Args:
        forms: All forms.
        task: Split by form, from :func:`read_task`. Where it is given, writers outside it train;
            where it is not, a hash of the writer's number decides (80 % train, 10 % val, 10 %
            test, about).

    Raises:
        ParseError: If the task puts one writer into two splits.
    """
    homes: dict[str, str] = {}
    if not task:
        return {form.writer: _hashed_split(form.writer) for form in forms}
    for form in forms:
        split = task.get(form.id)
        if split is None:
            continue
        if homes.setdefault(form.writer, split) != split:
            raise ParseError(
                f"a writer stands in one split only; writer {form.writer} of form {form.id} is in "
                f"{homes[form.writer]} and {split}; unpack the task's lists again"
            )
    return {form.writer: homes.get(form.writer, "train") for form in forms}


def _hashed_split(writer: str) -> str:
    bucket = hashlib.sha256(writer.encode()).digest()[0]
    return "train" if bucket < 204 else "val" if bucket < 230 else "test"


def read_task(folder: Path) -> dict[str, str]:
    """Split by form, from the lists of the official task; empty where none is there.

    The lists name lines (``a01-000u-00``); a form belongs where its lines do.
    """
    homes: dict[str, str] = {}
    for stem, split in TASK_FILES.items():
        for path in sorted(folder.rglob(f"{stem}.txt"))[:1]:
            for word in path.read_text(encoding="ascii", errors="replace").split():
                homes["-".join(word.split("-")[:2])] = split
    return homes


def load_iam_lines(
    folder: Path, split: str | None = None, *, segmented_only: bool = False
) -> Iterator[Sample]:
    """Lines in the form of ``lines.tgz`` and ``xml.tgz``, form by form.

    Args:
        folder: Folder below which both are unpacked.
        split: ``"train"``, ``"val"`` or ``"test"`` by writer; all where None.
        segmented_only: Whether lines marked as badly segmented are left out.

    Raises:
        ParseError: If a form is broken, or a line's picture is missing or unreadable.
    """
    charset = Charset.english()
    pictures = _pictures(folder)
    for form in _forms(folder, split):
        for line in form.lines:
            text = charset.normalize(line.text)
            if not text or (segmented_only and not line.segmented):
                continue
            image = LineImage(_open(pictures, line.id, "lines.tgz").pixels)
            yield Sample(image=image, text=text, writer=form.writer, id=line.id)


def load_iam_paragraphs(folder: Path, split: str | None = None) -> Iterator[ParagraphSample]:
    """Handwritten paragraphs cut out of the forms along the boxes of their lines.

    Lines without any component have no ink and are left out. Arguments and errors are those of
    :func:`load_iam_lines`, with the archives ``forms*.tgz``.
    """
    charset = Charset.english()
    pictures = _pictures(folder)
    for form in _forms(folder, split):
        lines = [(charset.normalize(line.text), line.box) for line in form.lines]
        inked = [(text, box) for text, box in lines if text and box is not None]
        if not inked:
            continue
        page = _open(pictures, form.id, "forms*.tgz")
        if form.width and (page.width, page.height) != (form.width, form.height):
            raise ParseError(
                f"a form's picture has the size its XML states; {pictures[form.id]} has "
                f"{page.width}x{page.height} px, the XML says {form.width}x{form.height}; "
                "unpack the forms again"
            )
        left = max(0, min(box.left for _, box in inked) - _PADDING)
        top = max(0, min(box.top for _, box in inked) - _PADDING)
        right = min(page.width, max(box.right for _, box in inked) + _PADDING)
        bottom = min(page.height, max(box.bottom for _, box in inked) + _PADDING)
        if left >= right or top >= bottom:
            raise ParseError(f"the lines of form {form.id} lie outside its picture; unpack again")
        cut = page.crop(Box(left, top, right, bottom))
        yield ParagraphSample(
            image=PageImage(cut.pixels),
            text="\n".join(text for text, _ in inked),
            writer=form.writer,
            id=form.id,
            boxes=tuple(_shift(box, left, top, cut) for _, box in inked),
        )


def _shift(box: Box, left: int, top: int, cut: LineImage) -> Box:
    return Box(
        box.left - left,
        box.top - top,
        min(cut.width, box.right - left),
        min(cut.height, box.bottom - top),
    )


def _forms(folder: Path, split: str | None) -> Iterator[Form]:
    files = sorted(folder.rglob("*.xml"))
    if not files:
        raise ParseError(
            f"IAM needs its forms; no .xml file lies below {folder}; put xml.tgz there and run: "
            "python -m text_recognizer.sources.download iam_lines"
        )
    forms = [read_form(path) for path in files]
    homes = writer_splits(forms, read_task(folder))
    return (form for form in forms if split in (None, homes[form.writer]))


def _pictures(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in folder.rglob("*.png")}


def _open(pictures: Mapping[str, Path], name: str, archive: str) -> PageImage:
    if name not in pictures:
        raise ParseError(f"{name} needs its picture {name}.png; it is not there; unpack {archive}")
    try:
        return PageImage.open(pictures[name])
    except ImageError as error:
        raise ParseError(f"a picture must be readable; {error}; unpack {archive} again") from error
