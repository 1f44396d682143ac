"""Programs that run in a process of their own and print one JSON object on their last line."""

from __future__ import annotations

__all__: list[str] = []
