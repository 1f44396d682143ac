"""Splits by hand: disjoint, complete, and none of them empty."""

from __future__ import annotations

import pytest

from tests.hands import FONTS, install_fonts
from text_recognizer.core.errors import InputError
from text_recognizer.sources.families import (
    TEST_FAMILIES,
    VALIDATION_FAMILIES,
    families_of,
    split_of,
)
from text_recognizer.sources.fonts import font_families


def test_no_family_is_held_back_twice():
    assert not set(TEST_FAMILIES) & set(VALIDATION_FAMILIES)
    for names in (TEST_FAMILIES, VALIDATION_FAMILIES):
        assert list(names) == sorted(set(names))


@pytest.mark.parametrize(
    ("name", "split"),
    [("caveat", "test"), ("zeyada", "val"), ("kristi", "train"), ("never-heard-of", "train")],
)
def test_the_name_decides(name, split):
    assert split_of(name) == split


def test_splits_share_no_family_and_lose_none(tmp_path):
    families = install_fonts(tmp_path)
    parts = [families_of(split, families) for split in ("train", "val", "test")]
    names = [family.name for part in parts for family in part]
    assert sorted(names) == sorted(family.name for family in families)


def test_an_unknown_split_is_named(tmp_path):
    with pytest.raises(InputError, match="train, val or test, got 'dev'"):
        families_of("dev", install_fonts(tmp_path))


def test_a_split_without_a_family_is_named(tmp_path):
    families = install_fonts(tmp_path, ("some-hand",))
    with pytest.raises(InputError, match=r"split 'val' among 1 installed; run `make fonts`"):
        families_of("val", families)


@pytest.mark.fonts
@pytest.mark.skipif(not (FONTS / "node_modules").is_dir(), reason="no fonts: run `make fonts`")
def test_every_family_that_is_held_back_is_installed():
    installed = {family.name for family in font_families(FONTS)}
    assert installed >= {*TEST_FAMILIES, *VALIDATION_FAMILIES}
