"""The notation of shapes."""

from __future__ import annotations

import pytest
import torch

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.numerics.shapes import DTYPES, Shape


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("float[batch channels=1 height=48 width]", "(batch, 1, 48, width)", id="all"),
        pytest.param("batch 3", "(batch, 3)", id="without a dtype any will do"),
        pytest.param("float[]", "()", id="a number"),
        pytest.param("int64[... _]", "(..., _)", id="axes that nobody names"),
    ],
)
def test_a_shape_is_read_and_shown(text, shown):
    assert str(Shape.parse(text)) == shown


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("complex[batch]", "a dtype that readers do not have"),
        ("float[batch", "no end"),
        ("float[... batch ...]", "which axes would the second stand for?"),
        ("float[batch+1]", "arithmetic is jaxtyping's, not ours"),
        ("float[3=batch]", "the name comes first"),
        (7, "no text"),
    ],
)
def test_what_is_not_in_the_notation_is_refused(text, why):
    with pytest.raises(InputError, match="a shape is written") as caught:
        Shape.parse(text)
    assert repr(text) in str(caught.value), why


@pytest.mark.parametrize(
    ("dtype", "fitting"),
    [
        ("any", {"float32", "float16", "bfloat16", "float64", "int64", "int32", "uint8", "bool"}),
        ("float", {"float32", "float16", "bfloat16", "float64"}),
        ("float32", {"float32"}),
        ("int", {"int64", "int32"}),
        ("uint8", {"uint8"}),
        ("bool", {"bool"}),
    ],
)
def test_dtypes_are_those_of_jaxtyping(dtype, fitting):
    for name in ("float32", "float16", "bfloat16", "float64", "int64", "int32", "uint8", "bool"):
        tensor = torch.zeros(2, dtype=getattr(torch, name))
        shape = Shape.parse(f"{dtype}[batch]")
        assert shape.fits_dtype(tensor) == (name in fitting)
        assert isinstance(tensor, shape.hint) == (name in fitting)


def test_every_dtype_has_an_annotation():
    assert all(Shape.parse(f"{dtype}[a 3 _ ...]").hint is not None for dtype in DTYPES)
