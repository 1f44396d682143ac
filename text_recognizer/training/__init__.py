"""How the reader is trained."""

from __future__ import annotations

from text_recognizer.training.config import TrainConfig, preset

__all__ = ["TrainConfig", "preset"]
