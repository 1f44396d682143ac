"""Faults planted in a clean copy: which stage of the checks sees them first, and how soon."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lab_utils.tools.copies import clean_copy
from lab_utils.tools.hooks import run_hooks
from lab_utils.tools.programs import run_program
from lab_utils.tools.workflow import run_job
from text_recognizer.core.errors import InputError, ParseError
from text_recognizer.data.records import read_record, write_record

__all__ = [
    "FAULTS",
    "STAGES",
    "Alarm",
    "Fault",
    "first_alarms",
    "main",
    "recorded_alarms",
]

SECONDS = 900.0
CLEAN = "nothing"
NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One edit of a file.

    Args:
        path: The file, from the root.
        old: What stands there, once.
        new: What takes its place.
    """

    path: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Who saw a fault first.

    Args:
        fault: A key of `FAULTS`.
        stage: The first stage that failed, a key of `STAGES`, or `"nobody"`.
        seconds: From the start of the first stage to the end of the failed one; not part of a
            comparison.
    """

    fault: str
    stage: str
    seconds: float = field(compare=False)


_SCORES = "text_recognizer/core/scores.py"
_WORKFLOW = ".github/workflows/weekly.yml"

#: What is planted. The first edit is no fault, and nobody should see it.
FAULTS: dict[str, Fault] = {
    CLEAN: Fault(path=_SCORES, old="Errors per item of", new="The errors per item of"),
    "syntax error": Fault(path=_SCORES, old="    if total:\n", new="    if total\n"),
    "undefined name": Fault(path=_SCORES, old="return errors / total", new="return errors / totl"),
    "unquoted variable": Fault(path="scripts/run.sh", old='"$@"', new="$@"),
    "misspelt key": Fault(path=_WORKFLOW, old="    runs-on: ", new="    run-on: "),
    "injected command": Fault(
        path=_WORKFLOW,
        old="        run: .ci/run\n",
        new='        run: .ci/run "${{ github.event.head_commit.message }}"\n',
    ),
    "wrong type": Fault(
        path=_SCORES, old="return errors / total", new='return f"{errors / total}"'
    ),
    "wrong result": Fault(
        path=_SCORES, old="return errors / total", new="return errors / (total + 1)"
    ),
    "stale output": Fault(path="labs/00_welcome.ipynb", old="lines found: 9", new="lines found: 8"),
}


def _hooks(folder: Path, fault: Fault) -> bool:
    return run_hooks(folder, [fault.path], seconds=SECONDS).accepted


def _lint(folder: Path, fault: Fault) -> bool:
    workflow = folder / ".github" / "workflows" / "test.yml"
    runs = run_job(workflow, "lint", folder, settings={"LINTERS": "installed"}, seconds=SECONDS)
    return all(run.verdict != "failed" for run in runs)


def _unit(folder: Path, fault: Fault) -> bool:
    """The tests that a person would run: those of the part that was edited, and of the set-up."""
    places = {"text_recognizer": "tests/core", "labs": "tests/notebooks"}
    tests = places.get(fault.path.split("/")[0], "tests/setup")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--disable-plugin-autoload"]
    more = ["-p", "_hypothesis_pytestplugin", "-p", "no:cacheprovider", tests]
    return run_program([*command, *more], folder, seconds=SECONDS, settings=_near(folder)).passed


def _notebooks(folder: Path, fault: Fault) -> bool:
    command = [sys.executable, "-m", "lab_utils.notebook_tests", "00", "--gates", "--nbval"]
    return run_program(command, folder, seconds=SECONDS, settings=_near(folder)).passed


def _near(folder: Path) -> dict[str, str]:
    return {"PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}


#: The stages in the order in which they come: at the commit, on the service, quick ones first.
STAGES: dict[str, Callable[[Path, Fault], bool]] = {
    "hooks": _hooks,
    "lint job": _lint,
    "unit tests": _unit,
    "notebooks": _notebooks,
}


def first_alarms(
    faults: Sequence[str] = ("undefined name", "injected command"),
    stages: Sequence[str] = ("hooks", "lint job"),
    *,
    known: Mapping[str, Fault] = FAULTS,
    folder: Path | None = None,
) -> list[Alarm]:
    """Plant faults one by one and run the stages up to the first that fails.

    Args:
        faults: Keys of `known`.
        stages: Keys of `STAGES`, in the order to run.
        known: The faults.
        folder: A clean copy that is there already; it is left as it was.

    Returns:
        One row a fault.

    Raises:
        InputError: A fault or stage is not known, or the text to replace does not stand once.
        DataError: No clean copy could be made, or a stage could not run.
    """
    unknown = [name for name in faults if name not in known]
    unknown += [name for name in stages if name not in STAGES]
    if unknown:
        raise InputError(
            f"faults are {', '.join(known)}, and stages {', '.join(STAGES)}; "
            f"received {unknown[0]!r}; take of these"
        )
    with tempfile.TemporaryDirectory() as parent:
        place = folder or clean_copy(Path(parent) / "copy")
        return [_first_alarm(place, name, known[name], stages) for name in faults]


def _first_alarm(folder: Path, name: str, fault: Fault, stages: Sequence[str]) -> Alarm:
    path = folder / fault.path
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if text.count(fault.old) < 1:
        raise InputError(
            f"a fault replaces a text that stands in its file; {fault.old!r} does not stand in "
            f"{fault.path}; adapt the fault to the code"
        )
    path.write_text(text.replace(fault.old, fault.new, 1), encoding="utf-8")
    start = time.perf_counter()
    try:
        stage = next((each for each in stages if not STAGES[each](folder, fault)), NOBODY)
        return Alarm(fault=name, stage=stage, seconds=time.perf_counter() - start)
    finally:
        path.write_text(text, encoding="utf-8")


def recorded_alarms(*, folder: Path | None = None) -> list[Alarm]:
    """The alarms of the recorded run: all faults through all stages.

    Args:
        folder: Where the record lies; data/records unless given.

    Raises:
        ParseError: The record is missing or damaged.
    """
    record = read_record("detection", folder=folder)
    try:
        return [Alarm(**row) for row in record.payload["alarms"]]
    except (KeyError, TypeError) as error:
        raise ParseError(
            f"the record has a list of alarms; reading it failed with {type(error).__name__}: "
            f"{error}; make it again: {record.command}"
        ) from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant every fault, run every stage, write the record.

    Returns:
        0 when each fault is seen and the clean edit is not, else 1. Where the clean edit is seen
        the checkout was red before, and nothing is recorded.
    """
    parser = argparse.ArgumentParser(prog="make fault-stages", description=__doc__)
    parser.add_argument("--folder", type=Path, help="where records lie; data/records unless given")
    options = parser.parse_args(arguments)
    alarms = []
    for name in FAULTS:
        alarms += first_alarms([name], tuple(STAGES))
        print(f"{name:<20}{alarms[-1].stage:<12}{alarms[-1].seconds:6.1f} s", flush=True)
        if name == CLEAN and alarms[-1].stage != NOBODY:
            print("The checks fail without a fault: make them pass first.", file=sys.stderr)
            return 1
    payload = {"stages": list(STAGES), "alarms": [asdict(one) for one in alarms]}
    write_record("detection", payload, seed=0, command="make fault-stages", folder=options.folder)
    return int(any(one.stage == NOBODY and one.fault != CLEAN for one in alarms))


if __name__ == "__main__":
    raise SystemExit(main())
