"""The card says what was measured, and says so where nothing was."""

from __future__ import annotations

import pytest

from text_recognizer.reading.bundle import Bundle
from text_recognizer.reading.card import write_card

METRICS = {
    "summary": "A small reader.",
    "licence": "MIT",
    "data": [{"name": "letters", "licence": "CC-BY-4.0", "lines": 1234, "citation": "A | B"}],
    "sets": {
        "notes": {"cer": 0.25, "low": 0.2, "high": 0.3, "wer": 0.5, "lines": 168, "writers": 20},
        "letters of 1905": {"cer": 0.7, "note": "hard"},
    },
    "speed": {"a nine-line paragraph": "0.27 CPU s"},
    "limits": ["Reads no French accents."],
}


def card(bundle, metrics):
    return write_card(
        metrics,
        digest=bundle.digest,
        characters=bundle.charset.characters,
        height=bundle.preprocess.height,
    )


@pytest.mark.parametrize(
    "part",
    [
        "A small reader.",
        "licence of the weights: MIT",
        "| letters | training | 1,234 | CC-BY-4.0 | A \\| B |",
        "| notes | 168 | 20 | 0.250 | 0.200 to 0.300 | 0.500 |",
        "| letters of 1905 | not stated | not stated | 0.700 | not measured | not measured |",
        "- letters of 1905: hard",
        "- a nine-line paragraph: 0.27 CPU s",
        "- Reads no French accents.",
    ],
)
def test_each_measurement_has_its_place(tiny_bundle, part):
    assert part in card(Bundle.load(tiny_bundle), METRICS)


def test_what_was_not_measured_is_called_so(tiny_bundle):
    text = card(Bundle.load(tiny_bundle), {})
    assert "## Quality\n\nNot measured." in text
    assert "## Data\n\nNot stated." in text
