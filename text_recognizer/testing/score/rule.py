"""The rule: what a row earns, and the score, which is the lowest of the four sections.

A row earns 1 when every link finds tests, all of them passed, and a workflow runs them on a push
or by the clock; 0.5 when they passed but nobody repeats them, when they cover the row in part, or
when somebody did it by hand and wrote down how; else 0. The paper: E. Breck et al., "The ML Test
Score", IEEE Big Data 2017, section VI.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from text_recognizer.core.errors import InputError
from text_recognizer.testing.score.links import repository
from text_recognizer.testing.score.rubric import SECTIONS, Item, Rubric
from text_recognizer.testing.score.run import Run
from text_recognizer.testing.score.schedule import Schedule

BANDS = (
    (0.0, "More of a research project than a productionized system."),
    (
        1.0,
        "Not totally untested, but it is worth considering the possibility of serious holes in "
        "reliability.",
    ),
    (
        2.0,
        "There's been first pass at basic productionization, but additional investment may be "
        "needed.",
    ),
    (
        3.0,
        "Reasonably tested, but it's possible that more of those tests and procedures may be "
        "automated.",
    ),
    (
        5.0,
        "Strong levels of automated testing and monitoring, appropriate for mission-critical "
        "systems.",
    ),
    (7.0, "Exceptional levels of automated testing and monitoring."),
)
"""Upper end of each band, and the paper's words for it."""


@dataclass(frozen=True, kw_only=True)
class LinkResult:
    """What a link found in the run.

    Args:
        pattern: The link.
        passed: Tests that passed, parameters counted one by one.
        skipped: Tests that were skipped; they earn nothing.
        failed: Tests that failed or broke.
        missing: Functions of which the run has fewer cases than it is expected to have.
        seconds: How long all of them took.
        scheduled: Where and when they run by themselves; empty if any of them does not.
    """

    pattern: str
    passed: int
    skipped: int
    failed: int
    missing: tuple[str, ...]
    seconds: float
    scheduled: tuple[str, ...]

    @property
    def problem(self) -> str:
        """Why the link does not count, in a few words; empty if it does."""
        if self.missing:
            return f"fewer tests than on record: {', '.join(self.missing[:2])}"
        if self.failed:
            return f"{self.failed} failed: {self.pattern}"
        if self.skipped:
            return f"{self.skipped} skipped: {self.pattern}"
        return "" if self.passed else f"no such test in the run: {self.pattern}"


@dataclass(frozen=True, kw_only=True)
class ItemScore:
    """A row, what it earned, and why.

    Args:
        item: The row.
        points: 0, 0.5 or 1.
        reason: One sentence.
        links: What each link found, in the order of the row.
    """

    item: Item
    points: float
    reason: str
    links: tuple[LinkResult, ...] = ()

    @property
    def tests(self) -> int:
        """How many tests stand behind the row and passed."""
        return sum(link.passed for link in self.links)

    @property
    def seconds(self) -> float:
        """How long they took."""
        return sum(link.seconds for link in self.links)


@dataclass(frozen=True, kw_only=True)
class Score:
    """All rows with their points.

    Args:
        rows: In the order of the paper.
    """

    rows: tuple[ItemScore, ...]

    @property
    def sections(self) -> dict[str, float]:
        """Points by section, each 0 to 7."""
        return {
            name: sum(row.points for row in self.rows if row.item.section == name)
            for name in SECTIONS
        }

    @property
    def total(self) -> float:
        """The score: the lowest section, for a system is as ready as its weakest part."""
        return min(self.sections.values())

    @property
    def lowest(self) -> tuple[str, ...]:
        """The sections that decide the score."""
        return tuple(name for name, points in self.sections.items() if points == self.total)

    @property
    def band(self) -> str:
        """What the paper says of a system with this score."""
        return next(words for end, words in BANDS if self.total <= end)

    def row(self, key: str) -> ItemScore:
        """A row by its name, such as ``Model 5``.

        Raises:
            InputError: If there is none of that name.
        """
        for row in self.rows:
            if row.item.key == key:
                return row
        raise InputError(f"rows are named Data 1 to Monitor 7; received {key!r}")


def score(run: Run, rubric: Rubric, schedule: Schedule, *, root: Path | None = None) -> Score:
    """Compute the ML Test Score.

    Args:
        run: Results of the tests.
        rubric: The rows and their links.
        schedule: What runs by itself.
        root: The repository, for documents of evidence by hand; the one of this package unless
            given.

    Example:
        >>> from text_recognizer.testing.score import Run, Schedule, read_rubric
        >>> nothing = score(Run(reports=()), read_rubric(), Schedule())
        >>> nothing.sections["Infra"], nothing.row("Model 5").points
        (0.0, 0.0)
    """
    rows = tuple(score_item(item, run, schedule, root=root) for item in rubric.items)
    return Score(rows=rows)


def score_item(item: Item, run: Run, schedule: Schedule, *, root: Path | None = None) -> ItemScore:
    """Score one row: see :func:`score`."""
    if not item.tests:
        points, reason = _by_hand(item, root or repository())
        return ItemScore(item=item, points=points, reason=reason)
    links = tuple(_find(pattern, run, schedule) for pattern in item.tests)
    points, reason = _by_tests(item, links)
    return ItemScore(item=item, points=points, reason=reason, links=links)


def _find(pattern: str, run: Run, schedule: Schedule) -> LinkResult:
    found = run.matching(pattern)
    cases = {
        name: sum(test.cases for test in found if test.outcome in outcomes)
        for name, outcomes in (
            ("passed", ("passed",)),
            ("skipped", ("skipped",)),
            ("failed", ("failed", "error")),
        )
    }
    when = [schedule.when(commands) for commands in sorted({test.commands for test in found})]
    return LinkResult(
        pattern=pattern,
        missing=run.deleted(pattern),
        seconds=sum(test.seconds for test in found),
        scheduled=tuple(dict.fromkeys(one for each in when for one in each)) if all(when) else (),
        **cases,
    )


def _by_tests(item: Item, links: tuple[LinkResult, ...]) -> tuple[float, str]:
    problems = [link.problem for link in links if link.problem]
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        return 0.0, problems[0] + more
    if not all(link.scheduled for link in links):
        loose = next(link.pattern for link in links if not link.scheduled)
        return 0.5, f"passed, but no workflow runs them by itself: {loose}"
    when = ", ".join(dict.fromkeys(one for link in links for one in link.scheduled))
    if item.only_part:
        return 0.5, f"passed and repeated ({when}), but in part only: {item.only_part}"
    return 1.0, f"passed and repeated: {when}"


def _by_hand(item: Item, root: Path) -> tuple[float, str]:
    if item.manual is None:
        return 0.0, "no test is linked, and no evidence by hand"
    path = root / item.manual.document
    if not path.is_file():
        return 0.0, f"the document is not there: {item.manual.document}"
    text = " ".join(path.read_text(encoding="utf-8", errors="replace").split())
    if " ".join(item.manual.command.split()) not in text:
        return 0.0, f"{item.manual.document} does not name the command: {item.manual.command}"
    return 0.5, f"by hand, written down in {item.manual.document}: {item.manual.command}"
