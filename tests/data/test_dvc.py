"""The DVC files describe the project as it is, and DVC accepts them in a clean clone."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.laws import imports

ROOT = Path(__file__).resolve().parents[2]


STAGES = ("fonts", "text", "sample", "validate", "train", "evaluate", "export")


def stages() -> dict[str, dict[str, Any]]:
    text = (ROOT / "data" / "dvc.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = yaml.safe_load(text)["stages"]
    return found


def stage() -> dict[str, Any]:
    return stages()["sample"]


def outputs(one: dict[str, Any]) -> dict[str, bool]:
    """Paths that a stage writes, and whether DVC keeps a copy."""
    every = [*one.get("outs", []), *one.get("metrics", [])]
    pairs = [(out, {}) if isinstance(out, str) else next(iter(out.items())) for out in every]
    return {path: settings.get("cache", True) for path, settings in pairs}


def reached(start: str) -> set[str]:
    """Files of ``text_recognizer.sources`` that a module imports, directly or through others."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        path = ROOT / waiting.pop()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            homes = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            for home in homes:
                name = home.replace(".", "/") + ".py"
                inside = name.startswith("text_recognizer/sources/") and (ROOT / name).is_file()
                if inside and name not in found:
                    found.add(name)
                    waiting.append(name)
    return found


def test_the_stages_are_those_of_the_course_in_order() -> None:
    assert tuple(stages()) == STAGES


def test_every_stage_reads_what_one_before_it_wrote_or_what_git_tracks() -> None:
    written: dict[str, bool] = {}
    for name, one in stages().items():
        for path in one["deps"]:
            assert path in written or (ROOT / path).exists(), f"{name} reads {path}"
        assert one["deps"] == sorted(one["deps"]), name
        assert not written.keys() & outputs(one).keys(), name
        written |= outputs(one)
    read = {path for one in stages().values() for path in one["deps"]}
    ends = {"data/pipeline/bundle", "data/pipeline/release.json", "data/pipeline/loss.csv"}
    assert written.keys() - read == ends, "what nobody reads is a result or a mistake"


def test_only_bundles_are_kept_by_dvc_the_rest_is_in_git() -> None:
    kept = {path for one in stages().values() for path, cache in outputs(one).items() if cache}
    assert kept == {"data/pipeline/trained", "data/pipeline/bundle"}


def test_every_section_of_the_parameters_belongs_to_a_stage() -> None:
    params = yaml.safe_load((ROOT / "data" / "params.yaml").read_text(encoding="utf-8"))
    for name, section in params.items():
        assert stages()[name]["params"] == [{"data/params.yaml": [name]}]
        assert section


def test_what_is_trained_depends_on_all_code_that_trains() -> None:
    code = {f"text_recognizer/{name}" for name in imports.ALLOWED["training"]}
    assert code - set(stages()["train"]["deps"]) == set()
    assert {"text_recognizer/sources", "text_recognizer/training"} <= set(stages()["train"]["deps"])


def test_dependencies_exist_and_cover_the_renderer() -> None:
    names = stage()["deps"]
    assert names == sorted(names)
    for name in names:
        assert (ROOT / name).is_file(), name
    needed = reached("text_recognizer/data/hand.py")
    needed |= reached("text_recognizer/data/sample_rows.py")
    assert "text_recognizer/sources/render.py" in needed
    assert not sorted(needed - set(names)), "add these to data/dvc.yaml"


def test_outputs_are_what_the_manifest_lists() -> None:
    outs = [next(iter(out)) for out in stage()["outs"]]
    assert sorted(outs) == [
        "data/sample/lines.parquet",
        "data/sample/manifest.json",
        "data/sample/paragraphs.parquet",
    ]
    assert all(out[name]["cache"] is False for out in stage()["outs"] for name in out)


def test_the_command_is_the_documented_one() -> None:
    words = stage()["cmd"].split()
    assert words[:3] == ["python", "-m", "text_recognizer.data.build_sample"]
    assert stage()["params"] == [{"data/params.yaml": ["sample"]}]


@pytest.mark.slow
def test_dvc_accepts_the_files_in_a_clean_clone(tmp_path: Path) -> None:
    pytest.importorskip("dvc")
    names = [path for one in stages().values() for path in (*one["deps"], *outputs(one))]
    names += [".dvc/config", ".dvcignore", "data/.gitignore", "data/pipeline/.gitignore"]
    names += [f"data/{name}" for name in ("dvc.yaml", "dvc.lock", "params.yaml")]
    for name in names:
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True, timeout=60)
    quiet = {**os.environ, "DVC_NO_ANALYTICS": "1", "DVC_SITE_CACHE_DIR": str(tmp_path / "site")}
    program = (
        "from dvc.cli import main as m; assert not m(['dag', '--dot']); assert not m(['status'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path / "data",
        env=quiet,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for name in STAGES:
        assert name in done.stdout
