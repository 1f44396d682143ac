"""Regression tests in full: what ``data/records/regression.json`` holds."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np

from text_recognizer.core.readings import Reader
from text_recognizer.data.sample import load_centres, load_lines
from text_recognizer.reading.backends import make_backend
from text_recognizer.reading.baseline import NearestGlyphReader
from text_recognizer.reading.bundle import Bundle
from text_recognizer.reading.recognizer import TextRecognizer
from text_recognizer.testing.evaluate import evaluate
from text_recognizer.testing.labels import read_sample
from text_recognizer.testing.regression.bank import SPLIT, make_bank
from text_recognizer.testing.regression.losses import hard_slices, line_losses
from text_recognizer.testing.regression.rates import (
    JitteredReader,
    equal_reader_rates,
    rights,
    upgrade_rates,
)
from text_recognizer.testing.regression.upgrade import compare_upgrade
from text_recognizer.testing.slant import slant_of

#: Equal readers that are compared with each other, and sizes of a sample of fresh lines.
EQUALS, SIZES = 6, (50, 100, 200, 400)
#: Training lines that the nearest-glyph reader is fitted to.
GLYPH_LINES = 200


def mistuned(deviations: float, *, backend: str = "int8") -> TextRecognizer:
    """The shipped reader with another crop of its lines than it was trained with.

    Training and serving then differ: a fault that raises no error.

    Args:
        deviations: Rows kept, in standard deviations of the row profile; 6.4 in training.
        backend: As ``TextRecognizer.load``.

    Example:
        >>> mistuned(8.0).bundle.preprocess.deviations
        8.0
    """
    bundle = Bundle.load()
    other = replace(bundle, preprocess=replace(bundle.preprocess, deviations=deviations))
    return TextRecognizer(other, make_backend(backend, other))


def upgrades() -> dict[str, Reader]:
    """Readers that could replace the int8 one with the greedy decoder: better, equal, worse."""
    lines, centres = load_lines("train", GLYPH_LINES), load_centres("train", GLYPH_LINES)
    return {
        "language": TextRecognizer.load(backend="int8", decoder="language"),
        "float": TextRecognizer.load(),
        "cropped closer": mistuned(5.6),
        "cropped wider": mistuned(8.0),
        "cropped far wider": mistuned(10.0),
        "nearest glyph": NearestGlyphReader.fit(lines, centres),
    }


def measure_regression(*, seed: int = 0, limit: int | None = None) -> dict[str, Any]:
    """Make the bank, judge all upgrades on it and on all lines, and the rates of the verdicts.

    Args:
        seed: Of all draws.
        limit: Lines of the test split; all where None.

    Returns:
        The payload of the record.
    """
    reader = TextRecognizer.load(backend="int8")
    items = read_sample(split=SPLIT, kind="line", limit=limit)
    old = evaluate(reader, items, features={"slant": slant_of})["line"]
    bank = make_bank(old, digest=reader.bundle.digest, backend="int8")
    inside = {item.id for item in bank.items}
    old_right = rights([reader], items)[0]
    judged = {}
    for name, candidate in upgrades().items():
        new = evaluate(candidate, items)["line"]
        new_right = np.array([not each.counts.errors for each in new.results])
        parts = [
            replace(each, results=tuple(r for r in each.results if r.id in inside))
            for each in (old, new)
        ]
        judged[name] = {
            "cer": new.counts.cer,
            "all": compare_upgrade(old, new).to_dict(),
            "bank": compare_upgrade(parts[0], parts[1]).to_dict(),
            "refused": {
                str(size): upgrade_rates(old_right, new_right, lines=size, seed=seed)[0].worse
                for size in SIZES
                if size <= len(items)
            },
            "verdicts": [asdict(each) for each in upgrade_rates(old_right, new_right, seed=seed)],
        }
    equal = rights([JitteredReader(reader, each) for each in range(EQUALS)], items)
    return {
        "split": SPLIT,
        "lines": len(items),
        "cer": old.counts.cer,
        "right": int(old_right.sum()),
        "bank": bank.to_dict(),
        "upgrades": judged,
        "equal": [asdict(each) for each in equal_reader_rates(equal, seed=seed)],
        "losses": [asdict(each) for each in line_losses(reader, items)[:12]],
        "hard_slices": [each.to_dict() for each in hard_slices(old)],
    }
