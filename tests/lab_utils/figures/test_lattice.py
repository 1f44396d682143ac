from __future__ import annotations

import numpy as np
import pytest

from lab_utils import figures
from lab_utils.figures.lattice import _best, _marginals, _moves
from lab_utils.figures.show import describe, render
from text_recognizer.reading.ctc import all_paths, collapse, path_probability

pytest.importorskip("matplotlib")

TOY = np.random.default_rng(0).dirichlet(np.ones(3), 5)


def states_of(path, ids):
    """The state that a path which spells the text is in at each frame."""
    place, states, last = 0, [], 0
    for one in path:
        if one and one != last:
            place += 1
        states.append(2 * place - 1 if one else 2 * place)
        last = one
    assert place == len(ids)
    return states


@pytest.mark.parametrize("ids", [[1], [1, 2], [1, 1], [2, 1, 2]], ids=str)
def test_shades_are_what_adding_up_all_paths_gives(ids):
    states = [0] + [item for one in ids for item in (one, 0)]
    expected = np.zeros((5, len(states)))
    best = (0.0, [])
    for path in all_paths(5, 3):
        if collapse(path) == ids:
            chance = path_probability(np.log(TOY), path)
            walked = states_of(path, ids)
            expected[range(5), walked] += chance
            best = max(best, (chance, walked))
    marginals = _marginals(_moves(TOY, states))
    assert marginals == pytest.approx(expected / expected[0].sum(), abs=1e-12)
    assert _best(TOY, states) == best[1]


def test_a_lattice_is_drawn_and_described():
    figure = figures.lattice(TOY, [1, 2], "ab")
    assert describe(figure) == 'Figure: lattice of "ab", 5 states x 5 frames, 17 of 25 reachable'
    names = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert names == ["blank", "a", "blank", "b", "blank"]
    assert len(render(figure)) <= 60_000


def test_a_certain_lattice_is_drawn_without_warnings(recwarn):
    sure = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert render(figures.lattice(sure, [1], " "))
    assert not recwarn.list


@pytest.mark.parametrize(
    ("table", "ids", "words"),
    [
        pytest.param(TOY[:, :2], [1], "2 characters", id="a class too few"),
        pytest.param(TOY, [], "from 1 to 2", id="no text"),
        pytest.param(TOY, [0], "from 1 to 2", id="a blank"),
        pytest.param(TOY, [1, 1, 1, 1], "4 characters in 5 frames", id="too long with repeats"),
        pytest.param(np.full((90, 3), 1 / 3), [1, 2], "smaller one", id="too large to draw"),
    ],
)
def test_what_cannot_be_drawn_is_refused(table, ids, words):
    with pytest.raises(ValueError, match=words):
        figures.lattice(table, ids, "ab")
