"""A child process that works while its parent goes on, asked for its outcomes when they are wanted.

What it does is in :mod:`text_recognizer.troubleshooting.memory.child`.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.memory.jobs import Job, Outcome, ending

_CHILD = "text_recognizer.troubleshooting.memory.child"

#: glibc keeps freed blocks of up to 32 MB for later, a fifth of what a training uses; below this
#: size only, a freed block goes back to the system at once. Other systems ignore it.
_ENVIRONMENT = {"MALLOC_MMAP_THRESHOLD_": "131072", "OMP_NUM_THREADS": "1"}


class Running:
    """Jobs under way in a child, which is killed with its own children when this goes.

    Args:
        jobs: done in this order; more can be added.
        seconds: limit of each job.
        alone: whether the child does them itself, in one state, instead of in children of its own.
    """

    def __init__(
        self, jobs: Sequence[Job] = (), *, seconds: float = 120.0, alone: bool = False
    ) -> None:
        self.jobs: list[Job] = []
        self._seconds, self._told = seconds, time.monotonic()
        self._outcomes: list[Outcome | None] = []
        self._news = threading.Condition()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as this does
        self._process = subprocess.Popen(
            [sys.executable, "-m", _CHILD, *(["alone"] if alone else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, **_ENVIRONMENT},
            start_new_session=True,
        )
        _opened(self._process.stdin).write(pickle.dumps((sys.path, seconds)))
        arguments = (_opened(self._process.stdout), self._outcomes, self._news)
        # It knows nothing of this object, so that the object can go before the thread does.
        threading.Thread(target=_listen, args=arguments, daemon=True).start()
        self.add(jobs)

    def add(self, jobs: Sequence[Job]) -> Part:
        """Ask for more, after what was asked before, of a child that has imported torch already.

        Args:
            jobs: done in this order.

        Returns:
            What waits for these jobs only.
        """
        start, self._told = len(self.jobs), time.monotonic()
        self.jobs += jobs
        stream = _opened(self._process.stdin)
        # A child that has died says so when its outcomes are fetched.
        with contextlib.suppress(OSError, ValueError):
            for job in jobs:
                stream.write(pickle.dumps(job))
            stream.flush()
        return Part(self, start, len(self.jobs))

    def fetch(self, start: int = 0, stop: int | None = None) -> list[Outcome]:
        """The outcomes of some jobs, in their order; waits for these and no others.

        Args:
            start: the first job.
            stop: the job before which to end; all of them by default.
        """
        stop = len(self.jobs) if stop is None else stop
        last = self._told + 30 + self._seconds * stop
        with self._news:
            in_time = self._news.wait_for(
                lambda: len(self._outcomes) >= stop or None in self._outcomes,
                timeout=max(1.0, last - time.monotonic()),
            )
            outcomes = [one for one in self._outcomes if one is not None]
        if len(outcomes) < stop:
            outcomes += [self._missing(in_time)] * (stop - len(outcomes))
            self.close()
        return outcomes[start:stop]

    def _missing(self, ended: bool) -> Outcome:
        if not ended:
            return Outcome(kind="timeout", detail="the child did not answer")
        detail = f"the child ended with {ending(self._process.wait())}: {self.log()[-200:]}"
        return Outcome(kind="crashed", detail=" ".join(detail.split()))

    def log(self) -> str:
        """What the child said on its error stream, so far."""
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")

    def close(self) -> None:
        """End the child, if it still runs."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_process"):
            self.close()


@dataclass(frozen=True)
class Part:
    """Some of the jobs of a child that has others, too.

    Attributes:
        running: the child.
        start: the first of these jobs.
        stop: the job before which they end.
    """

    running: Running
    start: int
    stop: int

    def fetch(self) -> list[Outcome]:
        """The outcomes of these jobs, in their order; waits for them."""
        return self.running.fetch(self.start, self.stop)


def _listen(stream: IO[bytes], outcomes: list[Outcome | None], news: threading.Condition) -> None:
    """Append outcomes as they come, and None where the child ends."""
    with stream:
        while True:
            try:
                outcome: Outcome | None = pickle.load(stream)
            except Exception:  # the end of the file, or whatever half an outcome raises
                outcome = None
            with news:
                outcomes.append(outcome)
                news.notify_all()
            if outcome is None:
                return


def _opened(stream: Any) -> Any:
    """The stream, which ``Popen`` types as optional.

    Args:
        stream: of a process that was started with a pipe.

    Raises:
        InputError: if there is none.
    """
    if stream is None:
        raise InputError(f"a child is started with pipes, got {stream!r}; start it with PIPE")
    return stream
