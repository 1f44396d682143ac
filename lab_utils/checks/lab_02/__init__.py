"""Checks of lab 02, one module per exercise."""

from __future__ import annotations

from lab_utils.exercises import Exercise

__all__ = ["EXERCISES"]

EXERCISES: tuple[Exercise, ...] = ()
