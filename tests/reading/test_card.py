"""The card says what was measured, and says so where nothing was."""

from __future__ import annotations

from dataclasses import replace

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
    "use": {"intended": ["Letters."], "not": ["Cheques."]},
    "slices": {
        "notes": [
            {"group": "characters", "name": "digits", "images": 9, "characters": 70, "cer": 0.5},
            {
                "group": "length",
                "name": "000-019",
                "images": 3,
                "characters": 40,
                "cer": 0.1,
                "low": 0.05,
                "high": 0.2,
            },
        ]
    },
    "calibration": {
        "fitted_on": "drawn lines",
        "sets": {"notes": {"character": [0.1, 0.02], "line": [0.2, 0.03]}},
        "bins_of": "notes",
        "bins": {
            "character": [
                {"low": 0.9, "high": 1.0, "part": 0.75, "confidence": 0.97, "right": 0.95}
            ]
        },
    },
    "variants": [
        {"name": "greedy", "set": "notes", "cer": 0.25, "low": 0.2, "high": 0.3},
        {
            "name": "int8",
            "set": "notes",
            "cer": 0.26,
            "difference": [0.01, -0.002, 0.02],
            "milliseconds": 4.5,
        },
    ],
    "ablations": [
        {"name": "A", "what": "no real lines", "steps": 4000, "cer": {"notes": [0.3, 0.25, 0.35]}},
        {"name": "B", "what": "one font", "steps": 4000, "cer": {"letters": [0.9, 0.8, 0.95]}},
    ],
    "figures": {"reliability": "reliability.png", "failures": "failures.png"},
}


def card(metrics):
    return write_card(metrics, digest="0a" * 32, characters="ab ", height=48)


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
        "Meant for:\n\n- Letters.\n\nNot meant for:\n\n- Cheques.",
        "| characters | digits | 9 | 70 | 0.500 | not measured |",
        "| length | 000-019 | 3 | 40 | 0.100 | 0.050 to 0.200 |",
        "Fitted on drawn lines.",
        "| notes | 0.100 | 0.020 | 0.200 | 0.030 |",
        "| 0.9 to 1.0 | 75.0% | 0.970 | 0.950 |",
        "| greedy | notes | 0.250 | 0.200 to 0.300 |  | not measured |",
        "| int8 | notes | 0.260 | not measured | +0.0100 (-0.0020 to +0.0200) | 4.5 |",
        "| A | no real lines | 4,000 | 0.300 (0.250 to 0.350) |  |",
        "| B | one font | 4,000 |  | 0.900 (0.800 to 0.950) |",
        "](reliability.png)",
        "](failures.png)",
    ],
)
def test_each_measurement_has_its_place(part):
    assert part in card(METRICS)


def test_what_was_not_measured_is_called_so():
    text = card({})
    assert "## Quality\n\nNot measured." in text
    assert "## Data\n\nNot stated." in text
    for title in ("Use", "Slices", "Confidence", "Variants", "Ablations", "Failures"):
        assert f"## {title}" not in text


def test_the_pictures_of_the_card_travel_with_the_bundle(own_bundle, tmp_path):
    (own_bundle / "failures.png").write_bytes(b"a picture")
    bundle = replace(Bundle.load(own_bundle), metrics={"figures": METRICS["figures"]})
    bundle.save(own_bundle)
    copy = Bundle.load(own_bundle).save(tmp_path / "copy")
    assert (copy.folder / "failures.png").read_bytes() == b"a picture"
    assert not (copy.folder / "reliability.png").exists()
    assert "](failures.png)" in (copy.folder / "card.md").read_text()
