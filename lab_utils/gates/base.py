"""What a gate looks at, and what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

__all__ = ["Finding", "Gate", "Heading", "Subject", "Text"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One broken rule.

    Args:
        cell: Number of the cell, from 0; None for the notebook as a whole.
        message: The rule, what was found, and the cure.
        gate: Name of the gate; filled in by the runner.
        notebook: Path of the notebook, relative to the root; filled in by the runner.
    """

    message: str
    cell: int | None = None
    gate: str = ""
    notebook: str = ""

    def __str__(self) -> str:
        """Write the finding in one line."""
        where = self.notebook + ("" if self.cell is None else f", cell {self.cell}")
        return f"{where} [{self.gate}] {self.message}"


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading of a notebook.

    Args:
        cell: Number of the cell.
        level: 1 for a title.
        text: Without the hashes.
    """

    cell: int
    level: int
    text: str

    @property
    def anchor(self) -> str:
        """The fragment that JupyterLab gives the heading."""
        return self.text.replace(" ", "-")


@dataclass(frozen=True, kw_only=True)
class Text:
    """A piece of text that a cell printed or displayed.

    Args:
        cell: Number of the cell.
        kind: `"stdout"`, `"stderr"`, or a MIME type.
        text: The text.
    """

    cell: int
    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A stored notebook with what it should be.

    Args:
        path: Where it is stored.
        raw: Its text.
        notebook: The parsed notebook.
        source: The source it is made from.
        variant: `"labs"` or `"solutions"`.
    """

    path: Path
    raw: str
    notebook: nbformat.NotebookNode
    source: Path
    variant: str

    @classmethod
    def open(cls, path: Path, source: Path, variant: str) -> Subject:
        """Read a notebook.

        Raises:
            ValueError: The file is no notebook.
        """
        raw = path.read_text(encoding="utf-8")
        try:
            notebook = nbformat.reads(raw, as_version=nbformat.NO_CONVERT)
        except Exception as error:
            raise ValueError(f"{path.name} is not a notebook: {error}") from error
        return cls(path=path, raw=raw, notebook=notebook, source=source, variant=variant)

    @property
    def lab(self) -> str:
        """The two digits of the lab."""
        return self.source.stem[:2]

    def cells(self, kind: str) -> list[tuple[int, Any]]:
        """List cells of one type with their numbers."""
        every = enumerate(self.notebook.cells)
        return [(number, cell) for number, cell in every if cell.cell_type == kind]

    def tagged(self, tag: str) -> list[tuple[int, Any]]:
        """List code cells that carry a tag, with their numbers."""
        return [item for item in self.cells("code") if tag in item[1].metadata.get("tags", ())]

    def headings(self) -> list[Heading]:
        """List the headings of all markdown cells, in order, code blocks left out."""
        found = []
        for number, cell in self.cells("markdown"):
            prose = re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL)
            for match in re.finditer(r"^(#{1,6})\s+(.+?)\s*$", prose, flags=re.MULTILINE):
                found.append(Heading(cell=number, level=len(match[1]), text=match[2]))
        return found

    def texts(self) -> Iterator[Text]:
        """Go through all text in outputs."""
        for number, cell in self.cells("code"):
            for output in cell.get("outputs", ()):
                if output.output_type == "stream":
                    yield Text(cell=number, kind=output.name, text="".join(output.text))
                for kind, data in output.get("data", {}).items():
                    if not kind.startswith("image/"):
                        text = data if isinstance(data, (str, list)) else str(data)
                        yield Text(cell=number, kind=kind, text="".join(text))

    def images(self) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
        """Go through all pictures in outputs: cell, MIME type, content, metadata."""
        for number, cell in self.cells("code"):
            for output in cell.get("outputs", ()):
                for kind, data in output.get("data", {}).items():
                    if kind.startswith("image/"):
                        metadata = output.get("metadata", {}).get(kind, {})
                        yield number, kind, "".join(data), metadata


Gate = Callable[[Subject], Iterator[Finding]]
