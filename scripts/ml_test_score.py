"""Compute the ML Test Score from what the last `make test` left behind: `make test-score`.

Prints a table, and writes `build/test_score/card.html` and `card.png`. With `--record` it also
keeps what the run said of the linked tests as `data/records/test_run.json`, for the labs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from text_recognizer.core.errors import ParseError, TextRecognizerError
from text_recognizer.testing.score import (
    Rubric,
    Run,
    read_rubric,
    read_run,
    read_schedule,
    recorded_run,
    score,
)
from text_recognizer.testing.score.card import describe, html_card, text_table
from text_recognizer.testing.score.rubric import PATH
from text_recognizer.testing.score.run import RECORD, record_run

ROOT = Path(__file__).resolve().parent.parent
CODE = ("lab_utils", "labs", "scripts", "tests", "text_recognizer")


def changed_since(run: Run, folder: Path, root: Path) -> list[str]:
    """Say which reports are older than the code that they are about.

    Args:
        run: What was read.
        folder: Where its reports lie.
        root: The repository.

    Returns:
        A sentence, or none. What a checkout touches counts as changed.
    """
    changes = [
        path.stat().st_mtime
        for name in CODE
        for pattern in ("**/*.py", "*.ipynb")
        for path in (root / name).glob(pattern)
    ]
    written = {one.name: (folder / one.name).stat().st_mtime for one in run.reports}
    old = sorted(name for name, time in written.items() if time < max(changes, default=0))
    if not old:
        return []
    newer = sum(change > min(written.values()) for change in changes)
    return [f"{newer} files of code are newer than {', '.join(old)}: run make test again."]


def has_record(folder: Path) -> bool:
    """Whether a run was kept for the labs."""
    return (folder / f"{RECORD}.json").exists()


def unrecorded(rubric: Rubric, folder: Path) -> list[str]:
    """Say which links the record for the labs does not know yet; a sentence, or none."""
    kept = recorded_run(folder=folder) if has_record(folder) else Run(reports=())
    new = [one for item in rubric.items for one in item.tests if not kept.matching(one)]
    if not new:
        return []
    cure = "make test-score TEST_SCORE_ARGS=--record"
    return [f"The labs' record of a run lacks {len(new)} links, such as {new[0]}: {cure}"]


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the command line; 0 when all is well, 1 when there is nothing to compute from."""
    parser = argparse.ArgumentParser(prog="make test-score", description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="keep the run for the labs")
    parser.add_argument("--reports", type=Path, default=root / "build" / "reports")
    parser.add_argument("--out", type=Path, default=root / "build" / "test_score")
    parser.add_argument("--rubric", type=Path, default=PATH, help="another rubric.toml")
    options = parser.parse_args(arguments)
    records = root / "data" / "records"
    try:
        rubric = read_rubric(options.rubric)
        run = read_run(options.reports)
        if not options.record and has_record(records):
            # What was linked at the last record and is gone by now was deleted.
            run = Run(reports=run.reports, expected=recorded_run(folder=records).expected)
        result = score(run, rubric, read_schedule(root), root=root)
        notes = changed_since(run, options.reports, root)
        if not options.record:
            notes += unrecorded(rubric, records)
        else:
            path = record_run(run, rubric, folder=records)
            print(f"recorded in {path.relative_to(root)}", file=sys.stderr)
    except TextRecognizerError as error:
        print(f"no score: {error}", file=sys.stderr)
        return 2 if isinstance(error, ParseError) else 1
    options.out.mkdir(parents=True, exist_ok=True)
    card = html_card(result, run.reports, base="../../", notes=notes)
    (options.out / "card.html").write_text(card, encoding="utf-8")
    _picture(result.sections, options.out / "card.png")
    print(text_table(result))
    print("\n".join(["", *map(describe, run.reports), *notes]))
    print(f"\nThe card: {options.out / 'card.html'}, card.png")
    return 0


def _picture(sections: dict[str, float], path: Path) -> None:
    from lab_utils.figures.score import score_bars
    from lab_utils.figures.show import render

    path.write_bytes(render(score_bars(sections)))


if __name__ == "__main__":
    raise SystemExit(main())
