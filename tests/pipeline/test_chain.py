"""`dvc repro` in a clean copy of the project makes the bundle that is on record, bit by bit."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from text_recognizer.pipeline.files import METRICS, RELEASE, TRAINING, VALIDATION, read_json

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 1_500
"""Seconds; half a minute is usual, a machine that does other things takes its time."""
CURE = "if the training was meant to change: make pipeline, and commit data/dvc.lock, data/pipeline"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a clone has: code, data and records, but neither fonts, bundles nor DVC's cache."""
    folder = tmp_path_factory.mktemp("clone")
    unwanted = ("__pycache__", "node_modules", "downloaded", "trained", "bundle", "artifacts")
    for name in ("text_recognizer", "data"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(*unwanted))
    (folder / ".dvc").mkdir()
    for name in (".dvc/config", ".dvcignore"):
        shutil.copy(ROOT / name, folder / name)
    # Reports of earlier runs go as well, so that every stage of the chain has to run.
    for report in (folder / "data" / "pipeline").glob("*.*"):
        if report.name != "fonts.json":
            report.unlink()
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True, timeout=60)
    return folder


def python(clone: Path, *words: str) -> str:
    """Run Python in the clone, on one thread of the CPU; returns what it printed."""
    settings = {
        # A GPU adds up in another order each time.
        "CUDA_VISIBLE_DEVICES": "",
        "DVC_NO_ANALYTICS": "1",
        "DVC_SITE_CACHE_DIR": str(clone.parent / "site"),
        "OMP_NUM_THREADS": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(clone),
        "no_proxy": "*",
    }
    inherited = {k: v for k, v in os.environ.items() if k != "TEXT_RECOGNIZER_DATA"}
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=clone,
        env=inherited | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said, told = process.communicate(timeout=LIMIT)
    except BaseException:
        # A stage that DVC started would outlive it.
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    assert process.returncode == 0, said[-2_000:] + told[-2_000:]
    return said


def dvc(clone: Path, *words: str) -> str:
    """A command of DVC in the folder of its file, as a person would give it."""
    program = "import os, sys, dvc.cli; os.chdir('data'); sys.exit(dvc.cli.main(sys.argv[1:]))"
    return python(clone, "-c", program, *words)


@pytest.mark.slow
def test_a_clone_makes_the_same_bundle(clone: Path) -> None:
    pytest.importorskip("dvc")
    said = dvc(clone, "repro", "--downstream", "validate")
    for stage in ("validate", "train", "evaluate", "export"):
        assert f"Running stage '{stage}'" in said
    # Neither npm nor fonts nor a network.
    for stage in ("fonts", "text", "sample"):
        assert f"'{stage}'" not in said

    folder = clone / "data" / "pipeline"
    assert read_json(folder / VALIDATION)["passed"]
    made, recorded = read_json(folder / RELEASE), read_json(ROOT / "data/pipeline" / RELEASE)
    assert made["resumed"] == 0

    shown = json.loads(dvc(clone, "metrics", "show", "--json"))
    metrics = next(iter(shown.values()))["data"][f"pipeline/{METRICS}".replace("/", os.sep)]
    lines = metrics["data"]["lines"]
    assert lines["cer_low"] <= lines["cer"] <= lines["cer_high"]

    if made["machine"] == recorded["machine"]:
        assert made["digest"] == recorded["digest"], CURE
        return
    python(
        *(clone, "-m", "text_recognizer.pipeline", "train"),
        *("--folder", str(clone.parent / "again"), "--work", str(clone.parent / "work")),
    )
    again = read_json(clone.parent / "again" / TRAINING)
    assert again["digest"] == made["digest"], "two runs on one machine gave two bundles"
    differing = sorted(k for k, v in made["machine"].items() if v != recorded["machine"].get(k))
    warnings.warn(
        f"compared with a second run only: the record is of another {', '.join(differing)}",
        stacklevel=1,
    )
