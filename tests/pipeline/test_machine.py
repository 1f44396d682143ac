"""What a digest holds for: the same twice, told apart by processor."""

from __future__ import annotations

from pathlib import Path

from text_recognizer.pipeline.machine import PACKAGES, machine, processor

INFO = """processor\t: 0
model name\t: Some CPU @ 3: GHz
model\t\t: 17
flags\t\t: fpu avx2

processor\t: 1
model name\t: another
"""


def test_a_machine_is_the_same_twice_and_knows_its_versions() -> None:
    import torch

    one = machine()
    assert one == machine()
    assert one["torch"] == torch.__version__
    assert set(PACKAGES) < set(one)
    assert "absent" not in one.values()


def test_a_processor_is_its_name_and_revision(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text(INFO)
    assert processor(tmp_path / "cpuinfo") == "model name Some CPU @ 3: GHz, model 17"


def test_without_a_description_the_platform_is_asked(tmp_path: Path) -> None:
    assert processor(tmp_path / "nowhere")
    (tmp_path / "empty").write_text("")
    assert processor(tmp_path / "empty")
