"""Lab 01: how good a reader is, in which slices, and how sure that is."""

from __future__ import annotations

from text_recognizer.testing.evaluate import Evaluation, ItemResult, evaluate, slices
from text_recognizer.testing.labels import LabelledItem, read_folder, read_sample

__all__ = [
    "Evaluation",
    "ItemResult",
    "LabelledItem",
    "evaluate",
    "read_folder",
    "read_sample",
    "slices",
]
