"""The stages of ``data/dvc.yaml``, from fonts to a bundle: ``python -m text_recognizer.pipeline``.

Each stage is a function from files to files, so that DVC can tell which of them is out of date.
The stages know nothing of DVC and run without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from text_recognizer.core.lazy import lazy_names

if TYPE_CHECKING:
    from text_recognizer.pipeline.evaluate import evaluate_bundle
    from text_recognizer.pipeline.export import release
    from text_recognizer.pipeline.fonts import font_inventory
    from text_recognizer.pipeline.params import Params
    from text_recognizer.pipeline.train import train_bundle
    from text_recognizer.pipeline.validate import validate_sample

__all__ = [
    "Params",
    "evaluate_bundle",
    "font_inventory",
    "release",
    "train_bundle",
    "validate_sample",
]

_HOME = {
    "Params": "params",
    "evaluate_bundle": "evaluate",
    "font_inventory": "fonts",
    "release": "export",
    "train_bundle": "train",
    "validate_sample": "validate",
}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
