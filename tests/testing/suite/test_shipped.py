"""The shipped reader's checks fail where the reader is broken on purpose."""

from __future__ import annotations

import dataclasses

from text_recognizer.reading import backends
from text_recognizer.reading.recognizer import TextRecognizer
from text_recognizer.testing.suite.shipped import (
    check_backends_agree,
    check_confidence_order,
    check_golden_lines,
)


def test_readings_that_lose_a_letter_are_seen(monkeypatch):
    read = TextRecognizer.read_lines

    def shorter(self, images):
        return [
            dataclasses.replace(each, text=each.text[:-2], characters=())
            for each in read(self, images)
        ]

    monkeypatch.setattr(TextRecognizer, "read_lines", shorter)
    assert not check_golden_lines(0).passed


def test_confidence_turned_round_is_seen(monkeypatch):
    read = TextRecognizer.read_lines

    def modest(self, images):
        return [
            dataclasses.replace(each, confidence=1 - each.confidence) for each in read(self, images)
        ]

    monkeypatch.setattr(TextRecognizer, "read_lines", modest)
    assert not check_confidence_order(0).passed


def test_backends_that_differ_are_seen(monkeypatch):
    call = backends.OnnxBackend.__call__
    monkeypatch.setattr(
        backends.OnnxBackend, "__call__", lambda self, batch: call(self, 0.9 * batch)
    )
    assert not check_backends_agree(0).passed
