"""The shipped pair of readers, and that a behaviour tells them apart."""

from __future__ import annotations

import shutil

import pytest

from text_recognizer.core.errors import BundleError, InputError
from text_recognizer.reading.bundle import INT8, SETTINGS, Bundle
from text_recognizer.testing.behaviour import (
    compare_readers,
    invariance_tests,
    load_pair,
    load_written,
)
from text_recognizer.testing.behaviour.augmentation import (
    check_tells_apart,
    load_small,
    pair_dir,
    save_small,
)


@pytest.fixture(scope="module")
def lines():
    return load_written(24)


@pytest.fixture(scope="module")
def pair():
    return load_pair()


def test_leaning_lines_move_the_reader_without_augmentation_more(pair, lines):
    rates = compare_readers(pair, invariance_tests(["slant"], steps=[2, 4]), lines)
    assert [each.name for each in rates] == [
        "control 1 columns",
        "slant 8 degrees",
        "slant 24 degrees",
        "all",
    ]
    verdict = check_tells_apart(rates)
    assert verdict.passed, str(verdict)
    assert verdict.measured > 0.03


def test_a_reader_is_not_told_apart_from_itself(pair, lines):
    same = {"with": pair["with"], "again": pair["with"]}
    rates = compare_readers(same, invariance_tests(["slant"], steps=[4]), lines[:6])
    assert rates[-1].difference.estimate == 0
    assert not check_tells_apart(rates).passed


def test_the_two_differ_in_weights_and_in_nothing_else(pair):
    first, second = (pair[name].bundle for name in ("with", "without"))
    assert dict(first.model) == dict(second.model)
    assert first.preprocess == second.preprocess
    assert first.files[INT8] != second.files[INT8]
    assert {first.metrics["steps"], second.metrics["steps"]} == {first.metrics["steps"]}
    assert [b.metrics["augmentation"] for b in (first, second)] == ["with", "without"]
    assert (pair_dir() / "with" / INT8).stat().st_size < 1_000_000


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        pytest.param(lambda f: (f / SETTINGS).unlink(), "FileNotFoundError", id="no settings"),
        pytest.param(lambda f: (f / SETTINGS).write_text("{"), "JSONDecodeError", id="no JSON"),
        pytest.param(lambda f: (f / SETTINGS).write_text("{}"), "KeyError", id="a field missing"),
        pytest.param(lambda f: (f / INT8).unlink(), "missing", id="no weights"),
        pytest.param(
            lambda f: (f / INT8).write_bytes(b"x"), "must have the sha256", id="other weights"
        ),
    ],
)
def test_a_damaged_reader_is_a_typed_error(damage, message, tmp_path):
    folder = tmp_path / "with"
    shutil.copytree(pair_dir() / "with", folder)
    damage(folder)
    with pytest.raises(BundleError, match=message):
        load_small(folder)


def test_a_bundle_is_kept_by_its_small_form_alone(tmp_path):
    save_small(Bundle.load(), tmp_path / "small")
    assert sorted(path.name for path in (tmp_path / "small").iterdir()) == [SETTINGS, INT8]
    assert load_small(tmp_path / "small").bundle.charset == Bundle.load().charset


def test_two_readers_are_compared(pair, lines):
    with pytest.raises(InputError, match="received 1"):
        compare_readers({"with": pair["with"]}, invariance_tests(["slant"]), lines)
