"""Stage ``evaluate``: error rates of the trained bundle, with intervals over writers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from text_recognizer.pipeline.params import EvaluateParams

_DIGITS = 5


def evaluate_bundle(bundle: Path, params: EvaluateParams) -> dict[str, Any]:
    """Read lines of the sample and count the errors.

    Nothing in the result depends on how fast the machine is: the same bundle gives the same file.

    Args:
        bundle: folder of the bundle.
        params: what it is measured on.

    Returns:
        ``lines``: rates as fractions, ``cer`` and ``wer`` with ``_low`` and ``_high`` of the 95 %
        interval (absent where there is one writer only), and the ``count`` of lines, ``writers``
        and ``characters``; ``split``; and the ``digest`` of the bundle.

    Raises:
        BundleError: if the bundle is damaged.
        DataError: if the sample is.
    """
    from text_recognizer.reading.recognizer import TextRecognizer
    from text_recognizer.testing.evaluate import evaluate
    from text_recognizer.testing.labels import read_sample

    reader = TextRecognizer.load(str(bundle), backend="onnx", threads=1)
    items = read_sample(split=params.split, kind="line", limit=params.limit)
    result = evaluate(reader, items)["line"]
    lines: dict[str, Any] = {
        "count": len(result.results),
        "writers": result.writers,
        "characters": result.counts.characters,
    }
    for name, value in (("cer", result.counts.cer), ("wer", result.counts.wer)):
        lines[name] = round(value, _DIGITS)
        if interval := result.interval(name):
            lines[f"{name}_low"] = round(interval.low, _DIGITS)
            lines[f"{name}_high"] = round(interval.high, _DIGITS)
    return {"split": params.split, "digest": reader.bundle.digest, "lines": lines}
