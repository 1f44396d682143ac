"""The suite that the bug bench rates."""

from __future__ import annotations

from text_recognizer.testing.bench.entry import SuiteTest

__all__ = ["SUITE"]

_HERE = "text_recognizer.testing.suite"
#: A tenth of the tries of each property: the bench runs these files on every variant.
_QUICK = "--hypothesis-profile=quick"
#: rapidfuzz is a witness already, and jiwer a slow one.
_SCORES = f"tests/core/test_scores.py {_QUICK} -k 'not jiwer'"
#: A test that looks at the clock would raise false alarms on a busy machine.
_DECODE = f"tests/reading/test_decode.py {_QUICK} -k 'not milliseconds'"


def _unit(name: str, run: str, what: str) -> SuiteTest:
    return SuiteTest(name=name, kind="unit", run=run, what=what)


def _check(name: str, kind: str, place: str, what: str) -> SuiteTest:
    return SuiteTest(name=name, kind=kind, run=f"{_HERE}.{place}", what=what, seconds=30.0)


SUITE: tuple[SuiteTest, ...] = (
    _unit("unit scores", f"pytest:{_SCORES}", "error counts and rates"),
    _unit("unit decoding", f"pytest:{_DECODE}", "greedy and beam search"),
    _unit(
        "examples statistics",
        "doctest:text_recognizer.stats.compare",
        "examples of intervals and paired tests",
    ),
    _unit("examples charset", "doctest:text_recognizer.core.charset", "the charset's examples"),
    _unit("examples CTC", "doctest:text_recognizer.reading.ctc", "examples of paths and texts"),
    _unit(
        "examples calibration",
        "doctest:text_recognizer.reading.calibration",
        "examples of calibrated confidences",
    ),
    _check(
        "round trips",
        "property",
        "invariance:check_round_trips",
        "a text survives ids and paths",
    ),
    _check("company", "property", "invariance:check_company", "a line alone and in company"),
    _check("padding", "property", "invariance:check_padding", "paper at the right costs no loss"),
    _check("ink turned", "property", "invariance:check_ink_turned", "a negative has the same ink"),
    _check("ink parity", "data", "feed:check_ink_parity", "training and serving make equal ink"),
    _check("labels agree", "data", "feed:check_labels_agree", "the reader finds what labels say"),
    _check("leak found", "data", "feed:check_leak_found", "planted leaks are seen"),
    _check("splits apart", "data", "feed:check_splits_apart", "no line is trained and judged on"),
    _check("first loss", "training", "gradients:check_first_loss", "that of an even guess"),
    _check(
        "parameters learn",
        "training",
        "gradients:check_parameters_learn",
        "each gets a gradient and moves",
    ),
    _check("rows apart", "training", "gradients:check_rows_apart", "gradients keep to their line"),
    _check("repeatable", "training", "gradients:check_repeatable", "one seed, equal losses"),
    _check("steps to a loss", "training", "memorise:check_steps", "a loss of 10 within 11 steps"),
    _check("memorisation", "training", "memorise:check_memorises", "eight lines known by heart"),
    _check("golden lines", "model", "shipped:check_golden_lines", "the shipped reader reads them"),
    _check("backends agree", "model", "shipped:check_backends_agree", "torch and ONNX are one"),
    _check(
        "confidence order",
        "model",
        "shipped:check_confidence_order",
        "whoever is surer is better",
    ),
    _check("same twice", "model", "useless:check_same_twice", "a line read twice reads the same"),
    _check("latency", "speed", "latency:check_latency", "reading within a budget of products"),
)
"""The tests, cheap ones and costly ones, in no particular order of worth."""
