"""Which axis is at fault, and that the diagnosis and the type checker never disagree."""

from __future__ import annotations

import random
from contextlib import nullcontext

import pytest
import torch

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.numerics.contracts import Contract
from text_recognizer.troubleshooting.numerics.diagnosis import find_problem
from text_recognizer.troubleshooting.numerics.shapes import Shape

SHAPES = {
    "log_probs": "float[batch frames classes=9]",
    "targets": "int[batch length]",
    "lengths": "int[batch]",
}


def tensors(**changes):
    made = {
        "log_probs": torch.zeros(4, 20, 9),
        "targets": torch.zeros(4, 5, dtype=torch.long),
        "lengths": torch.zeros(4, dtype=torch.long),
    }
    return {**made, **changes}


@pytest.mark.parametrize(
    ("changes", "argument", "axis", "words"),
    [
        pytest.param(
            {"log_probs": torch.zeros(20, 4, 9)},
            "log_probs",
            "batch",
            "must be 4 as in targets, got 20; (batch, frames, 9) is accepted, got (20, 4, 9); "
            "batch and frames look swapped: transpose(0, 1)",
            id="the majority is right, not the first",
        ),
        pytest.param(
            {"lengths": torch.zeros(3, dtype=torch.long)}, "lengths", "batch", "got 3", id="fewer"
        ),
        pytest.param(
            {"log_probs": torch.zeros(4, 9)},
            "log_probs",
            "frames",
            '"frames" is missing; (batch, frames, 9) is accepted, got (4, 9); insert it with '
            "unsqueeze(1)",
            id="the missing axis is the one that nothing fits",
        ),
        pytest.param(
            {"lengths": torch.zeros(4, 1, dtype=torch.long)},
            "lengths",
            "1",
            "axis 1, of length 1, is one too many; (batch) is accepted, got (4, 1); take it out "
            "with squeeze(1)",
            id="a column",
        ),
        pytest.param(
            {"log_probs": torch.zeros(4)}, "log_probs", "number of axes", "3 axes, got 1", id="two"
        ),
        pytest.param(
            {"targets": torch.zeros(4, 5)},
            "targets",
            "dtype",
            "must be int, got torch.float32",
            id="floats",
        ),
        pytest.param({"targets": [1]}, "targets", "type", "a tensor, got list", id="a list"),
    ],
)
def test_the_axis_at_fault_is_named(changes, argument, axis, words):
    shapes = {name: Shape.parse(text) for name, text in SHAPES.items()}
    found = find_problem(shapes, tensors(**changes), {})
    assert (found.argument, found.axis) == (argument, axis)
    assert words in str(found)


def test_a_cure_belongs_to_an_axis_or_to_an_axis_of_one_argument():
    contract = Contract(arguments=SHAPES, cures={"batch": "look", "lengths.batch": "count"})
    wrong = torch.zeros(3, dtype=torch.long)
    assert contract.problem(**tensors(lengths=wrong)).cure == "count"
    assert contract.problem(**tensors(targets=wrong[:, None])).cure == "look"


@pytest.mark.parametrize("seed", range(4))
def test_a_breach_is_found_exactly_where_jaxtyping_refuses(seed):
    """Random demands on random shapes: `check` asks jaxtyping, `problem` does not."""
    rng = random.Random(seed)
    words = ["a", "b", "c=2", "1", "2", "_", "..."]
    verdicts = []
    for _ in range(150):
        texts = {}
        for name in "xyz":
            axes = rng.choices(words, k=rng.randint(0, 3))
            rest = [k for k, axis in enumerate(axes) if axis == "..."]
            kept = [axis for k, axis in enumerate(axes) if k not in rest[1:]]
            texts[name] = f"{rng.choice(['float', 'int', 'any'])}[{' '.join(kept)}]"
        contract = Contract(arguments=texts)
        sizes = {name: [rng.randint(1, 2) for _ in contract.shapes[name].axes] for name in texts}
        values = {name: torch.zeros(size) for name, size in sizes.items()}
        problem = contract.problem(**values)
        accepted = problem is None
        refusal = nullcontext() if accepted else pytest.raises(InputError)
        with refusal as caught:
            contract.check(**values)
        assert accepted or str(caught.value) == str(problem)
        verdicts.append(accepted)
    assert 10 < sum(verdicts) < 140
