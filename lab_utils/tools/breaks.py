"""Breaks in a function, a docstring and a notebook: which tool catches which."""

from __future__ import annotations

import shutil
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat

from lab_utils.builder import VARIANTS
from lab_utils.gates import Subject, check_notebook
from lab_utils.gates.form import counts
from lab_utils.normalize import dumps
from lab_utils.settings import ROOT, Layout
from lab_utils.tools.programs import find_program, run_program
from text_recognizer.core.errors import InputError, ParseError

__all__ = ["BREAKS", "TOOLS", "Caught", "break_lab", "caught_by", "plant", "write_project"]

PROJECT = ROOT / "labs" / "assets" / "tools" / "project"
_QUIET = ("-q", "--color=no", "--disable-plugin-autoload", "-p", "no:cacheprovider", "--noconftest")


@dataclass(frozen=True, kw_only=True)
class Caught:
    """Which tools one break reddens.

    Args:
        broken: What was broken; `"nothing"` is the clean project.
        tools: The tools that failed, in the order of `TOOLS`.
    """

    broken: str
    tools: tuple[str, ...]


def write_project(folder: Path) -> Path:
    """Write a small project into an empty folder: a module, its tests, an executed notebook.

    Args:
        folder: Made if it does not exist.

    Returns:
        The folder.

    Example:
        >>> sorted(path.name for path in write_project(Path(tempfile.mkdtemp())).iterdir())
        ['rates.ipynb', 'rates.py', 'test_rates.py']
    """
    folder.mkdir(parents=True, exist_ok=True)
    for path in PROJECT.glob("*.py"):
        shutil.copy(path, folder)
    book = nbformat.v4.new_notebook()
    for number, (source, shown) in enumerate(
        [("from rates import rate", ""), ("assert rate(0, 0) == 0", ""), ("rate(3, 12)", "0.25")], 1
    ):
        data = {"text/plain": shown}
        output = nbformat.v4.new_output("execute_result", data, execution_count=number)
        outputs = [output] if shown else []
        cell = nbformat.v4.new_code_cell(source, execution_count=number, outputs=outputs)
        book.cells.append({**cell, "id": f"cell-{number}"})
    nbformat.write(nbformat.from_dict(book), folder / "rates.ipynb")
    return folder


def _replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise InputError(
                f"a break replaces a text that stands once in {name}; {old!r} stands "
                f"{text.count(old)} times; adapt the break to the project"
            )
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return change


def _unexecuted(folder: Path) -> None:
    """Nobody ran the notebook after the last edit."""
    path = folder / "rates.ipynb"
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        cell.update(execution_count=None, outputs=[])
    nbformat.write(book, path)


#: What is broken, and how. The first breaks nothing.
BREAKS: dict[str, Callable[[Path], None]] = {
    "nothing": lambda folder: None,
    "function": _replace("rates.py", "min(1.0, errors / characters)", "errors / characters"),
    "docstring": _replace("rates.py", "    0.25\n", "    0.2\n"),
    "notebook": _replace("rates.ipynb", '"0.25"', '"0.5"'),
    "unexecuted notebook": _unexecuted,
    "function, everywhere": _replace(
        "rates.py", "min(1.0, errors / characters)", "min(1.0, characters / errors)"
    ),
}


def _each(*arguments: str) -> Callable[[Path, Sequence[str]], set[str]]:
    """A tool that is started in every folder."""

    def fails(parent: Path, names: Sequence[str]) -> set[str]:
        command = [sys.executable, "-m", *arguments]
        return {name for name in names if not run_program(command, parent / name).passed}

    return fails


def _nbval(parent: Path, names: Sequence[str]) -> set[str]:
    """With its own settings, as anybody would call it; one start serves all notebooks."""
    command = [sys.executable, "-m", "pytest", *_QUIET, "-p", "nbval.plugin", "--nbval"]
    books = [f"{name}/rates.ipynb" for name in names]
    report = parent / "nbval.xml"
    ran = run_program([*command, "--nbval-current-env", f"--junitxml={report}", *books], parent)
    try:
        cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    except (OSError, ElementTree.ParseError) as error:
        raise ParseError(
            f"nbval writes a JUnit report; reading it failed with {type(error).__name__}: {error}, "
            f"and pytest said {ran.errors.strip()[-200:]!r}; run it by hand"
        ) from error
    red = {case.get("classname", "") for case in cases if len(case)}
    return {name for name in names if f"{name}.rates.ipynb" in red}


def _counted(parent: Path, names: Sequence[str]) -> set[str]:
    books = {name: parent / name / "rates.ipynb" for name in names}
    return {name for name, path in books.items() if [*counts(Subject.open(path, path, "labs"))]}


#: A tool says which of some folders it fails in.
TOOLS: dict[str, Callable[[Path, Sequence[str]], set[str]]] = {
    "pytest": _each("pytest", *_QUIET, "test_rates.py"),
    "doctest": _each("doctest", "rates.py"),
    "nbval": _nbval,
    "papermill": _each(
        "papermill", "--no-progress-bar", "-k", "python3", "rates.ipynb", "ran.ipynb"
    ),
    "gate of counts": _counted,
}
#: Papermill starts a kernel a notebook once more, and sees only cells that raise.
QUICK = ("pytest", "doctest", "nbval", "gate of counts")


def plant(broken: str, folder: Path) -> Path:
    """Write the small project with one break.

    Args:
        broken: A key of `BREAKS`.
        folder: Where to.

    Raises:
        InputError: There is no such break.
    """
    if broken not in BREAKS:
        raise InputError(f"breaks are {', '.join(BREAKS)}; received {broken!r}; take one of these")
    BREAKS[broken](write_project(folder))
    return folder


def caught_by(breaks: Sequence[str] = tuple(BREAKS), tools: Sequence[str] = QUICK) -> list[Caught]:
    """Run every tool on every break, each in a folder of its own.

    Args:
        breaks: Keys of `BREAKS`.
        tools: Keys of `TOOLS`.

    Returns:
        One row a break, in the order given.

    Raises:
        InputError: There is no such break or tool.
    """
    unknown = [name for name in tools if name not in TOOLS]
    if unknown:
        raise InputError(f"tools are {', '.join(TOOLS)}; received {unknown[0]!r}; take of these")
    with tempfile.TemporaryDirectory() as parent, ThreadPoolExecutor(2) as pool:
        names = [plant(each, Path(parent) / f"case{n}").name for n, each in enumerate(breaks)]
        jobs = {tool: pool.submit(TOOLS[tool], Path(parent), names) for tool in tools}
        red = {tool: job.result() for tool, job in jobs.items()}
    return [
        Caught(broken=broken, tools=tuple(tool for tool in tools if name in red[tool]))
        for broken, name in zip(breaks, names, strict=True)
    ]


def break_lab(lab: str = "00", layout: Layout | None = None) -> dict[str, tuple[str, ...]]:
    """Break a copy of a committed lab in several ways and name the static gates that trip.

    Committed, because whoever works through a lab changes and saves the file that lies there.

    Args:
        lab: Two digits.
        layout: Where the labs lie.

    Returns:
        The names of the gates that found something, for each break; nothing for the clean copy.

    Raises:
        ParseError: The committed lab is no notebook, or there is none.
    """
    layout = layout or Layout()
    stored = layout.source(lab)
    tripped: dict[str, tuple[str, ...]] = {}
    with tempfile.TemporaryDirectory() as folder:
        copy = Layout(root=Path(folder))
        for each in (stored, *(layout.notebook(stored, variant) for variant in VARIANTS)):
            _check_out(each.relative_to(layout.root), layout.root, copy.root)
        source = copy.source(lab)
        path = copy.notebook(source)
        whole = path.read_text(encoding="utf-8")
        for name, change in _LAB_BREAKS.items():
            try:
                book = nbformat.reads(whole, as_version=nbformat.NO_CONVERT)
            except ValueError as error:
                raise ParseError(
                    f"lab {lab} must be a notebook to be broken; reading it failed with: {error}; "
                    f"run make refresh LAB={lab}"
                ) from error
            change(next(cell for cell in book.cells if cell.cell_type == "code" and cell.outputs))
            path.write_text(dumps(book), encoding="utf-8")
            found = check_notebook(Subject.open(path, source, "labs"))
            tripped[name] = tuple(sorted({one.gate for one in found}))
    return tripped


def _check_out(path: Path, root: Path, folder: Path) -> None:
    """Write a file as it was last committed into another folder."""
    command = [find_program("git"), "show", f"HEAD:{path.as_posix()}"]
    ran = run_program(command, root)
    if not ran.passed:
        raise ParseError(
            f"a lab must be committed to be broken; of {path.as_posix()} git said "
            f"{ran.errors.strip()[-200:]!r}; use a clone of the course"
        )
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(ran.output, encoding="utf-8")


def _error(cell: nbformat.NotebookNode) -> None:
    cell.outputs.append(nbformat.v4.new_output("error", ename="E", evalue="", traceback=[]))


def _edit(cell: nbformat.NotebookNode) -> None:
    cell.source += "\nprint('edited by hand')"


def _warn(cell: nbformat.NotebookNode) -> None:
    cell.outputs.append(nbformat.v4.new_output("stream", name="stderr", text="a warning\n"))


_LAB_BREAKS: dict[str, Callable[[nbformat.NotebookNode], None]] = {
    "nothing": lambda cell: None,
    "a cell not executed": lambda cell: cell.update(execution_count=None),
    "a cell edited by hand": _edit,
    "an error kept": _error,
    "a warning kept": _warn,
}
