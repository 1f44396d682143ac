"""The package's front door: eight names, loaded on first use."""

from __future__ import annotations

import subprocess
import sys

import pytest

import text_recognizer
import text_recognizer.core
import text_recognizer.stats
import text_recognizer.testing

PACKAGES = [text_recognizer, text_recognizer.core, text_recognizer.stats, text_recognizer.testing]
HEAVY = ("numpy", "PIL", "torch", "onnxruntime", "scipy", "cv2", "lightning", "gradio", "pyarrow")


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_public_names_are_sorted_few_and_there(package):
    names = package.__all__
    assert names == sorted(names)
    assert len(names) <= (8 if package is text_recognizer else 12)
    for name in names:
        assert getattr(package, name).__doc__
    assert set(names) <= set(dir(package))


@pytest.mark.parametrize("package", PACKAGES[:2], ids=lambda package: package.__name__)
def test_an_unknown_name_is_an_attribute_error_that_lists_the_known(package):
    with pytest.raises(AttributeError, match=r"'Nonsense'; it offers .*Charset"):
        package.Nonsense  # noqa: B018


@pytest.mark.parametrize("module", ["text_recognizer", "text_recognizer.core.errors"])
def test_import_is_light(module):
    """At most 0.15 s (the best of three, as the machine may be busy), nothing heavy loaded."""
    code = (
        "import sys, time; start = time.perf_counter(); import "
        f"{module}; print(time.perf_counter() - start, [m for m in {HEAVY} if m in sys.modules])"
    )
    best = 9.0
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        seconds, loaded = done.stdout.split(" ", 1)
        assert loaded.strip() == "[]", done.stderr
        best = min(best, float(seconds))
    assert best <= 0.15


def test_version_is_that_of_the_project():
    assert text_recognizer.__version__.count(".") == 2
