"""Pages that grow: the same lines on pages of every size, and what a reader costs on them."""

from __future__ import annotations

import pytest

from benchmarks.growth import Growth, growth_table, measure_growth, stacked_pages
from benchmarks.process import WorkerError
from text_recognizer.core.images import PageImage
from text_recognizer.data.segmentation.lines import find_lines


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return stacked_pages(tmp_path_factory.mktemp("stacked"), sizes=(1, 4, 16))


def test_every_size_has_at_least_eight_lines(pages):
    assert {size: (len(each.paths), each.lines) for size, each in pages.items()} == {
        1: (8, 8),
        4: (2, 8),
        16: (1, 16),
    }
    assert pages[16].texts[0].split("\n")[:8] == list(pages[1].texts)


def test_stacked_lines_can_be_told_apart(pages):
    lines = find_lines(PageImage.open(pages[16].paths[0]))
    assert abs(len(lines) - 16) <= 2


def runner(pages):
    """A reader without errors that takes a second a line."""
    return list(pages.texts), [float(text.count("\n") + 1) for text in pages.texts], 100.0


def test_costs_are_of_one_page_of_each_size(pages):
    found = measure_growth("fake", runner, pages)
    assert found.seconds == (1.0, 4.0, 16.0)
    assert found.cers == (0.0, 0.0, 0.0)
    assert found.to_dict()["sizes"] == (1, 4, 16)


def test_a_page_that_is_left_out_is_an_error(pages):
    with pytest.raises(WorkerError, match="9 texts for 11 pages"):
        measure_growth("fake", lambda each: (list(each.texts)[2:], [], 1.0), pages)


def test_the_table_compares_with_the_first_and_fits_a_terminal():
    sizes = (1, 2, 4, 8, 16, 32, 64)
    ours = Growth(reader="ours (onnx)", sizes=sizes, seconds=(0.0123,) * 7, cers=(0.05,) * 7)
    other = Growth(reader="ours (language)", sizes=sizes, seconds=(12.34,) * 7, cers=(0.5,) * 7)
    lines = growth_table([ours, other]).splitlines()
    assert [line.split()[-1] for line in lines if "ratio" in line] == ["x1003"]
    assert [line.split()[-1] for line in lines if "a line" in line] == ["0.000192", "0.193"]
    assert max(map(len, lines)) <= 100
