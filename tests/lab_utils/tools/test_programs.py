"""Programs are run with a time limit and without the settings of what runs around them."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from lab_utils.tools.programs import clean_environment, find_program, run_program
from text_recognizer.core.errors import DataError, InputError, MissingExtraError


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_what_a_program_says_is_kept(tmp_path):
    ran = run_program(
        python("import sys; print('out'); sys.stderr.write('err'); exit(3)"), tmp_path
    )
    assert (ran.code, ran.output.strip(), ran.errors, ran.passed) == (3, "out", "err", False)


@pytest.mark.parametrize("name", ["PYTEST_ADDOPTS", "GIT_DIR", "LABS_EXPECTED_CELLS"])
def test_settings_of_the_program_around_do_not_reach_a_tool(name, monkeypatch):
    monkeypatch.setenv(name, "1")
    monkeypatch.setenv("KEPT", "1")
    assert name not in clean_environment()
    assert clean_environment({"MORE": "2"})["MORE"] == "2"
    assert clean_environment()["KEPT"] == "1"


def test_a_program_that_hangs_is_ended_with_what_it_started(tmp_path):
    child = "import time, pathlib; time.sleep(1.5); pathlib.Path('late').touch()"
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}])"
    with pytest.raises(DataError, match=r"limit of 0\.4 seconds"):
        run_program(python(f"{code}; time.sleep(60)"), tmp_path, seconds=0.4)
    time.sleep(1.6)
    assert not (tmp_path / "late").exists()


@pytest.mark.parametrize(
    ("folder", "seconds"), [("missing", 1.0), (".", 0.0)], ids=["no folder", "no time"]
)
def test_refuses(folder, seconds, tmp_path):
    with pytest.raises(InputError, match="an existing folder for a time above 0"):
        run_program(python(""), tmp_path / folder, seconds=seconds)


def test_a_program_that_is_not_there(tmp_path):
    with pytest.raises(MissingExtraError, match=r"text-recognizer\[dev\]"):
        find_program("no-such-program", extra="dev")
    with pytest.raises(MissingExtraError, match="no-such-program"):
        run_program(["no-such-program"], Path(tmp_path))
