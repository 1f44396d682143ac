"""The tree asks in an order that makes sense, and has a leaf for each cause."""

from __future__ import annotations

import math

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.triage import CAUSES
from text_recognizer.troubleshooting.triage.observation import Observation
from text_recognizer.troubleshooting.triage.tree import (
    TREE,
    Leaf,
    Question,
    count_leaves,
    diagnose,
    walk,
)


def test_each_cause_has_one_leaf():
    leaves = [leaf.cause for leaf in TREE.leaves()]
    assert sorted(leaves) == sorted([*CAUSES, "healthy", "unknown"])


@pytest.mark.parametrize(
    ("error", "message", "cause"),
    [
        ("OutOfMemoryError", "CUDA out of memory. Tried to allocate 2.00 GiB", "memory"),
        ("RuntimeError", "DefaultCPUAllocator: can't allocate memory", "memory"),
        ("RuntimeError", "Expected all tensors to be on the same device, cpu and cuda:0", "device"),
        ("RuntimeError", "Input type (unsigned char) and bias type (double)", "dtype"),
        ("RuntimeError", "expected scalar type Double but found Float", "dtype"),
        ("IndexError", "tensors used as indices must be long, int, byte or bool", "dtype"),
        ("RuntimeError", "mat1 and mat2 shapes cannot be multiplied (8x4 and 3x2)", "shape"),
        ("RuntimeError", "The size of tensor a (3) must match the size of tensor b (4)", "shape"),
        ("KeyError", "'layer'", "unknown"),
    ],
)
def test_messages_of_torch_are_told_apart(error, message, cause):
    assert diagnose(Observation(error=error, message=message))[1] == cause


@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        pytest.param({"kept": (0, 9), "losses": (math.nan,)}, "leak", id="bytes before numbers"),
        pytest.param({"norms": (1e4,), "losses": (math.inf,)}, "exploding", id="size before NaN"),
        pytest.param({"losses": (math.nan,), "terms": (2, 2)}, "log of zero", id="NaN, then shape"),
        pytest.param({"terms": (2, 2), "labels": (2,)}, "broadcast", id="shape before gradients"),
        pytest.param(
            {"gradients": {"a": 0.0}, "moved": {"a": False}}, "dead", id="dead before frozen"
        ),
        pytest.param({"gradients": {"a": 1.0}, "moved": {"a": False}}, "frozen", id="frozen"),
        pytest.param({"before": 1.0, "after": 2.0}, "sign", id="worse before slow"),
        pytest.param({}, "healthy", id="nothing to see"),
    ],
)
def test_the_order_of_the_questions(fields, cause):
    assert diagnose(Observation(**fields))[1] == cause


def test_a_walk_names_each_question_with_its_answer():
    path, leaf = walk(Observation(error="OutOfMemoryError"))
    assert path == [("Did it raise?", "yes"), ("Of what does it speak?", "memory")]
    assert (leaf.stage, leaf.cause) == ("run", "memory")


def test_leaves_count_zeros_too():
    counts = count_leaves([])
    assert set(counts.values()) == {0}
    assert len(counts) == len(CAUSES) + 2


def test_a_question_with_one_answer_is_refused():
    with pytest.raises(InputError, match="received"):
        Question(text="Really?", ask=lambda seen: "yes", answers={"yes": Leaf(cause="leak")})


def test_an_answer_without_a_branch_is_refused():
    leaves = {"yes": Leaf(cause="leak"), "no": Leaf(cause="sign")}
    with pytest.raises(InputError, match="received 'maybe'"):
        walk(Observation(), Question(text="Really?", ask=lambda seen: "maybe", answers=leaves))
