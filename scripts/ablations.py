"""Train the recipe with one thing left out at a time, and measure what that costs.

    python scripts/ablations.py --handwriting FOLDER [--steps 800] [--out build/ablations]

Short trainings from scratch on short lines, one after the other, all with the same seed: what
counts is how they differ, not how well they read. FOLDER holds copiste (its training split is the
real lines) and csafe-dev. A row that is already there is not trained again; the table goes to
text_recognizer/artifacts/ablations.json, from where scripts/card.py takes it.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from text_recognizer import TextRecognizer
from text_recognizer.data.augment import Augment
from text_recognizer.models import LineModelConfig
from text_recognizer.reading.bundle import DEFAULT
from text_recognizer.testing.evaluate import evaluate
from text_recognizer.testing.labels import read_folder
from text_recognizer.training.config import TrainConfig
from text_recognizer.training.run import fit, write_bundle

TABLE = DEFAULT.parent / "ablations.json"
SETS = {"csafe-dev": None, "copiste": "val"}
STILL = Augment(stretch=0.0, scale=0.0, slant=0.0, shift=0.0, bend=0.0, chance=0.0)
HALF = LineModelConfig(channels=(16, 32, 64), features=128)


def recipes(base: TrainConfig) -> dict[str, tuple[str, TrainConfig]]:
    """Name to what is different and the settings."""
    return {
        "the recipe": ("everything in", base),
        "no real lines": ("rendered lines only", replace(base, real="")),
        "30 families": ("30 of the fonts for training", replace(base, families=30)),
        "no prose": ("rendered text from the grammar only", replace(base, prose=0.0)),
        "steady hands": (
            "no irregular letters, no distortion of lines",
            replace(base, irregularity=0.0, augment=STILL),
        ),
        "half the width": ("channels 16, 32, 64; 128 features", replace(base, model=HALF)),
    }


def train_and_measure(name: str, what: str, config: TrainConfig, folder: Path) -> dict[str, Any]:
    """One row: CER with its 95 % interval over writers, for each set."""
    started = time.monotonic()
    module = fit(config, quiet=True)
    minutes = (time.monotonic() - started) / 60
    reader = TextRecognizer.load(write_bundle(module, Path(config.out) / "bundle").folder)
    cer = {}
    for label, split in SETS.items():
        items = read_folder(folder / label, split=split, kind="line")
        found = evaluate(reader, items)["line"]
        interval = found.interval("cer")
        bounds = (interval.low, interval.high) if interval else (float("nan"),) * 2
        cer[label if split is None else f"{label} {split}"] = [
            round(value, 4) for value in (found.counts.cer, *bounds)
        ]
    row = {"name": name, "what": what, "steps": config.steps, "minutes": round(minutes, 1)}
    return {**row, "cer": cer}


def main() -> None:
    """Train what is missing from the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--handwriting", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--steps", type=int, default=800)
    parser.add_argument("--out", type=Path, default=Path("build/ablations"))
    parser.add_argument("--table", type=Path, default=TABLE)
    args = parser.parse_args()
    base = TrainConfig(
        steps=args.steps,
        warmup=100,
        align_steps=args.steps // 2,
        longest_text=28,
        workers=0,
        validate_every=args.steps,
        checkpoint_every=args.steps,
        real=str(args.handwriting / "copiste"),
    )
    rows = json.loads(args.table.read_text("utf-8")) if args.table.exists() else []
    for name, (what, config) in recipes(base).items():
        if any((row["name"], row["steps"]) == (name, args.steps) for row in rows):
            continue
        config = replace(config, out=str(args.out / name.replace(" ", "-")))
        rows.append(train_and_measure(name, what, config, args.handwriting))
        args.table.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
        print(json.dumps(rows[-1]), flush=True)


if __name__ == "__main__":
    main()
