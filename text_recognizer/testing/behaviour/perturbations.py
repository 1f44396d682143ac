"""Changes to a picture that leave the writing as it is, each on a ladder of strengths."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from text_recognizer.core.errors import ConfigError, InputError
from text_recognizer.testing.behaviour.cases import Pixels

Perturbation = Callable[[Pixels], Pixels]


def paper_of(pixels: Pixels) -> int:
    """The grey level of the paper: the median, since most of a line is paper."""
    return int(np.median(pixels))


def slant(pixels: Pixels, degrees: float) -> Pixels:
    """Lean the writing: rows move sideways in proportion to their height, positive to the right."""
    height, width = pixels.shape
    shear = math.tan(math.radians(degrees))
    reach = abs(shear) * height / 2
    matrix = np.array([[1, -shear, reach + shear * height / 2], [0, 1, 0]], np.float32)
    return _warp(pixels, matrix, (width + math.ceil(2 * reach), height))


def rotate(pixels: Pixels, degrees: float) -> Pixels:
    """Turn the picture, anticlockwise for a positive angle, on a canvas that holds all of it."""
    height, width = pixels.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (math.ceil(width * cosine + height * sine), math.ceil(width * sine + height * cosine))
    shift = (np.array(size) - (width, height)) / 2
    matrix = np.column_stack([matrix[:, :2], matrix[:, 2] + shift])
    return _warp(pixels, matrix, size)


def blur(pixels: Pixels, sigma: float) -> Pixels:
    """Put the camera out of focus: a Gaussian of standard deviation ``sigma`` px."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)


def thicken(pixels: Pixels, width: float) -> Pixels:
    """A broader pen: every stroke grows by ``width`` px on each side."""
    return _pen(pixels, width, cv2.erode)


def thin(pixels: Pixels, width: float) -> Pixels:
    """A finer pen: every stroke loses ``width`` px on each side."""
    return _pen(pixels, width, cv2.dilate)


def margin(pixels: Pixels, share: float) -> Pixels:
    """More paper on all sides, ``share`` of the height wide."""
    width = round(share * pixels.shape[0])
    return _framed(pixels, width, width, width, width)


def dim(pixels: Pixels, factor: float) -> Pixels:
    """Less light: every grey level times ``factor``."""
    return np.asarray(np.rint(pixels * np.float32(factor)), np.uint8)


def fade(pixels: Pixels, factor: float) -> Pixels:
    """Less contrast: the distance of every pixel from the paper times ``factor``."""
    paper = paper_of(pixels)
    return np.asarray(
        np.clip(np.rint(paper + factor * (pixels.astype(float) - paper)), 0, 255), "u1"
    )


def grain(pixels: Pixels, sigma: float) -> Pixels:
    """Grain of the film: noise of standard deviation ``sigma`` grey levels, always the same."""
    rng = np.random.default_rng(pixels.shape)
    return np.asarray(np.clip(np.rint(pixels + rng.normal(0, sigma, pixels.shape)), 0, 255), "u1")


def jpeg(pixels: Pixels, quality: float) -> Pixels:
    """Through a JPEG file of a quality from 100 down to 1."""
    _, file = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, round(quality)])
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_GRAYSCALE), np.uint8)


def shrink(pixels: Pixels, scale: float) -> Pixels:
    """Fewer pixels: both sides times ``scale``."""
    height, width = (max(1, round(scale * side)) for side in pixels.shape)
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def nudge(pixels: Pixels, columns: float) -> Pixels:
    """The control: columns of paper at the left, which nobody would call a change."""
    return _framed(pixels, 0, 0, round(columns), 0)


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """One way to change a picture, from little to much.

    Args:
        capability: What the reader must cope with.
        unit: Of the strengths.
        apply: Pixels and strength to pixels.
        strengths: From little to much, at least one.
        identity: The strength that changes nothing.

    Raises:
        ConfigError: If the strengths do not lead away from the identity.
    """

    capability: str
    unit: str
    apply: Callable[[Pixels, float], Pixels]
    strengths: tuple[float, ...]
    identity: float = 0.0

    def __post_init__(self) -> None:
        """A ladder goes one way."""
        away = [abs(strength - self.identity) for strength in (self.identity, *self.strengths)]
        if not self.strengths or any(b <= a for a, b in pairwise(away)):
            raise ConfigError(
                f"the strengths of a ladder lead away from its identity {self.identity:g}; "
                f"received {self.strengths}; sort them"
            )


#: Strengths from what happens every day to what a person still reads.
LADDERS = {
    ladder.capability: ladder
    for ladder in (
        Ladder(capability="slant", unit="degrees", apply=slant, strengths=(2, 8, 16, 24)),
        Ladder(capability="rotation", unit="degrees", apply=rotate, strengths=(1, 3, 5, 8)),
        Ladder(capability="blur", unit="px", apply=blur, strengths=(0.7, 1.2, 1.8, 2.5)),
        Ladder(capability="thick ink", unit="px", apply=thicken, strengths=(0.5, 1, 1.5, 2)),
        Ladder(capability="thin ink", unit="px", apply=thin, strengths=(0.25, 0.5, 0.75, 1)),
        Ladder(capability="margins", unit="heights", apply=margin, strengths=(0.1, 0.3, 1, 2)),
        Ladder(
            capability="brightness",
            unit="of the light",
            apply=dim,
            strengths=(0.8, 0.6, 0.4, 0.25),
            identity=1,
        ),
        Ladder(
            capability="contrast",
            unit="of the contrast",
            apply=fade,
            strengths=(0.7, 0.5, 0.3, 0.2),
            identity=1,
        ),
        Ladder(capability="grain", unit="grey levels", apply=grain, strengths=(4, 10, 20, 35)),
        Ladder(
            capability="jpeg", unit="quality", apply=jpeg, strengths=(70, 40, 15, 5), identity=100
        ),
        Ladder(
            capability="resolution",
            unit="of the size",
            apply=shrink,
            strengths=(0.8, 0.6, 0.4, 0.3),
            identity=1,
        ),
    )
}
CONTROL = Ladder(capability="control", unit="columns", apply=nudge, strengths=(1,))


def apply_checked(change: Perturbation, pixels: Pixels) -> Pixels:
    """Apply somebody's perturbation and make sure that a picture came back.

    Args:
        change: (H, W) uint8 to (H, W) uint8; it may not write into its argument.
        pixels: A line.

    Returns:
        The changed picture.

    Raises:
        InputError: If it raises, returns anything but a grey uint8 picture, one without ink, or
            one of less than 1/64 or more than 64 times the pixels.

    Example:
        >>> apply_checked(lambda pixels: pixels / 2, np.eye(9, dtype=np.uint8))
        Traceback (most recent call last):
        ...
        text_recognizer.core.errors.InputError: a perturbation returns ... received float64 ...
    """
    locked = pixels.copy()
    locked.setflags(write=False)
    name = getattr(change, "__name__", type(change).__name__)
    try:
        found = change(locked)
    except Exception as error:
        raise InputError(
            f"a perturbation takes a read-only uint8 array (H, W) and returns a new one; {name} "
            f"raised {type(error).__name__}: {error}; copy before you write"
        ) from error
    if not isinstance(found, np.ndarray) or found.dtype != np.uint8 or found.ndim != 2:
        what = (
            f"{found.dtype} with shape {found.shape}"
            if isinstance(found, np.ndarray)
            else type(found).__name__
        )
        raise InputError(
            f"a perturbation returns grey pixels, uint8 with shape (H, W); received {what} from "
            f"{name}; end it with np.clip(..., 0, 255).astype(np.uint8)"
        )
    if not found.size or not 1 / 64 <= found.size / pixels.size <= 64:
        raise InputError(
            f"a perturbation keeps a picture of about the same size; received shape {found.shape} "
            f"for {pixels.shape} from {name}; stay within 1/64 and 64 times the pixels"
        )
    if int(found.max()) - int(found.min()) < 8 <= int(pixels.max()) - int(pixels.min()):
        raise InputError(
            f"a perturbation keeps the writing; received an even grey of {int(found.min())} from "
            f"{name}, with nothing left to read; weaken it"
        )
    return found


def check_changes(before: Sequence[Pixels], after: Sequence[Pixels], name: str) -> None:
    """A perturbation that changes no picture tests nothing.

    Args:
        before: Plain pictures.
        after: The same, changed.
        name: Of the perturbation, for the message.

    Raises:
        InputError: If all are the same.
    """
    if before and all(np.array_equal(a, b) for a, b in zip(before, after, strict=True)):
        raise InputError(
            f"a perturbation changes the picture; {name} returned all {len(before)} unchanged; "
            "a test that changes nothing cannot fail"
        )


def _warp(pixels: Pixels, matrix: np.ndarray, size: tuple[int, int]) -> Pixels:
    return np.asarray(
        cv2.warpAffine(
            pixels, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(paper_of(pixels),)
        ),
        np.uint8,
    )


def _framed(pixels: Pixels, top: int, bottom: int, left: int, right: int) -> Pixels:
    paper = paper_of(pixels)
    return np.pad(pixels, ((top, bottom), (left, right)), constant_values=paper)


def _pen(pixels: Pixels, width: float, change: Callable[..., np.ndarray]) -> Pixels:
    """Grow or shrink strokes at four times the size, so that quarters of a pixel count."""
    height, columns = pixels.shape
    big = cv2.resize(pixels, (4 * columns, 4 * height), interpolation=cv2.INTER_CUBIC)
    side = 2 * round(4 * width) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    moved = change(big, kernel)
    return np.asarray(cv2.resize(moved, (columns, height), interpolation=cv2.INTER_AREA), np.uint8)
