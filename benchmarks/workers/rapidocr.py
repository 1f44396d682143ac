"""Read pages with RapidOCR: ``rapidocr.py IMAGE...``; needs no package of the course."""

from __future__ import annotations

import sys
import time
from importlib import import_module
from typing import Any

from benchmarks.workers.gauge import one_core, peak_megabytes, report


def engine() -> Any:
    """RapidOCR with one thread, under either of its package names."""
    try:
        package = import_module("rapidocr_onnxruntime")
    except ImportError:
        package = import_module("rapidocr")
        return package.RapidOCR(params={"EngineConfig.onnxruntime.intra_op_num_threads": 1})
    return package.RapidOCR(intra_op_num_threads=1)


def lines_of(result: Any) -> list[str]:
    """The texts of either package's result."""
    if hasattr(result, "txts"):
        return list(result.txts or ())
    found, _ = result
    return [entry[1] for entry in found or ()]


def main() -> None:
    """Read each image once, after one that warms up; report texts, CPU seconds and memory."""
    one_core()
    read = engine()
    paths = sys.argv[1:]
    read(paths[0])
    texts, seconds = [], []
    for path in paths:
        start = time.process_time()
        texts.append("\n".join(lines_of(read(path))))
        seconds.append(time.process_time() - start)
    report(texts=texts, seconds=seconds, megabytes=peak_megabytes())


if __name__ == "__main__":
    main()
