"""Whether a test is evidence: it passes on what is right, and turns red on every planted fault.

A test that cannot fail earns nothing, however green it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from text_recognizer.core.errors import InputError
from text_recognizer.reading import Bundle


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a test said of what is right, and of what is broken.

    Args:
        passed: Names of the right things that it let pass.
        alarmed: Names of the right things that it turned red on, without reason.
        caught: Names of the planted faults that it turned red on.
        missed: Names of the planted faults that it let pass.
    """

    passed: tuple[str, ...]
    alarmed: tuple[str, ...]
    caught: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether it may be linked: no false alarm, and no fault missed."""
        return not self.alarmed and not self.missed


def weigh(
    test: Callable[[Any], object], right: Mapping[str, Any], broken: Mapping[str, Any]
) -> Evidence:
    """Try a test on things whose state is known.

    Args:
        test: Takes one thing and raises, as any test does, when it finds fault with it. What it
            returns does not count.
        right: What it must pass, by name; at least one.
        broken: What it must turn red on, by name; at least one.

    Raises:
        InputError: If one of the two is empty: a test that was never seen red proves nothing; or
            if a name is in both.

    Example:
        >>> def test(rates):
        ...     assert max(rates) < 0.3
        >>> weigh(test, {"shipped": [0.1, 0.2]}, {"no digits": [0.1, 0.9]}).sound
        True
    """
    if not right or not broken:
        raise InputError(
            "a test is weighed on at least one thing that is right and one that is broken; "
            f"received {list(right)} and {list(broken)}"
        )
    both = set(right) & set(broken)
    if both:
        raise InputError(f"a thing is right or broken; received {sorted(both)} as both; rename it")
    green = {name for name, thing in {**right, **broken}.items() if _passes(test, thing)}
    return Evidence(
        passed=tuple(name for name in right if name in green),
        alarmed=tuple(name for name in right if name not in green),
        caught=tuple(name for name in broken if name not in green),
        missed=tuple(name for name in broken if name in green),
    )


def shipped_slices(dataset: str = "sample, lines") -> dict[str, float]:
    """What is to suffice in row Model 6: the error rate of the shipped reader in each slice.

    Args:
        dataset: A set that the reader's card has slices of.

    Returns:
        CER (0 and up) by slice, such as ``characters digits``, as the bundle has it.

    Raises:
        InputError: If the card has no slices of that set.

    Example:
        >>> round(shipped_slices()["characters digits"], 2)
        0.1
    """
    slices = Bundle.load().metrics["slices"]
    if dataset not in slices:
        raise InputError(f"the card has slices of {', '.join(slices)}; received {dataset!r}")
    return {f"{row['group']} {row['name']}": float(row["cer"]) for row in slices[dataset]}


def lost_slices(rates: Mapping[str, float], cer: float = 0.9) -> dict[str, dict[str, float]]:
    """Faults for row Model 6: one slice at a time is read no more, the others as before.

    Args:
        rates: CER by slice.
        cer: CER of the slice that is lost.

    Example:
        >>> lost_slices({"digits": 0.1, "capitals": 0.2})["without digits"]
        {'digits': 0.9, 'capitals': 0.2}
    """
    return {f"without {name}": {**rates, name: cer} for name in rates}


def _passes(test: Callable[[Any], object], thing: Any) -> bool:
    try:
        test(thing)
    except Exception:
        # Red is red: pytest does not ask which exception it was.
        return False
    return True
