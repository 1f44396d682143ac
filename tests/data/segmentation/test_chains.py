from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.data.segmentation.chains import Ridge, chain_ridges, extend_ridges


def ridge(start: int, end: int, row: float, slope: float = 0.0, strength: float = 1.0) -> Ridge:
    heights = row + slope * np.arange(end - start, dtype=np.float64)
    return Ridge(start=start, heights=heights, strength=np.full(end - start, strength))


@pytest.mark.parametrize(
    ("pieces", "count"),
    [
        pytest.param([ridge(0, 40, 10), ridge(45, 90, 10)], 1, id="two words in a row"),
        pytest.param([ridge(0, 40, 10), ridge(45, 90, 13)], 1, id="the second a little lower"),
        pytest.param([ridge(0, 40, 10), ridge(45, 90, 25)], 2, id="the second a line lower"),
        pytest.param([ridge(0, 90, 10), ridge(0, 90, 25)], 2, id="one above the other"),
        pytest.param([ridge(0, 60, 10), ridge(20, 90, 12)], 2, id="side by side is not a row"),
        pytest.param([ridge(0, 40, 10), ridge(38, 90, 11)], 1, id="a slight overlap"),
        pytest.param(
            [ridge(0, 40, 10, 0.2), ridge(50, 90, 20, 0.2)], 1, id="a slope carries over the gap"
        ),
        pytest.param([ridge(0, 40, 10), ridge(900, 990, 10)], 2, id="too far to belong together"),
        pytest.param([ridge(20 * k, 20 * k + 15, 10) for k in range(9)], 1, id="nine words"),
        pytest.param([ridge(5, 6, 10)], 1, id="one column"),
        pytest.param([], 0, id="nothing"),
    ],
)
def test_pieces_of_a_line_are_joined(pieces: list[Ridge], count: int) -> None:
    assert len(chain_ridges(pieces, unit=5.0, pitch=15.0)) == count


def test_joined_ridge_keeps_both_and_bridges_the_gap() -> None:
    (joined,) = chain_ridges([ridge(50, 90, 12), ridge(0, 40, 10)], unit=5.0, pitch=15.0)
    assert (joined.start, joined.end) == (0, 90)
    assert joined.heights[45] == pytest.approx(11, abs=0.3)
    assert joined.strength[45] == 0.0
    assert joined.weight == 80.0


def test_the_stronger_piece_wins_where_two_overlap() -> None:
    pieces = [ridge(0, 40, 10, strength=0.2), ridge(36, 90, 11, strength=0.9)]
    (joined,) = chain_ridges(pieces, unit=5.0, pitch=15.0)
    assert joined.heights[38] == 11.0


@pytest.mark.parametrize("slope", [0.0, 0.1, -0.1])
def test_tangent_follows_the_end(slope: float) -> None:
    piece = ridge(10, 110, 50.0, slope)
    row, found = piece.tangent(piece.end, 30.0)
    assert row == pytest.approx(50 + slope * 100, abs=1.5)
    assert found == pytest.approx(slope, abs=0.05)


def test_a_short_line_goes_on_in_parallel_with_its_neighbour() -> None:
    long, short = ridge(0, 200, 10, 0.1), ridge(0, 60, 30, 0.1)
    upper, lower = extend_ridges([short, long], 200, 5.0)
    assert np.abs(lower - upper - 20).max() < 1.0


def test_a_line_alone_goes_on_by_its_tangent_for_a_while() -> None:
    (curve,) = extend_ridges([ridge(50, 100, 10, 0.1)], 400, 5.0)
    assert curve.shape == (400,)
    assert curve[10] < 9.5
    assert curve[-1] == pytest.approx(curve[200])
