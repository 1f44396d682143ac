"""From the source of a lab to its two notebooks, not yet executed.

The source is a Python file in the percent format. Its header says what the pipeline must know:

    # ---
    # jupyter:
    #   lab:
    #     title: Welcome
    #     minutes: 45
    #     fast_seconds: 60
    #     full_seconds: 120
    # ---

Building is a pure function of the source text: the same text gives the same bytes anywhere.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from lab_utils.setup_cell import setup_source
from lab_utils.stubs import has_solution, to_solution, to_stub

__all__ = ["VARIANTS", "LabInfo", "build", "read_info", "source_digest"]

VARIANTS = ("labs", "solutions")

_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_KEPT = ("exercise", "reason", "tags")


@dataclass(frozen=True, kw_only=True)
class LabInfo:
    """What the header of a source says about its lab.

    Args:
        title: The name in the index, without the number.
        minutes: Time a learner needs, 1 to 240.
        fast_seconds: Budget of Run All in the fast profile, at most 90.
        full_seconds: Budget of Run All in the full profile, at most 3600.
    """

    title: str
    minutes: int
    fast_seconds: int
    full_seconds: int

    def __post_init__(self) -> None:
        """Check the ranges."""
        limits = {"minutes": 240, "fast_seconds": 90, "full_seconds": 3600}
        for name, limit in limits.items():
            value = getattr(self, name)
            if not isinstance(value, int) or not 1 <= value <= limit:
                raise ValueError(
                    f"`{name}` in a lab's header is a whole number from 1 to {limit}, got "
                    f"{value!r}. Correct it at the top of the source."
                )


def source_digest(text: str) -> str:
    """Hash what a notebook is made from: the source and the set-up cell.

    Args:
        text: The content of `labs/source/NN_name.py`.

    Returns:
        A SHA-256 in hexadecimal digits. Line endings do not matter.
    """
    content = "\n".join(text.splitlines()) + "\0" + setup_source()
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def read_info(text: str) -> LabInfo:
    """Read the header of a source.

    Args:
        text: The content of `labs/source/NN_name.py`.

    Raises:
        ValueError: The header is absent, lacks a field or has one too many.
    """
    lab = _parse(text).metadata.get("lab")
    expected = set(LabInfo.__dataclass_fields__)
    if not isinstance(lab, dict) or set(lab) != expected:
        found = sorted(lab) if isinstance(lab, dict) else lab
        raise ValueError(
            f"A source starts with a header `jupyter: lab:` of the fields {sorted(expected)}, "
            f"got {found!r}. Copy it from labs/README.md."
        )
    return LabInfo(**lab)


def build(source: Path, variant: str = "labs") -> nbformat.NotebookNode:
    """Make a notebook from a source, without executing it.

    Args:
        source: `labs/source/NN_name.py`.
        variant: `"labs"` (solutions replaced by stubs) or `"solutions"`.

    Returns:
        A notebook in format 4.5 with ids that depend on the content alone.

    Raises:
        ValueError: The source breaks a rule of the format; the message names file and cell.
    """
    if variant not in VARIANTS:
        raise ValueError(f"A variant is one of {VARIANTS}, got {variant!r}.")
    text = source.read_text(encoding="utf-8")
    info = read_info(text)
    cells, seen = [], {}
    for number, parsed in enumerate(_parse(text).cells):
        try:
            cell = _cell(parsed, variant)
        except ValueError as error:
            raise ValueError(f"{source.name}, cell {number}: {error}") from error
        if number == 0 and variant == "solutions":
            cell.source += "\n\n" + solution_note(source)
        key = _cell_id(parsed)
        seen[key] = seen.get(key, 0) + 1
        cell["id"] = key if seen[key] == 1 else f"{key}-{seen[key]}"
        cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells, metadata=_metadata(source, text, info, variant))


def solution_note(source: Path) -> str:
    """Write the line under the title that tells the solutions from the lab."""
    return (
        f"*This is the version with solutions. The lab: [{source.stem}](../{source.stem}.ipynb).*"
    )


def _parse(text: str) -> nbformat.NotebookNode:
    import jupytext

    return jupytext.reads(text, fmt="py:percent")


def _metadata(source: Path, text: str, info: LabInfo, variant: str) -> dict[str, Any]:
    lab = {
        "source": f"labs/source/{source.name}",
        "source_sha256": source_digest(text),
        "variant": variant,
        **vars(info),
    }
    return {"kernelspec": _KERNEL, "lab": lab, "language_info": {"name": "python"}}


def _cell(parsed: nbformat.NotebookNode, variant: str) -> nbformat.NotebookNode:
    metadata = {key: parsed.metadata[key] for key in _KEPT if key in parsed.metadata}
    if parsed.cell_type == "markdown":
        return nbformat.v4.new_markdown_cell(parsed.source, metadata=metadata)
    if parsed.cell_type != "code":
        raise ValueError(f"cells are markdown or code, got {parsed.cell_type!r}.")
    body = parsed.source
    if "setup" in metadata.get("tags", ()):
        body = setup_source()
    elif ("exercise" in metadata) != has_solution(body):
        raise ValueError(
            'an exercise cell has `exercise="NN-name"` in its `# %%` line and a '
            "`### solution` block in its body; this cell has only one of the two."
        )
    if "exercise" in metadata:
        metadata["tags"] = sorted({*metadata.get("tags", ()), "exercise"})
        body = to_stub(body) if variant == "labs" else to_solution(body)
    return nbformat.v4.new_code_cell(body, metadata=metadata)


def _cell_id(parsed: nbformat.NotebookNode) -> str:
    if "exercise" in parsed.metadata:
        return f"exercise-{parsed.metadata['exercise']}"
    setup = "setup" in parsed.metadata.get("tags", ())
    body = "setup" if setup else parsed.source
    return hashlib.sha256(f"{parsed.cell_type}\0{body}".encode()).hexdigest()[:8]
