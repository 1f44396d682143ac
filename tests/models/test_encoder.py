"""Convolutions: shapes for any width, and how far a frame sees."""

from __future__ import annotations

import pytest
import torch

from text_recognizer.models.encoder import Context, Encoder, Residual, reduction


def encoder(height=48, dilations=(1, 2)):
    return Encoder(
        height=height, channels=(4, 6, 8), features=10, dilations=dilations, dropout=0.0
    ).eval()


@pytest.mark.parametrize("width", [1, 2, 3, 4, 5, 7, 8, 33, 64, 131])
def test_a_frame_is_four_columns_rounded_up(width):
    with torch.inference_mode():
        features = encoder()(torch.rand(2, 1, 48, width))
    assert features.shape == (2, 10, 1, -(-width // 4))


@pytest.mark.parametrize("height", [16, 32, 64, 96])
def test_any_height_of_sixteens_is_collapsed_to_one_row(height):
    with torch.inference_mode():
        assert encoder(height)(torch.rand(1, 1, height, 40)).shape == (1, 10, 1, 10)


@pytest.mark.parametrize(
    "block", [Residual(6), Context(6, 2, 1), Context(6, 2, 4)], ids=["residual", "near", "far"]
)
def test_a_block_keeps_the_shape_and_is_not_negative(block):
    images = torch.randn(2, 6, 1, 30)
    found = block(images)
    assert found.shape == images.shape
    assert bool((found >= 0).all())


@pytest.mark.parametrize(
    ("stride", "shape"),
    [((2, 2), (2, 5, 6, 10)), ((2, 1), (2, 5, 6, 20)), ((1, 1), (2, 5, 12, 20))],
)
def test_a_reduction_divides_by_its_stride(stride, shape):
    assert reduction(3, 5, stride)(torch.rand(2, 3, 12, 20)).shape == shape


@pytest.mark.parametrize(("dilation", "reach"), [(1, 2), (3, 6)])
def test_context_sees_as_far_as_its_dilation_says(dilation, reach):
    frames = torch.rand(1, 4, 1, 41, requires_grad=True)
    Context(4, 2, dilation).eval()(frames)[0, :, 0, 20].sum().backward()
    seen = frames.grad.abs().sum(dim=(0, 1, 2)).nonzero().flatten()
    assert (int(seen.min()), int(seen.max())) == (20 - reach, 20 + reach)
