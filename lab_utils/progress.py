"""The table of `make progress`: which exercises are done, tried and open."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence

from lab_utils import checks
from lab_utils.cards import Table
from lab_utils.exercises import exercises_of
from lab_utils.progress_file import Record, load

__all__ = ["main", "table"]


def table(labs: Sequence[str] | None = None) -> Table:
    """Lay out the progress of a learner.

    Args:
        labs: Two digits each; all labs that have checks unless given.
    """
    records = load()
    rows = []
    for lab in labs if labs is not None else _labs_with_checks():
        for exercise in exercises_of(lab):
            record = records.get(exercise.id, Record())
            state = "passed" if record.passed else "tried" if record.attempts else "open"
            rows.append((lab, exercise.title, exercise.grade, state, record.attempts))
    done = sum(row[3] == "passed" for row in rows)
    caption = f"{done} of {len(rows)} exercises passed"
    return Table(
        columns=("lab", "exercise", "grade", "state", "attempts"), rows=rows, caption=caption
    )


def main() -> int:
    """Print the table of progress."""
    print(table().text())
    return 0


def _labs_with_checks() -> list[str]:
    names = [module.name for module in pkgutil.iter_modules(checks.__path__)]
    return sorted(name.removeprefix("lab_") for name in names if name.startswith("lab_"))


if __name__ == "__main__":
    raise SystemExit(main())
