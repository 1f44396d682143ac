"""Show where a reading differs from its reference."""

from __future__ import annotations

import html

from lab_utils.cards import publish
from lab_utils.figures.alignment import GAP, align, counts

__all__ = ["diff", "diff_html", "diff_text"]

_MARKS = {"wrong": "^", "lost": "-", "extra": "+", "same": " "}
_STYLES = {
    "wrong": "background:#D55E00;color:#fff;border-radius:2px",
    "lost": "background:#0072B2;color:#fff;border-radius:2px",
    "extra": "background:#E69F00;color:#000;border-radius:2px",
}
_PRE = (
    "font-family:monospace;font-size:1.05em;line-height:1.5;"
    "white-space:pre-wrap;overflow-wrap:anywhere"
)
_FAINT = "color:var(--jp-ui-font-color2,#5f6368)"


def diff(reference: str, reading: str, *, caption: str = "") -> None:
    """Show a reading above its reference, with the errors marked.

    Wrong characters are marked `^`, lost ones `-`, added ones `+`; the colours say the same.

    Args:
        reference: What is right.
        reading: What was read.
        caption: One line above.
    """
    publish(diff_text(reference, reading, caption), diff_html(reference, reading, caption))


def diff_text(reference: str, reading: str, caption: str = "") -> str:
    """Write the comparison as plain text, aligned in columns."""
    pairs = align(reference, reading)
    right = "".join("·" if item == GAP else item for item, _ in pairs)
    read = "".join("·" if item == GAP else item for _, item in pairs)
    marks = "".join(_MARKS[_kind(pair)] for pair in pairs).rstrip()
    lines = [f"reference  {right}", f"reading    {read}"]
    if marks:
        lines.append(f"           {marks}")
    return "\n".join([*([caption] if caption else []), *lines, _summary(reference, pairs)])


def diff_html(reference: str, reading: str, caption: str = "") -> str:
    """Write the comparison as HTML, with coloured errors that have words for tooltips."""
    pairs = align(reference, reading)
    rows = [
        ("reference", "".join(_span(pair, pair[0]) for pair in pairs)),
        ("reading", "".join(_span(pair, pair[1]) for pair in pairs)),
    ]
    body = "".join(
        f'<div><span style="display:inline-block;width:6em;{_FAINT}">{name}</span>{line}</div>'
        for name, line in rows
    )
    head = f'<div style="{_FAINT}">{html.escape(caption)}</div>' if caption else ""
    foot = f'<div style="{_FAINT}">{_summary(reference, pairs)}</div>'
    return f'<div style="margin:.3em 0">{head}<div style="{_PRE}">{body}</div>{foot}</div>'


def _kind(pair: tuple[str, str]) -> str:
    right, read = pair
    if right == read:
        return "same"
    return "extra" if right == GAP else "lost" if read == GAP else "wrong"


def _span(pair: tuple[str, str], character: str) -> str:
    shown = "·" if character == GAP else html.escape(character)
    kind = _kind(pair)
    if kind == "same":
        return shown
    return f'<span title="{kind}" style="{_STYLES[kind]}">{shown}</span>'


def _summary(reference: str, pairs: list[tuple[str, str]]) -> str:
    wrong, lost, extra = counts(pairs)
    total = wrong + lost + extra
    if not reference:
        return f"{extra} extra, of 0 characters"
    rate = total / len(reference)
    return (
        f"{wrong} wrong, {lost} lost, {extra} extra, of {len(reference)} characters: CER {rate:.2f}"
    )
