"""A fresh Python process that does jobs, one after the other, each in a state of its own.

``python -m text_recognizer.troubleshooting.memory.child`` reads jobs from its input, until it ends,
and answers each with its outcome. On Linux it imports torch once and forks for each job, so that
all of them start from the same state; elsewhere, where a fork of a process with torch is not safe,
each job gets a fresh process. What a job prints goes to the log, whatever becomes of it.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
from importlib import import_module
from typing import Any

from text_recognizer.troubleshooting.memory.caps import NotLimited, memory_limit
from text_recognizer.troubleshooting.memory.jobs import Job, Outcome, ending, is_out_of_memory
from text_recognizer.troubleshooting.memory.running import Running

FORKS = sys.platform == "linux"


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
        return Outcome(kind="crashed", detail=f"ended with {ending(process.exitcode or 0)}")
    finally:
        process.kill()
        process.join()


def _answer(job: Job, there: Any) -> None:
    there.send(run_here(job))


def _run_alone(job: Job, seconds: float) -> Outcome:
    return run_here(job)


def _run_fresh(job: Job, seconds: float) -> Outcome:
    with Running([job], seconds=seconds, alone=True) as running:
        return running.fetch()[0]


def main() -> None:
    """Read jobs from the input, do them, write the outcomes to the output."""
    reply = os.fdopen(os.dup(1), "wb")
    # Whatever a job prints goes to the log: the output is for the reply alone.
    os.dup2(2, 1)
    sys.path[:], seconds = pickle.load(sys.stdin.buffer)
    alone = "alone" in sys.argv[1:]
    forks = FORKS and not alone
    run = _run_alone if alone else _run_forked if forks else _run_fresh
    if run is not _run_fresh:
        _import_torch(optimizers=forks)
    with reply, contextlib.suppress(EOFError):
        while True:
            job = pickle.load(sys.stdin.buffer)
            if forks:
                # Imported here, what the job needs is there for the next one, too.
                with contextlib.suppress(ImportError):
                    import_module(job.function.partition(":")[0])
            pickle.dump(run(job, seconds), reply)
            reply.flush()


def _import_torch(*, optimizers: bool) -> None:
    import torch

    torch.set_num_threads(1)
    if optimizers:
        # The first update of an optimizer imports a compiler, which is cheaper once than in each.
        weight = torch.nn.Parameter(torch.zeros(1))
        weight.grad = torch.zeros(1)
        torch.optim.AdamW([weight]).step()


if __name__ == "__main__":
    main()
