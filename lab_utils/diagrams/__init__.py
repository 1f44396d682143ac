"""Diagrams of trainings and machines, each in a module of its own: trees, timelines, curves.

As in `lab_utils.figures`, a function here makes a figure, and `figures.show` puts it on the page.
"""

from __future__ import annotations

__all__: list[str] = []
