from __future__ import annotations

import os
import subprocess
import sys
import venv

import pytest

from lab_utils.settings import ROOT, VERSION
from lab_utils.setup_cell import setup_source


def run(code, *, python=sys.executable, folder, **variables):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LABS_")}
    environment.pop("PYTHONPATH", None)
    environment.update(variables)
    return subprocess.run(
        [str(python), "-c", code], cwd=folder, env=environment, capture_output=True, text=True
    )


def test_it_is_short_and_plain_python():
    source = setup_source()
    compile(source, "setup", "exec")
    assert len(source.splitlines()) <= 25
    assert VERSION in source
    assert "https://example.org/a.git" in setup_source("https://example.org/a.git", "v9")


def test_away_from_colab_it_does_nothing(tmp_path):
    result = run(setup_source() + "\nprint(os.getcwd())", folder=tmp_path, HOME=str(tmp_path))
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == str(tmp_path.resolve())
    assert not list(tmp_path.iterdir())


def test_an_address_that_cannot_be_reached_is_named(tmp_path):
    result = run(
        setup_source(),
        folder=tmp_path,
        HOME=str(tmp_path),
        LABS_SETUP="always",
        LABS_ADDRESS=str(tmp_path / "nowhere"),
    )
    assert result.returncode != 0
    assert "nowhere" in result.stderr


@pytest.mark.setup_cell
@pytest.mark.skipif(
    os.environ.get("LABS_TEST_SETUP") != "1", reason="set LABS_TEST_SETUP=1; it needs the network"
)
def test_alone_in_a_clean_environment_it_installs_the_course(tmp_path):
    """A local clone stands in for the public address; dependencies are left out unless asked for.

    With LABS_TEST_SETUP_DEPENDENCIES=1 everything that the course needs is installed, too.
    """
    clone = tmp_path / "public"
    for command in (
        ["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone)],
        ["git", "-C", str(clone), "tag", "--force", VERSION],
    ):
        subprocess.run(command, check=True)
    home = tmp_path / "home"
    home.mkdir()
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    options = {"LABS_SETUP": "always", "LABS_ADDRESS": clone.as_uri(), "HOME": str(home)}
    if os.environ.get("LABS_TEST_SETUP_DEPENDENCIES") != "1":
        options["PIP_NO_DEPS"] = "1"
    after = (
        "\nimport lab_utils, text_recognizer"
        "\nprint(lab_utils.__file__, text_recognizer.__file__, os.getcwd(), sep='\\n')"
    )
    for _ in range(2):  # a second Run All finds the course in its place
        result = run(setup_source() + after, python=python, folder=tmp_path, **options)
        assert result.returncode == 0, result.stderr
        course = (home / "course").resolve()
        one, two, folder = result.stdout.splitlines()[-3:]
        assert one == str(course / "lab_utils" / "__init__.py")
        assert two == str(course / "text_recognizer" / "__init__.py")
        assert folder == str(course / "labs")
    installed = run("import lab_utils; print(lab_utils.__file__)", python=python, folder=tmp_path)
    assert installed.returncode == 0, installed.stderr
