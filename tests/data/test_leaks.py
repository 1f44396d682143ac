from __future__ import annotations

import dataclasses
import hashlib
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from text_recognizer.core.errors import ImageError, ManifestError
from text_recognizer.data.leaks import NEAR, Record, check_leaks, find_leaks, perceptual_hash
from text_recognizer.data.manifest import SPLITS


def scribble(seed: int, *, height: int = 40, width: int = 200) -> np.ndarray:
    """Strokes on paper, the same for the same seed."""
    rng = np.random.default_rng(seed)
    pixels = np.full((height, width), 240, np.uint8)
    for left in rng.choice(np.arange(4, width - 4, 4), width // 10, replace=False):
        top = int(rng.integers(2, height // 2))
        pixels[top : top + int(rng.integers(4, height // 2)), left : left + 3] = 30
    return pixels


def png(pixels: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def record(id: str, split: str, **changes: object) -> Record:
    number = int(hashlib.sha256(id.encode()).hexdigest()[:6], 16)
    values = {
        "id": id,
        "split": split,
        "writer": f"writer of {id}",
        "text": f"text of {id}",
        "digest": hashlib.sha256(id.encode()).hexdigest(),
        "look": number << 40,
        **changes,
    }
    return Record(**values)  # type: ignore[arg-type]


CLEAN = [record("a", "train"), record("b", "val"), record("c", "test"), record("d", "test")]


def test_a_clean_table_has_no_leak() -> None:
    assert find_leaks(CLEAN) == []
    check_leaks(CLEAN)
    check_leaks([])


@pytest.mark.parametrize(
    ("planted", "words"),
    [
        pytest.param(
            record("x", "test", writer="writer of a"),
            "writer 'writer of a' stands in test (x) and train (a)",
            id="a writer in two splits",
        ),
        pytest.param(
            record("x", "test", digest=CLEAN[0].digest),
            "stands in test (x) and train (a)",
            id="the same bytes in two splits, under another name, writer and text",
        ),
        pytest.param(
            record("x", "test", text="text of a", look=CLEAN[0].look ^ 0b1011),
            "3 of 256 bits differ",
            id="nearly the same picture of the same text, relabelled to another writer",
        ),
        pytest.param(record("a", "test"), "id 'a' stands in", id="one id in two splits"),
        pytest.param(record("a", "train"), "id 'a' stands twice in train", id="one id twice"),
    ],
)
def test_every_kind_of_leak_is_found(planted: Record, words: str) -> None:
    with pytest.raises(ManifestError) as caught:
        check_leaks([*CLEAN, planted])
    assert words in str(caught.value)
    assert "split by writer" in str(caught.value)


@pytest.mark.parametrize(
    "harmless",
    [
        pytest.param(
            record("x", "train", text="text of c", look=(1 << 200) - 1), id="a text, other ink"
        ),
        pytest.param(record("x", "test", look=CLEAN[0].look), id="similar ink, another text"),
        pytest.param(
            record("x", "train", text="text of a", look=CLEAN[0].look), id="a copy within a split"
        ),
        pytest.param(record("x", "train", writer="writer of a"), id="a writer within a split"),
    ],
)
def test_what_is_no_leak(harmless: Record) -> None:
    assert find_leaks([*CLEAN, harmless]) == []


def test_many_leaks_are_counted() -> None:
    copies = [record(f"x{i}", "test", writer="writer of a", digest=f"{i}") for i in range(3)]
    more = [dataclasses.replace(CLEAN[0], id=f"y{i}", split="val", text=f"{i}") for i in range(9)]
    with pytest.raises(ManifestError, match=r"split by writer"):
        check_leaks([*CLEAN, *copies, *more])
    ids = [record(f"z{i}", split) for i in range(9) for split in ("train", "test")]
    with pytest.raises(ManifestError, match=r"and \d+ more"):
        check_leaks(ids)


@given(
    st.dictionaries(st.integers(0, 30), st.sampled_from(SPLITS), min_size=1),
    st.lists(st.integers(0, 30), min_size=1, max_size=40),
    st.data(),
)
def test_a_split_by_writer_never_leaks_and_moving_one_sample_always_does(
    homes: dict[int, str], writers: list[int], data: st.DataObject
) -> None:
    """Property: the leak check accepts exactly the tables whose writers keep to one split."""
    rows = [
        record(f"{n}", homes[w], writer=f"{w}", look=n) for n, w in enumerate(writers) if w in homes
    ]
    assert find_leaks(rows) == []
    shared = [row for row in rows if sum(row.writer == other.writer for other in rows) > 1]
    if shared:
        moved = data.draw(st.sampled_from(shared))
        other = data.draw(st.sampled_from([s for s in SPLITS if s != moved.split]))
        changed = [dataclasses.replace(r, split=other) if r is moved else r for r in rows]
        assert any(moved.writer in leak for leak in find_leaks(changed))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([0.8, 1.25, 2.0]), st.integers(-15, 0))
def test_the_perceptual_hash_sees_through_scale_and_light(
    seed: int, scale: float, darker: int
) -> None:
    """Property: a scaled, darkened copy differs in few bits, another picture in many."""
    pixels = scribble(seed)
    image = Image.fromarray((pixels.astype(int) + darker).clip(0, 255).astype(np.uint8))
    copy = image.resize((round(image.width * scale), round(image.height * scale)))
    one, two = perceptual_hash(png(pixels)), perceptual_hash(png(np.asarray(copy)))
    assert (one ^ two).bit_count() <= NEAR
    assert (one ^ perceptual_hash(png(scribble(seed + 1)))).bit_count() > NEAR


def test_grain_on_paper_is_not_seen() -> None:
    rng = np.random.default_rng(0)
    pixels = scribble(1)
    noisy = (pixels + rng.normal(0, 3, pixels.shape)).clip(0, 255).astype(np.uint8)
    assert (perceptual_hash(png(pixels)) ^ perceptual_hash(png(noisy))).bit_count() <= 4
    assert perceptual_hash(png(np.full((9, 9), 200, np.uint8))) == 0


def test_record_of_an_image() -> None:
    made = Record.of(id="1", image=png(scribble(0)), text="t", writer="w", split="test")
    assert made.digest == hashlib.sha256(png(scribble(0))).hexdigest()
    with pytest.raises(ImageError):
        Record.of(id="1", image=b"", text="t", writer="w", split="test")
