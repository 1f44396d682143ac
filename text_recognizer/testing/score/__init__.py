"""The ML Test Score, computed from what a run of the tests left behind.

`score(run, rubric, schedule)` reads no wish: the run is JUnit XML, the schedule is what the
workflows type, and the rubric links each of the 28 rows to tests. `make test-score` prints it.
"""

from __future__ import annotations

from text_recognizer.testing.score.junit import read_report
from text_recognizer.testing.score.rubric import Item, Rubric, read_rubric
from text_recognizer.testing.score.rule import Score, score, score_item
from text_recognizer.testing.score.run import Run, read_run, recorded_run
from text_recognizer.testing.score.schedule import Schedule, read_schedule

__all__ = [
    "Item",
    "Rubric",
    "Run",
    "Schedule",
    "Score",
    "read_report",
    "read_rubric",
    "read_run",
    "read_schedule",
    "recorded_run",
    "score",
    "score_item",
]
