"""More data, bigger models, cleaner labels, pretrained weights: what each buys, measured."""

from __future__ import annotations

__all__: list[str] = []
