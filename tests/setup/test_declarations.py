"""The files that declare the set-up agree with each other."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.version import Version

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONSTRAINTS = (ROOT / "requirements" / "constraints.txt").read_text()
PINS = [line for line in CONSTRAINTS.splitlines() if not line.startswith("#")]
SETUP = (ROOT / "scripts" / "setup.sh").read_text()
PYTHONS = ("3.10.13", "3.11.7", "3.12.1", "3.13.0")
SCRIPTS = sorted([*ROOT.glob("scripts/*.sh"), ROOT / ".ci" / "run"])


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins_for(python: str) -> dict[str, str]:
    """Return the version of each package that holds on a Python."""
    versions: dict[str, str] = {}
    for line in PINS:
        pin, _, marker = line.partition(" ; ")
        name, _, version = pin.partition("==")
        values = {"python_version": python.rpartition(".")[0], "python_full_version": python}
        if not marker or Marker(marker).evaluate(values):
            assert name not in versions, f"{name} is pinned twice for Python {python}"
            versions[normal(name)] = version
    return versions


def requirements() -> list[Requirement]:
    lists = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    return [Requirement(one) for listed in lists for one in listed]


def test_a_pin_is_a_name_a_version_and_at_most_a_python() -> None:
    name = r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?"
    marker = r"python_full_version [<>]=? '[\d.]+'"
    shape = re.compile(rf"{name}==[\w.!]+(?: ; {marker}(?: and {marker})?)?")
    assert len(PINS) > 100
    assert [line for line in PINS if not shape.fullmatch(line)] == []


@pytest.mark.parametrize("python", PYTHONS)
def test_every_requirement_is_pinned_within_its_bounds(python: str) -> None:
    pins = pins_for(python)
    values = {"python_version": python.rpartition(".")[0], "python_full_version": python}
    for one in requirements():
        if one.name == PROJECT["name"] or (one.marker and not one.marker.evaluate(values)):
            continue
        assert normal(one.name) in pins, f"{one.name} is not pinned: run scripts/pin.py"
        assert one.specifier.contains(pins[normal(one.name)]), str(one)


@pytest.mark.parametrize("python", PYTHONS)
def test_pins_that_save_trouble(python: str) -> None:
    pins = pins_for(python)
    assert pins["torch"] == "2.13.0"
    assert Version(pins["python-dateutil"]) < Version("3")
    assert Version(pins["fastapi"]) < Version("0.150")


def test_conda_gives_the_same_environment() -> None:
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())
    plain = [one for one in conda["dependencies"] if isinstance(one, str)]
    (pip,) = [one["pip"] for one in conda["dependencies"] if isinstance(one, dict)]
    python = next(one for one in plain if one.startswith("python=")).partition("=")[2]
    extras = re.search(r"^EXTRAS=(.+)$", SETUP, re.MULTILINE)
    assert Version(python) in Requirement(f"python{PROJECT['requires-python']}").specifier
    assert extras is not None
    assert pip == ["--constraint requirements/constraints.txt", f"--editable .[{extras[1]}]"]
    assert conda["name"] == PROJECT["name"]
    assert conda["channels"] == ["conda-forge", "nodefaults"]


def test_supported_pythons_agree_everywhere() -> None:
    listed = {one.rpartition(" ")[2] for one in PROJECT["classifiers"] if ":: Python :: 3." in one}
    found = (ROOT / "scripts" / "find_python.sh").read_text()
    supported = re.search(r'^SUPPORTED="(.+)"$', found, re.MULTILINE)
    assert supported is not None
    assert set(supported[1].split()) == listed
    assert all(one in Requirement(f"x{PROJECT['requires-python']}").specifier for one in listed)


def test_extras_that_scripts_install_exist() -> None:
    extras = re.search(r"^EXTRAS=(.+)$", SETUP, re.MULTILINE)
    assert extras is not None
    assert set(extras[1].split(",")) <= set(PROJECT["optional-dependencies"])


@pytest.mark.parametrize("name", ["Makefile", "README.md"])
def test_every_target_is_told_in_a_line(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert targets is not None
    text = (ROOT / name).read_text()
    for target in targets[1].split():
        sought = rf"^{target}:.*## \w" if name == "Makefile" else rf"`?make {target}\b"
        assert re.search(sought, text, re.MULTILINE), f"{name} does not tell of {target}"


@pytest.mark.parametrize("path", sorted(ROOT.glob(".github/workflows/*.yml")), ids=lambda p: p.stem)
def test_workflows_pin_actions_and_ask_for_little(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert job["permissions"] == {"contents": "read"}
        assert job["timeout-minutes"] <= 45
        for step in job["steps"]:
            assert "uses" not in step or re.search(r"@[0-9a-f]{40}$", step["uses"]), step


def test_hooks_fetch_nothing() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert [one["repo"] for one in config["repos"]] == ["local"]
    assert {hook["language"] for one in config["repos"] for hook in one["hooks"]} == {"system"}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_scripts_run_in_the_bash_of_macos(path: Path) -> None:
    newer = r"\b(mapfile|readarray)\b|declare -[gA]|\$\{\w+(,,|\^\^)|&>>|\|&|\bwait -n\b"
    assert not re.search(newer, path.read_text())
    subprocess.run(["bash", "-n", str(path)], check=True)
