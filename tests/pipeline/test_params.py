"""The parameters of the pipeline: read, defaulted, and refused with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from text_recognizer.core.errors import ConfigError
from text_recognizer.pipeline.params import EvaluateParams, Params, TrainParams, ValidateParams

ROOT = Path(__file__).resolve().parents[2]


def test_the_projects_own_file_is_read_and_is_the_default() -> None:
    assert Params.read(ROOT / "data" / "params.yaml") == Params()


def test_an_absent_section_has_its_defaults(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("train: {preset: gpu, settings: {model: {features: 8}}}\n")
    params = Params.read(tmp_path / "p.yaml")
    assert params.train == TrainParams(preset="gpu", settings={"model": {"features": 8}})
    assert params.evaluate == EvaluateParams()
    (tmp_path / "p.yaml").write_text("")
    assert Params.read(tmp_path / "p.yaml") == Params()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("train: {pre: tiny}", "the keys are .*preset", id="unknown key"),
        pytest.param("train: 3", "sections of known keys", id="no section"),
        pytest.param("- 1", "sections of known keys", id="a list"),
        pytest.param("train: {seed: -1}", "seed is at least 0; received -1", id="seed"),
        pytest.param("train: {seed: many}", "received|not supported", id="a word for a number"),
        pytest.param("train: {settings: [1]}", r"maps names .* received \[1\]", id="settings"),
        pytest.param("evaluate: {split: all}", "received 'all'", id="split"),
        pytest.param("evaluate: {limit: 0}", "limit is at least 1", id="limit"),
        pytest.param("validate: {slack: -1}", "slack is at least 0", id="slack"),
        pytest.param("validate: {darkest: 2}", "darkest is from 0 to 1; received 2", id="share"),
        pytest.param("a: [", "known keys", id="not YAML"),
    ],
)
def test_what_breaks_a_rule_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "p.yaml").write_text(text)
    with pytest.raises(ConfigError, match=message):
        Params.read(tmp_path / "p.yaml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml"):
        Params.read(tmp_path / "nowhere.yaml")


def test_the_limits_are_documented_at_their_fields() -> None:
    assert ValidateParams.__doc__ is not None
    assert all(name in ValidateParams.__doc__ for name in vars(ValidateParams()))
