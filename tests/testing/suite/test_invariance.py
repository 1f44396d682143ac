"""Each property fails where it is broken on purpose."""

from __future__ import annotations

import pytest

from text_recognizer.core.charset import Charset
from text_recognizer.data import preprocess
from text_recognizer.reading import backends
from text_recognizer.testing.suite.invariance import (
    check_company,
    check_ink_turned,
    check_padding,
    check_round_trips,
)
from text_recognizer.training import lit_recognizer


def test_a_lost_letter_breaks_the_round_trip(monkeypatch):
    decode = Charset.decode
    monkeypatch.setattr(Charset, "decode", lambda self, ids: decode(self, ids)[1:])
    assert check_round_trips(0).measured == 200


def test_lines_out_of_order_are_seen(monkeypatch):
    run = backends.run_lines
    monkeypatch.setattr(backends, "run_lines", lambda *args: run(*args)[::-1])
    assert not check_company(0).passed


def test_a_loss_that_counts_padding_is_seen(monkeypatch):
    loss = lit_recognizer.ctc_loss
    monkeypatch.setattr(
        lit_recognizer, "ctc_loss", lambda scores, batch: loss(scores, batch) + scores.shape[1]
    )
    assert check_padding(0).measured == pytest.approx(24)


def test_a_negative_that_is_not_turned_is_seen(monkeypatch):
    monkeypatch.setattr(preprocess, "_dark_on_light", lambda grey: grey)
    assert not check_ink_turned(0).passed
