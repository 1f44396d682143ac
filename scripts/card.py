"""Measure the shipped bundle and write what was found into its card.

    python scripts/card.py [--handwriting FOLDER] [--bundle FOLDER] [--facts FACTS.json]

The embedded sample is always measured. Where FOLDER has the real sets (csafe-dev, copiste,
stanford), they are measured too; a set that is absent keeps what the card said of it, marked as
measured earlier. FACTS.json holds what cannot be measured: summary, licence, data, training,
limits.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from text_recognizer import TextRecognizer
from text_recognizer.data.sample import load_paragraphs
from text_recognizer.reading.bundle import Bundle
from text_recognizer.testing.evaluate import Evaluation, evaluate
from text_recognizer.testing.labels import LabelledItem, read_folder, read_sample

SETS = {
    "csafe-dev": (None, "modern English by 20 strangers; two fixed texts, seen by no model here"),
    "copiste": ("val", "modern French, accents stripped; writers not trained on"),
    "stanford": (None, "English letters of 1905"),
}
EARLIER = "measured earlier"


def entry(evaluation: Evaluation, note: str) -> dict[str, Any]:
    """What the card says of one set."""
    interval = evaluation.interval("cer")
    known = {"low": round(interval.low, 4), "high": round(interval.high, 4)} if interval else {}
    return {
        "cer": round(evaluation.counts.cer, 4),
        **known,
        "wer": round(evaluation.counts.wer, 4),
        "lines": sum(result.lines for result in evaluation.results),
        "writers": evaluation.writers,
        "note": note,
    }


def measure(
    reader: TextRecognizer, name: str, items: list[LabelledItem], note: str
) -> dict[str, Any]:
    """The entries of one source, one for each kind of image in it."""
    found = {}
    for kind, evaluation in evaluate(reader, items).items():
        found[f"{name}, {kind}s"] = entry(evaluation, note)
        print(f"{name}, {kind}s: {found[f'{name}, {kind}s']}", flush=True)
    return found


def speed(reader: TextRecognizer) -> dict[str, str]:
    """CPU seconds of a nine-line paragraph on one core, and peak memory of this process."""
    nine = [page for page in load_paragraphs("test") if page.text.count("\n") == 8][:5]
    reader.read(nine[0].image)
    started = time.process_time()
    for page in nine:
        reader.read(page.image)
    seconds = (time.process_time() - started) / len(nine)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {
        "a paragraph of nine lines": f"{seconds:.2f} CPU s on one core (mean of {len(nine)})",
        "peak memory of measuring all this": f"{memory} MB",
        "size of model.onnx": f"{reader.bundle.onnx.stat().st_size / 1e6:.1f} MB",
    }


def main() -> None:
    """Measure, then rewrite bundle.json and card.md."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--handwriting", type=Path)
    parser.add_argument("--facts", type=Path)
    args = parser.parse_args()
    bundle = Bundle.load(args.bundle)
    reader = TextRecognizer.load(args.bundle, threads=1)
    before = bundle.metrics.get("sets", {})
    sets = measure(reader, "sample", read_sample(split="test"), "rendered; hands not trained on")
    for name, (split, note) in SETS.items():
        folder = args.handwriting / name if args.handwriting else Path("absent")
        if folder.is_dir():
            sets |= measure(reader, name, read_folder(folder, split=split), note)
        else:
            sets |= {
                key: {**old, "note": f"{note}; {EARLIER}"}
                for key, old in before.items()
                if key.startswith(f"{name},")
            }
    facts = json.loads(args.facts.read_text("utf-8")) if args.facts else {}
    metrics = {**bundle.metrics, **facts, "sets": sets, "speed": speed(reader)}
    saved = replace(bundle, metrics=metrics).save(bundle.folder)
    print(f"wrote {saved.folder}/card.md (digest {saved.digest[:12]})")


if __name__ == "__main__":
    main()
