"""Read one page of the embedded sample and print what was read: part of `make lab`.

A failure here is told in a line and does not keep JupyterLab from opening.
"""

from __future__ import annotations

import sys
import time

#: A page in the hand whose error came closest to that of the whole test split when this was
#: written. Seed 0 would give the first page of the file, which is in the easiest hand.
SEED = 1


def read_first_page() -> str:
    """Read a page of the test split with the reader that ships.

    Returns:
        What was read and how sure the reader is, as lines for the terminal.

    Raises:
        TextRecognizerError: If the sample or the reader is missing or damaged.
    """
    from text_recognizer.core.scores import count_errors
    from text_recognizer.data.sample import load_paragraphs
    from text_recognizer.reading.recognizer import TextRecognizer

    sample = load_paragraphs("test", limit=1, seed=SEED)[0]
    reader = TextRecognizer.load()
    started = time.perf_counter()
    reading = reader.read(sample.image)
    seconds = time.perf_counter() - started
    wrong = count_errors([sample.text], [reading.text])
    return "\n".join(
        [
            f"A page in a hand held back from training ({sample.writer}), and what is read:",
            "",
            *(f"    {one.confidence:4.0%}  {one.text}" for one in reading.lines),
            "",
            f"Confidence {reading.confidence:.0%}, {wrong.cer:.1%} of the characters wrong, "
            f"{seconds:.1f} s.",
            "One page says little. The card of the reader states the error over all hands:",
            "text_recognizer/artifacts/reader/card.md",
        ]
    )


def main() -> int:
    """Print the reading, or why there is none."""
    try:
        print(read_first_page())
    except Exception as error:  # whatever it is, the labs must still open
        print(f"The first page could not be read: {type(error).__name__}: {error}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
