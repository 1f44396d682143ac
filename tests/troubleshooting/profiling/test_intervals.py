"""Arithmetic of intervals against a count of every moment."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from text_recognizer.troubleshooting.profiling.intervals import gaps, overlap, total, union

END = 60
pairs = st.lists(
    st.tuples(st.integers(0, END), st.integers(0, END)).map(lambda p: (min(p), max(p))), max_size=12
)


def covered(intervals):
    """The moments that intervals cover, one by one."""
    return {moment for start, end in intervals for moment in range(start, end)}


@given(pairs)
def test_union_covers_the_same_moments_and_does_not_touch_itself(intervals):
    merged = union(intervals)
    assert covered(merged) == covered(intervals)
    assert total(intervals) == len(covered(intervals))
    assert all(one[1] < two[0] for one, two in pairwise(merged))


@given(pairs, st.integers(0, END), st.integers(0, END))
def test_gaps_are_the_rest_of_a_window(intervals, one, other):
    start, end = min(one, other), max(one, other)
    rest = set(range(start, end)) - covered(intervals)
    assert covered(gaps(intervals, start, end)) == rest


@given(pairs, pairs)
def test_overlap_counts_the_moments_of_both(one, other):
    assert overlap(one, other) == len(covered(one) & covered(other))
    assert overlap(one, other) == overlap(other, one)
