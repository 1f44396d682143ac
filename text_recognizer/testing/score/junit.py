"""JUnit XML, as pytest, nbval and others write it: which tests ran, and what came of each.

There is no standard; what all writers share is described at
https://github.com/testmoapp/junitxml. Suites may nest, and most attributes may be absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from text_recognizer.core.errors import InputError, ParseError

MAX_BYTES = 64 << 20
OUTCOMES = ("passed", "skipped", "failed", "error")
"""From the best to the worst."""

LABS = "labs"
"""Notebook reports name their files from this folder."""


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """What came of one test.

    Args:
        id: As pytest names it: file, ``::``, name; for a cell of a notebook
            ``labs/00_welcome.ipynb::Cell 3``.
        outcome: One of :data:`OUTCOMES`.
        seconds: How long it took, 0 or more.
        commands: What a person or a workflow types to run it; empty where nobody said.
        cases: How many tests this stands for: 1, more in a record.
        message: Why it did not pass, in a line.

    Raises:
        InputError: If the outcome is unknown, or a number is negative.
    """

    id: str
    outcome: str
    seconds: float = 0.0
    commands: tuple[str, ...] = ()
    cases: int = 1
    message: str = ""

    def __post_init__(self) -> None:
        """Check the fields at birth."""
        if self.outcome not in OUTCOMES:
            raise InputError(
                f"an outcome is one of {', '.join(OUTCOMES)}; received {self.outcome!r} for "
                f"{self.id}"
            )
        if not self.seconds >= 0 or self.cases < 1:
            raise InputError(
                "a test takes 0 s or more and stands for 1 case or more; received "
                f"{self.seconds} s and {self.cases} for {self.id}"
            )

    @property
    def passed(self) -> bool:
        """Whether it passed; a skipped test did not."""
        return self.outcome == "passed"

    @property
    def function(self) -> str:
        """The id without the parameters in brackets; of a notebook, the file."""
        file, _, name = self.id.partition("::")
        return file if file.endswith(".ipynb") else f"{file}::{name.partition('[')[0]}"


@dataclass(frozen=True, kw_only=True)
class Report:
    """One file of results, and where they come from.

    Args:
        name: Name of the file.
        tests: The results in the order of the file, one for each id.
        started: When the run began, as the file says it; empty where it does not.
        commit: The commit that ran; empty where nobody said.
        commands: What runs these tests, such as ``make test``.
    """

    name: str
    tests: tuple[CaseResult, ...]
    started: str = ""
    commit: str = ""
    commands: tuple[str, ...] = ()

    def run_by(self, *commands: str) -> Report:
        """The same results as if these commands had made them: what would repeating them earn?

        Args:
            commands: Such as ``make test``; none for a run by hand.
        """
        tests = tuple(replace(test, commands=commands) for test in self.tests)
        return replace(self, tests=tests, commands=commands)


def read_report(path: Path) -> Report:
    """Read a JUnit XML report.

    Args:
        path: The file, at most 64 MiB.

    Returns:
        The tests. One that is listed twice, as pytest does when the teardown fails too, counts
        once, with the worse outcome.

    Raises:
        ParseError: If the file cannot be read, is not well-formed, is too large, has a document
            type (which could declare entities), has another root than ``testsuites`` or
            ``testsuite``, holds no test, or a test without a name.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "toy.xml"
        >>> case = '<testcase classname="test_a" name="test_b"/>'
        >>> _ = path.write_text(f"<testsuite>{case}</testsuite>")
        >>> read_report(path).tests[0].id
        'test_a.py::test_b'
    """
    path = Path(path)
    root = _read(path)
    if _tag(root) not in ("testsuites", "testsuite"):
        raise ParseError(
            f"a JUnit report begins with <testsuites> or <testsuite>; {path} begins with "
            f"<{_tag(root)}>; hand in what pytest --junitxml wrote"
        )
    suites = [one for one in root.iter() if _tag(one) == "testsuite"]
    stated = [(one.get("name", ""), one.get("value", "")) for one in _below(root, "property")]
    commands = tuple(dict.fromkeys(value for name, value in stated if name == "command" and value))
    tests: dict[str, CaseResult] = {}
    for suite in suites:
        for case in (one for one in suite if _tag(one) == "testcase"):
            result = _result(case, suite, path, commands)
            before = tests.get(result.id)
            tests[result.id] = worse(before, result) if before else result
    if not tests:
        raise ParseError(
            f"a report holds at least one test; {path} has {len(suites)} suites and no test in "
            "them; check that the run collected what it should"
        )
    return Report(
        name=path.name,
        tests=tuple(tests.values()),
        started=next((one.get("timestamp", "") for one in suites if one.get("timestamp")), ""),
        commit=next((value for name, value in stated if name == "commit"), ""),
        commands=commands,
    )


def worse(one: CaseResult, other: CaseResult) -> CaseResult:
    """Join two results: the worse outcome, its message, both times.

    Example:
        >>> red = CaseResult(id="a.py::test", outcome="failed", seconds=1)
        >>> worse(CaseResult(id="a.py::test", outcome="passed", seconds=2), red).outcome
        'failed'
    """
    worst = max(one, other, key=lambda result: OUTCOMES.index(result.outcome))
    return replace(worst, seconds=one.seconds + other.seconds, cases=max(one.cases, other.cases))


def _read(path: Path) -> ElementTree.Element:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ParseError(
                f"a JUnit report has at most {MAX_BYTES} bytes; {path} has {size}; "
                "check that it is the right file"
            )
        content = path.read_bytes()
    except OSError as error:
        raise ParseError(
            f"a JUnit report must be a readable file; {path}: {error.strerror or error}; "
            "run the tests with --junitxml"
        ) from error

    def refuse(*_: object) -> None:
        raise ParseError(
            f"a JUnit report has no document type, which could hide entities; {path} has one; "
            "check where it came from"
        )

    try:
        # The handler runs before any entity can be declared, in whatever encoding.
        guard = expat.ParserCreate()
        guard.StartDoctypeDeclHandler = refuse
        guard.Parse(content, True)
        return ElementTree.fromstring(content)
    except (expat.ExpatError, ElementTree.ParseError, ValueError, LookupError) as error:
        raise ParseError(
            f"a JUnit report is well-formed XML; {path}: {error}; a run that was killed leaves "
            "half a file: run it again"
        ) from error


def _result(
    case: ElementTree.Element, suite: ElementTree.Element, path: Path, commands: tuple[str, ...]
) -> CaseResult:
    name = (case.get("name") or "").strip()
    if not name:
        raise ParseError(
            f"every <testcase> has a name; {path} has one with {dict(case.attrib)}; "
            "report it to the program that wrote the file"
        )
    outcome, message = "passed", ""
    for child in case:
        kind = {"skipped": "skipped", "failure": "failed", "error": "error"}.get(_tag(child))
        if kind and OUTCOMES.index(kind) > OUTCOMES.index(outcome):
            outcome, message = kind, child.get("message") or (child.text or "").strip()
    if case.get("status") in ("notrun", "disabled"):
        outcome = "skipped"
    group = case.get("classname") or suite.get("name") or ""
    return CaseResult(
        id=f"{_file(group, case.get('file') or suite.get('file') or '')}::{name}",
        outcome=outcome,
        seconds=_seconds(case, path),
        commands=commands,
        message=message.strip().split("\n")[0][:200],
    )


def _file(group: str, stated: str) -> str:
    """The file, and the classes in it: ``tests.core.test_images.TestBoth`` has one."""
    if group.endswith(".ipynb"):
        return group if "/" in group else f"{LABS}/{group}"
    parts = group.split(".")
    ends = [at for at, part in enumerate(parts) if re.match(r"test_|.*_test$", part)]
    if stated:
        stem = Path(stated).with_suffix("").parts
        classes = parts[len(stem) :] if tuple(parts[: len(stem)]) == stem else []
        return "::".join([Path(stated).as_posix(), *classes])
    end = ends[-1] + 1 if ends else len(parts)
    return "::".join(["/".join(parts[:end]) + ".py", *parts[end:]])


def _seconds(case: ElementTree.Element, path: Path) -> float:
    # Some writers put commas between thousands, some leave the attribute empty.
    text = (case.get("time") or "0").replace(",", "")
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise ParseError(
            f"the time of a test is a number of seconds; {path}, {case.get('name')!r} has "
            f"{text!r}; report it to the program that wrote the file"
        )
    return value


def _tag(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _below(root: ElementTree.Element, tag: str) -> Iterator[ElementTree.Element]:
    """Properties of suites; those of single tests are not about the run."""
    for holder in (one for one in root.iter() if _tag(one) in ("testsuites", "testsuite")):
        for table in (one for one in holder if _tag(one) == "properties"):
            yield from (one for one in table if _tag(one) == tag)
