"""Findings judged by hand, defect or style: the precision of a linter at three levels."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab_utils.tools.linters import LintFinding, mypy, ruff, seeded, shellcheck
from text_recognizer.core.errors import DataError, ParseError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["LEVELS", "Labels", "Level", "check_script", "check_types", "read_labels", "strictness"]

#: Three levels of strictness, each with the rules of those before it.
LEVELS = {
    "errors": ("E9", "F", "B", "PLE"),
    "usual": ("E", "F", "W", "B", "PLE", "I", "UP", "SIM"),
    "strict": (
        *("E", "F", "W", "B", "PLE", "I", "UP", "SIM"),
        *("ANN", "ARG", "COM", "D1", "D4", "EM", "ERA", "N", "PLR", "PTH", "Q", "RET", "S"),
        *("T20", "TRY"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Labels:
    """What was judged by hand about a seeded file.

    Args:
        defects: Why a finding is a defect, by line and rule.
        style: Why the findings of a rule are style, by rule.
        unseen: Defects that no linter sees: the line, and what is wrong there.
    """

    defects: dict[tuple[int, str], str]
    style: dict[str, str]
    unseen: dict[int, str]

    def is_defect(self, finding: LintFinding) -> bool:
        """Say whether a finding is a defect.

        Raises:
            DataError: Nobody judged it.
        """
        if finding.place in self.defects:
            return True
        if finding.code in self.style:
            return False
        raise DataError(
            f"every finding is judged by hand; {finding.code} in line {finding.line} "
            f"({finding.message}) is not; write it into the labels, as a defect or as style"
        )


@dataclass(frozen=True, kw_only=True)
class Level:
    """The findings of one level of strictness.

    Args:
        name: Name of the level, or of the tool.
        findings: How many there are.
        defects: How many of them are defects.
        missed: How many defects of the labels it did not find, those that no linter sees included.
    """

    name: str
    findings: int
    defects: int
    missed: int

    @property
    def precision(self) -> float:
        """The share of findings that are defects, 0..1; 1 where nothing was found."""
        return self.defects / self.findings if self.findings else 1.0


def read_labels(path: Path) -> Labels:
    """Read the labels of a seeded file.

    Args:
        path: A TOML file with `[[defect]]`, `[[unseen]]` and `[style]`.

    Raises:
        ParseError: The file is not of that form, or judges a finding twice.
    """
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        rows = [((int(one["line"]), str(one["code"])), one["why"]) for one in table["defect"]]
        unseen = {int(one["line"]): str(one["why"]) for one in table.get("unseen", ())}
        labels = Labels(defects=dict(rows), style=dict(table.get("style", {})), unseen=unseen)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ParseError(
            "labels are TOML: [[defect]] with line, code and why, [[unseen]] with line and why, "
            f"[style] with a reason for each rule; {path.name} fails with "
            f"{type(error).__name__}: {error}; see labs/assets/tools/labels.toml"
        ) from error
    if len(labels.defects) != len(rows):
        raise ParseError(
            f"a finding is judged once; {path.name} has {len(rows)} defects at "
            f"{len(labels.defects)} places; remove the double"
        )
    return labels


def strictness(
    path: Path | None = None, labels: Labels | None = None, find: Callable[..., Any] = ruff
) -> list[Level]:
    """Judge the findings of ruff at three levels: strict rules find more, and mostly style.

    Args:
        path: A Python file; the seeded one unless given.
        labels: Its labels; those of the seeded file unless given.
        find: The linter, a function of a file and rules.

    Returns:
        One row a level, the loosest first.

    Raises:
        DataError: A finding is not judged.
    """
    path = path or seeded("seeded.py")
    labels = labels or read_labels(seeded("labels.toml"))
    return [_judge(name, find(path, rules), labels) for name, rules in LEVELS.items()]


def check_types(path: Path | None = None, labels: Labels | None = None) -> Level:
    """Judge the findings of mypy, as :func:`strictness` does those of ruff."""
    labels = labels or read_labels(seeded("labels.toml"))
    return _judge("mypy", mypy(path or seeded("seeded.py")), labels)


def check_script(path: Path | None = None, labels: Labels | None = None) -> Level:
    """Judge the findings of ShellCheck in the seeded script, or in another one."""
    labels = labels or read_labels(seeded("script.toml"))
    return _judge("shellcheck", shellcheck(path or seeded("seeded.sh")), labels)


def _judge(name: str, found: Sequence[LintFinding], labels: Labels) -> Level:
    defects = {one.line for one in found if labels.is_defect(one)}
    lines = {line for line, _ in labels.defects} | set(labels.unseen)
    return Level(
        name=name,
        findings=len(found),
        defects=sum(labels.is_defect(one) for one in found),
        missed=len(lines - defects),
    )
