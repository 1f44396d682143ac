"""Gates on the form of a notebook: schema, counts, source, sizes, lengths."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import nbformat

from lab_utils.builder import build, source_digest
from lab_utils.gates.base import Finding, Subject

__all__ = [
    "cell_length",
    "counts",
    "function_length",
    "ignored",
    "notebook_size",
    "schema",
    "source",
]

MAX_NOTEBOOK = 1_500_000
MAX_CELL = 25
MAX_FUNCTION = 10
MAX_IGNORED = 0.03


def schema(subject: Subject) -> Iterator[Finding]:
    """The notebook is valid in format 4.5."""
    found = (subject.notebook.get("nbformat"), subject.notebook.get("nbformat_minor"))
    if found != (4, 5):
        yield Finding(message=f"Notebooks are stored in format 4.5, got {found}. Refresh the lab.")
    try:
        nbformat.validate(subject.notebook, relax_add_props=False)
    except nbformat.ValidationError as error:
        line = str(error).splitlines()[0]
        yield Finding(message=f"The notebook breaks its format: {line}. Refresh the lab.")


def counts(subject: Subject) -> Iterator[Finding]:
    """Every code cell was run once, in order: nbval silently skips a cell without a count."""
    for expected, (number, cell) in enumerate(subject.cells("code"), start=1):
        if cell.get("execution_count") != expected:
            yield Finding(
                cell=number,
                message=f"Code cells are counted 1, 2, 3 ...: this one should be {expected}, got "
                f"{cell.get('execution_count')}. Refresh the lab.",
            )
            return


def source(subject: Subject) -> Iterator[Finding]:
    """The notebook is what its source gives, and was executed from this very source."""
    cure = f"Run `make refresh LAB={subject.lab}`."
    try:
        expected = build(subject.source, subject.variant)
    except ValueError as error:
        yield Finding(message=f"The source cannot be built: {error}")
        return
    stored = subject.notebook.metadata.get("lab", {}).get("source_sha256")
    if stored != source_digest(subject.source.read_text(encoding="utf-8")):
        yield Finding(message=f"It was executed from another version of its source. {cure}")
    if subject.notebook.metadata != expected.metadata:
        yield Finding(message=f"Its metadata is not what the source gives. {cure}")
    if len(expected.cells) != len(subject.notebook.cells):
        yield Finding(
            message=f"The source gives {len(expected.cells)} cells, the notebook has "
            f"{len(subject.notebook.cells)}. {cure}"
        )
        return
    for number, (want, got) in enumerate(zip(expected.cells, subject.notebook.cells, strict=True)):
        for key in ("cell_type", "source", "id", "metadata"):
            if want.get(key) != got.get(key):
                message = f"Its {key} is not what the source gives; edit the source. {cure}"
                yield Finding(cell=number, message=message)
                break


def notebook_size(subject: Subject) -> Iterator[Finding]:
    """The file is small enough to clone and to open."""
    size = len(subject.raw.encode("utf-8"))
    if size > MAX_NOTEBOOK:
        yield Finding(
            message=f"A notebook takes at most {MAX_NOTEBOOK:,} bytes, got {size:,}. Show fewer "
            "or smaller pictures."
        )


def cell_length(subject: Subject) -> Iterator[Finding]:
    """One idea per cell."""
    for number, cell in subject.cells("code"):
        length = len(cell.source.splitlines())
        if length > MAX_CELL:
            yield Finding(
                cell=number,
                message=f"A code cell has at most {MAX_CELL} lines, got {length}. Split it, or "
                "move code to the package.",
            )


def function_length(subject: Subject) -> Iterator[Finding]:
    """What is longer than a few lines belongs in the package."""
    for number, cell in subject.cells("code"):
        if "setup" in cell.metadata.get("tags", ()):
            continue
        for node in ast.walk(_parse(cell.source)):
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            length = (node.end_lineno or node.lineno) - node.lineno + 1 - _docstring_lines(node)
            if length > MAX_FUNCTION:
                yield Finding(
                    cell=number,
                    message=f"A function in a notebook has at most {MAX_FUNCTION} lines beside "
                    f"its docstring, `{node.name}` has {length}. Move it to the package.",
                )


def ignored(subject: Subject) -> Iterator[Finding]:
    """Outputs that are not compared are rare, and say why."""
    cells = subject.cells("code")
    found = []
    for number, cell in cells:
        tags = set(cell.metadata.get("tags", ()))
        comment = re.search(r"^\s*#\s*(NBVAL_\w+|PYTEST_VALIDATE_\w+)", cell.source, re.MULTILINE)
        if comment:
            message = f"Say it with a tag and a reason, not with the comment {comment[1]}."
            yield Finding(cell=number, message=message)
        if tags & {"nbval-skip", "skip-execution"}:
            yield Finding(cell=number, message="No cell is skipped; remove the tag.")
        if tags & {"nbval-ignore-output", "raises-exception"}:
            found.append(number)
            if not str(cell.metadata.get("reason", "")).strip():
                message = 'An output that is not compared needs a `reason="..."` on its cell.'
                yield Finding(cell=number, message=message)
    if found and len(found) > max(1, MAX_IGNORED * len(cells)):
        yield Finding(
            message=f"At most {MAX_IGNORED:.0%} of cells go uncompared (one is always allowed), "
            f"got {len(found)} of {len(cells)}: cells {found}. Print what is stable."
        )


def _parse(code: str) -> ast.Module:
    """Parse a cell, with IPython's own lines replaced; a broken cell counts as empty."""
    lines = [
        re.sub(r"^(\s*)([%!?].*|.*\?)$", r"\1pass", line) if not line.startswith("#") else line
        for line in code.splitlines()
    ]
    try:
        return ast.parse("\n".join(lines))
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    if ast.get_docstring(node) is None:
        return 0
    return (first.end_lineno or first.lineno) - first.lineno + 1
