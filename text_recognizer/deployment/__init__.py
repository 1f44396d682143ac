"""Readings over HTTP: the messages of the Open Inference Protocol and a small server.

``batch`` reads thousands of images into one file, on as many processes or machines as there are.

Names are loaded on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from text_recognizer.core.lazy import lazy_names

if TYPE_CHECKING:
    from text_recognizer.deployment.server import create_app, serve

__all__ = ["create_app", "serve"]

_HOME = {"create_app": "server", "serve": "server"}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
