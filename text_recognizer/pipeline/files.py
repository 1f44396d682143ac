"""The small files that stages leave for people, for git and for one another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import DataError

#: Names in the folder of the pipeline, ``data/pipeline``.
FONTS, VALIDATION = "fonts.json", "validation.json"
TRAINED, TRAINING, LOSS = "trained", "training.json", "loss.csv"
METRICS, BUNDLE, RELEASE = "metrics.json", "bundle", "release.json"


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a mapping with sorted keys: the same content gives the same bytes.

    Args:
        path: the file; its folder is made if absent.
        content: JSON types, no NaN.

    Raises:
        ValueError: if there is a NaN or an infinity, which JSON lacks.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, indent=2, sort_keys=True, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Read what a stage before this one wrote.

    Args:
        path: the file.

    Raises:
        DataError: if it is missing or is not a JSON object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(
            f"a stage reads what the stage before it wrote; {str(path)!r}: {error}; "
            "run the pipeline: dvc repro data/dvc.yaml"
        ) from error
    if not isinstance(content, dict):
        raise DataError(
            f"a report is a JSON object; {str(path)!r} holds {type(content).__name__}; "
            "run the pipeline: dvc repro data/dvc.yaml"
        )
    return content
