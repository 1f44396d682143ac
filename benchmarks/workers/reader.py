"""Read pages with the course's reader: ``reader.py BUNDLE BACKEND DECODER IMAGE...``."""

from __future__ import annotations

import sys
import time

from benchmarks.workers.gauge import one_core, peak_megabytes, report


def main() -> None:
    """Read each image once, after one that warms up; report texts, CPU seconds and memory."""
    one_core()
    import cv2

    from text_recognizer import TextRecognizer

    cv2.setNumThreads(1)
    bundle, backend, decoder, *paths = sys.argv[1:]
    reader = TextRecognizer.load(bundle or None, backend=backend, decoder=decoder)
    if backend == "torch":
        import torch

        torch.set_num_threads(1)
    reader.read(paths[0])
    texts, seconds = [], []
    for path in paths:
        start = time.process_time()
        texts.append(reader.read(path).text)
        seconds.append(time.process_time() - start)
    report(texts=texts, seconds=seconds, megabytes=peak_megabytes())


if __name__ == "__main__":
    main()
