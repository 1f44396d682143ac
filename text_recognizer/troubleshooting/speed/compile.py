"""torch.compile: what its first call costs, what a step gains, and when that pays.

On a processor torch.compile writes C++ and needs a compiler; a laptop often has none. That is an
outcome like any other here: said in words, and eager mode is used.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import torch

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.speed.blocks import Block

STATES = ("compiled", "untried", "no compiler", "failed", "timed out")
_COMPILERS = ("g++", "clang++", "c++")


@dataclass(frozen=True, kw_only=True)
class Compilation:
    """How an attempt to compile ended.

    Args:
        state: one of ``STATES``.
        reason: what happened, in one line.
        first_seconds: the first compiled call, s; 0 unless compiled, like those below.
        eager_seconds: fastest call without compiling, s.
        compiled_seconds: fastest call of the compiled one, s.
    """

    state: str
    reason: str
    first_seconds: float = 0.0
    eager_seconds: float = 0.0
    compiled_seconds: float = 0.0

    def __post_init__(self) -> None:
        """Check the state."""
        if self.state not in STATES:
            raise InputError(f"state is one of {STATES}; received {self.state!r}")

    @property
    def gain(self) -> float:
        """Eager seconds over compiled seconds; 1 unless compiled."""
        return self.eager_seconds / self.compiled_seconds if self.compiled_seconds else 1.0

    @property
    def pays_after(self) -> float:
        """Calls after which the first one is earned back; infinite where it never is."""
        saved = self.eager_seconds - self.compiled_seconds
        return math.ceil(self.first_seconds / saved) if saved > 0 else math.inf


def find_compiler() -> str | None:
    """The C++ compiler that torch.compile would use, by ``CXX`` and the path; None without one.

    Example:
        >>> isinstance(find_compiler(), (str, type(None)))
        True
    """
    wanted = os.environ.get("CXX", "").split()
    for name in wanted[:1] or _COMPILERS:
        found = shutil.which(name)
        if found:
            return found
    return None


def could_compile() -> Compilation:
    """Whether torch.compile has what it needs, without trying it.

    Returns:
        ``"no compiler"`` or ``"untried"``, with the reason.
    """
    if find_compiler() is None:
        looked = os.environ.get("CXX") or ", ".join(_COMPILERS)
        return Compilation(
            state="no compiler",
            reason=f"no C++ compiler found: looked for {looked} on the path; eager mode is used",
        )
    return Compilation(state="untried", reason="a C++ compiler is there")


def try_compile(*, width: int = 128, length: int = 64, limit: float = 120.0) -> Compilation:
    """Compile a block in a child process and time it.

    Args:
        width: of the block, a multiple of 4.
        length: tokens.
        limit: seconds after which the child is ended, above 0.

    Raises:
        InputError: if the limit is not above 0.
    """
    if not limit > 0:
        raise InputError(f"limit is above 0 seconds; received {limit!r}; 120 is usual")
    found = could_compile()
    if found.state == "no compiler":
        return found
    command = [sys.executable, "-m", __spec__.name, str(width), str(length)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
        return Compilation(**json.loads(done.stdout.strip().splitlines()[-1]))
    except subprocess.TimeoutExpired:
        return Compilation(state="timed out", reason=f"not compiled within {limit:g} s")
    except (ValueError, IndexError, TypeError):
        told = done.stderr.strip().splitlines()[-1:] or ["nothing on stderr"]
        return Compilation(state="failed", reason=f"status {done.returncode}: {told[0][:300]}")


def compile_here(width: int, length: int) -> Compilation:
    """Compile a block in this process: the child's work.

    Args:
        width: of the block, a multiple of 4.
        length: tokens.

    Returns:
        ``"compiled"`` with times, or ``"failed"`` with the reason.
    """
    torch.set_num_threads(1)
    block, x = Block(width), torch.randn(4, length, width)
    with torch.inference_mode():
        try:
            compiled = torch.compile(block)
            start = time.perf_counter()
            compiled(x)
            first = time.perf_counter() - start
        except Exception as error:  # inductor raises many types
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            return Compilation(state="failed", reason=f"{reason}; eager mode is used")
        eager, quick = _race(lambda: block(x), lambda: compiled(x))
    return Compilation(
        state="compiled",
        reason="tried in a child process",
        first_seconds=first,
        eager_seconds=eager,
        compiled_seconds=quick,
    )


def _race(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Fastest of fifty interleaved calls of each, s."""
    best = [math.inf, math.inf]
    for _ in range(50):
        for place, call in enumerate((one, other)):
            start = time.perf_counter()
            call()
            best[place] = min(best[place], time.perf_counter() - start)
    return best[0], best[1]


def main() -> int:
    """The child: compile, time, print."""
    print(json.dumps(asdict(compile_here(int(sys.argv[1]), int(sys.argv[2])))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
