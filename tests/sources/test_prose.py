"""The prose that ships: clean, in two parts that share nothing, and quick to have."""

from __future__ import annotations

import time

import pytest

from text_recognizer.core.errors import ConfigError
from text_recognizer.sources.prose import passages, running_text


@pytest.mark.parametrize("part", ["train", "val"])
def test_passages_are_printable_ascii_and_differ(part):
    found = passages(part)
    assert all(len(each) >= 40 and each == " ".join(each.split()) for each in found)
    assert all(each.isascii() and each.isprintable() for each in found)
    assert len(set(found)) == len(found)


def test_the_held_out_twentieth_is_not_in_the_running_text():
    held_out = passages("val")
    assert len(held_out) == pytest.approx(0.05 * len(held_out + passages("train")), abs=1)
    assert not set(held_out) & set(passages("train"))
    assert not any(each in running_text() for each in held_out[:100])


def test_it_is_there_at_once():
    passages.cache_clear()
    start = time.process_time()
    passages()
    assert time.process_time() - start < 0.5


def test_no_text_of_the_sets_to_measure_on_is_in_it():
    whole = " ".join(running_text().casefold().split()) + " ".join(passages("val")).casefold()
    for judged in ("emerald city", "wizard of oz", "london business is good", "the early bird"):
        assert judged not in whole


def test_another_part_is_refused():
    with pytest.raises(ConfigError, match="got 'test'"):
        passages("test")
