"""Stage ``train``: a bundle from a preset and the sample, going on where it was killed.

DVC empties the outputs of a stage before it runs it. So checkpoints lie in a folder of their own,
named after all that decides the training: the same training goes on from them, another one never
does, and they go when the bundle is written.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from text_recognizer.data.sample import sample_manifest
from text_recognizer.pipeline.files import LOSS, TRAINED, TRAINING, write_json
from text_recognizer.pipeline.machine import machine
from text_recognizer.pipeline.params import TrainParams

if TYPE_CHECKING:
    from text_recognizer.training.config import TrainConfig


def train_bundle(
    params: TrainParams, folder: Path, work: Path, *, quiet: bool = True
) -> dict[str, Any]:
    """Train, and write the bundle, its report and its loss.

    Args:
        params: what is trained.
        folder: gets ``trained/``, ``training.json`` and ``loss.csv``.
        work: where checkpoints and logs of a training that is under way lie.
        quiet: no progress bar.

    Returns:
        What ``training.json`` says: the settings asked for, ``steps`` done, ``resumed`` (the step
        that a checkpoint was taken up at, 0 for none: a resumed training meets other lines and
        gives other weights), the validation error, and the machine. Nothing in the further
        processes of a training on several devices, which write nothing either.

    Raises:
        ConfigError: if the preset or a setting is unknown or out of range.
        DataError: if there is nothing to train on, or a checkpoint is damaged.
    """
    config = configure(params)
    run = work / f"train-{fingerprint(config)}"
    config = replace(config, out=str(run))
    from text_recognizer.training.processes import is_first, on_gpu
    from text_recognizer.training.run import fit, write_bundle

    resumed = _steps_saved(run)
    module = fit(config, quiet=quiet)
    if not is_first():
        return {}
    shutil.rmtree(folder / TRAINED, ignore_errors=True)
    bundle = write_bundle(module, folder / TRAINED)
    report = {
        "preset": params.preset,
        "seed": params.seed,
        "settings": dict(flat(params.settings)),
        "real": bool(params.real),
        "steps": config.steps,
        "resumed": resumed,
        "digest": bundle.digest,
        "machine": machine(gpu=on_gpu(config)),
        **bundle.metrics,
    }
    _write_loss(run, folder / LOSS)
    write_json(folder / TRAINING, report)
    shutil.rmtree(run)
    return report


def configure(params: TrainParams) -> TrainConfig:
    """The settings of a training: a preset with changes.

    Args:
        params: what is trained.

    Raises:
        ConfigError: if the preset or a setting is unknown or out of range.

    Example:
        >>> configure(TrainParams(settings={"steps": 5, "model": {"features": 16}})).steps
        5
    """
    from text_recognizer.training.config import preset
    from text_recognizer.training.overrides import override

    changes = [f"{name}={json.dumps(value)}" for name, value in flat(params.settings)]
    config = override(preset(params.preset), changes)
    return replace(config, seed=params.seed, real=params.real or config.real)


def flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Names with dots and their values, from mappings within mappings.

    Args:
        settings: such as ``{"model": {"features": 16}}``.
        prefix: what the names start with.

    Example:
        >>> list(flat({"steps": 5, "model": {"features": 16}}))
        [('steps', 5), ('model.features', 16)]
    """
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def fingerprint(config: TrainConfig) -> str:
    """Twelve hex digits of all that decides a training: settings, the sample, real lines.

    Args:
        config: the settings; where its files go does not count.
    """
    content: dict[str, Any] = {**asdict(config), "out": ""}
    content["sample"] = [entry.content for entry in sample_manifest().files]
    labels = Path(config.real) / "labels.jsonl"
    if config.real and labels.is_file():
        content["labels"] = sha256(labels.read_bytes()).hexdigest()
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def _steps_saved(run: Path) -> int:
    """The step of the checkpoint that a training goes on from, 0 where there is none.

    Lightning writes ``step=N.ckpt`` and then ``last.ckpt``; one that was killed in between, the
    first time, has the former only.
    """
    last, numbered = run / "last.ckpt", sorted(run.glob("step=*.ckpt"))
    if not last.exists() and numbered:
        shutil.copy(numbered[-1], run / "copy")
        (run / "copy").replace(last)
    if not last.exists():
        return 0
    import torch

    try:
        return int(torch.load(last, map_location="cpu", weights_only=True)["global_step"])
    except Exception:  # a damaged file: fit says what to do about it
        return 0


def _write_loss(run: Path, path: Path) -> None:
    """The loss by step, of all parts of a training that was resumed."""
    losses: dict[int, str] = {}
    for log in sorted(run.glob("csv/**/metrics.csv"), key=lambda each: each.stat().st_mtime):
        with log.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row.get("train/ctc")]
        losses |= {int(row["step"]) + 1: row["train/ctc"] for row in rows}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["step", "loss"])
        writer.writerows(sorted(losses.items()))
