"""What linters say about a file, in one form: ruff, flake8, mypy, ShellCheck; and formatters."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lab_utils.settings import ROOT
from lab_utils.tools.programs import Ran, find_program, run_program
from text_recognizer.core.errors import InputError, ParseError

__all__ = [
    "FAMILIES",
    "Comparison",
    "LintFinding",
    "compare_linters",
    "flake8",
    "formatted",
    "mypy",
    "ruff",
    "seeded",
    "shellcheck",
]

#: The rules that flake8 has, too: pycodestyle's errors and warnings, and pyflakes.
FAMILIES = ("E", "F", "W")
WIDTH = 100
_LINE = re.compile(r"^[^:\n]+:(\d+):(?:\d+:)? (\w+) (.+)$", re.MULTILINE)
_TYPES = re.compile(r"^[^:\n]+:(\d+): error: (.+?)  \[([\w-]+)\]$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, order=True)
class LintFinding:
    """One finding of a linter.

    Args:
        line: Number of the line, from 1; 0 for the whole file.
        code: Name of the rule, such as `"F821"`.
        message: What the linter said.
    """

    line: int
    code: str
    message: str = ""

    @property
    def place(self) -> tuple[int, str]:
        """Line and rule: what two linters can agree on."""
        return self.line, self.code


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What ruff found beside flake8, and ruff's format beside black's.

    Args:
        both: Places that both found, line and rule.
        only_ruff: Places that ruff alone found.
        only_flake8: Places that flake8 alone found.
        same_bytes: Whether ruff and black format the file to the same bytes.
        settled: Whether formatting once more changes nothing, for both.
    """

    both: list[tuple[int, str]]
    only_ruff: list[tuple[int, str]]
    only_flake8: list[tuple[int, str]]
    same_bytes: bool
    settled: bool


def seeded(name: str) -> Path:
    """A file that was seeded with faults, of `labs/assets/tools`.

    Args:
        name: Such as `"seeded.py"`.

    Raises:
        InputError: There is no such file.

    Example:
        >>> seeded("seeded.py").name
        'seeded.py'
    """
    folder = ROOT / "labs" / "assets" / "tools"
    if not (folder / name).is_file():
        there = ", ".join(sorted(path.name for path in folder.glob("*")))
        raise InputError(f"a seeded file is one of {there}; received {name!r}; take one of these")
    return folder / name


def ruff(path: Path, rules: Sequence[str] = FAMILIES) -> list[LintFinding]:
    """What ruff finds, whatever its settings here are.

    Args:
        path: A Python file.
        rules: Rules or families of rules, such as `"F"`, `"E501"`.

    Raises:
        InputError: No rules were given.
        ParseError: Ruff refused the file or a rule.
    """
    if not rules:
        raise InputError("ruff needs at least one rule; received none; ask for F, say")
    select = ",".join(rules)
    command = ["check", *_ruff_settings(), "--select", select, "--output-format", "concise"]
    return _findings("ruff", _run("ruff", [*command, "--quiet"], path), _LINE)


def flake8(path: Path) -> list[LintFinding]:
    """What flake8 finds with its own choice of rules; see :func:`ruff`."""
    arguments = ["--isolated", "--max-line-length", str(WIDTH)]
    return _findings("flake8", _run("flake8", arguments, path), _LINE)


def mypy(path: Path) -> list[LintFinding]:
    """What mypy finds in its strict mode; see :func:`ruff`."""
    arguments = ["--config-file=", "--cache-dir=/dev/null", "--strict", "--python-version=3.10"]
    ran = _run("mypy", [*arguments, "--no-error-summary"], path)
    return _findings("mypy", ran, _TYPES)


def shellcheck(path: Path) -> list[LintFinding]:
    """What ShellCheck finds in a shell script; see :func:`ruff`."""
    ran = _run("shellcheck", ["--norc", "--format=json"], path)
    try:
        found = json.loads(ran.output)
        return sorted(
            LintFinding(line=one["line"], code=f"SC{one['code']}", message=one["message"])
            for one in found
        )
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable("shellcheck", ran) from error


def formatted(path: Path, tool: str = "ruff", times: int = 1) -> bytes:
    """Format a copy of a Python file.

    Args:
        path: The file, which is left alone.
        tool: `"ruff"` or `"black"`.
        times: How often, 1 or more: a formatter that is done changes nothing any more.

    Returns:
        The formatted bytes.

    Raises:
        InputError: Another tool, or fewer times.
        ParseError: The file is no Python.
    """
    commands = {
        "ruff": ["format", "--quiet", *_ruff_settings()],
        "black": ["--quiet", "--line-length", str(WIDTH), "--target-version", "py310"],
    }
    if tool not in commands or times < 1:
        raise InputError(
            f"formatters are ruff and black, run once or more; received {tool!r}, {times!r} times; "
            "call formatted(path, 'black')"
        )
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copy(path, folder))
        for _ in range(times):
            ran = run_program([find_program(tool), *commands[tool], copy.name], copy.parent)
            if not ran.passed:
                raise _unreadable(tool, ran)
        return copy.read_bytes()


def compare_linters(path: Path) -> Comparison:
    """Run ruff beside flake8 and black: are the findings and the bytes the same?

    Args:
        path: A Python file.
    """
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda tool: {one.place for one in tool(path)}, (ruff, flake8))
        jobs = [("ruff", 1), ("black", 1), ("ruff", 2), ("black", 2)]
        texts = list(pool.map(lambda job: formatted(path, *job), jobs))
        ours, theirs = found
    once, twice = texts[:2], texts[2:]
    return Comparison(
        both=sorted(ours & theirs),
        only_ruff=sorted(ours - theirs),
        only_flake8=sorted(theirs - ours),
        same_bytes=once[0] == once[1],
        settled=once == twice,
    )


def _ruff_settings() -> list[str]:
    width = ["--line-length", str(WIDTH), "--target-version", "py310"]
    return ["--isolated", "--no-cache", *width]


def _run(name: str, arguments: Sequence[str], path: Path) -> Ran:
    """Run a linter on a copy, so that no settings near the file take part."""
    if not path.is_file():
        raise InputError(f"a linter reads a file; received {str(path)!r}; give one that exists")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(path, folder)
        return run_program([find_program(name), *arguments, path.name], Path(folder))


def _findings(name: str, ran: Ran, pattern: re.Pattern[str]) -> list[LintFinding]:
    rows = pattern.findall(ran.output)
    if name == "mypy":
        rows = [(line, code, message) for line, message, code in rows]
    # 0: nothing found, 1: something found, anything else: the linter could not work.
    if ran.code not in (0, 1) or (ran.code == 1 and not rows):
        raise _unreadable(name, ran)
    return sorted(
        {LintFinding(line=int(line), code=code, message=message) for line, code, message in rows}
    )


def _unreadable(name: str, ran: Ran) -> ParseError:
    said = (ran.errors.strip() or ran.output.strip() or "nothing").splitlines()[-1]
    return ParseError(
        f"{name} prints its findings and ends with 0 or 1; it ended with {ran.code} and said "
        f"{said!r}; run it by hand on the file"
    )
