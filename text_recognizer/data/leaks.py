"""Whether the splits of a set leak: anything that lets a reader pass the test by memory.

That is a writer in two splits, the same picture in two splits, or nearly the same picture of the
same text.
"""

from __future__ import annotations

import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from text_recognizer.core.errors import ManifestError
from text_recognizer.core.pixels import load_grey

NEAR = 24
"""Bits, of 256; measured: a scaled copy differs in 8 (95 %: 13), one text by two hands in 54 up."""
_LOOK = (8, 32)
_EDGE = 3.0


@dataclass(frozen=True, kw_only=True)
class Record:
    """One sample as the leak check sees it.

    Args:
        id: Unique within the set.
        writer: Who wrote it.
        split: ``train``, ``val`` or ``test``.
        text: Its transcription.
        digest: SHA-256 of the picture's file, in hex.
        look: Perceptual hash, see :func:`perceptual_hash`.
    """

    id: str
    writer: str
    split: str
    text: str
    digest: str
    look: int

    @classmethod
    def of(cls, *, id: str, image: bytes, text: str, writer: str, split: str) -> Record:
        """The record of a sample, from the bytes of its picture."""
        digest = hashlib.sha256(image).hexdigest()
        look = perceptual_hash(image)
        return cls(id=id, writer=writer, split=split, text=text, digest=digest, look=look)


def perceptual_hash(image: bytes) -> int:
    """256 bits that hardly change when a picture is scaled, recompressed or made a little darker.

    The picture is averaged down to 8 rows of 33 columns; a bit tells whether brightness rises from
    one column to the next by more than the paper's grain (the "difference hash").

    Args:
        image: An encoded picture.

    Raises:
        ImageError: If it is none.
    """
    from PIL import Image

    rows, columns = _LOOK
    small = Image.fromarray(load_grey(io.BytesIO(image))).resize(
        (columns + 1, rows), Image.Resampling.BOX
    )
    steps = np.diff(np.asarray(small, np.float32), axis=1) > _EDGE
    return int.from_bytes(np.packbits(steps).tobytes(), "big")


def find_leaks(records: Iterable[Record], *, near: int = NEAR) -> list[str]:
    """Everything that stands in two splits, one sentence each; empty where nothing leaks.

    Args:
        records: The samples of all splits.
        near: Bits, of 256, by which two pictures of one text may differ and still be one picture.
    """
    every = list(records)
    found = []
    for name, key in (("id", "id"), ("writer", "writer"), ("picture", "digest")):
        homes: dict[str, dict[str, str]] = defaultdict(dict)
        for record in every:
            value = getattr(record, key)
            if key == "id" and record.split in homes[value]:
                found.append(f"id {value!r} stands twice in {record.split}")
            homes[value].setdefault(record.split, record.id)
        for value, splits in homes.items():
            if len(splits) > 1:
                where = " and ".join(f"{split} ({id})" for split, id in sorted(splits.items()))
                shown = value if key != "digest" else f"{value[:12]}..."
                found.append(f"{name} {shown!r} stands in {where}")
    return found + _near_duplicates(every, near)


def _near_duplicates(records: Sequence[Record], near: int) -> list[str]:
    """Pairs of one text in two splits whose pictures look alike but are not the same bytes."""
    by_text: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_text[record.text].append(record)
    found = []
    for text, group in by_text.items():
        for i, one in enumerate(group):
            for two in group[i + 1 :]:
                differing = (one.look ^ two.look).bit_count()
                if one.split != two.split and one.digest != two.digest and differing <= near:
                    found.append(
                        f"text {text[:40]!r} looks the same in {one.split} ({one.id}) and "
                        f"{two.split} ({two.id}): {differing} of 256 bits differ"
                    )
    return found


def check_leaks(records: Iterable[Record], *, near: int = NEAR) -> None:
    """Raise if anything stands in two splits.

    Raises:
        ManifestError: Listing up to five leaks and their number.
    """
    found = find_leaks(records, near=near)
    if found:
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        raise ManifestError(
            f"nothing may stand in two splits; {'; '.join(found[:5])}{more}; split by writer and "
            "remove the copies"
        )
