"""Networks: what turns a line of ink into probabilities of characters."""

from __future__ import annotations

from text_recognizer.models.build import build_model
from text_recognizer.models.line import LineModel, LineModelConfig

__all__ = ["LineModel", "LineModelConfig", "build_model"]
