from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text_recognizer.core.errors import InputError, ParseError
from text_recognizer.sources.emnist import load_emnist, read_idx, read_mapping


def idx(values: np.ndarray) -> bytes:
    head = bytes((0, 0, 8, values.ndim)) + struct.pack(f">{values.ndim}I", *values.shape)
    return head + values.astype(np.uint8).tobytes()


def publish(folder: Path, count: int = 20, labels: list[int] | None = None) -> Path:
    """A set in the published layout: gzip/emnist-byclass-*.gz below the folder."""
    inner = folder / "gzip" / "gzip"
    inner.mkdir(parents=True)
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 5, 20] = 200  # transposed: column 5, row 20 of the upright picture
    images[:, 0, 0] = np.arange(count)
    for part in ("train", "test"):
        stem = f"emnist-byclass-{part}"
        kinds = np.array(labels if labels is not None else [i % 2 for i in range(count)])
        (inner / f"{stem}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(images)))
        (inner / f"{stem}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(kinds)))
    (inner / "emnist-byclass-mapping.txt").write_text("0 48\n1 65\n\n2 98 99\n")
    return inner


def test_characters_come_out_upright_and_dark_on_paper(tmp_path: Path) -> None:
    publish(tmp_path)
    samples = list(load_emnist(tmp_path, "test"))
    assert [s.text for s in samples[:4]] == ["0", "A", "0", "A"]
    assert samples[0].image.pixels.shape == (28, 28)
    assert samples[0].image.pixels[20, 5] == 55
    assert samples[0].image.pixels[10, 10] == 255
    assert len({s.id for s in samples}) == 20


def test_val_is_every_tenth_training_character(tmp_path: Path) -> None:
    publish(tmp_path)
    val = [int(255 - s.image.pixels[0, 0]) for s in load_emnist(tmp_path, "val")]
    train = [int(255 - s.image.pixels[0, 0]) for s in load_emnist(tmp_path, "train")]
    assert val == [0, 10]
    assert sorted(val + train) == list(range(20))


@settings(max_examples=30, deadline=None)
@given(
    shape=st.lists(st.integers(0, 5), min_size=1, max_size=4),
    packed=st.booleans(),
    seed=st.integers(0, 99),
)
def test_read_idx_reads_what_was_written(shape: list[int], packed: bool, seed: int) -> None:
    """Property: writing and reading give the same array, compressed or not."""
    import tempfile

    values = np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "x-idx"
        path.write_bytes(gzip.compress(idx(values)) if packed else idx(values))
        assert np.array_equal(read_idx(path), values)


WHOLE = idx(np.arange(12).reshape(3, 4))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "(nothing)", id="empty"),
        pytest.param(b"\x00\x00\x0d\x01" + bytes(8), "00 00 0d 01", id="floats, not bytes"),
        pytest.param(b"PK\x03\x04", "50 4b 03 04", id="a zip"),
        pytest.param(WHOLE[:7], "states its sizes", id="ends within the sizes"),
        pytest.param(WHOLE[:-5], "5 values early", id="ends within the values"),
        pytest.param(WHOLE + b"x", "goes on", id="too long"),
        pytest.param(b"\x00\x00\x08\x02" + b"\xff" * 8, "at most", id="claims 2^64 values"),
        pytest.param(gzip.compress(WHOLE)[:-9], "download it again", id="truncated gzip"),
        pytest.param(b"\x1f\x8b junk", "download it again", id="no gzip after its magic"),
    ],
)
def test_a_bad_idx_file_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "x-idx3-ubyte.gz"
    path.write_bytes(content)
    with pytest.raises(ParseError) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize("line", ["x 48", "3", "3 x", "3 -1"])
def test_a_bad_mapping_line_is_quoted(tmp_path: Path, line: str) -> None:
    path = tmp_path / "mapping.txt"
    path.write_text(f"0 48\n{line}\n")
    with pytest.raises(ParseError, match=rf"mapping\.txt, line 2: received '{line}'"):
        read_mapping(path)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        pytest.param([0] * 19, "20 pictures and 19 labels", id="a label is missing"),
        pytest.param([0] * 19 + [9], "picture 19 has label 9", id="a label without a character"),
    ],
)
def test_files_that_disagree(tmp_path: Path, labels: list[int], words: str) -> None:
    publish(tmp_path, labels=labels)
    with pytest.raises(ParseError, match=words):
        list(load_emnist(tmp_path, "test"))


def test_pictures_need_three_axes(tmp_path: Path) -> None:
    inner = publish(tmp_path)
    (inner / "emnist-byclass-test-images-idx3-ubyte.gz").write_bytes(gzip.compress(WHOLE))
    with pytest.raises(ParseError, match="needs 3 axes; it has 2"):
        list(load_emnist(tmp_path, "test"))


def test_missing_files_and_unknown_variants(tmp_path: Path) -> None:
    with pytest.raises(ParseError, match="download emnist"):
        list(load_emnist(tmp_path, "test"))
    with pytest.raises(InputError, match="received 'words'"):
        list(load_emnist(tmp_path, "test", variant="words"))
