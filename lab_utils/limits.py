"""Stop code that runs for too long, without harm to the notebook around it."""

from __future__ import annotations

import ctypes
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["OutOfTime", "time_limit"]


class OutOfTime(BaseException):
    """The code ran for longer than it may.

    It is no `Exception`, so that a learner's `except Exception` inside an endless loop does not
    swallow it.
    """


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` inside the block when it takes longer than `seconds`.

    Where the system has alarms (Linux, macOS) and this is the main thread, an alarm interrupts
    even a sleeping block. Elsewhere a watching thread interrupts it between two Python
    instructions. Neither can stop a single long call into compiled code.

    Args:
        seconds: The limit, above 0.

    Raises:
        OutOfTime: The limit has passed.
        ValueError: The limit is not above 0.
    """
    if not seconds > 0:
        raise ValueError(f"A time limit is above 0 seconds, got {seconds!r}.")
    main = threading.current_thread() is threading.main_thread()
    limit = _by_alarm if main and hasattr(signal, "setitimer") else _by_thread
    with limit(seconds):
        yield


@contextmanager
def _by_alarm(seconds: float) -> Iterator[None]:
    def ring(signum: int, frame: object) -> None:
        raise OutOfTime(f"more than {seconds:g} seconds")

    previous = signal.signal(signal.SIGALRM, ring)
    # It rings again and again: one `except:` in the block cannot swallow every bell.
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.25)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


@contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    target = ctypes.c_ulong(threading.get_ident())
    finished = threading.Event()
    lock = threading.Lock()

    def watch() -> None:
        if finished.wait(seconds):
            return
        with lock:
            if not finished.is_set():
                raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
                raise_in(target, ctypes.py_object(OutOfTime))

    threading.Thread(target=watch, daemon=True, name="time-limit").start()
    try:
        yield
    finally:
        with lock:
            finished.set()
