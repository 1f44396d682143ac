"""Names that are loaded on first use."""

from __future__ import annotations

import subprocess
import sys

import pytest

import text_recognizer
from text_recognizer.core.lazy import lazy_names

PACKAGES = ["core", "data", "deployment", "reading", "sources"]


@pytest.mark.parametrize("name", PACKAGES)
def test_every_public_name_is_found_and_listed(name):
    package = __import__(f"text_recognizer.{name}", fromlist=["x"])
    assert set(package.__all__) <= set(dir(package))
    assert all(getattr(package, each) is not None for each in package.__all__)


def test_an_unknown_name_lists_the_known():
    with pytest.raises(AttributeError, match=r"no attribute 'Reeder'; it offers .*Reading"):
        _ = text_recognizer.Reeder


def test_a_name_is_kept_once_loaded():
    load, _ = lazy_names("text_recognizer.core", {"Charset": "charset"})
    assert load("Charset") is load("Charset")


def test_importing_the_package_loads_no_numpy():
    code = "import sys, text_recognizer; print(any(m in sys.modules for m in ('numpy', 'torch')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
