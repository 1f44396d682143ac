"""Render lines: ``renderer.py COUNT``."""

from __future__ import annotations

import sys
import time

from benchmarks.workers.gauge import one_core, peak_megabytes, report


def main() -> None:
    """Report lines per CPU second, after a few that warm up the glyph cache."""
    one_core()
    import cv2
    import numpy as np

    from text_recognizer.sources.fonts import font_families
    from text_recognizer.sources.paths import data_dir
    from text_recognizer.sources.render import Renderer
    from text_recognizer.sources.text import TextSource

    cv2.setNumThreads(1)
    count = int(sys.argv[1])
    renderer = Renderer(font_families(data_dir() / "fonts"))
    rng = np.random.default_rng(0)
    texts = [TextSource().line(rng) for _ in range(2 * count)]
    for seed, text in enumerate(texts[:count]):
        renderer.line(text, seed=seed)
    start = time.process_time()
    for seed, text in enumerate(texts[count:], start=count):
        renderer.line(text, seed=seed)
    report(rate=count / (time.process_time() - start), megabytes=peak_megabytes())


if __name__ == "__main__":
    main()
