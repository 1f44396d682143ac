"""The installed fonts are the pinned ones; anything else is told by name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.hands import install_fonts
from text_recognizer.core.errors import DataError
from text_recognizer.pipeline.fonts import font_inventory


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    """Three packages, pinned and installed."""
    install_fonts(tmp_path)
    folder = tmp_path / "fonts"
    packages = sorted((folder / "node_modules" / "@fontsource").glob("*"))
    for package in packages:
        (package / "package.json").write_text('{"version": "5.0.0"}')
    pins = {f"@fontsource/{package.name}": "5.0.0" for package in packages}
    (folder / "package.json").write_text(json.dumps({"dependencies": pins}))
    return folder


def test_every_family_has_a_version_and_a_checksum(fonts: Path) -> None:
    found = font_inventory(fonts)
    assert found["count"] == len(found["families"]) == 3
    assert found["families"]["caveat"]["version"] == "5.0.0"
    file = next(fonts.glob("node_modules/@fontsource/caveat/files/*.woff2"))
    file.write_bytes(file.read_bytes() + b"\0")
    again = font_inventory(fonts)["families"]
    changed = [name for name in again if again[name] != found["families"][name]]
    assert changed == ["caveat"]


def test_a_missing_another_and_an_additional_package_are_named(fonts: Path) -> None:
    scope = fonts / "node_modules" / "@fontsource"
    shutil.copytree(scope / "caveat", scope / "extra")
    (scope / "zeyada" / "package.json").write_text('{"version": "4.0.0"}')
    shutil.rmtree(scope / "plain-hand")
    with pytest.raises(DataError, match="make fonts") as caught:
        font_inventory(fonts)
    for part in ("extra is 5.0.0, not on the list", "zeyada is 4.0.0", "plain-hand is missing"):
        assert part in str(caught.value)


def test_a_folder_without_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"package\.json"):
        font_inventory(tmp_path)
