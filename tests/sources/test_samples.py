from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import Box, PageImage
from text_recognizer.sources.samples import ParagraphSample

PAGE = PageImage(np.zeros((20, 30), np.uint8))
BOX = Box(0, 0, 30, 10)


def make(**changes: object) -> ParagraphSample:
    values = {"image": PAGE, "text": "a\nb", "writer": "w", "id": "p1", **changes}
    return ParagraphSample(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "boxes"),
    [
        pytest.param("a\nb", (), id="no boxes"),
        pytest.param("a\nb", (BOX, BOX), id="one box per line"),
        pytest.param("a", (BOX,), id="one line"),
    ],
)
def test_text_and_boxes_that_belong_together(text: str, boxes: tuple[Box, ...]) -> None:
    sample = make(text=text, boxes=boxes)
    assert "\n".join(sample.lines) == text
    assert sample.boxes == boxes


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"boxes": (BOX,)}, "'p1' has 2 lines and 1 boxes", id="a box too few"),
        pytest.param({"text": "a", "boxes": (BOX, BOX)}, "1 lines and 2 boxes", id="one too many"),
        pytest.param({"image": "page.png"}, "received str", id="a path for a picture"),
    ],
)
def test_what_does_not_belong_together(change: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        make(**change)


def test_a_sample_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        make().text = "c"  # type: ignore[misc]
