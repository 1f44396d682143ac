"""The tree of texts: one node for each, and a frame adds up what leads to the same text."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_recognizer.reading.prefixes import PrefixTree, add_logs, ranked

logs = st.one_of(st.just(-math.inf), st.floats(-60, 0))


@given(st.lists(st.lists(st.integers(1, 4), max_size=6), max_size=8))
def test_a_text_has_one_node_and_a_node_one_text(texts):
    tree = PrefixTree()
    nodes = {}
    for text in texts:
        node = 0
        for each in text:
            node = tree.child(node, each)
        nodes[tuple(text)] = node
        assert tree.ids(node) == tuple(text)
        assert tree.ids(node, 2) == tuple(text[-2:])
    assert len(set(nodes.values())) == len(nodes)


@given(logs, logs)
def test_adding_logarithms(one, two):
    expected = float(np.logaddexp(one, two))
    assert add_logs(one, two) == pytest.approx(expected, abs=1e-12)
    assert add_logs(one, two) == add_logs(two, one)


def test_a_frame_sums_the_paths_to_a_text():
    tree = PrefixTree()
    frame = np.log([0.5, 0.3, 0.2]).tolist()
    once = tree.extend({0: (0.0, -math.inf)}, frame, [1, 2], width=9, margin=math.inf)
    twice = tree.extend(once, frame, [1, 2], width=9, margin=math.inf)
    found = {tree.ids(node): math.exp(score) for node, score in ranked(twice)}
    assert found[()] == pytest.approx(0.25)
    assert found[1,] == pytest.approx(0.5 * 0.3 + 0.3 * 0.5 + 0.3 * 0.3)
    assert found[1, 2] == pytest.approx(0.3 * 0.2)
    assert (1, 1) not in found
    assert sum(found.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("width", "margin", "texts"),
    [
        pytest.param(9, math.inf, [(), (1,), (2,)], id="all"),
        pytest.param(2, math.inf, [(), (1,)], id="the two best"),
        pytest.param(9, 1.0, [(), (1,)], id="those within one nat of the best"),
        pytest.param(1, 1e-9, [()], id="one always stays"),
    ],
)
def test_what_is_kept(width, margin, texts):
    tree = PrefixTree()
    frame = np.log([0.6, 0.3, 0.1]).tolist()
    kept = tree.extend({0: (0.0, -math.inf)}, frame, [1, 2], width=width, margin=margin)
    assert [tree.ids(node) for node, _ in ranked(kept)] == texts


def test_a_frame_of_only_blanks_keeps_the_texts_and_their_order():
    tree = PrefixTree()
    kept = {tree.child(0, 1): (-math.inf, -1.0), 0: (-2.0, -math.inf)}
    after = tree.extend(kept, [0.0, -math.inf], [], width=2, margin=math.inf)
    assert list(after) == list(kept)
    assert after[tree.child(0, 1)] == (-1.0, -math.inf)
