"""Stage ``export``: the bundle with what was measured on its card, and its digest for the record.

The network was exported to ONNX, and both forms compared, when the training ended; what was
measured does not change the digest.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import DataError
from text_recognizer.pipeline.files import (
    BUNDLE,
    METRICS,
    RELEASE,
    TRAINED,
    TRAINING,
    read_json,
    write_json,
)
from text_recognizer.reading.bundle import CARD, SETTINGS, Bundle

_LIMITS = {
    "tiny": "trained for seconds, to prove that the pipeline is reproducible: it cannot read",
}


def release(folder: Path) -> dict[str, Any]:
    """Write the bundle that the pipeline is for.

    Args:
        folder: has what the stages before left; gets ``bundle/`` and ``release.json``.

    Returns:
        What ``release.json`` says: ``digest``, ``bytes``, how it was trained, and on which machine.

    Raises:
        BundleError: if the trained bundle is damaged.
        DataError: if its report or its metrics are of another bundle.
    """
    trained = Bundle.load(folder / TRAINED)
    training, metrics = read_json(folder / TRAINING), read_json(folder / METRICS)
    for name, report in ((TRAINING, training), (METRICS, metrics)):
        if report.get("digest") != trained.digest:
            raise DataError(
                f"what is released was measured; {name} is of {report.get('digest')!r}, the bundle "
                f"is {trained.digest!r}; run the pipeline: dvc repro data/dvc.yaml"
            )
    shutil.rmtree(folder / BUNDLE, ignore_errors=True)
    made = replace(trained, metrics=_card(training, metrics)).save(folder / BUNDLE)
    # Read back: a release that cannot be loaded is none.
    found = Bundle.load(made.folder)
    names = (*found.files, SETTINGS, CARD)
    report = {
        "digest": found.digest,
        "bytes": sum((found.folder / name).stat().st_size for name in names),
        "cer": metrics["lines"]["cer"],
        **{key: training[key] for key in ("preset", "seed", "settings", "resumed", "machine")},
    }
    write_json(folder / RELEASE, report)
    return report


def _card(training: dict[str, Any], metrics: dict[str, Any]) -> dict[str, Any]:
    """What the bundle's card is written from."""
    lines = metrics["lines"]
    measured = {
        "cer": lines["cer"],
        "wer": lines["wer"],
        "lines": lines["count"],
        "writers": lines["writers"],
    }
    if "cer_low" in lines:
        measured |= {"low": lines["cer_low"], "high": lines["cer_high"]}
    limit = _LIMITS.get(training["preset"])
    return {
        "summary": f"Made by data/dvc.yaml with the preset {training['preset']}.",
        "sets": {f"embedded sample, {metrics['split']}": measured},
        "training": {key: training[key] for key in ("preset", "seed", "steps", "settings")},
        "validation": training.get("validation", {}),
        **({"limits": [limit]} if limit else {}),
    }
