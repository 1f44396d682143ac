"""The readers side by side: ours, and those of others where they are installed."""

from __future__ import annotations

import functools
import importlib.util
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.figures import number
from benchmarks.pages import PageSet
from benchmarks.process import WorkerError, run, work
from text_recognizer.core.charset import Charset
from text_recognizer.core.scores import count_errors
from text_recognizer.reading.bundle import INT8, Bundle
from text_recognizer.reading.recognizer import DECODERS

#: The pages of the issue have nine lines; other counts are brought to nine.
LINES = 9


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One reader on one set.

    Attributes:
        reader: its name.
        pages: name of the set.
        seconds: CPU seconds for nine lines.
        megabytes: largest resident memory.
        cer: errors per character of the truth.
    """

    reader: str
    pages: str
    seconds: float
    megabytes: float
    cer: float

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return asdict(self)

    def row(self, base: Outcome) -> list[str]:
        """The cells of its row, with ratios to another."""
        return [
            self.pages,
            self.reader,
            f"{self.cer:.3f}",
            f"x{number(self.cer / base.cer)}" if base.cer else "",
            number(self.seconds),
            f"x{number(self.seconds / base.seconds)}",
            number(self.megabytes),
            f"x{number(self.megabytes / base.megabytes)}",
        ]


HEAD = ("pages", "reader", "CER", "ratio", "CPU s", "ratio", "MB", "ratio")
#: The reader that the others are compared with.
BASE = "ours (onnx)"

Runner = Callable[[PageSet], "tuple[list[str], list[float], float]"]


def readers(*, bundle: str = "", peer_python: str = "") -> tuple[dict[str, Runner], list[str]]:
    """The readers that can run here.

    Args:
        bundle: Folder of our bundle; empty for the one that ships.
        peer_python: An interpreter that has RapidOCR; empty for this one.

    Returns:
        Readers by name, ours first; and a line for each that is absent.
    """
    found, absent = _ours(bundle)
    if shutil.which("tesseract"):
        found["Tesseract"] = _tesseract
    else:
        absent.append("Tesseract: not installed (Debian: apt install tesseract-ocr)")
    here = any(importlib.util.find_spec(n) for n in ("rapidocr_onnxruntime", "rapidocr"))
    if here or peer_python:
        python = peer_python or sys.executable
        found["RapidOCR"] = lambda pages: _worked("rapidocr", *pages.paths, python=python)
    else:
        absent.append(
            "RapidOCR: not installed (pip install rapidocr-onnxruntime, or --peer-python)"
        )
    return found, absent


def _ours(bundle: str) -> tuple[dict[str, Runner], list[str]]:
    """The backends of our reader, and the decoder that knows English."""
    wanted = {
        BASE: ("onnx", "greedy"),
        "ours (int8)": ("int8", "greedy"),
        "ours (torch)": ("torch", "greedy"),
        "ours (language)": ("onnx", "language"),
    }
    absent = []
    if INT8 not in Bundle.load(bundle or None).files:
        del wanted["ours (int8)"]
        absent.append("ours (int8): not in the bundle (text-recognizer export --int8 makes it)")
    if "language" not in DECODERS:
        del wanted["ours (language)"]
        absent.append("ours (language): this version has no such decoder")
    return {
        name: functools.partial(_read, bundle, backend, decoder)
        for name, (backend, decoder) in wanted.items()
    }, absent


def _read(
    bundle: str, backend: str, decoder: str, pages: PageSet
) -> tuple[list[str], list[float], float]:
    return _worked("reader", bundle, backend, decoder, *pages.paths)


def measure(name: str, runner: Runner, pages: PageSet) -> Outcome:
    """Let one reader read one set.

    Raises:
        WorkerError: If it fails, or leaves out a page.
    """
    texts, seconds, megabytes = runner(pages)
    if len(texts) != len(pages.texts):
        raise WorkerError(f"{name} gave {len(texts)} texts for {len(pages.texts)} pages")
    return Outcome(
        reader=name,
        pages=pages.name,
        seconds=sum(seconds) / pages.lines * LINES,
        megabytes=megabytes,
        cer=character_error(pages.texts, texts),
    )


def character_error(truths: Sequence[str], texts: Sequence[str]) -> float:
    """Errors per character of the truth.

    Quotes, dashes and accents are brought to ASCII and white space is one class, on both sides.

    Args:
        truths: What is written.
        texts: What was read, in the same order.
    """
    charset = Charset.english()
    plain = [[charset.normalize(text) for text in each] for each in (truths, texts)]
    return count_errors(*plain).cer


def _worked(
    worker: str, *words: Any, python: str = sys.executable
) -> tuple[list[str], list[float], float]:
    result = work(worker, *words, python=python)
    return result["texts"], result["seconds"], result["megabytes"]


def _tesseract(pages: PageSet) -> tuple[list[str], list[float], float]:
    """One process per page, as it is used; it takes about a tenth of a second to start."""
    usages = [run(["tesseract", path, "-", "--psm", "6", "-l", "eng"]) for path in pages.paths]
    texts = [usage.output.strip() for usage in usages]
    return texts, [usage.cpu for usage in usages], max(usage.megabytes for usage in usages)
