"""Model tests: frozen failures, paired verdicts on upgrades, the lines with the highest loss."""

from __future__ import annotations

from text_recognizer.core.lazy import lazy_names

__all__ = [
    "RegressionBank",
    "Upgrade",
    "bank_lines",
    "check_bank",
    "fresh_lines",
    "judge_upgrade",
    "line_losses",
    "load_bank",
]

_HOME = {
    "RegressionBank": "bank",
    "Upgrade": "upgrade",
    "bank_lines": "bank",
    "check_bank": "bank",
    "fresh_lines": "upgrade",
    "judge_upgrade": "upgrade",
    "line_losses": "losses",
    "load_bank": "bank",
}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
