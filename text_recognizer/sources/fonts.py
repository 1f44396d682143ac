"""Handwriting fonts: which are installed, and their glyphs as small pictures.

Fonts come from npm data packages (``make fonts``, list in ``data/fonts/package.json``). Nothing
else in the course needs them: the embedded sample was rendered beforehand.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ImageFont

from text_recognizer.core.errors import DataError, InputError

X_HEIGHT = 26
"""Rows of a lower-case x in a rasterised glyph."""

MAX_FACES = 4
"""Files of one family that are used, with the regular one."""

# Heavier faces are made for headlines: no pen writes them.
_WEIGHTS = range(100, 800, 100)

# Where a font kerns at all, it kerns one of these.
_KERNED_PAIRS = ("AV", "To", "Wa", "Te", "Yo", "P.", "LT", "r,", "y.", "va", "fo")


@dataclass(frozen=True)
class Glyph:
    """One character, rasterised.

    Attributes:
        mask: (h, w) coverage, 0 to 255, with an empty border of two pixels.
        left: columns from the pen position to the mask's first column.
        top: rows from the baseline to the mask's first row (negative is above).
        advance: columns to the next pen position.
    """

    mask: npt.NDArray[np.uint8]
    left: int
    top: int
    advance: float


@dataclass(frozen=True)
class FontFamily:
    """One handwriting family, which plays the part of a writer.

    Attributes:
        name: name of the family, such as ``"caveat"``.
        path: its woff2 file.
        others: files of its other weights and its italic, which are the same writer with another
            pen or in more haste; at most three.
    """

    name: str
    path: Path
    others: tuple[Path, ...] = ()

    @functools.cached_property
    def faces(self) -> tuple[FontFamily, ...]:
        """The family itself, then each other file as a family of the same name.

        Example:
            >>> bold = FontFamily("caveat", Path("a.woff2"), (Path("b.woff2"),)).faces[1]
            >>> bold.name, bold.path.name, bold.others
            ('caveat', 'b.woff2', ())
        """
        return (self, *(FontFamily(self.name, path) for path in self.others))

    @functools.cached_property
    def font(self) -> ImageFont.FreeTypeFont:
        """The font, at the size at which a lower-case x is ``X_HEIGHT`` rows high.

        Raises:
            DataError: if the file is missing or no font.
        """
        box = self._at(64).getbbox("x")
        size = round(64 * X_HEIGHT / max(4.0, box[3] - box[1]))
        return self._at(int(np.clip(size, 24, 130)))

    def _at(self, size: int) -> ImageFont.FreeTypeFont:
        try:
            return ImageFont.truetype(str(self.path), size, layout_engine=ImageFont.Layout.BASIC)
        except OSError as error:
            raise DataError(
                f"a font family is a font file that can be read; {str(self.path)!r}: {error}; "
                "run `make fonts` to install it again"
            ) from error

    @functools.cached_property
    def stroke(self) -> float:
        """Mean width of a stroke in pixels: twice the area over the outline's length."""
        mask = np.concatenate([self.glyph(c).mask.ravel() for c in "nu"])
        area = float(mask.sum()) / 255
        outline = 0.0
        for character in "nu":
            solid = (self.glyph(character).mask > 127).astype(np.uint8)
            shapes, _ = cv2.findContours(solid, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
            outline += sum(cv2.arcLength(shape, closed=True) for shape in shapes)
        return 2 * area / max(outline, 1.0)

    def glyph(self, character: str) -> Glyph:
        """The picture of one character, kept for the next call.

        Args:
            character: one printable character; a space has an empty picture and an advance.
        """
        return _glyph(self, character)

    def kern(self, left: str, right: str) -> float:
        """Columns to add between two characters, mostly 0 or negative.

        Args:
            left: the character before.
            right: the character after.
        """
        return _kern(self, left, right) if self._is_kerned else 0.0

    @functools.cached_property
    def _is_kerned(self) -> bool:
        # Few handwriting fonts have a kern table, and asking costs 0.1 ms a pair.
        return any(_kern(self, *pair) for pair in _KERNED_PAIRS)


@functools.lru_cache(maxsize=40_000)
def _glyph(family: FontFamily, character: str) -> Glyph:
    core, offset = family.font.getmask2(character, mode="L", anchor="ls")
    width, height = core.size
    mask = np.zeros((height + 4, width + 4), np.uint8)
    if width and height:
        mask[2:-2, 2:-2] = np.frombuffer(bytes(core), np.uint8).reshape(height, width)
    return Glyph(mask, int(offset[0]) - 2, int(offset[1]) - 2, family.font.getlength(character))


@functools.lru_cache(maxsize=200_000)
def _kern(family: FontFamily, left: str, right: str) -> float:
    font = family.font
    return font.getlength(left + right) - font.getlength(left) - font.getlength(right)


def font_families(folder: Path) -> list[FontFamily]:
    """The families installed under a folder, by name.

    Args:
        folder: where ``package.json`` stands and ``node_modules`` was made: ``data/fonts``.

    Raises:
        DataError: if none is installed.
    """
    packages = sorted((folder / "node_modules" / "@fontsource").glob("*/"))
    found = [
        FontFamily(package.name, file, _other_faces(package))
        for package in packages
        for file in [package / "files" / f"{package.name}-latin-400-normal.woff2"]
        if file.is_file()
    ]
    if not found:
        raise DataError(
            f"no handwriting fonts under {str(folder)!r}; run `make fonts` to install them"
        )
    return found


def _other_faces(package: Path) -> tuple[Path, ...]:
    """Faces beside the regular one, evenly spread over the weights where there are many."""
    files = [
        package / "files" / f"{package.name}-latin-{weight}-{style}.woff2"
        for weight in _WEIGHTS
        for style in ("italic", "normal")
        if (weight, style) != (400, "normal")
    ]
    found = [file for file in files if file.is_file()]
    chosen = np.linspace(0, len(found) - 1, min(len(found), MAX_FACES - 1)).round()
    return tuple(found[int(index)] for index in chosen)


def choose_families(families: list[FontFamily], names: list[str]) -> list[FontFamily]:
    """The families of these names, in the order of the names.

    Args:
        families: what is installed.
        names: what is wanted.

    Raises:
        InputError: if a name is not installed.
    """
    by_name = {family.name: family for family in families}
    missing = [name for name in names if name not in by_name]
    if missing:
        raise InputError(f"font families {missing} are not installed; known: {sorted(by_name)}")
    return [by_name[name] for name in names]
