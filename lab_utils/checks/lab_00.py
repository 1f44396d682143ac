"""Checks of lab 00: collapse a path, decode greedily, count errors, search with a beam."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab_utils.exercises import Exercise, Failure
from lab_utils.judging import show_value

__all__ = ["EXERCISES", "PATH"]

#: The path that is collapsed by hand; the dot is the blank.
PATH = "ll·e·tt·tee·rr"

_ALPHABET = "abc"
_LINES = 50

Answer = Callable[..., Any]
Lattice = NDArray[np.float64]


def _judge_path(answer: Any) -> Failure | None:
    from text_recognizer.reading.ctc import collapse

    ids = collapse(0 if one == "·" else ord(one) for one in PATH)
    right = "".join(map(chr, ids))
    if isinstance(answer, str) and answer.strip() == right:
        return None
    hints = {
        "leter": "The blank between the two runs of t keeps them apart: merge first, then drop.",
        PATH.replace("·", ""): "You dropped the blanks; now equal neighbours must be merged, too.",
        right.replace("tt", "·tt"): "The blanks are not part of the text.",
    }
    hint = hints.get(answer, "") if isinstance(answer, str) else "Write the word in quotes."
    expected = f"a word of {len(right)} letters, as a text"
    return Failure(given=PATH, expected=expected, got=show_value(answer), hint=hint)


def _lattice_of(path: str, rng: np.random.Generator) -> Lattice:
    """Log-probabilities whose best class at each frame is the path's; the dot is the blank."""
    ids = [(" " + _ALPHABET).index(one) if one != "·" else 0 for one in path]
    table = rng.uniform(0.05, 1.0, (len(ids), len(_ALPHABET) + 1))
    table[np.arange(len(ids)), ids] += 1.0
    lattice: Lattice = np.log(table / table.sum(axis=1, keepdims=True))
    return lattice


def _judge_greedy(answer: Answer) -> Failure | None:
    from text_recognizer.core.charset import Charset
    from text_recognizer.reading.decode import greedy

    rng = np.random.default_rng(7)
    hints = {
        "aab": "Equal neighbours become one character.",
        "a·a": "A blank keeps two equal characters apart: merge before you drop the blanks.",
        "···": "Blanks alone give the empty text.",
    }
    more = ["".join(rng.choice(list("·abc"), 12)) for _ in range(20)]
    for path in ("abc", "aab", "a·a", "···", "·aa·a·bb·cc", *more):
        lattice = _lattice_of(path, rng)
        right = "".join(span.character for span in greedy(lattice, Charset(_ALPHABET)))
        got = answer(lattice.copy(), _ALPHABET)
        if isinstance(got, list) and "".join(map(str, got)) == right:
            hint = "These are the right characters; join them to one text."
        else:
            hint = hints.get(path, "")
        if not (isinstance(got, str) and got == right):
            given = f'log_probs whose best path is {path}, characters "{_ALPHABET}"'
            return Failure(given=given, expected=repr(right), got=show_value(got), hint=hint)
    return None


def _judge_cer(answer: Answer) -> Failure | None:
    import jiwer

    chance = random.Random(11)
    pairs = [
        ("cat", "cat", "Equal texts have no errors."),
        ("cat", "cut", "One wrong character of three."),
        ("cats", "cat", "One lost of four: divide by the reference, not by the reading."),
        ("cat", "at", "A lost character moves the others: compare alignments, not places."),
        ("cat", "", "Nothing read: every character is lost."),
        ("a", "aaaa", "The rate may exceed 1: three extra characters, one in the reference."),
    ]
    pairs += [(_random_text(chance, 1), _random_text(chance, 0), "") for _ in range(200)]
    for reference, reading, hint in pairs:
        right = jiwer.cer(reference, reading) if reference.strip() else None
        if right is None:
            continue
        got = answer(reference, reading)
        number = isinstance(got, (int, float, np.number)) and not isinstance(got, bool)
        if not number or not abs(float(got) - right) <= 1e-9:
            given = f"cer({reference!r}, {reading!r})"
            expected = f"{right:.4f}, says jiwer"
            return Failure(given=given, expected=expected, got=show_value(got), hint=hint)
    return None


def _random_text(chance: random.Random, shortest: int) -> str:
    return "".join(chance.choices("abcd", k=chance.randint(shortest, 9)))


def _judge_beam(answer: Answer) -> Failure | None:
    fixed = [
        ([[0.6, 0.4], [0.6, 0.4]], "Two paths spell a, and a blank may follow: add them up."),
        ([[0.1, 0.9], [0.6, 0.4], [0.1, 0.9]], "Only a path that ends in a blank may repeat."),
    ]
    rng = np.random.default_rng(3)
    drawn = [(rng.dirichlet(np.ones(3), 5) * 0.94 + 0.02, "") for _ in range(25)]
    for table, hint in [*fixed, *drawn]:
        lattice = np.array(table)
        right, likelihood = _likeliest(lattice)
        got = _as_ids(answer(lattice.copy(), 64))
        if not isinstance(got, tuple) or _score(lattice, got) < likelihood - 1e-9:
            given = f"beam_decode({np.round(lattice, 2).tolist()}, 64)"
            expected = f"{list(right)}, of probability {np.exp(likelihood):.3f}"
            return Failure(given=given, expected=expected, got=_told(lattice, got), hint=hint)
    return _judge_beam_on_lines(answer)


def _judge_beam_on_lines(answer: Answer) -> Failure | None:
    gain, best = 0.0, 0.0
    for lattice, first, ours in _line_lattices():
        got = _as_ids(answer(lattice.copy(), 8))
        score = _score(lattice, got) if isinstance(got, tuple) else -np.inf
        gain, best = gain + score - first, best + ours - first
    if gain >= 0.9 * best - 1e-6:
        return None
    return Failure(
        given=f"the frame probabilities of {_LINES} lines of the sample, width 8",
        expected="texts that are together likelier than the greedy ones, as the package's are",
        got="likelier texts were missed" if gain > 0 else "texts no likelier than the greedy ones",
        hint="Keep the prefixes with the largest sums of both probabilities at every frame.",
    )


@lru_cache(maxsize=1)
def _line_lattices() -> list[tuple[Lattice, float, float]]:
    """Frame probabilities of some lines; the log-likelihood of their greedy and our beam text."""
    from text_recognizer.data.sample import load_lines
    from text_recognizer.reading import TextRecognizer
    from text_recognizer.reading.backends import run_lines
    from text_recognizer.reading.ctc import collapse, log_likelihood
    from text_recognizer.reading.decode import beam_search

    reader = TextRecognizer.load()
    lines = [reader.bundle.preprocess(each.image) for each in load_lines("test", _LINES)]
    found = []
    for lattice in run_lines(reader.backend, lines):
        logs = np.asarray(lattice, dtype=np.float64)
        path = collapse(logs.argmax(axis=1).tolist())
        ours = beam_search(logs, width=8)[0].ids
        found.append((np.exp(logs), log_likelihood(logs, path), log_likelihood(logs, ours)))
    return found


def _likeliest(table: Lattice) -> tuple[tuple[int, ...], float]:
    """The most probable text of a toy lattice, by trying all."""
    from text_recognizer.reading.ctc import all_paths, collapse

    texts = {tuple(collapse(path)) for path in all_paths(*table.shape)}
    return max(((text, _score(table, text)) for text in sorted(texts)), key=lambda pair: pair[1])


def _score(table: Lattice, ids: tuple[int, ...]) -> float:
    from text_recognizer.reading.ctc import log_likelihood

    return log_likelihood(np.log(np.maximum(table, 1e-30)), ids)


def _as_ids(got: Any) -> Any:
    """The ids of an answer as a tuple, or the answer itself where it holds something else."""
    if not isinstance(got, (list, tuple, np.ndarray)):
        return got
    whole = all(isinstance(one, (int, np.integer)) and one > 0 for one in got)
    return tuple(int(one) for one in got) if whole else list(got)


def _told(table: Lattice, got: Any) -> str:
    if not isinstance(got, tuple):
        return f"{show_value(got)} (a list of ids above 0 is asked for)"
    return f"{list(got)}, of probability {np.exp(_score(table, got)):.3f}"


EXERCISES = (
    Exercise(
        id="00-path",
        title="Collapse a path by hand",
        answer="path_text",
        stars=1,
        hint="First merge equal neighbours, then drop the blanks.",
        lesson="Without the blank no CTC reader could ever write a double letter.",
        judge=_judge_path,
    ),
    Exercise(
        id="00-greedy",
        title="Decode greedily",
        answer="greedy_decode",
        stars=2,
        hint="Take the best class of each frame, merge equal neighbours, drop class 0.",
        lesson="This is all of the decoder that read your page.",
        judge=_judge_greedy,
    ),
    Exercise(
        id="00-cer",
        title="Count character errors",
        answer="cer",
        stars=2,
        hint="Fill the table of distances row by row; divide its last cell by the reference.",
        lesson="Your number agrees with a library that never saw your code: a witness.",
        judge=_judge_cer,
    ),
    Exercise(
        id="00-beam",
        title="Search with a beam",
        answer="beam_decode",
        stars=3,
        hint="Keep two probabilities per prefix: of paths that end in a blank, and of the others.",
        lesson="You add up paths where greedy decoding looks at one: your texts are likelier.",
        judge=_judge_beam,
        seconds=60,
    ),
)
