"""The checks of what is fed fail where labels, ink or splits are broken on purpose."""

from __future__ import annotations

import dataclasses

from text_recognizer.data import datamodule, leaks
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.testing.suite import feed
from text_recognizer.testing.suite.feed import (
    check_ink_parity,
    check_labels_agree,
    check_leak_found,
    check_splits_apart,
)


def test_labels_of_the_next_line_are_seen(monkeypatch):
    lines = feed.training_lines

    def turned(count, seed):
        found = lines(count, seed)
        texts = [line.text for line in found]
        return [
            dataclasses.replace(line, text=text, centres=())
            for line, text in zip(found, texts[1:] + texts[:1], strict=True)
        ]

    monkeypatch.setattr(feed, "training_lines", turned)
    assert check_labels_agree(0).measured > 0.6


def test_another_transform_in_training_is_seen(monkeypatch):
    call = Preprocess.__call__
    monkeypatch.setattr(Preprocess, "__call__", lambda self, image: 0.98 * call(self, image))
    assert not check_ink_parity(0).passed


def test_a_blind_leak_check_is_seen(monkeypatch):
    monkeypatch.setattr(leaks, "find_leaks", lambda records: [])
    assert check_leak_found(0).measured == 3


def test_a_leak_check_that_always_cries_is_seen(monkeypatch):
    monkeypatch.setattr(leaks, "find_leaks", lambda records: ["a leak"])
    assert check_leak_found(0).measured == 1


def test_validation_on_training_lines_is_seen(monkeypatch):
    load = datamodule.load_lines
    monkeypatch.setattr(datamodule, "load_lines", lambda split, limit: load("train", limit))
    assert check_splits_apart(0).measured == 16
