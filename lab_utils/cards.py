"""Small framed texts and tables: light HTML for the eye, plain text for programs.

Both forms come from the same content, so comparing the text compares what is seen. The colours are
those of the front end's theme where it has one, so that light and dark both work.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Card", "Table", "publish"]

_TONES = {"good": "#1b7f5c", "calm": "#3b6fb6", "warm": "#c2570c"}
_MONO = "font-family:monospace;font-size:.93em;white-space:pre-wrap"
_FAINT = "color:var(--jp-ui-font-color2,#5f6368)"


@dataclass(frozen=True, kw_only=True)
class Card:
    """A title and a few labelled rows, with a coloured edge.

    Args:
        title: One line.
        rows: Pairs of label and text.
        tone: `"good"`, `"calm"` or `"warm"`; the words say the same without the colour.
        code: Labels whose text is set in the code font.
    """

    title: str
    rows: Sequence[tuple[str, str]]
    tone: str = "calm"
    code: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Check the tone."""
        if self.tone not in _TONES:
            raise ValueError(f"A tone is one of {sorted(_TONES)}, got {self.tone!r}.")

    def text(self) -> str:
        """Write the card as plain text."""
        width = max((len(label) for label, _ in self.rows), default=0) + 1
        lines = [self.title]
        for label, body in self.rows:
            first, *rest = body.splitlines() or [""]
            lines.append(f"  {label + ':':<{width}} {first}")
            lines += [" " * (width + 3) + line for line in rest]
        return "\n".join(lines)

    def html(self) -> str:
        """Write the card as HTML."""
        rows = "".join(self._row(label, body) for label, body in self.rows)
        frame = f"border-left:4px solid {_TONES[self.tone]};padding:.35em .9em;margin:.3em 0"
        table = f'<table style="margin:.25em 0 0 0;border:none;font-size:1em">{rows}</table>'
        return f'<div style="{frame}"><strong>{html.escape(self.title)}</strong>{table}</div>'

    def show(self) -> None:
        """Show the card in a notebook, or print it."""
        publish(self.text(), self.html())

    def _row(self, label: str, body: str) -> str:
        style = "text-align:left;vertical-align:top;padding:.1em 1em .1em 0;background:none"
        wide = "text-align:left;padding:.1em 0;background:none;white-space:normal"
        inner = html.escape(body)
        if label in self.code:
            inner = f'<span style="{_MONO}">{inner}</span>'
        return (
            f'<tr style="background:none"><td style="{style};{_FAINT}">{html.escape(label)}</td>'
            f'<td style="{wide}">{inner}</td></tr>'
        )


@dataclass(frozen=True, kw_only=True)
class Table:
    """A small table.

    Args:
        columns: The headings.
        rows: The cells, as many in each row as there are columns; numbers are set to the right.
        caption: One line above it.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    caption: str = ""

    def __post_init__(self) -> None:
        """Check that the rows fit the columns."""
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(
                    f"Each row has {len(self.columns)} cells, one per column, got {len(row)}: "
                    f"{list(row)!r}."
                )

    def text(self) -> str:
        """Write the table as plain text."""
        cells = [list(self.columns), *([_plain(item) for item in row] for row in self.rows)]
        widths = [max(len(row[i]) for row in cells) for i in range(len(self.columns))]
        right = self._numeric()
        lines = [
            "  ".join(
                item.rjust(width) if number else item.ljust(width)
                for item, width, number in zip(row, widths, right, strict=True)
            ).rstrip()
            for row in cells
        ]
        rule = "  ".join("-" * width for width in widths)
        return "\n".join([*([self.caption] if self.caption else []), lines[0], rule, *lines[1:]])

    def html(self) -> str:
        """Write the table as HTML."""
        align = ["right" if number else "left" for number in self._numeric()]
        edge = "border-bottom:1px solid var(--jp-border-color2,#c4c7cc)"
        head = "".join(
            f'<th style="text-align:{side};padding:.2em .9em;{edge}">{html.escape(name)}</th>'
            for name, side in zip(self.columns, align, strict=True)
        )
        body = "".join(
            "<tr>"
            + "".join(
                f'<td style="text-align:{side};padding:.15em .9em">{html.escape(_plain(item))}</td>'
                for item, side in zip(row, align, strict=True)
            )
            + "</tr>"
            for row in self.rows
        )
        caption = (
            f'<caption style="text-align:left;caption-side:top;{_FAINT}">'
            f"{html.escape(self.caption)}</caption>"
            if self.caption
            else ""
        )
        style = "border-collapse:collapse;margin:.4em 0;font-variant-numeric:tabular-nums"
        return (
            f'<table style="{style}">{caption}<thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )

    def show(self) -> None:
        """Show the table in a notebook, or print it."""
        publish(self.text(), self.html())

    def _numeric(self) -> list[bool]:
        columns = list(zip(*self.rows, strict=True)) or [()] * len(self.columns)
        return [bool(column) and all(_is_number(item) for item in column) for column in columns]


def publish(text: str, markup: str) -> None:
    """Show HTML with its text in a notebook; print the text where there is none.

    Args:
        text: What nbval compares and what a plain front end shows.
        markup: HTML with the same content.
    """
    module = sys.modules.get("IPython")
    if module is None or module.get_ipython() is None:
        print(text)
        return
    from IPython.display import display

    display({"text/plain": text, "text/html": markup}, raw=True)


def _is_number(item: Any) -> bool:
    return isinstance(item, (int, float)) and not isinstance(item, bool)


def _plain(item: Any) -> str:
    if isinstance(item, bool):
        return "yes" if item else "no"
    if isinstance(item, float):
        return f"{item:.3g}"
    return str(item)
