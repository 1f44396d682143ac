"""One stage of the pipeline: ``python -m text_recognizer.pipeline STAGE``, as data/dvc.yaml does.

Exit status: 0 all well; 1 the data failed a check; 2 wrong usage, or a typed error in one line.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from text_recognizer.core.errors import TextRecognizerError
from text_recognizer.pipeline import files
from text_recognizer.pipeline.params import Params
from text_recognizer.sources.paths import data_dir


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one stage.

    Args:
        arguments: Words after the program's name; those of the process where None.

    Returns:
        The exit status, see the module.

    Raises:
        SystemExit: From argparse, for ``--help`` and wrong usage.
    """
    parser = argparse.ArgumentParser(prog="python -m text_recognizer.pipeline", allow_abbrev=False)
    parser.description = "Run one stage of data/dvc.yaml."
    parser.add_argument("stage", choices=sorted(STAGES))
    parser.add_argument("--params", type=Path, help="YAML file (default: data/params.yaml)")
    parser.add_argument("--folder", type=Path, help="of the results (default: data/pipeline)")
    parser.add_argument(
        "--work", type=Path, default=Path("build/pipeline"), help="of checkpoints (%(default)s)"
    )
    options = parser.parse_args(arguments)
    try:
        params = Params.read(options.params or data_dir() / "params.yaml")
        folder = options.folder or data_dir() / "pipeline"
        folder.mkdir(parents=True, exist_ok=True)
        return STAGES[options.stage](params, folder, options.work)
    except TextRecognizerError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; the same command goes on from the last checkpoint", file=sys.stderr)
        return 130


def _fonts(params: Params, folder: Path, work: Path) -> int:
    from text_recognizer.pipeline.fonts import font_inventory

    found = font_inventory(data_dir() / "fonts")
    files.write_json(folder / files.FONTS, found)
    print(f"{found['count']} font families are installed as pinned")
    return 0


def _validate(params: Params, folder: Path, work: Path) -> int:
    from text_recognizer.pipeline.validate import validate_sample

    results = validate_sample(data_dir() / "sample", params.validate)
    passed = all(result.passed for result in results)
    report = {"passed": passed, "checks": [asdict(result) for result in results]}
    files.write_json(folder / files.VALIDATION, report)
    for result in results:
        print(result)
    return 0 if passed else 1


def _train(params: Params, folder: Path, work: Path) -> int:
    from text_recognizer.pipeline.train import train_bundle

    report = train_bundle(params.train, folder, work, quiet=not sys.stderr.isatty())
    if not report:
        return 0
    again = f", resumed at step {report['resumed']}" if report["resumed"] else ""
    print(f"trained {report['preset']} for {report['steps']} steps{again}: {report['digest'][:12]}")
    return 0


def _evaluate(params: Params, folder: Path, work: Path) -> int:
    from text_recognizer.pipeline.evaluate import evaluate_bundle

    metrics = evaluate_bundle(folder / files.TRAINED, params.evaluate)
    files.write_json(folder / files.METRICS, metrics)
    lines = metrics["lines"]
    interval = f" ({lines['cer_low']} to {lines['cer_high']})" if "cer_low" in lines else ""
    print(f"CER {lines['cer']}{interval} on {lines['count']} lines of {metrics['split']}")
    return 0


def _export(params: Params, folder: Path, work: Path) -> int:
    from text_recognizer.pipeline.export import release

    report = release(folder)
    print(f"bundle {report['digest']} ({report['bytes'] / 1e6:.2f} MB)")
    return 0


STAGES: dict[str, Callable[[Params, Path, Path], int]] = {
    "fonts": _fonts,
    "validate": _validate,
    "train": _train,
    "evaluate": _evaluate,
    "export": _export,
}

if __name__ == "__main__":
    sys.exit(main())
