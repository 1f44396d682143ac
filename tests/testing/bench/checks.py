"""Checks that count the calls in their process, crash, or hang."""

from __future__ import annotations

import os

from text_recognizer.core import CheckResult

CALLS: list[int] = []


def counts(seed):
    CALLS.append(seed)
    return CheckResult(name="calls", passed=True, measured=float(len(CALLS)), limit=9.0)


counts_again = counts


def dies(seed):
    os._exit(9)


def hangs(seed):
    while True:
        pass
