"""The check of 02-contract: the learner's shapes, tried on right tensors and on broken ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_utils.exercises import Exercise, Failure
from lab_utils.judging import show_value

__all__ = ["EXERCISE"]

_NAMES = ("log_probs", "targets", "lengths")
#: Lines, frames, classes and longest text that must all be accepted. No two numbers of a row are
#: equal but in the last, where nothing can tell axes apart and nothing should mind.
_SIZES = ((4, 20, 96, 7), (2, 33, 12, 5), (1, 40, 96, 30), (8, 8, 8, 8))


def _tensors(lines: int, frames: int, classes: int, longest: int) -> dict[str, Any]:
    import torch

    return {
        "log_probs": torch.zeros(lines, frames, classes),
        "targets": torch.zeros(lines, longest, dtype=torch.long),
        "lengths": torch.full((lines,), longest),
    }


def _mistakes() -> list[tuple[str, dict[str, Any], str]]:
    """What must be refused: its story, the tensors, and a hint for those who let it pass."""
    right = _tensors(*_SIZES[0])
    log_probs, targets, lengths = right.values()

    def changed(**values: Any) -> dict[str, Any]:
        return {**right, **values}

    same = "An axis that two tensors share has one name in both: then its length is compared."
    order = "Write the axes of log_probs in the order (batch, frames, classes)."
    missing = "Name every axis: a shape of fewer words, or with ..., lets one go missing."
    kind = "Say the dtype, too: float[...] for log-probabilities, int[...] for ids and counts."
    return [
        ("frames before batch", changed(log_probs=log_probs.transpose(0, 1)), f"{same} {order}"),
        ("targets of 3 lines where there are 4", changed(targets=targets[:3]), same),
        ("lengths of 3 lines where there are 4", changed(lengths=lengths[:3]), same),
        (
            "log-probabilities of one line, without a batch",
            changed(log_probs=log_probs[0]),
            missing,
        ),
        ("log-probabilities without frames", changed(log_probs=log_probs[:, 0]), missing),
        ("an axis too many in targets", changed(targets=targets[:, :, None]), missing),
        ("targets in one long row", changed(targets=targets.flatten()), missing),
        ("lengths as a column, 4 by 1", changed(lengths=lengths[:, None]), missing),
        ("targets that are floats", changed(targets=targets.float()), kind),
        ("log-probabilities rounded to ints", changed(log_probs=log_probs.long()), kind),
        ("lengths that are floats", changed(lengths=lengths.float()), kind),
    ]


def _judge(answer: Any) -> Failure | None:
    example = "{'log_probs': 'float[...]', 'targets': ..., 'lengths': ...}"
    if not isinstance(answer, Mapping) or sorted(answer) != sorted(_NAMES):
        expected = f"a dictionary with a shape for each of {', '.join(_NAMES)}"
        return Failure(
            given="shapes", expected=expected, got=show_value(answer), hint=f"As in {example}."
        )
    from text_recognizer.core.errors import InputError
    from text_recognizer.troubleshooting.numerics import Contract

    try:
        contract = Contract(arguments=answer)
    except InputError as error:
        return Failure(
            given="shapes", expected="shapes in the notation", got=str(error),
            hint="The dtype comes first, then the names of the axes: float[batch width].",
        )  # fmt: skip
    return _refuses_right(contract) or _accepts_wrong(contract)


def _refuses_right(contract: Any) -> Failure | None:
    for sizes in _SIZES:
        values = _tensors(*sizes)
        problem = contract.problem(**values)
        if problem is not None:
            return Failure(
                given=_shown(values), expected="accepted: this batch is right", got=str(problem),
                hint="A number in a shape fits one size only, and one name in two places of a "
                "tensor demands a square: every axis that may vary has a name of its own. The "
                "order is (batch, frames, classes).",
            )  # fmt: skip
    return None


def _accepts_wrong(contract: Any) -> Failure | None:
    for story, values, hint in _mistakes():
        if contract.problem(**values) is None:
            return Failure(
                given=f"{story}: {_shown(values)}", expected="refused", got="accepted", hint=hint
            )
    return None


def _shown(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {tuple(tensor.shape)}" for name, tensor in values.items())


EXERCISE = Exercise(
    id="02-contract",
    title="A contract for the loss",
    answer="shapes",
    stars=1,
    hint="One string per tensor: its dtype, and in brackets the names of its axes in their order.",
    lesson="A name that stands in two shapes is checked against itself: that is what torch does "
    "not do, and why a loss of the wrong lines can go down for days.",
    judge=_judge,
    # Where nothing has imported torch yet, the check does.
    seconds=30.0,
)
