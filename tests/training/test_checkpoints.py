"""Checkpoints that a training can, or cannot, go on from."""

from __future__ import annotations

import pickle

import pytest
import torch
from torch import nn

from text_recognizer.core.errors import DataError
from text_recognizer.training.checkpoints import checkpoint_step


class Planted:
    """Would run code when unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("code in a checkpoint was run",))


def save(path, module, **changes):
    torch.save({"global_step": 12, "state_dict": module.state_dict(), **changes}, path)
    return path


def test_the_step_is_read(tmp_path):
    assert checkpoint_step(save(tmp_path / "a.ckpt", nn.Linear(3, 2)), nn.Linear(3, 2)) == 12


@pytest.mark.parametrize(
    ("module", "words"),
    [
        pytest.param(nn.Linear(3, 5), r"bias: \(2,\) there, \(5,\) here", id="other sizes"),
        pytest.param(nn.Linear(3, 2, bias=False), "bias: .* there, None here", id="fewer weights"),
        pytest.param(nn.Sequential(nn.Linear(3, 2)), "4 weights, such as 0.bias", id="other names"),
    ],
)
def test_a_model_of_other_sizes_is_refused(module, words, tmp_path):
    path = save(tmp_path / "a.ckpt", nn.Linear(3, 2))
    with pytest.raises(DataError, match=words):
        checkpoint_step(path, module)


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"not a checkpoint", id="text"),
        pytest.param(pickle.dumps({"a": 1}), id="a bare pickle"),
        pytest.param(pickle.dumps(Planted()), id="code"),
    ],
)
def test_a_damaged_file_is_refused_with_its_path(content, tmp_path):
    path = tmp_path / "last.ckpt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"last\.ckpt' is damaged .* another folder as out"):
        checkpoint_step(path, nn.Linear(1, 1))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"state_dict": None}, id="no weights"),
        pytest.param({"state_dict": {"weight": 1}}, id="weights that are numbers"),
        pytest.param({"global_step": "x"}, id="no step"),
        pytest.param({"more": Planted()}, id="code"),
    ],
)
def test_a_file_with_other_content_is_refused(changes, tmp_path):
    path = save(tmp_path / "a.ckpt", nn.Linear(1, 1), **changes)
    with pytest.raises(DataError, match="is damaged"):
        checkpoint_step(path, nn.Linear(1, 1))


def test_a_truncated_file_is_refused(tmp_path):
    path = save(tmp_path / "a.ckpt", nn.Linear(30, 20))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(DataError, match="is damaged"):
        checkpoint_step(path, nn.Linear(30, 20))
