"""The edit script says where the errors are that the counts count."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text_recognizer.core.scores import ErrorCounts
from text_recognizer.testing.alignment import align_texts

TEXT = st.text(alphabet="abc ", max_size=12)


@pytest.mark.parametrize(
    ("reference", "hypothesis", "steps"),
    [
        pytest.param("", "", "", id="nothing"),
        pytest.param("ab", "ab", "==", id="the same"),
        pytest.param("ab", "", "dd", id="nothing read"),
        pytest.param("", "ab", "ii", id="nothing written"),
        pytest.param("cat", "cut", "=s=", id="another letter"),
        pytest.param("cat", "ct", "=d=", id="a lost letter"),
        pytest.param("cat", "cart", "==i=", id="a letter too many"),
        pytest.param("kitten", "sitting", "s===s=i", id="the classic"),
    ],
)
def test_steps(reference, hypothesis, steps):
    letters = {"equal": "=", "substitution": "s", "deletion": "d", "insertion": "i"}
    found = align_texts(reference, hypothesis)
    assert "".join(letters[step.operation] for step in found) == steps


@settings(max_examples=200, deadline=None)
@given(TEXT, TEXT)
def test_the_script_has_the_errors_that_are_counted(reference, hypothesis):
    steps = align_texts(reference, hypothesis)
    counts = ErrorCounts.compare(reference, hypothesis)
    found = Counter(step.operation for step in steps)
    assert found["substitution"] == counts.substitutions
    assert found["deletion"] == counts.deletions
    assert found["insertion"] == counts.insertions


@settings(max_examples=200, deadline=None)
@given(TEXT, TEXT)
def test_every_character_is_used_once_and_equal_ones_are_equal(reference, hypothesis):
    steps = align_texts(reference, hypothesis)
    kept = [step.reference for step in steps if step.operation != "insertion"]
    read = [step.hypothesis for step in steps if step.operation != "deletion"]
    assert kept == list(range(len(reference)))
    assert read == list(range(len(hypothesis)))
    for step in steps:
        if step.operation == "equal":
            assert reference[step.reference] == hypothesis[step.hypothesis]
