"""Check of `02-repair`: three trainers repaired by one method each, and nothing else weakened."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lab_utils.exercises import Exercise, Failure
from lab_utils.judging import show_value

if TYPE_CHECKING:
    from text_recognizer.troubleshooting.triage import Observation, Trainer

__all__ = ["EXERCISE"]

#: Each repaired trainer is run with these.
SEEDS = (0, 1)

_HINTS = {
    "X": "Print how many lines each batch has.",
    "Y": "Which method takes the time? One number fetched at a time is slow: let torch do it.",
    "Z": "On its lines it gets worse with every step: which method decides the direction?",
}


def _judge(answer: Any) -> Failure | None:
    from text_recognizer.troubleshooting.triage import puzzles

    letters = list(puzzles())
    if not isinstance(answer, Mapping) or sorted(map(str, answer)) != letters:
        return Failure(
            given="repairs",
            expected='a dict like {"X": {"loss": function}, "Y": ..., "Z": ...}',
            got=show_value(answer),
            hint="Each letter has its guilty method, by name, and the function that replaces it.",
        )
    for letter in letters:
        failure = _judge_one(letter, answer[letter])
        if failure:
            return failure
    return None


def _judge_one(letter: str, methods: Any) -> Failure | None:
    from text_recognizer.troubleshooting.triage import puzzles, repair
    from text_recognizer.troubleshooting.triage.source import overridden

    own = overridden(puzzles()[letter])
    if not isinstance(methods, Mapping) or len(methods) != 1 or set(methods) - set(own):
        got = list(methods) if isinstance(methods, Mapping) else methods
        return Failure(
            given=f"trainer {letter}",
            expected=f"one method, of those it overrides: {', '.join(own)}",
            got=show_value(got),
            hint="One of them is guilty; the others are only written in another way.",
        )
    (name, function), *_ = methods.items()
    if not callable(function):
        return Failure(
            given=f"trainer {letter}, {name}",
            expected="a function",
            got=show_value(function),
            hint="Name the function without calling it.",
        )
    if name == "record":
        failure = _compare_notes(letter, function)
        if failure:
            return failure
    for seed in SEEDS:
        seen = repair(puzzles()[letter], methods)(seed).run()
        failure = _compare(f"trainer {letter}, its {name} replaced", seen, _healthy(seed))
        if failure:
            hint = f"{failure.hint} {_HINTS[letter]}".strip()
            return Failure(
                given=failure.given, expected=failure.expected, got=failure.got, hint=hint
            )
    return None


@lru_cache(maxsize=len(SEEDS))
def _healthy(seed: int) -> Observation:
    from text_recognizer.troubleshooting.triage import Trainer

    return Trainer(seed).run()


def _compare(given: str, seen: Observation, healthy: Observation) -> Failure | None:
    """Hold a repaired run to the healthy one: the same work, the target, no symptom."""
    from text_recognizer.troubleshooting.triage.tree import diagnose

    def failure(expected: str, got: str, hint: str = "") -> Failure:
        return Failure(given=given, expected=expected, got=got, hint=hint)

    if seen.raised:
        return failure("a run to the end", f"{seen.error} at step {seen.steps + 1}: {seen.message}")
    if (seen.steps, seen.data) != (healthy.steps, healthy.data):
        got = (
            f"{seen.steps} steps"
            if seen.steps != healthy.steps
            else "other lines, or another order"
        )
        told = (
            f"{healthy.steps} steps of {seen.labels[0] if seen.labels else 4} lines, in the order"
        )
        return failure(f"{told} that self.order() gives", got, "A repair keeps the data.")
    if seen.architecture != healthy.architecture:
        return failure("the same layers", "other layers", "A repair keeps the model.")
    if not math.isclose(seen.losses[0], healthy.losses[0], rel_tol=1e-6):
        return failure(
            f"a first loss of {healthy.losses[0]:.2f}, before anything is learned",
            f"{seen.losses[0]:.2f}",
            "The loss itself was right: now it measures something else.",
        )
    if not seen.reached:
        got = f"{seen.after:.1f}" if abs(seen.after) < 100 else "above 100"
        return failure(f"at most {seen.target:.1f} nats per character on its lines", got)
    if len(seen.noted) != seen.steps or not _close(seen.noted, seen.losses):
        return failure("a note of each step that begins with its loss", f"{len(seen.noted)} notes")
    stage, cause = diagnose(seen)
    if stage:
        return failure("no symptom", f"the symptom of {cause!r}")
    return None


def _close(left: tuple[float, ...], right: tuple[float, ...]) -> bool:
    return all(math.isclose(a, b, rel_tol=1e-6) for a, b in zip(left, right, strict=True))


def _compare_notes(letter: str, function: Callable[..., Any]) -> Failure | None:
    """Let both methods record the same small step: the notes must say the same."""
    import torch

    from text_recognizer.troubleshooting.triage import puzzles, repair

    trainer = puzzles()[letter]
    chance = torch.Generator().manual_seed(0)
    scores = torch.rand(3, 5, 7, generator=chance, dtype=torch.float64)
    log_probs, loss = scores.log_softmax(-1).requires_grad_(), torch.tensor(1.5).double()
    notes = []
    for kind in (trainer, repair(trainer, {"record": function})):
        one: Trainer = kind(0)
        one.record(torch.nn.Linear(1, 1), loss.requires_grad_(), log_probs)
        notes.append([_plain(note) for note in one.notes])
    if notes[0] == notes[1]:
        return None
    return Failure(
        given=f"trainer {letter}, record of a step with loss 1.5",
        expected=show_value(notes[0]),
        got=show_value(notes[1]),
        hint="What it writes down is wanted; how it gets there is the fault.",
    )


def _plain(note: Any) -> Any:
    if isinstance(note, (tuple, list)):
        return [_plain(one) for one in note]
    if hasattr(note, "item"):
        return "a tensor, with its graph" if note.requires_grad else round(note.item(), 9)
    return round(note, 9) if isinstance(note, float) else show_value(note)


EXERCISE = Exercise(
    id="02-repair",
    title="Repair three trainers blind",
    answer="repairs",
    stars=3,
    hint="Run each, look at its symptoms, then read its methods and replace the guilty one.",
    lesson="A repair that lowers what is asked is none: same lines, same steps, same model.",
    judge=_judge,
    seconds=60,
)
