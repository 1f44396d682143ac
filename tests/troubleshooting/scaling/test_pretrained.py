"""The reader's frozen encoder knows letters that a random one does not."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.scaling.pretrained import encode_letters, load_encoder


def test_encoders_have_one_shape_and_other_weights():
    reader, random = load_encoder("reader").state_dict(), load_encoder("random").state_dict()
    assert {k: v.shape for k, v in reader.items()} == {k: v.shape for k, v in random.items()}
    assert not torch.equal(reader["head.weight"], random["head.weight"])
    assert not load_encoder("random").training


def test_equal_letters_are_nearer_to_each_other_in_the_readers_frames():
    """The nearest other letter of three lines, by the angle between the frames."""
    share = {}
    for start in ("reader", "random"):
        letters = encode_letters("test", 3, 0, start)
        assert letters.features.shape[1:] == (3, 256)
        frames = letters.features[:, 0].astype(np.float64)
        frames -= frames.mean(0)
        frames /= np.linalg.norm(frames, axis=1, keepdims=True)
        near = frames @ frames.T
        np.fill_diagonal(near, -2)
        share[start] = float((letters.labels[near.argmax(1)] == letters.labels).mean())
    assert share["reader"] > share["random"] + 0.15


def test_an_unknown_start_is_named():
    with pytest.raises(InputError, match="received 'imagenet'"):
        load_encoder("imagenet")
