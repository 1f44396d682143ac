"""Solutions and stubs: the same cell, once for the teacher and once for the learner.

A source cell marks what the learner is to write:

    ### solution
    total = sum(counts)
    ### end

In the lab the block becomes `...  # your code here`; in the solutions only the two marker lines
go. `### solution: return None` puts other text in the block's place. Markers are indented like the
code between them.
"""

from __future__ import annotations

import re

__all__ = ["DEFAULT_STUB", "has_solution", "to_solution", "to_stub"]

DEFAULT_STUB = "...  # your code here"

_OPEN = re.compile(r"^(?P<indent>\s*)### solution(?::\s*(?P<stub>.+?))?\s*$")
_CLOSE = re.compile(r"^\s*### end\s*$")


def has_solution(source: str) -> bool:
    """Say whether a cell holds a marker of either kind."""
    return any(_OPEN.match(line) or _CLOSE.match(line) for line in source.splitlines())


def to_stub(source: str) -> str:
    r"""Replace every solution block by its stub.

    Args:
        source: The text of a source cell.

    Returns:
        The text of the learner's cell.

    Raises:
        ValueError: A block is nested, empty, not opened or not closed.

    Example:
        >>> to_stub("### solution\nx = 1\n### end")
        '...  # your code here'
    """
    return _rewrite(source, stub=True)


def to_solution(source: str) -> str:
    """Drop the marker lines and keep what stands between them.

    Args:
        source: The text of a source cell.

    Returns:
        The text of the cell in the solutions.

    Raises:
        ValueError: A block is nested, empty, not opened or not closed.
    """
    return _rewrite(source, stub=False)


def _rewrite(source: str, *, stub: bool) -> str:
    kept: list[str] = []
    opened = 0
    length = 0
    for number, line in enumerate(source.splitlines(), start=1):
        start, stop = _OPEN.match(line), _CLOSE.match(line)
        if start and opened:
            raise ValueError(_message(number, f"opens inside the block of line {opened}"))
        if stop and not opened:
            raise ValueError(_message(number, "has no `### solution` before it"))
        if start:
            opened, length = number, 0
            if stub:
                kept.append(start["indent"] + (start["stub"] or DEFAULT_STUB))
        elif stop:
            if not length:
                raise ValueError(_message(number, "closes a block without any code"))
            opened = 0
        else:
            length += bool(line.strip())
            if not (opened and stub):
                kept.append(line)
    if opened:
        raise ValueError(_message(opened, "has no `### end` after it"))
    return "\n".join(kept)


def _message(number: int, problem: str) -> str:
    return (
        f"A solution stands between `### solution` and `### end`, but the marker in line {number} "
        f"of the cell {problem}."
    )
