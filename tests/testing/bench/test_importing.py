"""A patch holds for one process: here always a fresh one."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAD = """
import sys
from text_recognizer.testing.bench.importing import forget, install, package_modules
from text_recognizer.testing.bench.patches import Patch
patch = Patch(name="one-more", family="thresholds", module="text_recognizer.core.scores",
              before="return _rate(self.errors, self.characters)", after="return 7.0",
              story="A test.")
"""


def run(code):
    done = subprocess.run(
        [sys.executable, "-c", HEAD + code], capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_everybody_who_imports_the_module_gets_the_change():
    code = """
forget()
install(patch)
import text_recognizer
print(text_recognizer.ErrorCounts.compare("ab", "ab").cer)
"""
    assert run(code) == "7.0"


def test_a_module_in_use_is_not_patched():
    assert "imported already" in run("import text_recognizer.core.scores\ninstall(patch)")


def test_forgetting_leaves_other_packages_alone():
    assert run("import numpy\nforget()\nprint(package_modules(), 'numpy' in sys.modules)") == (
        "[] True"
    )


@pytest.mark.parametrize("before", ["nowhere in it", "return "])
def test_a_patch_that_does_not_fit_stops_the_import(before):
    code = f"""
from dataclasses import replace
forget()
install(replace(patch, before={before!r}))
import text_recognizer.core.scores
"""
    assert "no longer applies" in run(code)
