"""Run the gates over notebooks and say what they found."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lab_utils.builder import VARIANTS
from lab_utils.gates import form, outputs, prose, steps
from lab_utils.gates.base import Finding, Gate, Subject
from lab_utils.index import write_index
from lab_utils.settings import Layout

__all__ = ["GATES", "check_notebook", "findings_of", "report"]

#: Every gate by its name. Each has a notebook in tests/notebooks that trips it.
GATES: dict[str, Gate] = {
    "schema": form.schema,
    "counts": form.counts,
    "source": form.source,
    "notebook-size": form.notebook_size,
    "cell-length": form.cell_length,
    "function-length": form.function_length,
    "ignored": form.ignored,
    "stderr": outputs.stderr,
    "errors": outputs.errors,
    "semicolons": outputs.semicolons,
    "progress-bars": outputs.progress_bars,
    "paths": outputs.paths,
    "addresses": outputs.addresses,
    "dates": outputs.dates,
    "widgets": outputs.widgets,
    "alt-text": outputs.alt_text,
    "picture-size": outputs.picture_size,
    "sections": prose.sections,
    "claims": prose.claims,
    "distractions": prose.distractions,
    "exercises": steps.exercises,
    "leaks": steps.leaks,
    "independence": steps.independence,
}


def check_notebook(subject: Subject, root: Path | None = None) -> list[Finding]:
    """Run all gates on one notebook.

    Args:
        subject: The notebook.
        root: What its path is shown relative to.
    """
    shown = subject.path.relative_to(root).as_posix() if root else subject.path.name
    return [
        replace(finding, gate=name, notebook=shown)
        for name, gate in GATES.items()
        for finding in gate(subject)
    ]


def findings_of(sources: Sequence[Path], layout: Layout) -> list[Finding]:
    """Run all gates on both notebooks of each source, and look for orphans.

    Args:
        sources: Sources of labs.
        layout: Where the labs lie.
    """
    found: list[Finding] = []
    for source in sources:
        for variant in VARIANTS:
            path = layout.notebook(source, variant)
            shown = path.relative_to(layout.root).as_posix()
            cure = f"Run `make refresh LAB={source.stem[:2]}`."
            if not path.exists():
                message = f"The notebook is missing. {cure}"
                found.append(Finding(message=message, gate="files", notebook=shown))
                continue
            try:
                found += check_notebook(Subject.open(path, source, variant), layout.root)
            except ValueError as error:
                found.append(Finding(message=f"{error} {cure}", gate="files", notebook=shown))
    return found + _orphans(layout)


def report(sources: Sequence[Path], layout: Layout) -> int:
    """Run all gates and print the findings.

    Returns:
        0 when there are none, else 1.
    """
    found = findings_of(sources, layout)
    for finding in found:
        print(finding, file=sys.stderr)
    count = len(sources) * len(VARIANTS)
    print(f"gates: {len(GATES)} gates on {count} notebooks, {len(found)} findings")
    return 1 if found else 0


def _orphans(layout: Layout) -> list[Finding]:
    known = {source.stem for source in layout.all_sources()}
    found = []
    for folder in (layout.labs, layout.solutions):
        for path in sorted(folder.glob("*.ipynb")):
            if path.stem not in known:
                shown = path.relative_to(layout.root).as_posix()
                message = "No source gives this notebook. Write labs/source, or remove it."
                found.append(Finding(message=message, gate="files", notebook=shown))
    if not write_index(layout, check=True):
        message = "The table of labs is not what the sources give. Run `make refresh LAB=NN`."
        found.append(Finding(message=message, gate="files", notebook="labs/README.md"))
    return found
