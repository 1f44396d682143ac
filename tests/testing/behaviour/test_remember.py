"""A reader that remembers: the same readings, each picture once."""

from __future__ import annotations

import numpy as np

from text_recognizer.core import EchoReader
from text_recognizer.testing.behaviour.remember import RememberingReader

PICTURES = [np.full((4, width), 255, np.uint8) for width in (9, 10, 9)]


def test_each_picture_is_read_once_and_order_is_kept():
    reader = RememberingReader(EchoReader(["a", "b"]))
    assert [each.text for each in reader.read_lines(PICTURES)] == ["a", "b", "a"]
    assert [each.text for each in reader.read_lines(PICTURES[1:])] == ["b", "a"]
    assert reader.seen == 2


def test_the_key_is_the_whole_picture():
    """The size alone would be the fault called stale."""
    reader = RememberingReader(EchoReader(["a", "b"]))
    dark = np.zeros((4, 9), np.uint8)
    assert [each.text for each in reader.read_lines([PICTURES[0], dark])] == ["a", "b"]


def test_pages_go_through():
    assert RememberingReader(EchoReader(["one"])).read(PICTURES[0]).text == "one"
    assert RememberingReader(EchoReader([])).read_lines([]) == []
