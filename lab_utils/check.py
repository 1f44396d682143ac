"""Show what this machine has for the labs: `python -m lab_utils.check`, or `make check`.

Each row says what was found and, where something is missing, what that means. Only what no lab can
do without makes the command fail. No heavy library is imported, so the table stands in a second.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from lab_utils import probes
from lab_utils.probes import Finding
from lab_utils.settings import ROOT

__all__ = ["find_all", "format_table", "has_docker", "has_gpu", "main"]

ESSENTIAL_PACKAGES = (
    "torch",
    "pytorch-lightning",
    "onnxruntime",
    "opencv-python-headless",
    "pyarrow",
    "jupyterlab",
)


def has_docker() -> bool:
    """Whether a lab may start containers here."""
    return probes.check_docker().ok


def has_gpu() -> bool:
    """Whether a lab may count on a GPU here."""
    return probes.check_gpu().ok


def find_all(root: Path = ROOT) -> list[Finding]:
    """Look for everything that the labs use or need.

    Args:
        root: The checkout.

    Returns:
        One row each, in the order of the table.

    Example:
        >>> find_all()[0].name
        'Python'
    """
    restore = "Restore it with git checkout."
    looks: list[Callable[[], Finding]] = [
        probes.check_python,
        *(lambda name=name: probes.check_package(name) for name in ESSENTIAL_PACKAGES),
        probes.check_pins,
        probes.check_processor,
        probes.check_memory,
        probes.check_gpu,
        probes.check_docker,
        probes.check_node,
        lambda: probes.check_fonts(root / "data" / "fonts"),
        lambda: probes.check_disk(root),
        lambda: probes.check_files(
            "Sample data", root / "data" / "sample" / "manifest.json", restore
        ),
        lambda: probes.check_files(
            "Reader", root / "text_recognizer" / "artifacts" / "reader" / "bundle.json", restore
        ),
    ]
    return [look() for look in looks]


def format_table(findings: Iterable[Finding], width: int = 100) -> str:
    """Set the rows as plain text that fits a terminal.

    Args:
        findings: The rows.
        width: Columns of the terminal, at least 60.

    Example:
        >>> print(format_table([Finding(name="Disk", ok=True, value="9 GB free")]))
        ok       Disk                    9 GB free
    """
    lines: list[str] = []
    for row in findings:
        text = row.value if row.ok else f"{row.value}. {row.meaning}"
        head = f"{row.state:<9}{row.name:<24}"
        space = " " * len(head)
        lines += textwrap.wrap(text, width, initial_indent=head, subsequent_indent=space)
    return "\n".join(lines)


def main(arguments: Sequence[str] = ()) -> int:
    """Print the table.

    Args:
        arguments: None are taken.

    Returns:
        1 if something essential is missing, else 0.
    """
    if arguments:
        print(f"check takes no arguments, got {list(arguments)}", file=sys.stderr)
        return 2
    findings = find_all()
    print(format_table(findings, max(60, min(100, shutil.get_terminal_size().columns))))
    needed = [row.name for row in findings if row.essential and not row.ok]
    print(f"\nNeeded and not there: {', '.join(needed)}." if needed else "\nThe labs can run here.")
    return 1 if needed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
