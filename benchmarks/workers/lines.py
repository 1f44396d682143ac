"""Read many lines in one call: ``lines.py BUNDLE BACKEND THREADS COUNT``."""

from __future__ import annotations

import sys
import time

from benchmarks.workers.gauge import peak_megabytes, report


def main() -> None:
    """Report lines, seconds that passed, CPU seconds and memory, after a call that warms up."""
    import cv2

    from text_recognizer import TextRecognizer
    from text_recognizer.data.sample import load_lines

    bundle, backend, threads, count = sys.argv[1:]
    cv2.setNumThreads(1)
    reader = TextRecognizer.load(bundle or None, backend=backend, threads=int(threads))
    lines = [sample.image for sample in load_lines("test", limit=int(count))]
    reader.read_lines(lines[:32])
    start, used = time.perf_counter(), time.process_time()
    readings = reader.read_lines(lines)
    wall, cpu = time.perf_counter() - start, time.process_time() - used
    report(lines=len(readings), wall=wall, cpu=cpu, megabytes=peak_megabytes())


if __name__ == "__main__":
    main()
