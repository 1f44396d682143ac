"""Run mutmut on decoding and error counts, in a private copy: `make mutants`."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from lab_utils.settings import ROOT
from lab_utils.tools.linters import seeded
from lab_utils.tools.programs import find_program, run_program
from text_recognizer.core.errors import DataError, InputError, ParseError
from text_recognizer.data.records import write_record
from text_recognizer.testing.mutation import (
    Mutant,
    Reason,
    Survivor,
    explain,
    read_verdicts,
    recorded_survivors,
    scores,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = [
    "TESTS",
    "Recheck",
    "copy_project",
    "main",
    "read_reasons",
    "recheck",
    "run_mutants",
    "survivors",
]

#: The modules that are changed, each with the tests that should notice.
TESTS = {
    "text_recognizer/core/scores.py": "tests/core/test_scores.py",
    "text_recognizer/reading/ctc.py": "tests/reading/test_ctc.py",
    "text_recognizer/reading/decode.py": "tests/reading/test_decode.py",
}
SECONDS = 1500.0
WORKERS = 2
_SETTINGS = """\
[tool.mutmut]
source_paths = ["text_recognizer"]
only_mutate = [{modules}]
pytest_add_cli_args = ["--disable-plugin-autoload", "-p", "_hypothesis_pytestplugin"]
pytest_add_cli_args_test_selection = [{tests}]
use_git_change_detection = false
[tool.pytest.ini_options]
pythonpath = ["."]
addopts = ["--import-mode=importlib", "-p", "no:cacheprovider"]
markers = ["slow", "gpu", "fonts"]
"""


@dataclass(frozen=True, kw_only=True)
class Recheck:
    """The mutants of one function, run again.

    Args:
        function: Its name.
        mutants: How many there are.
        survived: How many no test noticed.
        agrees: Whether these are the survivors of the record.
    """

    function: str
    mutants: int
    survived: int
    agrees: bool


def copy_project(folder: Path, tests: dict[str, str]) -> Path:
    """Copy what the tests of some modules need, with settings for mutmut.

    Args:
        folder: An empty folder.
        tests: The test file of each module, as paths from the root.

    Returns:
        The folder.

    Raises:
        InputError: A module or a test file does not exist.
    """
    missing = [path for pair in tests.items() for path in pair if not (ROOT / path).is_file()]
    if missing or not tests:
        raise InputError(
            "mutants are made of modules that exist, noticed by test files that exist; received "
            f"{missing or tests!r}; paths start at the root, as text_recognizer/core/scores.py"
        )
    skipped = shutil.ignore_patterns("__pycache__", "artifacts")
    shutil.copytree(ROOT / "text_recognizer", folder / "text_recognizer", ignore=skipped)
    for path in ("tests/conftest.py", *tests.values()):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, folder / path)
    quoted = {
        "modules": ", ".join(f'"{path}"' for path in tests),
        "tests": ", ".join(f'"{path}"' for path in tests.values()),
    }
    (folder / "pyproject.toml").write_text(_SETTINGS.format(**quoted), encoding="utf-8")
    return folder


def run_mutants(
    folder: Path, names: Sequence[str] = (), *, seconds: float = SECONDS
) -> dict[str, str]:
    """Run mutmut in a private copy.

    Args:
        folder: What :func:`copy_project` made.
        names: Names or patterns of mutants, such as `"*x__rate*"`; all unless given.
        seconds: Time limit.

    Returns:
        The verdict of each mutant that ran.

    Raises:
        MissingExtraError: Mutmut is not installed.
        DataError: It failed before it tried a mutant, or took too long.
        ParseError: What it wrote cannot be read.
    """
    program = find_program("mutmut", extra="dev")
    command = [program, "run", "--max-children", str(WORKERS), *names]
    ran = run_program(command, folder, seconds=seconds, settings={"OMP_NUM_THREADS": "1"})
    if not ran.passed:
        said = re.split(r"[\r\n]+", (ran.output + ran.errors).strip())[-1]
        raise DataError(
            f"mutmut ends with 0; it ended with {ran.code} and said {said!r}; the unchanged tests "
            "must pass in the copy before any mutant is tried"
        )
    return read_verdicts(folder / "mutants", only=names)


def survivors(folder: Path, verdicts: dict[str, str]) -> list[Survivor]:
    """Look up what was changed in the mutants that survived.

    Args:
        folder: Where mutmut ran.
        verdicts: The verdict of each mutant.

    Raises:
        ParseError: Mutmut shows no change.
    """
    names = [name for name, verdict in verdicts.items() if verdict == "survived"]
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(lambda name: _survivor(folder, name), names))


def _survivor(folder: Path, name: str) -> Survivor:
    shown = run_program([find_program("mutmut", extra="dev"), "show", name], folder).output
    lines = [line for line in shown.splitlines() if not line.startswith(("---", "+++"))]
    removed, added = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    if not removed and not added:
        raise ParseError(
            f"mutmut shows a mutant as a diff; of {name} it showed {shown[-200:]!r}; "
            "use the pinned mutmut"
        )
    mutant = Mutant.parse(name)
    return Survivor(module=mutant.module, function=mutant.function, removed=removed, added=added)


def read_reasons(path: Path | None = None) -> list[Reason]:
    """Read why certain mutants may survive.

    Args:
        path: A TOML file of `[[reason]]`; the one in labs/assets/tools unless given.

    Raises:
        ParseError: The file is not of that form.
    """
    path = path or seeded("survivors.toml")
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["reason"]
        return [Reason(**row) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ParseError(
            "reasons are TOML: [[reason]] with function, change, kind and why; "
            f"{path.name} fails with {type(error).__name__}: {error}; see survivors.toml"
        ) from error


def recheck(function: str = "_rate", module: str = "text_recognizer/core/scores.py") -> Recheck:
    """Run the mutants of one function again and compare with the record.

    Args:
        function: A function that is no method.
        module: A key of `TESTS`.

    Raises:
        InputError: The module is not in `TESTS`, or mutmut makes no mutant of the function.
    """
    if module not in TESTS:
        raise InputError(f"modules are {', '.join(TESTS)}; received {module!r}; take one of these")
    dotted = module.removesuffix(".py").replace("/", ".")
    with tempfile.TemporaryDirectory() as parent:
        folder = copy_project(Path(parent) / "copy", {module: TESTS[module]})
        verdicts = run_mutants(folder, [f"{dotted}.x_{function}__mutmut_*"])
        found = survivors(folder, verdicts)
    known = [one for one in recorded_survivors() if one.module == dotted]
    expected = {(one.removed, one.added) for one in known if one.function == function}
    return Recheck(
        function=function,
        mutants=len(verdicts),
        survived=len(found),
        agrees={(one.removed, one.added) for one in found} == expected,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all mutants, write the record, and name the survivors that nobody has explained.

    Returns:
        0 when every survivor has a reason, else 1.
    """
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--folder", type=Path, help="where records lie; data/records unless given")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as parent:
        folder = copy_project(Path(parent) / "copy", TESTS)
        print("mutmut is at work; this takes minutes ...", flush=True)
        verdicts = run_mutants(folder)
        found = explain(survivors(folder, verdicts), read_reasons())
    rows = scores(verdicts)
    payload = {"scores": [asdict(one) for one in rows], "survivors": [asdict(one) for one in found]}
    write_record("mutation", payload, seed=0, command="make mutants", folder=options.folder)
    for row in rows:
        print(f"{row.module}: {row.killed} of {row.mutants} killed, {row.survived} survived")
    unexplained = [one for one in found if not one.why]
    for one in unexplained:
        print(f"{one.module}.{one.function}:\n  - {one.removed}\n  + {one.added}", file=sys.stderr)
    print(f"{len(found)} survivors, {len(unexplained)} without a reason")
    return 1 if unexplained else 0


if __name__ == "__main__":
    raise SystemExit(main())
