"""A fresh Python process that runs functions, one after the other, each in a state of its own.

``python -m text_recognizer.troubleshooting.memory.child`` reads jobs from its input and answers
with outcomes. On Linux it imports torch once and forks for each job, so that all of them start from
the same state; elsewhere, where a fork of a process with torch is not safe, each job gets a fresh
process. What a job prints goes to the log, whatever becomes of it.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from types import TracebackType
from typing import Any

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.memory.caps import NotLimited, memory_limit

FORKS = sys.platform == "linux"

#: glibc keeps freed blocks of up to 32 MB for later, a fifth of what a training uses; below this
#: size only, a freed block goes back to the system at once. Other systems ignore it.
_ENVIRONMENT = {"MALLOC_MMAP_THRESHOLD_": "131072", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a function in a child process.

    Attributes:
        kind: "ok"; "out of memory"; "error" for another exception; "crashed" where the process
            died; "timeout" where it was killed; "not limited" where the system would not limit it,
            so that the function was not run.
        value: what the function returned, where it did.
        detail: one line of explanation otherwise.
    """

    kind: str
    value: Any = None
    detail: str = ""

    @property
    def ok(self) -> bool:
        """Whether the function returned."""
        return self.kind == "ok"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A function to call in a child.

    Attributes:
        function: ``"module:name"`` of a function; a string, so that only the child imports it.
        options: its keyword arguments; whatever pickle knows.
        limit: bytes that it may use beyond what its process uses already, or None.
        warm: keyword arguments of a first call, before the limit, so that what a library loads and
            keeps when it is first used is not for the function's account; or None for no such call.
    """

    function: str
    options: dict[str, Any] = field(default_factory=dict)
    limit: int | None = None
    warm: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        module, _, name = self.function.partition(":")
        if not module or not name.isidentifier() or module == "__main__":
            raise InputError(
                "a child imports its function from a module by 'module:name', got "
                f"{self.function!r}; define it in a file, not in a notebook or in another function"
            )


def reference(function: Callable[..., Any]) -> str:
    """The ``"module:name"`` of a function.

    Args:
        function: defined at the top of a module.

    Example:
        >>> reference(reference)
        'text_recognizer.troubleshooting.memory.child:reference'
    """
    name = getattr(function, "__qualname__", repr(function))
    return f"{getattr(function, '__module__', '')}:{name}"


class Running:
    """Jobs under way in a child, which is killed with its own children when this goes.

    Args:
        jobs: done in this order.
        seconds: limit of each job.
    """

    def __init__(self, jobs: Sequence[Job], *, seconds: float = 120.0) -> None:
        self.jobs = list(jobs)
        self._deadline = time.monotonic() + 30 + seconds * len(self.jobs)
        self._outcomes: list[Outcome] | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as this does
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, **_ENVIRONMENT},
            start_new_session=True,
        )
        _opened(self._process.stdin).write(pickle.dumps((self.jobs, seconds, sys.path)))
        _opened(self._process.stdin).close()
        self._process.stdin = None

    def fetch(self) -> list[Outcome]:
        """The outcomes, in the order of the jobs; waits for them."""
        if self._outcomes is None:
            try:
                left = max(1.0, self._deadline - time.monotonic())
                reply, _ = self._process.communicate(timeout=left)
                self._outcomes = list(pickle.loads(reply))
            except subprocess.TimeoutExpired:
                self._outcomes = [Outcome(kind="timeout", detail="the child did not answer")]
            except (EOFError, pickle.UnpicklingError):
                code = self._process.wait()
                detail = f"the child ended with {_ending(code)}: {self.log()[-200:]}"
                self._outcomes = [Outcome(kind="crashed", detail=" ".join(detail.split()))]
            missing = len(self.jobs) - len(self._outcomes)
            self._outcomes += [self._outcomes[-1]] * missing if self._outcomes else []
            self.close()
        return self._outcomes

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
        if self._process.stdout is not None:
            self._process.stdout.close()

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


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception means that memory ran out.

    Lightning knows the first of these messages alone; oneDNN and C++ have words of their own.

    Args:
        error: any.

    Example:
        >>> is_out_of_memory(MemoryError()), is_out_of_memory(ValueError("out of range"))
        (True, False)
    """
    if isinstance(error, MemoryError):
        return True
    said = ("can't allocate memory", "out of memory", "bad_alloc", "could not create a memory")
    also = ("could not create a primitive", "Cannot allocate memory", "could not execute")
    return isinstance(error, (RuntimeError, OSError)) and any(
        words in str(error) for words in (*said, *also)
    )


def run_here(job: Job) -> Outcome:
    """Do a job in this process, which the limit, if there is one, then applies to.

    Args:
        job: what to do.
    """
    module, _, name = job.function.partition(":")
    try:
        function = getattr(import_module(module), name)
        if job.warm is not None:
            function(**job.warm)
        with memory_limit(job.limit):
            value = function(**job.options)
        return Outcome(kind="ok", value=value)
    except NotLimited as error:
        return Outcome(kind="not limited", detail=str(error))
    except Exception as error:
        kind = "out of memory" if is_out_of_memory(error) else "error"
        words = f"{type(error).__name__}: {error}"
        return Outcome(kind=kind, detail=" ".join(words.split())[:400])


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


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit status {code}"


def _run_forked(job: Job, seconds: float) -> Outcome:
    import multiprocessing

    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(job, there))
    process.start()
    there.close()
    try:
        if not here.poll(seconds):
            return Outcome(kind="timeout", detail=f"killed after {seconds:g} seconds")
        outcome: Outcome = here.recv()
        return outcome
    except EOFError:
        process.join()
        return Outcome(kind="crashed", detail=f"ended with {_ending(process.exitcode or 0)}")
    finally:
        process.kill()
        process.join()


def _answer(job: Job, there: Any) -> None:
    there.send(run_here(job))


def _run_fresh(job: Job, seconds: float) -> Outcome:
    with Running([job], seconds=seconds) as running:
        return running.fetch()[0]


def main() -> None:
    """Read jobs from the input, do them, write the outcomes to the output."""
    reply = os.fdopen(os.dup(1), "wb")
    # Whatever a job prints goes to the log: the output is for the reply alone.
    os.dup2(2, 1)
    jobs, seconds, path = pickle.load(sys.stdin.buffer)
    sys.path[:] = path
    import torch

    torch.set_num_threads(1)
    if FORKS:
        # The first update of an optimizer imports a compiler, which is cheaper once than in each.
        weight = torch.nn.Parameter(torch.zeros(1))
        weight.grad = torch.zeros(1)
        torch.optim.AdamW([weight]).step()
        for job in jobs:
            with contextlib.suppress(ImportError):
                import_module(job.function.partition(":")[0])
        outcomes = [_run_forked(job, seconds) for job in jobs]
    elif len(jobs) == 1:
        outcomes = [run_here(jobs[0])]
    else:
        outcomes = [_run_fresh(job, seconds) for job in jobs]
    with reply:
        pickle.dump(outcomes, reply)


if __name__ == "__main__":
    # Under its own name, so that what it pickles is what the parent knows.
    import_module("text_recognizer.troubleshooting.memory.child").main()
