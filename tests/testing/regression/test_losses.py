"""Losses per character: the definition, the order, and what finds a wrong label."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.reading.recognizer import TextRecognizer
from text_recognizer.testing.evaluate import evaluate
from text_recognizer.testing.labels import LabelledItem, read_sample
from text_recognizer.testing.regression.losses import hard_slices, line_losses
from text_recognizer.testing.regression.upgrade import fresh_lines


@pytest.fixture(scope="module")
def reader():
    return TextRecognizer.load(backend="int8")


def test_the_highest_loss_comes_first_and_right_lines_have_little(reader):
    losses = line_losses(reader, fresh_lines(24))
    assert [each.loss for each in losses] == sorted((e.loss for e in losses), reverse=True)
    right, wrong = ([e.loss for e in losses if bool(e.errors) is bad] for bad in (False, True))
    assert np.median(right) < 0.1 < np.median(wrong)


def test_a_swapped_label_has_the_highest_loss(reader):
    items = read_sample(kind="line", limit=24)
    place = next(k for k, item in enumerate(items) if len(item.text) > 20)
    items[place] = replace(items[place], text="something quite different")
    assert line_losses(reader, items)[0].id == items[place].id


def test_lines_without_text_are_left_out_and_pages_refused(reader):
    paper = np.full((9, 40), 255, np.uint8)
    assert line_losses(reader, [LabelledItem(paper, "", kind="line", writer="w", id="1")]) == []
    with pytest.raises(InputError, match="received a paragraph"):
        line_losses(reader, [LabelledItem(paper, "a", kind="paragraph", writer="w", id="1")])


def test_hard_slices_lie_above_the_whole(reader):
    evaluation = evaluate(reader, fresh_lines(120))["line"]
    found = hard_slices(evaluation)
    assert {each.name for each in found} & {"capitals", "punctuation"}
    assert all(each.interval.low > evaluation.counts.cer for each in found)
