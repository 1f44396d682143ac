"""Lab 02: make it run, make it fast, make it right, each with figures that were measured."""

from __future__ import annotations

__all__: list[str] = []
