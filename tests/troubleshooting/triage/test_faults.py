"""Every fault shows its own symptom and no other, and its cure mends it."""

from __future__ import annotations

import pytest

from text_recognizer.troubleshooting.triage import CAUSES, FAULTS, repair
from text_recognizer.troubleshooting.triage.faults import HARMLESS
from text_recognizer.troubleshooting.triage.game import observe_all
from text_recognizer.troubleshooting.triage.source import overridden
from text_recognizer.troubleshooting.triage.tree import count_leaves, diagnose

SEEDS = (0, 7)
by_id = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)


@pytest.fixture(scope="module")
def observed():
    """What all trainers showed, by seed."""
    return {seed: observe_all(seed) for seed in SEEDS}


def test_each_cause_has_a_fault():
    assert [fault.cause for fault in FAULTS] == list(CAUSES)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_confusion_matrix_is_diagonal(observed, seed):
    """Rows are faults, columns their predicates: each run shows one symptom, its own."""
    shown = {
        fault.id: [other.cause for other in FAULTS if other.symptom(observed[seed][fault.id])]
        for fault in FAULTS
    }
    assert shown == {fault.id: [fault.cause] for fault in FAULTS}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_tree_classifies_each_fault(observed, seed):
    for fault in FAULTS:
        assert diagnose(observed[seed][fault.id]) == (fault.stage, fault.cause), fault.id


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", HARMLESS)
def test_the_healthy_show_no_symptom(observed, seed, name):
    seen = observed[seed][name]
    assert not [fault.cause for fault in FAULTS if fault.symptom(seen)]
    assert seen.reached


def test_the_leaves_count_what_was_observed(observed):
    counts = count_leaves(observed[0].values())
    assert counts.pop("healthy") == len(HARMLESS)
    assert counts.pop("unknown") == 0
    assert set(counts.values()) == {1}


@by_id
def test_a_cure_mends_and_changes_nothing_else(observed, fault):
    for seed in SEEDS:
        mended = repair(fault.trainer, {fault.guilty: fault.cure})(seed).run()
        healthy = observed[seed]["healthy"]
        assert mended.reached, (mended.after, mended.error, mended.message)
        assert not fault.symptom(mended)
        for name in ("data", "steps", "architecture", "losses"):
            assert getattr(mended, name) == getattr(healthy, name), name


@by_id
def test_the_guilty_method_is_overridden(fault):
    assert fault.guilty in overridden(fault.trainer)
