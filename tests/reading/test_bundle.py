"""Bundles: what is written is read back, and every kind of damage is named."""

from __future__ import annotations

import json
import os

import pytest

from text_recognizer.core.errors import BundleError
from text_recognizer.reading.bundle import FORMAT, INT8, Bundle, file_digest


def edit(folder, change):
    path = folder / "bundle.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def test_a_bundle_is_read_back_as_it_was_written(tiny_bundle, tmp_path):
    bundle = Bundle.load(tiny_bundle)
    copy = bundle.save(tmp_path / "deep" / "copy")
    again = Bundle.load(tmp_path / "deep" / "copy")
    assert copy == again
    assert again.digest == bundle.digest
    assert (again.charset, again.preprocess, again.model) == (
        bundle.charset,
        bundle.preprocess,
        bundle.model,
    )
    assert sorted(os.listdir(again.folder)) == [
        "bundle.json",
        "card.md",
        "model.onnx",
        "model.safetensors",
    ]


def test_saving_in_place_keeps_the_weights(own_bundle):
    before = file_digest(own_bundle / "model.onnx")
    Bundle.load(own_bundle).save(own_bundle)
    assert Bundle.load(own_bundle).files["model.onnx"] == before


def test_metrics_do_not_change_the_digest_and_settings_do(own_bundle):
    bundle = Bundle.load(own_bundle)
    measured = Bundle(**{**bundle._fields(), "metrics": {"licence": "MIT"}})
    other = Bundle(**{**bundle._fields(), "model": {**bundle.model, "features": 17}})
    assert measured.digest == bundle.digest
    assert other.digest != bundle.digest


def test_the_card_is_written_from_the_metrics(tiny_bundle):
    card = (tiny_bundle / "card.md").read_text()
    assert "| drawn lines | 12 | not stated | 0.500 | 0.400 to 0.625 | not measured |" in card
    assert Bundle.load(tiny_bundle).digest in card


def test_settings_cannot_be_changed_after_loading(tiny_bundle):
    with pytest.raises(TypeError, match="item assignment"):
        Bundle.load(tiny_bundle).model["features"] = 1


@pytest.mark.parametrize("name", ["model.onnx", "model.safetensors", "bundle.json"])
def test_a_missing_file_is_named(own_bundle, name):
    (own_bundle / name).unlink()
    with pytest.raises(BundleError, match=f"{name}' is missing"):
        Bundle.load(own_bundle)


@pytest.mark.parametrize("name", ["model.onnx", "model.safetensors"])
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda raw: raw[: len(raw) // 2], id="truncated"),
        pytest.param(lambda raw: b"", id="empty"),
        pytest.param(lambda raw: bytes([raw[0] ^ 1]) + raw[1:], id="one bit flipped"),
        pytest.param(lambda raw: b"version https://git-lfs.github.com/spec/v1\n", id="lfs pointer"),
    ],
)
def test_a_changed_file_quotes_both_hashes(own_bundle, name, damage):
    path = own_bundle / name
    stated = file_digest(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(BundleError) as caught:
        Bundle.load(own_bundle)
    assert stated in str(caught.value)
    assert file_digest(path) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "must be JSON", id="empty file"),
        pytest.param('{"format": 1,', "must be JSON", id="cut off"),
        pytest.param("[1]", "must hold an object", id="no object"),
        pytest.param("[" * 5000, "must be JSON", id="absurdly nested"),
        pytest.param("{}", "has format None", id="no format"),
        pytest.param('{"format": 99}', "has format 99", id="from the future"),
        pytest.param(f'{{"format": {FORMAT}}}', "does not fit: no 'files'", id="nothing in it"),
    ],
)
def test_damaged_settings_are_a_typed_error(own_bundle, text, message):
    (own_bundle / "bundle.json").write_text(text)
    with pytest.raises(BundleError, match=message):
        Bundle.load(own_bundle)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda c: c.update(charset=c["charset"][::-1]), "digest", id="charset turned"),
        pytest.param(lambda c: c["preprocess"].update(height=64), "digest", id="other height"),
        pytest.param(lambda c: c["preprocess"].update(height=1), "1", id="height out of range"),
        pytest.param(lambda c: c["preprocess"].update(colour=1), "colour", id="unknown setting"),
        pytest.param(lambda c: c.update(charset="aa"), "repeated", id="charset ill-formed"),
        pytest.param(lambda c: c.update(charset=7), "does not fit", id="charset no text"),
        pytest.param(lambda c: c.update(preprocess=[]), "does not fit", id="settings no object"),
        pytest.param(lambda c: c.update(files=[]), "does not fit", id="files no object"),
        pytest.param(lambda c: c.update(model=3), "does not fit", id="model no object"),
        pytest.param(lambda c: c.pop("model"), "no 'model'", id="model missing"),
        pytest.param(lambda c: c.update(digest="0" * 64), "0" * 64, id="digest of another"),
    ],
)
def test_edited_settings_are_noticed(own_bundle, change, message):
    edit(own_bundle, change)
    with pytest.raises(BundleError, match=message):
        Bundle.load(own_bundle)


@pytest.fixture
def with_int8(own_bundle):
    """A bundle that states an int8 form; its content does not matter here."""
    (own_bundle / INT8).write_bytes(b"eight bits")
    bundle = Bundle.load(own_bundle)
    files = {**bundle.files, INT8: file_digest(own_bundle / INT8)}
    return Bundle(**{**bundle._fields(), "files": files}).save(own_bundle)


def test_an_int8_form_travels_with_the_bundle(with_int8, tmp_path):
    with_int8.save(tmp_path / "copy")
    assert Bundle.load(tmp_path / "copy").int8.read_bytes() == b"eight bits"


def test_a_changed_int8_form_is_noticed(with_int8):
    with_int8.int8.write_bytes(b"seven bits")
    with pytest.raises(BundleError, match=r"stated \w+, found"):
        Bundle.load(with_int8.folder)


def test_a_bundle_without_int8_leaves_none_of_another(with_int8, tiny_bundle):
    Bundle.load(tiny_bundle).save(with_int8.folder)
    assert not (with_int8.folder / INT8).exists()


def test_int8_of_a_bundle_without_it_names_the_cure(tiny_bundle):
    with pytest.raises(BundleError, match="needs a bundle with") as caught:
        _ = Bundle.load(tiny_bundle).int8
    assert f"text-recognizer export --int8 --bundle {str(tiny_bundle)!r}" in str(caught.value)


def test_metrics_may_be_edited_by_hand(own_bundle):
    edit(own_bundle, lambda content: content.update(metrics={"licence": "MIT"}))
    assert Bundle.load(own_bundle).metrics["licence"] == "MIT"


def test_a_path_that_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "absent", tmp_path / "file"):
        with pytest.raises(BundleError, match="a bundle is a folder"):
            Bundle.load(path)


def test_a_folder_that_cannot_be_written(tiny_bundle, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(BundleError, match="choose another folder"):
        Bundle.load(tiny_bundle).save(tmp_path / "file" / "below")
