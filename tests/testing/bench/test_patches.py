"""Patches check themselves at birth, apply exactly once, and come from TOML."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import DataError, InputError, ParseError
from text_recognizer.testing.bench.patches import Patch, Variant, load_bank, part, variants

FIELDS = {
    "name": "lost-sign",
    "family": "ctc",
    "module": "text_recognizer.reading.ctc",
    "before": "-loss",
    "after": "loss",
    "story": "A sign is lost in a merge.",
}


def patch(**changes):
    return Patch(**{**FIELDS, **changes})


def test_a_patch_changes_its_text_and_nothing_else():
    assert patch().apply("a = 1\nreturn -loss\n") == "a = 1\nreturn loss\n"


@pytest.mark.parametrize(
    ("source", "times", "reason"),
    [
        ("return loss", 0, "somebody has mended or moved it"),
        ("-loss\n-loss", 2, "nobody can say which is meant"),
        ("", 0, "an empty module"),
    ],
)
def test_a_patch_that_no_longer_applies_says_so(source, times, reason):
    with pytest.raises(DataError, match=rf"lost-sign.*no longer applies.*{times} times: '-loss'"):
        patch().apply(source)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "needs a name"),
        ({"before": ""}, "needs a before"),
        ({"story": ""}, "needs a story"),
        ({"family": "luck"}, "one of data, charset.*'luck'"),
        ({"module": "numpy.linalg"}, "module of text_recognizer.*'numpy.linalg'"),
        ({"after": "-loss"}, "the same text, '-loss'"),
    ],
)
def test_an_ill_formed_patch_is_refused(changes, words):
    with pytest.raises(InputError, match=words):
        patch(**changes)


def test_variants_are_each_fault_once_and_clean_ones_under_many_seeds():
    bank = [patch(), patch(name="renamed", faulty=False), patch(name="again", faulty=False)]
    found = variants(bank, seeds=2)
    names = ["lost-sign/0", "clean/0", "clean/1", "renamed/0", "again/1"]
    assert [each.name for each in found] == names
    assert [each.faulty for each in found] == [True, False, False, False, False]


def test_a_bench_without_clean_variants_is_refused():
    with pytest.raises(InputError, match="at least 1 seed; received 0"):
        variants([patch()], seeds=0)


def test_the_package_as_it_stands_is_clean():
    assert not Variant(patch=None).faulty


TABLE = """
[[patch]]
name = "{name}"
module = "text_recognizer.reading.ctc"
before = "a"
after = "b"
story = "For a test."
"""


def test_a_bank_takes_the_family_from_the_file(tmp_path):
    (tmp_path / "ctc.toml").write_text(TABLE.format(name="one"), encoding="utf-8")
    (tmp_path / "data.toml").write_text(TABLE.format(name="two"), encoding="utf-8")
    assert [(each.name, each.family) for each in load_bank(tmp_path)] == [
        ("one", "ctc"),
        ("two", "data"),
    ]


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("", ParseError, "found none"),
        ("[[patch]", ParseError, r"ctc\.toml is not TOML"),
        ("[[patch]]\nname = 'x'", ParseError, r"patch 1 of ctc\.toml has keys \['name'\]"),
        (TABLE.format(name="a") + "colour = 'red'\n", ParseError, "'colour'"),
        (TABLE.format(name="a") * 2, InputError, "received twice: a"),
    ],
)
def test_a_bank_that_cannot_be_read_says_why(tmp_path, text, error, words):
    (tmp_path / "ctc.toml").write_text(text, encoding="utf-8")
    with pytest.raises(error, match=words):
        load_bank(tmp_path)


def test_a_part_has_its_share_of_both_kinds_and_depends_on_the_seed():
    rows = variants([patch(name=f"p{place}") for place in range(9)], seeds=6)
    found = part(rows, share=1 / 3, seed=0)
    assert [each.faulty for each in found] == [True] * 3 + [False] * 2
    assert found == part(rows, share=1 / 3, seed=0) != part(rows, share=1 / 3, seed=1)
    assert part(rows, share=1, seed=0) == rows


@pytest.mark.parametrize("share", [0, -1, 1.5])
def test_a_part_is_a_share(share):
    with pytest.raises(InputError, match="above 0, at most 1"):
        part(variants(()), share=share, seed=0)
