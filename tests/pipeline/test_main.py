"""The command of the stages: what DVC runs, and the exit status that it goes by."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from text_recognizer.pipeline.__main__ import STAGES, main
from text_recognizer.pipeline.files import BUNDLE, METRICS, RELEASE, VALIDATION, read_json

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.usefixtures("_toy_data")


@pytest.fixture
def words(tmp_path: Path, results: Path) -> list[str]:
    """Arguments after the stage: parameters, and a copy of the results."""
    (tmp_path / "params.yaml").write_text("validate: {per_character: 0}\nevaluate: {limit: 2}\n")
    folder = shutil.copytree(results, tmp_path / "results")
    return ["--params", str(tmp_path / "params.yaml"), "--folder", str(folder)]


def test_the_stages_are_those_of_the_dvc_file() -> None:
    table = yaml.safe_load((ROOT / "data" / "dvc.yaml").read_text(encoding="utf-8"))
    for name in STAGES:
        assert f"text_recognizer.pipeline {name}" in table["stages"][name]["cmd"]


def test_evaluate_and_export_say_what_came_of_them(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(words[-1])
    for name in (METRICS, RELEASE):
        (folder / name).unlink()
    shutil.rmtree(folder / BUNDLE)
    assert main(["evaluate", *words]) == main(["export", *words]) == 0
    said = capsys.readouterr().out
    assert "on 2 lines of test" in said
    assert f"bundle {read_json(folder / RELEASE)['digest']}" in said


def test_data_that_fails_a_check_stops_the_pipeline(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (Path(words[1])).write_text("validate: {per_character: 1000}\n")
    assert main(["validate", *words]) == 1
    assert "FAIL  coverage" in capsys.readouterr().out
    report = read_json(Path(words[-1]) / VALIDATION)
    assert report["passed"] is False
    assert any(check["name"] == "coverage" and not check["passed"] for check in report["checks"])


def test_a_typed_error_is_one_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    (Path(words[1])).write_text("train: {preset: huge}\n")
    assert main(["train", *words]) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: there is no preset 'huge'")
    assert told.count("\n") == 1


def test_an_unknown_stage_is_wrong_usage() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["deploy"])
    assert caught.value.code == 2
