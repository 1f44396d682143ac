"""Measure the shipped bundle, calibrate it, and write what was found into its card.

    python scripts/card.py [--handwriting FOLDER] [--facts FACTS.json] [--bundle FOLDER]

One command does all: it fits the calibration to the embedded sample's val split, measures the
sample and the real sets that FOLDER has (csafe-dev, copiste, stanford), slices, confidences and
variants (int8, language model) where they exist, draws the figures, and writes bundle.json, card.md
and data/CARD.md. A set that is absent keeps what the card said of it, marked as measured earlier.

FACTS.json holds what cannot be measured: summary, licence, use, data, training, limits. What it
leaves out stays as the bundle has it. Ablations are read from artifacts/ablations.json.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import data_card
from reliability_figure import draw_reliability

from text_recognizer import TextRecognizer
from text_recognizer.core.errors import TextRecognizerError
from text_recognizer.core.readings import Reader
from text_recognizer.data.sample import load_paragraphs
from text_recognizer.reading.bundle import DEFAULT, INT8, Bundle
from text_recognizer.reading.calibration import Calibration
from text_recognizer.reading.recognizer import DECODERS
from text_recognizer.testing.confidence import STRENGTH, calibrate
from text_recognizer.testing.evaluate import Evaluation, evaluate
from text_recognizer.testing.gallery import draw_gallery, pick_failures, save_sheet
from text_recognizer.testing.labels import LabelledItem, read_folder, read_sample
from text_recognizer.testing.report import (
    calibration_entry,
    set_entry,
    slices_entry,
    variant_entry,
)
from text_recognizer.testing.slant import slant_of

SETS = {
    "csafe-dev": (None, "modern English by 20 strangers; two fixed texts, seen by no model here"),
    "copiste": ("val", "modern French, accents stripped; writers not trained on"),
    "stanford": (None, "English letters of 1905"),
}
USE = {
    "intended": [
        "Reading single lines and single-column paragraphs of modern English handwriting, dark on "
        "light paper, scanned or photographed from above, where a person can look at what matters.",
        "Searching, sorting and pre-filling: let people check the least confident lines first.",
        "Teaching: every lab of the course runs on it.",
    ],
    "not": [
        "Amounts, doses, addresses or names that nobody checks; judging, grading or identifying "
        "the person who wrote.",
        "Other scripts and languages, forms, tables, formulas, drawings, and letters from before "
        "1950: see the sets and the slices.",
    ],
}
SAMPLE = "rendered; hands not trained on"
#: Slices, bins of confidence and variants are shown of this set, where it is at hand.
SHOWN, INSTEAD = "csafe-dev, lines", "sample, lines"
#: What an English language model does to another language.
FOREIGN = "copiste, lines"
EARLIER = "measured earlier"
ABLATIONS = DEFAULT.parent / "ablations.json"
FIGURES = {"reliability": "reliability.png", "failures": "failures.png"}

Measured = dict[str, tuple[Evaluation, list[LabelledItem]]]


def main() -> None:
    """Measure, then rewrite bundle.json and the cards."""
    args = _arguments()
    started = time.perf_counter()
    bundle = Bundle.load(args.bundle)
    raw = TextRecognizer.load(args.bundle, threads=args.threads)
    raw.bundle = replace(bundle, calibration=None)
    facts = json.loads(args.facts.read_text("utf-8")) if args.facts else {}
    val = read_sample(split="val", kind="line", limit=args.limit)
    calibration = Calibration() if args.raw else calibrate(raw, val)
    print(f"calibration {calibration.to_dict()}", flush=True)
    before = bundle.metrics.get("sets", {})
    sets, measured = measure(raw, args.handwriting, before, limit=args.limit)
    shown = SHOWN if SHOWN in measured else INSTEAD
    fitted_on = (
        f"the embedded sample's val split: {len(val)} lines by {len({i.writer for i in val})} "
        f"rendered hands that were not trained on, each plain and distorted {STRENGTH:g} times as "
        "strongly as by default; no real handwriting"
    )
    lines = {name: each for name, (each, _) in measured.items() if name.endswith("lines")}
    if args.raw:
        fitted_on = "nothing: raw and calibrated are the same"
    confidence = calibration_entry(lines, calibration, bins_of=SHOWN, fitted_on=fitted_on)
    metrics = {
        **bundle.metrics,
        "use": USE,
        **facts,
        "sets": sets,
        "slices": {name: slices_entry(measured[name][0]) for name in (shown, INSTEAD)},
        "calibration": {key: confidence[key] for key in confidence if key != "bins_before"},
        "variants": variants(raw, bundle, shown, measured, args.threads),
        "ablations": _ablations(bundle.metrics),
        "speed": speed(raw),
        "figures": FIGURES,
    }
    draw_reliability(confidence, bundle.folder / FIGURES["reliability"])
    gallery(*measured[INSTEAD], bundle.folder / FIGURES["failures"])
    kept = None if args.raw else calibration
    saved = replace(bundle, metrics=metrics, calibration=kept).save(bundle.folder)
    print(f"wrote {saved.folder}/card.md (digest {saved.digest[:12]})")
    print(f"wrote {data_card.write()}")
    print(f"{time.perf_counter() - started:.0f} s")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--handwriting", type=Path)
    parser.add_argument("--facts", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--raw", action="store_true", help="keep raw confidences")
    parser.add_argument("--limit", type=int, metavar="N", help="a trial: N of each set and kind")
    return parser.parse_args()


def measure(
    reader: Reader,
    handwriting: Path | None,
    before: Mapping[str, Any],
    *,
    limit: int | None = None,
) -> tuple[dict[str, Any], Measured]:
    """The entries of all sets, and the evaluations behind them."""
    sources = {"sample": (read_sample(split="test", limit=limit), SAMPLE)}
    absent = {}
    for name, (split, note) in SETS.items():
        if handwriting and (handwriting / name).is_dir():
            sources[name] = (read_folder(handwriting / name, split=split, limit=limit), note)
        else:
            absent |= {
                key: {**old, "note": f"{note}; {EARLIER}"}
                for key, old in before.items()
                if key.startswith(f"{name},")
            }
    sets: dict[str, Any] = {}
    measured: Measured = {}
    for name, (items, note) in sources.items():
        sliced = any(key.startswith(f"{name},") for key in (SHOWN, INSTEAD))
        features = {"slant": slant_of} if sliced else None
        for kind, evaluation in evaluate(reader, items, features=features).items():
            key = f"{name}, {kind}s"
            measured[key] = (evaluation, [item for item in items if item.kind == kind])
            sets[key] = set_entry(evaluation, note)
            print(f"{key}: {sets[key]}", flush=True)
    return sets | absent, measured


def variants(
    reader: TextRecognizer, bundle: Bundle, shown: str, measured: Measured, threads: int
) -> list[dict[str, Any]]:
    """The same lines by the other forms and decoders that exist, each beside greedy."""
    entry, _ = variant_entry("onnx, greedy", shown, reader, measured[shown][1], None)
    found = [entry]
    others = [(shown, "int8", "greedy")] if INT8 in bundle.files else []
    if "language" in DECODERS:
        others += [(name, "onnx", "language") for name in (shown, FOREIGN) if name in measured]
    for name, backend, decoder in others:
        base, items = measured[name]
        try:
            other = TextRecognizer.load(
                bundle.folder, backend=backend, decoder=decoder, threads=threads
            )
            entry, _ = variant_entry(f"{backend}, {decoder}", name, other, items, base)
        except TextRecognizerError as error:
            print(f"{backend}, {decoder}: left out: {error}", flush=True)
        else:
            found.append(entry)
    for entry in found:
        print(f"{entry}", flush=True)
    return found


def speed(reader: TextRecognizer) -> dict[str, str]:
    """CPU seconds of a nine-line paragraph, and peak memory of this process."""
    nine = [page for page in load_paragraphs("test") if page.text.count("\n") == 8][:5]
    reader.read(nine[0].image)
    started = time.process_time()
    for page in nine:
        reader.read(page.image)
    seconds = (time.process_time() - started) / len(nine)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sizes = {
        f"size of {path.name}": f"{path.stat().st_size / 1e6:.1f} MB"
        for path in sorted(reader.bundle.folder.glob("*.onnx"))
    }
    return {
        "a paragraph of nine lines": f"{seconds:.2f} CPU s on one core (mean of {len(nine)})",
        "peak memory of measuring all this": f"{memory} MB",
        **sizes,
    }


def gallery(evaluation: Evaluation, items: list[LabelledItem], path: Path) -> None:
    """Draw the worst lines of the sample, which may be shown to anyone."""
    failures = pick_failures(evaluation, 10)
    if not failures:
        return
    pictures = {item.id: item for item in items}
    title = f"{len(failures)} failures among {len(items)} lines"
    images = {each.id: pictures[each.id].open() for each in failures}
    save_sheet(draw_gallery(failures, images, title=title), path)


def _ablations(metrics: Mapping[str, Any]) -> Any:
    if ABLATIONS.is_file():
        return json.loads(ABLATIONS.read_text("utf-8"))
    return metrics.get("ablations", [])


if __name__ == "__main__":
    main()
