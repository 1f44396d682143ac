"""The bug bench: a suite of tests judges changes of the package, faulty and clean ones."""

from __future__ import annotations

from text_recognizer.core.lazy import lazy_names

__all__ = [
    "BackgroundBench",
    "Patch",
    "Rates",
    "SuiteTest",
    "Table",
    "Variant",
    "Verdict",
    "load_bank",
    "load_table",
    "part",
    "run_bench",
    "variants",
]

_HOME = {
    "BackgroundBench": "background",
    "Patch": "patches",
    "Rates": "table",
    "SuiteTest": "entry",
    "Table": "table",
    "Variant": "patches",
    "Verdict": "entry",
    "load_bank": "patches",
    "load_table": "store",
    "part": "patches",
    "run_bench": "run",
    "variants": "patches",
}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
