"""Loaders with stated costs, start methods and orders."""

from __future__ import annotations

import time

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.speed.loading import (
    CostedLines,
    LoadingCase,
    burn,
    make_loader,
    order_of,
    order_of_stream,
    start_method,
    start_seconds,
    time_epoch,
)

QUICK = LoadingCase(kind="wait", item_ms=0, batch_size=2, step_ms=0, items=4)
forks = pytest.mark.skipif(start_method() != "fork", reason="spawning takes seconds here")


def test_an_item_costs_what_it_says():
    dear = LoadingCase(kind="compute", item_ms=20, batch_size=2, step_ms=0, items=4)
    waits = LoadingCase(kind="wait", item_ms=20, batch_size=2, step_ms=0, items=4)
    assert time_epoch(dear, 0) >= 0.08
    assert time_epoch(waits, 0) >= 0.08
    assert CostedLines(QUICK)[3].tolist()[0][0] == 3


def test_work_takes_processor_time_and_waiting_does_not():
    before = time.thread_time()
    burn(0.02)
    assert time.thread_time() - before >= 0.02
    before = time.thread_time()
    CostedLines(LoadingCase(kind="wait", item_ms=50, batch_size=1, step_ms=0))[0]
    assert time.thread_time() - before < 0.03


@forks
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_workers_do_not_change_the_order(workers):
    assert order_of(workers, seed=5) == order_of(0, seed=5)


def test_the_seed_decides_the_order():
    assert order_of(0, seed=1) != order_of(0, seed=2)
    assert sorted(order_of(0, seed=1)) == list(range(24))


@forks
def test_an_unsharded_stream_comes_once_per_worker():
    assert sorted(order_of_stream(2, items=3)) == [0, 0, 1, 1, 2, 2]
    assert order_of_stream(0, items=3) == [0, 1, 2]


@forks
def test_two_workers_wait_at_the_same_time():
    slow = LoadingCase(kind="wait", item_ms=50, batch_size=2, step_ms=0, items=16)
    assert time_epoch(slow, 2) < 0.8 * time_epoch(slow, 0)
    assert start_seconds("fork") > 0


@pytest.mark.parametrize(
    ("values", "word"),
    [
        pytest.param({"kind": "gpu"}, "kind is one of", id="kind"),
        pytest.param({"item_ms": -1}, "item_ms is 0 to", id="negative cost"),
        pytest.param({"step_ms": 5_000}, "step_ms is 0 to", id="seconds for milliseconds"),
        pytest.param({"items": 0}, "at least 1", id="no item"),
    ],
)
def test_a_case_checks_its_fields(values, word):
    fields = {"kind": "wait", "item_ms": 1, "batch_size": 2, "step_ms": 1, **values}
    with pytest.raises(InputError, match=word):
        LoadingCase(**fields)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"workers": 99}, id="too many workers"),
        pytest.param({"workers": -1}, id="negative"),
        pytest.param({"method": "teleport"}, id="no such start method"),
    ],
)
def test_a_loader_checks_its_options(options):
    with pytest.raises(InputError, match="received"):
        make_loader(CostedLines(QUICK), batch_size=2, **options)


def test_an_epoch_is_repeated_at_least_once():
    with pytest.raises(InputError, match="received 0"):
        time_epoch(QUICK, 0, repeats=0)
