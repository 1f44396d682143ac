from __future__ import annotations

import re
import subprocess
import sys

import pytest

from lab_utils import settings
from lab_utils.settings import ROOT, Layout, is_headless, time_factor


@pytest.fixture
def layout(tmp_path):
    folder = tmp_path / "labs" / "source"
    folder.mkdir(parents=True)
    for name in ("00_welcome.py", "01_testing.py", "01_twice.py", "notes.py"):
        (folder / name).write_text("")
    return Layout(root=tmp_path)


@pytest.mark.parametrize("name", ["00", "0", "00_welcome"])
def test_a_lab_is_found_by_number_or_name(layout, name):
    assert layout.source(name).name == "00_welcome.py"


@pytest.mark.parametrize(
    ("name", "words"),
    [("7", "matches 0"), ("01", "matches 2"), ("notes", "matches 0"), ("", "matches 3")],
)
def test_an_unknown_lab_is_named_with_the_known_ones(layout, name, words):
    with pytest.raises(ValueError, match=f"{words}.*00_welcome"):
        layout.source(name)


def test_where_notebooks_lie(layout, tmp_path):
    source = layout.source("0")
    assert layout.notebook(source) == tmp_path / "labs" / "00_welcome.ipynb"
    assert layout.notebook(source, "solutions").parent == tmp_path / "labs" / "solutions"


@pytest.mark.parametrize(
    ("variables", "headless"),
    [
        pytest.param({}, True, id="nobody said anything"),
        pytest.param({"JPY_SESSION_NAME": "a.ipynb"}, False, id="JupyterLab"),
        pytest.param({"COLAB_RELEASE_TAG": "r"}, False, id="Colab"),
        pytest.param({"JPY_SESSION_NAME": "a", "LABS_HEADLESS": "1"}, True, id="told so"),
        pytest.param({"LABS_HEADLESS": "0"}, False, id="told not"),
    ],
)
def test_who_is_looking(monkeypatch, variables, headless):
    for name in ("JPY_SESSION_NAME", "COLAB_RELEASE_TAG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert is_headless() is headless


@pytest.mark.parametrize("text", ["0", "-1", "nan", "much", "1000"])
def test_a_bad_time_factor_is_refused(monkeypatch, text):
    monkeypatch.setenv("LABS_TIME_FACTOR", text)
    with pytest.raises(ValueError, match="LABS_TIME_FACTOR"):
        time_factor()


def test_time_factor(monkeypatch):
    assert time_factor() == 1.0
    monkeypatch.setenv("LABS_TIME_FACTOR", "2.5")
    assert time_factor() == 2.5


def test_the_pinned_version_is_that_of_the_project():
    project = ROOT / "pyproject.toml"
    version = re.search(r'^version = "(.+)"', project.read_text(encoding="utf-8"), re.MULTILINE)
    assert f"v{version[1]}" == settings.VERSION


def test_the_public_address_stands_in_one_place():
    hits = [
        path.name
        for path in (ROOT / "lab_utils").rglob("*.py")
        if settings.ADDRESS in path.read_text(encoding="utf-8")
    ]
    assert hits == ["settings.py"]


def test_importing_lab_utils_loads_nothing_heavy():
    code = (
        "import sys, lab_utils; "
        "print([m for m in ('numpy', 'matplotlib', 'torch', 'IPython', 'nbformat') "
        "if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_public_names_are_sorted_and_there():
    import lab_utils

    assert lab_utils.__all__ == sorted(lab_utils.__all__)
    assert all(getattr(lab_utils, name) for name in lab_utils.__all__)
    assert dir(lab_utils) == lab_utils.__all__
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        lab_utils.nothing  # noqa: B018
