from __future__ import annotations

from pathlib import Path

import pytest

from text_recognizer.core.errors import ConfigError
from text_recognizer.data.sample_config import SampleConfig


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"lines": {"dev": 1}}, "dev", id="unknown split"),
        pytest.param({"lines": {"test": -1}}, "-1", id="negative count"),
        pytest.param({"seed": -1}, "seed is at least 0", id="negative seed"),
        pytest.param({"longest": 3}, "longest is at least 8", id="lines too short"),
        pytest.param({"levels": 100}, "received 100", id="levels that PNG cannot pack"),
        pytest.param({"noise": -0.1}, "noise is at least 0", id="negative noise"),
    ],
)
def test_settings_out_of_range(change: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        SampleConfig(**change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="missing"),
        pytest.param("sample: [", id="no YAML"),
        pytest.param("other: {}", id="no section"),
        pytest.param("sample: 3", id="a number"),
        pytest.param("sample: {sede: 0}", id="a key with a slip"),
    ],
)
def test_bad_parameter_files_are_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "params.yaml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError, match=r"params\.yaml"):
        SampleConfig.read(path)


def test_the_projects_parameters_are_valid() -> None:
    data = Path(__file__).resolve().parents[2] / "data"
    config = SampleConfig.read(data / "params.yaml")
    assert sum(config.lines.values()) >= 2500
    assert sum(config.paragraphs.values()) >= 100
