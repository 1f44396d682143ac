"""From images and labels to what a model is fed: preprocessing, lines of a page, sets, batches.

Names are loaded on first use: the embedded sample is read without torch or
OpenCV. Batches for training are in ``datasets`` and ``datamodule``, which need torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from text_recognizer.core.lazy import lazy_names

if TYPE_CHECKING:
    from text_recognizer.data.augment import Augment
    from text_recognizer.data.manifest import Manifest
    from text_recognizer.data.preprocess import PreparedLine, Preprocess
    from text_recognizer.data.sample import load_lines, load_paragraphs
    from text_recognizer.data.segmentation import Line, find_lines

__all__ = [
    "Augment",
    "Line",
    "Manifest",
    "PreparedLine",
    "Preprocess",
    "find_lines",
    "load_lines",
    "load_paragraphs",
]

_HOME = {
    "Augment": "augment",
    "Line": "segmentation",
    "Manifest": "manifest",
    "PreparedLine": "preprocess",
    "Preprocess": "preprocess",
    "find_lines": "segmentation",
    "load_lines": "sample",
    "load_paragraphs": "sample",
}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
