"""Gates on outputs: nothing that is an error, that differs from run to run, or that is unseen."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

from lab_utils.gates.base import Finding, Subject
from lab_utils.settings import ROOT

__all__ = [
    "addresses",
    "alt_text",
    "dates",
    "errors",
    "paths",
    "picture_size",
    "progress_bars",
    "semicolons",
    "stderr",
    "widgets",
]

MAX_PICTURE = 60_000

_HOMES = "home|Users|root|tmp|private|work|usr|opt|var|content|mnt|media|srv|etc|builds|workspace"
_PATH = re.compile(rf"(?<![\w<./:])/(?:{_HOMES})/[\w.+-]|\b[A-Za-z]:\\\w|\\\\\w+\\\w")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_DATE = re.compile(
    r"\b20\d\d-[01]\d-[0-3]\d\b"
    r"|\b[012]?\d:[0-5]\d:[0-5]\d\b"
    r"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:\d{1,2} )?"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b"
    r"|\b(?:CPU times|Wall time):"
)
_BAR = re.compile(r"\r|\d+%\|| \d+(?:\.\d+)?(?:it/s|s/it)|[━█▏▎▍▌▋▊▉]{3,}|\[#*\.+\] \d+ of \d+")


def stderr(subject: Subject) -> Iterator[Finding]:
    """Nothing is written to stderr."""
    for text in subject.texts():
        if text.kind == "stderr":
            shown = text.text.strip().splitlines()[-1:] or ["(empty)"]
            message = f"A lab writes nothing to stderr, got {shown[0][:80]!r}. Quiet its cause."
            yield Finding(cell=text.cell, message=message)


def errors(subject: Subject) -> Iterator[Finding]:
    """No cell ends in an error."""
    for number, cell in subject.cells("code"):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                message = f"No cell raises, got {output.ename}: {output.evalue[:80]}."
                yield Finding(cell=number, message=message)


def semicolons(subject: Subject) -> Iterator[Finding]:
    """No cell hides its value with a final semicolon, which nbval does not understand."""
    for number, cell in subject.cells("code"):
        if cell.source.rstrip().endswith(";"):
            message = "A trailing `;` makes nbval fail. Assign the value to a name."
            yield Finding(cell=number, message=message)


def progress_bars(subject: Subject) -> Iterator[Finding]:
    """No remains of a progress bar."""
    message = "A progress bar is left in the output. Use `lab_utils.progress_bar`."
    yield from _search(subject, _BAR, message)


def paths(subject: Subject) -> Iterator[Finding]:
    """No absolute path: it names a machine, and differs on the next."""
    message = "An output names an absolute path, {found!r}. Print the name alone."
    yield from _search(subject, _PATH, message)
    for text in subject.texts():
        for place in {str(ROOT), str(Path.home())} - {"/", "/root"}:
            if place in text.text and not _PATH.search(text.text):
                yield Finding(cell=text.cell, message=message.format(found=place))


def addresses(subject: Subject) -> Iterator[Finding]:
    """No memory address: it differs from run to run."""
    message = "An output holds a memory address, {found!r}. Print what the object is."
    yield from _search(subject, _ADDRESS, message)


def dates(subject: Subject) -> Iterator[Finding]:
    """No date or time of the run."""
    message = "An output holds a date, a time or a duration, {found!r}. Leave it out."
    yield from _search(subject, _DATE, message)


def widgets(subject: Subject) -> Iterator[Finding]:
    """No live widget or script: it is dead in a stored notebook."""
    for text in subject.texts():
        if "widget" in text.kind or "javascript" in text.kind or "<script" in text.text.lower():
            message = "A stored output holds a widget or a script. Show text or a picture instead."
            yield Finding(cell=text.cell, message=message)


def alt_text(subject: Subject) -> Iterator[Finding]:
    """Every picture says in words what it shows."""
    for number, kind, _, metadata in subject.images():
        if len(str(metadata.get("alt", "")).strip()) < 20:
            message = f"A picture ({kind}) has no alt text. Use `figures.show(figure, alt=...)`."
            yield Finding(cell=number, message=message)
    cure = "has no alt text. Say in words what it shows."
    for number, cell in subject.cells("markdown"):
        for match in re.finditer(r"!\[\s*\]\(", cell.source):
            yield Finding(cell=number, message=f"A picture in the text {cure} ({match[0]})")
    for number, text in _markup(subject):
        for tag in re.findall(r"<img\b[^>]*>", text, re.IGNORECASE):
            if not re.search(r"\balt=[\"'][^\"']+", tag):
                yield Finding(cell=number, message=f"A picture in HTML {cure}")


def picture_size(subject: Subject) -> Iterator[Finding]:
    """Pictures are small."""
    for number, kind, content, _ in subject.images():
        size = len(content) if "svg" in kind else len(base64.b64decode(content))
        if size > MAX_PICTURE:
            message = (
                f"A picture takes at most {MAX_PICTURE:,} bytes, got {size:,}. Make it smaller."
            )
            yield Finding(cell=number, message=message)


def _search(subject: Subject, pattern: re.Pattern[str], message: str) -> Iterator[Finding]:
    for text in subject.texts():
        match = pattern.search(text.text)
        if match:
            yield Finding(cell=text.cell, message=message.format(found=match[0]))


def _markup(subject: Subject) -> Iterator[tuple[int, str]]:
    for number, cell in subject.cells("markdown"):
        yield number, cell.source
    for text in subject.texts():
        if text.kind == "text/html":
            yield text.cell, text.text
