"""Which font family plays which part: no hand of the test split is seen in training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from text_recognizer.core.errors import InputError
from text_recognizer.sources.fonts import FontFamily

Split = Literal["train", "val", "test"]

VALIDATION_FAMILIES = (
    "bad-script",
    "dekko",
    "gloria-hallelujah",
    "la-belle-aurore",
    "playwrite-nl",
    "shadows-into-light",
    "zeyada",
)
TEST_FAMILIES = (
    "caveat",
    "cedarville-cursive",
    "handlee",
    "homemade-apple",
    "indie-flower",
    "just-me-again-down-here",
    "kalam",
    "nothing-you-could-do",
    "playwrite-us-trad",
    "reenie-beanie",
)


def split_of(name: str) -> Split:
    """The split of a family; every family that is not held back is for training.

    Args:
        name: name of the family.

    Example:
        >>> split_of("caveat"), split_of("some-other-hand")
        ('test', 'train')
    """
    if name in TEST_FAMILIES:
        return "test"
    return "val" if name in VALIDATION_FAMILIES else "train"


def families_of(split: str, families: Sequence[FontFamily]) -> list[FontFamily]:
    """The families of one split.

    Args:
        split: train, val or test.
        families: what is installed.

    Raises:
        InputError: if the split is unknown, or none of its families is installed.
    """
    if split not in ("train", "val", "test"):
        raise InputError(f"split must be train, val or test, got {split!r}")
    found = [family for family in families if split_of(family.name) == split]
    if not found:
        raise InputError(
            f"no family of split {split!r} among {len(families)} installed; run `make fonts`"
        )
    return found
