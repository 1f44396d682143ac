"""Evaluation with a reader whose errors are known."""

from __future__ import annotations

import json

import numpy as np
import pytest

from text_recognizer.core import EchoReader, ErrorCounts, PageReading, Reading
from text_recognizer.core.errors import InputError
from text_recognizer.core.scores import count_errors
from text_recognizer.stats import bootstrap_ratio
from text_recognizer.testing import Evaluation, LabelledItem, evaluate, slices
from text_recognizer.testing.evaluate import BATCH, by_length

PAPER = np.full((16, 40), 255, np.uint8)


def item(text: str, kind: str = "line", writer: str = "w", name: str = "x") -> LabelledItem:
    return LabelledItem(PAPER, text, kind=kind, writer=writer, id=name)


def judge(reference: str, hypothesis: str, kind: str = "line") -> ErrorCounts:
    """The counts of one text through the whole evaluation."""
    return evaluate(EchoReader([hypothesis]), [item(reference, kind)])[kind].counts


@pytest.mark.parametrize(
    ("reference", "hypothesis", "errors"),
    [
        pytest.param("Dear Sir", "Dear Sir", 0, id="right"),
        pytest.param("Dear Sir", "dear sir", 2, id="case counts"),
        pytest.param("“Sir” — naïve", '"Sir" - naive', 0, id="reference in typographer's quotes"),
        pytest.param('"Sir"', "“Sir”", 0, id="reading in typographer's quotes"),
        pytest.param("a  b", "a b", 0, id="white space is one class"),
        pytest.param("a b", "ab", 1, id="but it is a character"),
        pytest.param("abc", "", 3, id="nothing read"),
    ],
)
def test_how_lines_are_compared(reference, hypothesis, errors):
    assert judge(reference, hypothesis).errors == errors


@pytest.mark.parametrize(
    ("reference", "hypothesis", "errors", "word_errors"),
    [
        pytest.param("one two\nthree", "one\ntwo three", 0, 0, id="other line breaks"),
        pytest.param("one\ntwo", "one\n\ntwo\n", 0, 0, id="an empty line"),
        pytest.param("one\ntwo", "onetwo", 1, 2, id="joined words"),
        pytest.param("one\ntwo\nsix", "one\nsix", 4, 1, id="a lost line"),
        pytest.param("one\ntwo", "two\none", 6, 2, id="swapped lines"),
    ],
)
def test_how_paragraphs_are_compared(reference, hypothesis, errors, word_errors):
    counts = judge(reference, hypothesis, "paragraph")
    assert (counts.errors, counts.word_errors) == (errors, word_errors)


def test_kinds_are_counted_apart_and_in_the_order_of_the_items():
    items = [item("ab"), item("cd\nef", "paragraph"), item("gh")]
    result = evaluate(EchoReader(["ab", "gx", "cd\nef"]), items)
    assert list(result) == ["line", "paragraph"]
    assert [r.hypothesis for r in result["line"].results] == ["ab", "gx"]
    assert result["line"].counts.cer == 0.25
    assert result["paragraph"].counts.cer == 0.0
    assert result["paragraph"].results[0].lines == 2


def many(count: int = 80) -> Evaluation:
    """Lines of eight writers, of whom the last is read worst."""
    items = [
        item("abcdefghij" * (1 + i % 5), writer=f"w{i % 8}", name=str(i)) for i in range(count)
    ]
    texts = ["X" * (i % 8) + one.text[i % 8 :] for i, one in enumerate(items)]
    return evaluate(EchoReader(texts, confidence=0.5), items)["line"]


def test_batches_cover_every_item_once():
    seen = []
    items = [item(str(i)) for i in range(2 * BATCH + 3)]
    texts = [one.text for one in items]
    result = evaluate(EchoReader(texts), items, progress=lambda *step: seen.append(step))
    assert result["line"].counts.errors == 0
    assert seen == [(BATCH, 67), (2 * BATCH, 67), (67, 67)]


def test_intervals_hold_the_estimate_and_respect_writers():
    evaluation = many()
    for rate in ("cer", "wer"):
        interval = evaluation.interval(rate)
        assert interval.low < interval.estimate < interval.high
        assert interval.estimate == pytest.approx(getattr(evaluation.counts, rate))
    assert evaluation.writers == 8
    errors = [result.counts.errors for result in evaluation.results]
    totals = [result.counts.characters for result in evaluation.results]
    groups = [result.writer for result in evaluation.results]
    assert evaluation.interval("cer") == bootstrap_ratio(errors, totals, groups)


def test_one_writer_gives_no_interval():
    evaluation = evaluate(EchoReader(["ab", "cd"]), [item("ab"), item("cx")])["line"]
    assert evaluation.interval("cer") is None
    assert evaluation.to_dict()["cer_interval"] is None


@pytest.mark.parametrize("key", [by_length, lambda r: r.writer, lambda r: r.confidence > 0.7])
def test_slices_add_up_to_the_whole(key):
    evaluation = many()
    parts = slices(evaluation.results, key)
    assert sum(parts.values(), ErrorCounts()) == evaluation.counts


def test_slices_by_writer_find_the_hard_one():
    parts = slices(many().results, lambda r: r.writer)
    assert max(parts, key=lambda name: parts[name].cer) == "w7"
    assert list(parts) == sorted(parts)


@pytest.mark.parametrize(
    ("length", "name"),
    [
        (0, "000-019"),
        (19, "000-019"),
        (20, "020-039"),
        (199, "180-199"),
        (200, "200+"),
        (999, "200+"),
    ],
)
def test_slices_by_length(length, name):
    evaluation = evaluate(EchoReader([""]), [item("x" * length)])["line"]
    assert by_length(evaluation.results[0]) == name


def test_the_worst_come_first_and_faultless_ones_never():
    evaluation = many()
    worst = evaluation.worst(3)
    assert [r.writer for r in worst[:2]] == ["w7"] * 2
    assert [r.counts.cer for r in worst] == sorted((r.counts.cer for r in worst), reverse=True)
    assert all(r.counts.errors for r in evaluation.worst(1000))
    assert evaluation.worst(0) == []


def test_report_is_json_even_without_reference():
    evaluation = evaluate(EchoReader(["ghost"]), [item("")])["line"]
    report = json.loads(json.dumps(evaluation.to_dict(), allow_nan=False))
    assert report["cer"] is None
    assert report["insertions"] == 5


def test_report_agrees_with_the_counts():
    evaluation = many()
    report = evaluation.to_dict(worst=2)
    pairs = [(r.reference, r.hypothesis) for r in evaluation.results]
    counts = count_errors(*zip(*pairs, strict=True))
    assert report["cer"] == counts.cer
    assert report["samples"] == 80
    assert len(report["worst"]) == 2
    assert report["worst"][0]["confidence"] == 0.5
    assert report["lines_per_second"] > 0


class Forgetful:
    """A reader that loses the last image of a batch."""

    def read(self, image: object) -> PageReading:
        return PageReading((), ())

    def read_lines(self, images: list[object]) -> list[Reading]:
        return [Reading("", 0.0)] * (len(images) - 1)


def test_a_reader_that_loses_an_image_is_found_out():
    with pytest.raises(InputError, match="received 1 for 2 images from Forgetful"):
        evaluate(Forgetful(), [item("a"), item("b")])


def test_an_empty_page_reading_is_a_result():
    assert evaluate(Forgetful(), [item("abc", "paragraph")])["paragraph"].counts.cer == 1.0


def test_refuses_nothing_and_unknown_rates():
    with pytest.raises(InputError, match="received none"):
        evaluate(EchoReader([]), [])
    with pytest.raises(InputError, match="received none of kind 'line'"):
        Evaluation(kind="line", results=(), seconds=0.0)
    with pytest.raises(InputError, match="received 'per'"):
        many().interval("per")
    with pytest.raises(InputError, match="received 'word'"):
        item("a", kind="word")
