"""Each probe on a machine that has the thing and on one that has not."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from lab_utils import probes

DIGEST = hashlib.sha256(b"ink").hexdigest()


@pytest.mark.parametrize(
    ("version", "ok"),
    [((3, 9, 18), False), ((3, 10, 0), True), ((3, 13, 5), True), ((3, 14, 0), False)],
)
def test_python(version: tuple[int, ...], ok: bool) -> None:
    found = probes.check_python(version)
    assert found.ok is ok
    assert found.essential


def test_packages_are_found_without_an_import() -> None:
    assert probes.check_package("numpy").ok
    missing = probes.check_package("no-such-package")
    assert (missing.ok, missing.value) == (False, "not installed")
    assert "make setup" in missing.meaning


@pytest.mark.parametrize(
    ("pins", "ok", "value"),
    [
        pytest.param("PyTest=={}", True, "1 of 1", id="as pinned, whatever the spelling"),
        pytest.param("pytest==0.1", False, "0 of 1", id="another version"),
        pytest.param(
            "pytest=={} ; python_full_version >= '3'\npytest==0.1 ; python_full_version < '3'",
            True,
            "1 of 1",
            id="the pin of this Python counts",
        ),
        pytest.param("no-such-package==1", False, "0 of 0", id="nothing to compare"),
    ],
)
def test_pins(pins: str, ok: bool, value: str, tmp_path: Path) -> None:
    path = tmp_path / "constraints.txt"
    path.write_text("# comment\n" + pins.format(pytest.__version__))
    found = probes.check_pins(path)
    assert found.ok is ok
    assert found.value.startswith(value)


def test_missing_pins_are_told(tmp_path: Path) -> None:
    assert "no pins found" in probes.check_pins(tmp_path / "none.txt").meaning


@pytest.mark.parametrize(
    ("names", "build", "ok", "value"),
    [
        pytest.param("", "2.13.0+cpu", False, "none", id="no GPU"),
        pytest.param("H200\n", "2.13.0", True, "H200", id="GPU and a build for it"),
        pytest.param("H200\n", "2.13.0+cpu", False, "but torch is", id="GPU, CPU build"),
    ],
)
def test_gpu(names: str, build: str, ok: bool, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes.platform, "system", lambda: "Linux")
    monkeypatch.setattr(probes, "_output", lambda *_: names)
    monkeypatch.setattr(probes, "_version", lambda _: build)
    found = probes.check_gpu()
    assert found.ok is ok
    assert value in found.value


def test_an_apple_gpu_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes.platform, "system", lambda: "Darwin")
    monkeypatch.setattr(probes.platform, "machine", lambda: "arm64")
    assert "mps" in probes.check_gpu().value


@pytest.mark.parametrize(
    ("version", "program", "value"),
    [
        pytest.param("27.1\n", "/usr/bin/docker", "27.1", id="running"),
        pytest.param("", "/usr/bin/docker", "installed, not running", id="no daemon"),
        pytest.param("", None, "none", id="none"),
    ],
)
def test_docker(
    version: str, program: str | None, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, "_output", lambda *_: version)
    monkeypatch.setattr(probes.shutil, "which", lambda _: program)
    found = probes.check_docker()
    assert (found.value, found.ok) == (value, bool(version))


def test_a_program_that_is_not_there_says_nothing() -> None:
    assert probes._output("no-such-program", "--version") == ""


@pytest.mark.parametrize("installed", [0, 1, 2])
def test_fonts_are_counted(installed: int, tmp_path: Path) -> None:
    names = ["@fontsource/kalam", "@fontsource/caveat"]
    listed = {"dependencies": dict.fromkeys(names, "5")}
    (tmp_path / "package.json").write_text(json.dumps(listed))
    for name in names[:installed]:
        (tmp_path / "node_modules" / name).mkdir(parents=True)
    found = probes.check_fonts(tmp_path)
    assert found.value == f"{installed} of 2 families"
    assert found.ok is (installed == 2)


def test_no_list_of_fonts(tmp_path: Path) -> None:
    assert not probes.check_fonts(tmp_path).ok


def test_disk_and_memory_have_a_limit(tmp_path: Path) -> None:
    assert probes.check_disk(tmp_path, needed_gb=0).ok
    assert not probes.check_disk(tmp_path, needed_gb=1e9).ok
    assert not probes.check_memory(needed_gb=1e9).ok


def test_the_processor_has_a_name() -> None:
    assert "cores" in probes.check_processor().value


@pytest.mark.parametrize(
    ("files", "ok", "value"),
    [
        pytest.param({"a.bin": DIGEST}, True, "1 files", id="a map, as in a bundle"),
        pytest.param(
            [{"path": "a.bin", "sha256": DIGEST}], True, "1 files", id="a list of entries"
        ),
        pytest.param({"a.bin": "0" * 64}, False, "damaged: a.bin", id="another checksum"),
        pytest.param({"b.bin": DIGEST}, False, "FileNotFoundError", id="file not there"),
        pytest.param({}, False, "0 files", id="lists nothing"),
        pytest.param(7, False, "TypeError", id="not a list at all"),
    ],
)
def test_files_are_checked_against_their_sums(
    files: object, ok: bool, value: str, tmp_path: Path
) -> None:
    (tmp_path / "a.bin").write_bytes(b"ink")
    index = tmp_path / "index.json"
    index.write_text(json.dumps({"files": files}))
    found = probes.check_files("Reader", index, "Restore it.")
    assert found.ok is ok
    assert value in found.value


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_an_unreadable_index_is_a_finding(text: str, tmp_path: Path) -> None:
    index = tmp_path / "index.json"
    index.write_text(text)
    assert not probes.check_files("Reader", index, "Restore it.").ok
