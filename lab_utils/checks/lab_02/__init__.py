"""Checks of lab 02, one module per exercise."""

from __future__ import annotations

from lab_utils.checks.lab_02 import batch, contract, fast, repair, sync, triage

__all__ = ["EXERCISES"]

#: In the order of the lab.
EXERCISES = tuple(module.EXERCISE for module in (triage, contract, batch, fast, sync, repair))
