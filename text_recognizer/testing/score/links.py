"""Links from a row of the rubric to tests: what a pattern matches in a report and in the tree."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

from text_recognizer.core.errors import InputError

RUNNER = "scripts/run_checks.py"
"""Steps that are no tests of pytest have ids in this file, such as ``…::mypy``."""


def check_pattern(pattern: str) -> str:
    """Return a pattern that is specific enough to be evidence.

    Args:
        pattern: A folder that ends in ``/``, a test file, a notebook, or a file, ``::`` and the
            name of a test (a step, behind ``scripts/run_checks.py``). ``*`` stands for any
            characters of one name.

    Raises:
        InputError: If it is none of these, or would match all tests there are.

    Example:
        >>> check_pattern("tests/data/test_leaks.py::test_every_kind_of_leak_is_found")
        'tests/data/test_leaks.py::test_every_kind_of_leak_is_found'
    """
    file = pattern.partition("::")[0]
    form = re.fullmatch(r"[\w./*-]+(/|\.py|\.ipynb)(::\S.*)?", pattern)
    parts = file.strip("/").split("/")
    if not form or ".." in parts or file.startswith("/") or ("::" in pattern and file[-1] == "/"):
        raise InputError(
            "a link names a folder with its last slash, a test file, a notebook, or "
            f"file.py::test_name; received {pattern!r}; write it as pytest writes the id"
        )
    if len([part for part in parts if part.strip("*")]) < 2 and file.endswith("/"):
        raise InputError(
            f"a link names the tests that earn one row; {pattern!r} matches nearly all there are; "
            "name the file or the test"
        )
    return pattern


def matches(pattern: str, test_id: str) -> bool:
    """Say whether a test is one that the pattern means.

    Args:
        pattern: See :func:`check_pattern`.
        test_id: As pytest names it, parameters in brackets.

    Example:
        >>> matches("tests/data/test_leaks.py::test_a", "tests/data/test_leaks.py::test_a[one]")
        True
        >>> matches("tests/data/test_leaks.py::test_a", "tests/data/test_leaks.py::test_ab")
        False
    """
    return bool(_compiled(pattern).match(test_id))


@functools.lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    inner = re.escape(pattern).replace(r"\*", "[^/:]*")
    # A folder matches what begins with it; a file or a test ends there, or goes on with :: or [.
    return re.compile(inner if pattern.endswith("/") else rf"{inner}(?=$|::|\[)")


def repository() -> Path:
    """The folder that holds ``labs``, ``tests`` and this package.

    Example:
        >>> (repository() / "text_recognizer").is_dir()
        True
    """
    return Path(__file__).resolve().parents[3]


def find_in_tree(pattern: str, root: Path) -> list[str]:
    """List the tests that a pattern means in the source tree, without running anything.

    Args:
        pattern: See :func:`check_pattern`.
        root: The folder that holds ``tests`` and ``labs``.

    Returns:
        Ids without parameters, sorted; of notebooks and steps what the pattern names, if it is
        there.
    """
    file = pattern.partition("::")[0]
    if file.endswith(".ipynb"):
        return sorted(path.relative_to(root).as_posix() for path in root.glob(file))
    if file == RUNNER:
        text = (root / RUNNER).read_text(encoding="utf-8") if (root / RUNNER).exists() else ""
        step = pattern.partition("::")[2].removeprefix("notebooks: ")
        return [pattern] if f'"{step}"' in text else []
    where = f"{file}**/test_*.py" if file.endswith("/") else file
    found = [
        f"{path.relative_to(root).as_posix()}::{name}"
        for path in sorted(root.glob(where))
        if path.is_file()
        for name in _names(path.read_text(encoding="utf-8"))
    ]
    return [one for one in found if matches(pattern, one)]


def _names(text: str) -> list[str]:
    """Names of the tests in a file; those in classes with the class before."""
    found = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            found += [f"{node.name}::{name}" for name in _functions(node.body)]
    return [*_functions(ast.parse(text).body), *found]


def _functions(body: list[ast.stmt]) -> list[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [one.name for one in body if isinstance(one, kinds) and one.name.startswith("test")]
