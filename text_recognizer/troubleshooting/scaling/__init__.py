"""More data, bigger models, cleaner labels, pretrained weights: what each buys, measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from text_recognizer.core.lazy import lazy_names

if TYPE_CHECKING:
    from text_recognizer.troubleshooting.scaling.letters import Letters, load_letters
    from text_recognizer.troubleshooting.scaling.noise import Mislabel
    from text_recognizer.troubleshooting.scaling.recipe import Recipe
    from text_recognizer.troubleshooting.scaling.rerun import recheck
    from text_recognizer.troubleshooting.scaling.study import Study, read_study, run_study
    from text_recognizer.troubleshooting.scaling.training import train
    from text_recognizer.troubleshooting.scaling.verdicts import (
        compare_pairs,
        diagnose,
        seed_interval,
    )

__all__ = [
    "Letters",
    "Mislabel",
    "Recipe",
    "Study",
    "compare_pairs",
    "diagnose",
    "load_letters",
    "read_study",
    "recheck",
    "run_study",
    "seed_interval",
    "train",
]

_HOME = {
    "Letters": "letters",
    "Mislabel": "noise",
    "Recipe": "recipe",
    "Study": "study",
    "compare_pairs": "verdicts",
    "diagnose": "verdicts",
    "load_letters": "letters",
    "read_study": "study",
    "recheck": "rerun",
    "run_study": "study",
    "seed_interval": "verdicts",
    "train": "training",
}
__getattr__, __dir__ = lazy_names(__name__, _HOME)
