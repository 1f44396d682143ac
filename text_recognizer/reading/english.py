"""The English that ships: a character model of prose, and a beam search that listens to it.

The model is made by ``data/text/language.py``; see ``artifacts/language/LICENSE.md`` for its text.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import ConfigError
from text_recognizer.reading.decode import FrameSpan, beam
from text_recognizer.reading.language import CharacterLanguage

PATH = Path(__file__).resolve().parents[1] / "artifacts" / "language" / "english.npz"

# Chosen on rendered lines of held-out prose, and on real lines of other writers (French, with a
# model of French): the error was lowest between 0.35 and 0.5, and flat there.
WEIGHT = 0.4
BONUS = 0.75
# Wider beams and lower floors gained 0.2 points of CER and cost four times the time.
WIDTH = 8
FLOOR = -5.0
MARGIN = 8.0


@cache
def english() -> CharacterLanguage:
    """The character model of English prose, read once.

    Raises:
        ParseError: If the file is missing or damaged.

    Example:
        >>> english().bits_per_character("weather") < english().bits_per_character("waether")
        True
    """
    return CharacterLanguage.load(PATH)


def language_beam(log_probs: NDArray[Any], charset: Charset) -> list[FrameSpan]:
    """Decode by beam search with the English model: better on English, worse on other languages.

    Args:
        log_probs: (T, C) log-probabilities, C = ``len(charset)``.
        charset: The charset of the reader.

    Returns:
        One span per character.

    Raises:
        ConfigError: If the charset is not the model's.
        InputError: If ``log_probs`` is no lattice over it.

    Example:
        >>> import numpy as np
        >>> language_beam(np.zeros((0, 96)), Charset.english())
        []
    """
    language = english()
    if charset != language.charset:
        raise ConfigError(
            f"the English model has the {len(language.charset.characters)} characters of "
            f"Charset.english(); received a charset of {len(charset.characters)}; train a "
            "CharacterLanguage on it and pass functools.partial(beam, language=...)"
        )
    return beam(
        log_probs,
        charset,
        width=WIDTH,
        language=language,
        weight=WEIGHT,
        bonus=BONUS,
        floor=FLOOR,
        margin=MARGIN,
    )
