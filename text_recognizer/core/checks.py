"""The result of one check: what was measured, against which limit, and why it matters."""

from __future__ import annotations

from dataclasses import dataclass

from text_recognizer.core.errors import InputError


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """One check with its verdict; a stage hands these to another instead of importing it.

    Args:
        name: What was checked, a few words.
        passed: The verdict.
        measured: The measured value, in the unit of ``limit``; NaN where nothing was measurable.
        limit: The value it was compared with.
        reason: One sentence for a person: why the verdict is what it is.

    Raises:
        InputError: If ``name`` is empty or ``passed`` is not a bool.

    Example:
        >>> print(CheckResult(name="cer", passed=True, measured=0.2, limit=0.25, reason="below"))
        pass  cer: measured 0.2, limit 0.25 (below)
    """

    name: str
    passed: bool
    measured: float
    limit: float
    reason: str = ""

    def __post_init__(self) -> None:
        """Check the fields at birth."""
        if not self.name.strip():
            raise InputError(f"a check needs a name; received {self.name!r}; say what it checks")
        if not isinstance(self.passed, bool):
            raise InputError(
                f"passed must be True or False; received {self.passed!r} "
                f"({type(self.passed).__name__}); wrap it in bool()"
            )

    def __str__(self) -> str:
        """One line for a report."""
        verdict = "pass" if self.passed else "FAIL"
        reason = f" ({self.reason})" if self.reason else ""
        return f"{verdict}  {self.name}: measured {self.measured:g}, limit {self.limit:g}{reason}"
