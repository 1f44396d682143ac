from __future__ import annotations

import signal
import threading
import time

import pytest

from lab_utils import limits
from lab_utils.limits import OutOfTime, time_limit


def swallow():
    while True:
        try:
            sum(range(100))
        except Exception:
            continue


def spin():
    while True:
        sum(range(100))


@pytest.mark.parametrize("work", [spin, swallow], ids=["a loop", "a loop that swallows"])
@pytest.mark.parametrize("way", ["_by_alarm", "_by_thread"])
def test_an_endless_loop_is_stopped(work, way):
    started = time.monotonic()
    with pytest.raises(OutOfTime), getattr(limits, way)(0.1):
        work()
    assert time.monotonic() - started < 2


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no alarms")
def test_even_sleep_is_stopped():
    with pytest.raises(OutOfTime), time_limit(0.1):
        time.sleep(5)


def test_quick_work_is_left_alone_and_the_old_handler_comes_back():
    before = signal.getsignal(signal.SIGALRM)
    with time_limit(5):
        value = 1 + 1
    assert value == 2
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_it_works_outside_the_main_thread():
    seen = []

    def work():
        try:
            with time_limit(0.1):
                spin()
        except OutOfTime:
            seen.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(5)
    assert seen == [True]


def test_nothing_rings_after_a_thread_has_finished_in_time():
    with limits._by_thread(0.05):
        pass
    time.sleep(0.1)


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_limit_is_above_zero(seconds):
    with pytest.raises(ValueError, match="above 0"), time_limit(seconds):
        pass
