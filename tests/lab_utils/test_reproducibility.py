from __future__ import annotations

import os
import random
import sys
import warnings

import numpy as np
import pytest

from lab_utils import float64, seed_everything


@pytest.fixture(autouse=True)
def _restore(monkeypatch):
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.setenv(name, os.environ.get(name, "1"))
    monkeypatch.setenv("VECLIB_MAXIMUM_THREADS", "1")
    with warnings.catch_warnings():
        yield


def draw():
    values = [random.random(), float(np.random.random())]
    if "torch" in sys.modules:
        values.append(float(sys.modules["torch"].rand(())))
    return values


def test_the_same_seed_gives_the_same_draws():
    pytest.importorskip("torch")
    seed_everything(3, torch=True)
    first = draw()
    seed_everything(3)
    assert draw() == first
    seed_everything(4)
    assert all(a != b for a, b in zip(draw(), first, strict=True))


def test_threads_are_fixed_and_warnings_are_quiet(recwarn):
    torch = pytest.importorskip("torch")
    seed_everything(0, torch=True)
    assert (os.environ["OMP_NUM_THREADS"], torch.get_num_threads()) == ("1", 1)
    warnings.warn("a library talks", stacklevel=1)
    assert not recwarn.list


def test_float64_is_for_the_block_only():
    torch = pytest.importorskip("torch")
    with float64():
        assert torch.zeros(1).dtype is torch.float64
    assert torch.zeros(1).dtype is torch.float32
    with pytest.raises(RuntimeError), float64():
        raise RuntimeError
    assert torch.get_default_dtype() is torch.float32


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "0"])
def test_a_bad_seed_is_refused(seed):
    with pytest.raises(ValueError, match="seed"):
        seed_everything(seed)


def test_no_threads_are_refused():
    with pytest.raises(ValueError, match="at least 1"):
        seed_everything(0, threads=0)
