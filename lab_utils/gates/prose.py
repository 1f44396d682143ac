"""Gates on what the reader reads: order of sections, guarded claims, nothing distracting."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator

from lab_utils.gates.base import Finding, Heading, Subject
from lab_utils.setup_cell import setup_source

__all__ = ["claims", "distractions", "sections"]

OPENING = ("What you will build", "Time and requirements")
CLOSING = ("What you have built", "Where this goes wrong in production", "Next lab")
PARAMETERS = 'PROFILE = "fast"\nSEED = 0'

_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u2604\u2607-\u2712\u2716\u2728-\u27bf\u2b50\ufe0f]"
)
_IFRAME = re.compile(r"<(?:iframe|embed|object)\b|\bIFrame\(", re.IGNORECASE)
_REMOTE = re.compile(
    r"!\[[^\]]*\]\(\s*https?:|<img\b[^>]*\bsrc=[\"']?\s*(?:https?:)?//|\burl\(https?:"
)
_TIME = re.compile(r"^\s*%{1,2}(?:time|timeit|prun|bash|sh|script|capture|html|javascript)\b", re.M)
_SHELL = re.compile(r"^\s*(?:!|%pip|%sx|%system|%conda)", re.M)


def sections(subject: Subject) -> Iterator[Finding]:
    """The parts of a lab are there, in the order that is the same in all labs."""
    yield from _title(subject)
    headings = [heading for heading in subject.headings() if heading.level == 2]
    texts = [heading.text for heading in headings]
    where = {heading.text: heading.cell for heading in headings}
    places: list[tuple[str, int | None]] = [(name, where.get(name)) for name in OPENING]
    for tag in ("setup", "parameters"):
        found = subject.tagged(tag)
        places.append((f"the cell tagged `{tag}`", found[0][0] if len(found) == 1 else None))
    places.append(("a section", _first_section(texts, where)))
    places += [(name, where.get(name)) for name in CLOSING]
    last = -1
    for name, place in places:
        if place is None:
            yield Finding(message=f"A lab has {name!r} exactly once; it is missing or double.")
        elif place < last:
            yield Finding(cell=place, message=f"{name!r} stands too early. See labs/README.md.")
        last = max(last, place if place is not None else last)
    for name in (*OPENING, *CLOSING):
        if texts.count(name) > 1:
            yield Finding(message=f"A lab has {name!r} exactly once, got {texts.count(name)}.")
    if texts and texts[-1] != CLOSING[-1]:
        yield Finding(message=f"A lab ends with {CLOSING[-1]!r}, this one with {texts[-1]!r}.")
    yield from _special_cells(subject)
    yield from _links(subject, where.get(OPENING[0]))


def claims(subject: Subject) -> Iterator[Finding]:
    """A heading that claims something is guarded by an `assert` or a `record` below it."""
    headings = subject.headings()
    if not {CLOSING[0], OPENING[1]} <= {heading.text for heading in headings}:
        return
    parameters = subject.tagged("parameters")
    start = parameters[0][0] if parameters else 0
    stop = next(heading.cell for heading in headings if heading.text == CLOSING[0])
    for index, heading in enumerate(headings):
        inside = start < heading.cell < stop and heading.level in (2, 3)
        if not inside or re.match(r"Exercises?\b", heading.text):
            continue
        after = [item.cell for item in headings[index + 1 :] if item.level <= heading.level]
        end = min([*after, stop])
        if not _guarded(subject, heading, end):
            yield Finding(
                cell=heading.cell,
                message=f"The heading {heading.text!r} claims something, but no `assert` or "
                "`record(...)` below it can fail. Measure the claim.",
            )


def distractions(subject: Subject) -> Iterator[Finding]:
    """No emoji, frames, pictures from elsewhere, timing magics, walls of shell commands."""
    for number, kind, text in _all_texts(subject):
        checks = [(_EMOJI, "an emoji"), (_IFRAME, "an embedded frame"), (_REMOTE, "a remote image")]
        for pattern, name in checks:
            match = pattern.search(text)
            if match:
                message = f"A lab has no {name.split(' ', 1)[1]}, got {match[0]!r}. Remove it."
                yield Finding(cell=number, message=message)
        if kind == "code":
            match = _TIME.search(text)
            if match:
                message = f"A lab has no {match[0].strip()!r}: use plain Python."
                yield Finding(cell=number, message=message)
            commands = len(_SHELL.findall(text))
            if commands > 2:
                message = f"A cell has at most two shell commands, got {commands}."
                yield Finding(cell=number, message=message)


def _title(subject: Subject) -> Iterator[Finding]:
    first = subject.notebook.cells[0] if subject.notebook.cells else None
    start = f"# Lab {subject.lab}: "
    if first is None or first.cell_type != "markdown" or not first.source.startswith(start):
        yield Finding(cell=0, message=f"The first cell starts with the title, {start!r}.")
        return
    story = first.source.split("\n", 1)[1:] or [""]
    if len(story[0].strip()) < 120:
        message = "Below the title stands a paragraph of story, 120 characters or more."
        yield Finding(cell=0, message=message)


def _first_section(texts: list[str], where: dict[str, int]) -> int | None:
    own = [text for text in texts if text not in (*OPENING, *CLOSING)]
    return where[own[0]] if own else None


def _special_cells(subject: Subject) -> Iterator[Finding]:
    for number, cell in subject.tagged("setup"):
        if cell.source != setup_source():
            message = "The set-up cell is the same in all labs. Refresh the lab."
            yield Finding(cell=number, message=message)
    for number, cell in subject.tagged("parameters"):
        if not cell.source.startswith(PARAMETERS):
            message = f"The parameters cell starts with {PARAMETERS!r}."
            yield Finding(cell=number, message=message)


def _links(subject: Subject, cell: int | None) -> Iterator[Finding]:
    if cell is None:
        return
    body = subject.notebook.cells[cell].source.split(f"## {OPENING[0]}", 1)[1]
    bullets = re.findall(r"^[-*] (.*(?:\n(?![-*#\n]).*)*)", body, flags=re.MULTILINE)
    if not 3 <= len(bullets) <= 5:
        yield Finding(cell=cell, message=f"{OPENING[0]!r} has 3 to 5 bullets, got {len(bullets)}.")
    anchors = {heading.anchor for heading in subject.headings()}
    for bullet in bullets:
        target = re.search(r"\]\(#([^)\s]+(?:\([^)]*\))?)\)", bullet)
        if not target or urllib.parse.unquote(target[1]) not in anchors:
            got = target[1] if target else "no link"
            yield Finding(
                cell=cell,
                message=f"Each bullet links to its section, `](#The-heading-with-hyphens)`; got "
                f"{got!r}. The sections are: {', '.join(sorted(anchors))}.",
            )


def _guarded(subject: Subject, heading: Heading, end: int) -> bool:
    for number, cell in subject.cells("code"):
        inside = heading.cell < number < end
        if inside and re.search(r"^\s*assert\b|\brecord\(", cell.source, flags=re.MULTILINE):
            return True
    return False


def _all_texts(subject: Subject) -> Iterator[tuple[int, str, str]]:
    for kind in ("markdown", "code"):
        for number, cell in subject.cells(kind):
            yield number, kind, cell.source
    for text in subject.texts():
        yield text.cell, text.kind, text.text
