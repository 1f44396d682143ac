"""Where the repository keeps its data."""

from __future__ import annotations

import os
from pathlib import Path

from text_recognizer.core.errors import DataError


def data_dir() -> Path:
    """The folder ``data/`` of the course.

    It is the environment variable ``TEXT_RECOGNIZER_DATA`` where that is set, else the folder
    ``data`` beside the installed package (the course is installed from a clone, in place).

    Raises:
        DataError: if there is no such folder.

    Example:
        >>> data_dir().name
        'data'
    """
    chosen = os.environ.get("TEXT_RECOGNIZER_DATA")
    folder = Path(chosen) if chosen else Path(__file__).resolve().parents[2] / "data"
    if not folder.is_dir():
        raise DataError(
            f"no data folder at {str(folder)!r}; run from a clone of the course, "
            "or set TEXT_RECOGNIZER_DATA to its data folder"
        )
    return folder
