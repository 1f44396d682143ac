"""The tree as a picture: every cause, every count, one shape of tree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab_utils.diagrams.symptom_tree import symptom_tree
from lab_utils.figures.show import describe, render
from text_recognizer.troubleshooting.triage.tree import TREE, Leaf, Question

pytest.importorskip("matplotlib")

COUNTS = {leaf.cause: 1 for leaf in TREE.leaves() if leaf.stage} | {"healthy": 4, "unknown": 0}


def words(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def question(**answers):
    return Question(text="Really?", ask=lambda seen: "yes", answers=answers)


def test_every_cause_is_there_with_its_count():
    shown = words(symptom_tree(COUNTS))
    for leaf in TREE.leaves():
        assert (leaf.cause in shown) == (COUNTS[leaf.cause] > 0), leaf.cause
    assert shown.count("1") == 13
    assert shown.count("4") == 1


def test_runs_are_conserved_along_the_chain():
    shown = [text for text in words(symptom_tree(COUNTS)) if text.startswith(("no, ", "yes, "))]
    passing = [int(text.split(", ")[1]) for text in shown]
    assert passing == [13, 12, 11, 10, 9, 8, 7, 6]


def test_an_unknown_cause_is_drawn_where_a_run_arrives_there():
    assert "unknown" in words(symptom_tree({**COUNTS, "unknown": 2}))


def test_the_facts_count_by_stage():
    assert "run 5, fast 2, right 6, ok 4" in describe(symptom_tree(COUNTS))


def test_the_picture_is_small_and_the_same_twice():
    pictures = [render(symptom_tree(COUNTS)) for _ in range(2)]
    assert pictures[0] == pictures[1]
    assert len(pictures[0]) < 60_000


def test_nothing_is_drawn_outside_the_picture():
    figure = symptom_tree(COUNTS)
    figure.draw_without_rendering()
    for text in figure.axes[0].texts:
        box = text.get_window_extent()
        assert box.x0 >= 0, text.get_text()
        assert box.x1 <= figure.bbox.x1, text.get_text()


@pytest.mark.parametrize(
    ("counts", "tree"),
    [
        pytest.param({"gremlins": 1}, None, id="unknown cause"),
        pytest.param({"leak": -1}, None, id="negative"),
        pytest.param(
            {}, question(yes=TREE, no=replace(TREE, text="Or not?")), id="two long chains"
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(counts, tree):
    with pytest.raises(ValueError, match="got"):
        symptom_tree(counts, tree)


def test_a_short_branch_may_hang_anywhere():
    short = question(yes=Leaf(cause="leak"), no=Leaf(cause="sign"))
    assert "leak" in words(symptom_tree({}, question(yes=short, no=TREE)))
