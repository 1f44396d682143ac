"""What is on record hangs together: the lock, the reports, and the digest they are of."""

from __future__ import annotations

from hashlib import md5
from pathlib import Path
from typing import Any

import pytest
import yaml

from text_recognizer.pipeline.files import METRICS, RELEASE, TRAINING, VALIDATION, read_json

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data" / "pipeline"
CURE = "make pipeline, and commit data"


def outputs_in_git() -> list[Any]:
    """Path and checksum of each single file in the lock that DVC keeps no copy of."""
    lock = yaml.safe_load((ROOT / "data" / "dvc.lock").read_text(encoding="utf-8"))
    return [
        pytest.param(out["path"], out["md5"], id=f"{name}: {Path(out['path']).name}")
        for name, stage in lock["stages"].items()
        for out in stage["outs"]
        if not out["md5"].endswith(".dir")
    ]


@pytest.mark.parametrize(("path", "checksum"), outputs_in_git())
def test_a_result_is_the_one_in_the_lock(path: str, checksum: str) -> None:
    assert md5((ROOT / path).read_bytes()).hexdigest() == checksum, CURE


def test_the_record_is_of_the_tiny_preset_trained_in_one_go() -> None:
    record = read_json(FOLDER / RELEASE)
    assert (record["preset"], record["seed"], record["settings"]) == ("tiny", 0, {})
    assert record["resumed"] == 0, "a resumed training gives other weights: dvc repro -f train"
    assert len(record["digest"]) == 64


def test_all_reports_are_of_one_bundle() -> None:
    digests = {read_json(FOLDER / name)["digest"] for name in (TRAINING, METRICS, RELEASE)}
    assert len(digests) == 1, CURE
    assert read_json(FOLDER / VALIDATION)["passed"]
