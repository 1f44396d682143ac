"""The readers side by side: ours, and those of others where they are installed."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.figures import number
from benchmarks.pages import PageSet
from benchmarks.process import WorkerError, run, work
from text_recognizer.core.charset import Charset
from text_recognizer.core.scores import count_errors

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
            number(self.seconds),
            f"x{number(self.seconds / base.seconds)}",
            number(self.megabytes),
            f"x{number(self.megabytes / base.megabytes)}",
            f"{self.cer:.3f}",
            f"x{number(self.cer / base.cer)}" if base.cer else "",
        ]


HEAD = ("pages", "reader", "CPU s", "ratio", "MB", "ratio", "CER", "ratio")

Runner = Callable[[PageSet], "tuple[list[str], list[float], float]"]


def readers(*, bundle: str = "", peer_python: str = "") -> tuple[dict[str, Runner], list[str]]:
    """The readers that can run here.

    Args:
        bundle: Folder of our bundle; empty for the one that ships.
        peer_python: An interpreter that has RapidOCR; empty for this one.

    Returns:
        Readers by name, ours first; and a line for each that is absent.
    """
    found: dict[str, Runner] = {
        "ours (onnx)": lambda pages: _worked("reader", bundle, "onnx", *pages.paths),
        "ours (torch)": lambda pages: _worked("reader", bundle, "torch", *pages.paths),
    }
    absent = []
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
        cer=count_errors(_plain(pages.texts), _plain(texts)).cer,
    )


def _plain(texts: list[str] | tuple[str, ...]) -> list[str]:
    """Quotes, dashes and accents in ASCII, white space one class, on both sides alike."""
    charset = Charset.english()
    return [charset.normalize(text) for text in texts]


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
