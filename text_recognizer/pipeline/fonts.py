"""Stage ``fonts``: the handwriting families that are pinned are the ones that are installed."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import DataError
from text_recognizer.sources.fonts import FontFamily, font_families


def font_inventory(folder: Path) -> dict[str, Any]:
    """Every installed family with its version and the checksum of its files.

    The renderer draws with whatever is installed; so a missing, another or an additional family
    would change each picture without a word.

    Args:
        folder: has ``package.json``, and ``node_modules`` once ``make fonts`` has run.

    Returns:
        ``families``: for each name its ``version`` and ``sha256``, the latter over the files that
        the renderer uses, in order; ``count``: how many there are.

    Raises:
        DataError: if a package is missing, has another version than the one pinned, or is not on
            the list.
    """
    pinned = _json(folder / "package.json")["dependencies"]
    installed = {
        f"{path.parent.parent.name}/{path.parent.name}": _json(path)["version"]
        for path in folder.glob("node_modules/@*/*/package.json")
    }
    wrong = [
        f"{name} is {installed.get(name, 'missing')}, not {pinned.get(name, 'on the list')}"
        for name in sorted({*pinned, *installed})
        if installed.get(name) != pinned.get(name)
    ]
    if wrong:
        raise DataError(
            f"the installed fonts are those of {folder / 'package.json'}; received "
            f"{'; '.join(wrong[:3])}{f' and {len(wrong) - 3} more' if len(wrong) > 3 else ''}; "
            "run: make fonts"
        )
    families = {
        family.name: {"version": _version(family, folder), "sha256": _digest(family)}
        for family in font_families(folder)
    }
    return {"count": len(families), "families": families}


def _version(family: FontFamily, folder: Path) -> str:
    """Version of the package that a font's file lies in."""
    package = next(parent for parent in family.path.parents if (parent / "package.json").is_file())
    return str(_json(package / "package.json")["version"]) if package != folder else ""


def _digest(family: FontFamily) -> str:
    digest = sha256()
    for path in (family.path, *family.others):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _json(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(
            f"a package of fonts has a package.json; {str(path)!r}: {error}; run: make fonts"
        ) from error
    return content
