"""What each package exports is there, documented, and costs nothing before it is used."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import pytest

import lab_utils
import text_recognizer


def packages() -> list[str]:
    found = []
    for root in (text_recognizer, lab_utils):
        below = pkgutil.walk_packages(root.__path__, f"{root.__name__}.")
        found += [root.__name__, *(one.name for one in below if one.ispkg)]
    return [name for name in found if hasattr(importlib.import_module(name), "__all__")]


@pytest.mark.parametrize("name", packages())
def test_every_exported_name_exists_and_is_documented(name: str) -> None:
    module = importlib.import_module(name)
    for exported in module.__all__:
        value = getattr(module, exported)
        is_plain = isinstance(value, (str, int, float, tuple, frozenset, dict))
        assert is_plain or getattr(value, "__doc__", None), f"{name}.{exported} has no docstring"
    assert len(set(module.__all__)) == len(module.__all__)


@pytest.mark.parametrize("name", packages())
def test_dir_lists_what_is_exported(name: str) -> None:
    module = importlib.import_module(name)
    assert set(module.__all__) <= set(dir(module))


@pytest.mark.parametrize("name", ["text_recognizer", "lab_utils"])
def test_a_wrong_name_is_an_attribute_error_that_names_it(name: str) -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = importlib.import_module(name).no_such_name


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        pytest.param("text_recognizer", ("torch", "scipy", "cv2", "onnxruntime"), id="package"),
        pytest.param("text_recognizer.core", ("torch", "scipy", "cv2"), id="nouns"),
        pytest.param("text_recognizer.stats", ("torch", "cv2"), id="statistics"),
        pytest.param("text_recognizer.__main__", ("torch", "onnxruntime"), id="command line"),
        pytest.param("text_recognizer.reading", ("torch", "pytorch_lightning"), id="reader"),
        pytest.param("lab_utils", ("torch", "matplotlib", "IPython"), id="lab tools"),
    ],
)
def test_an_import_does_not_pull_in(module: str, heavy: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*sorted(set({heavy!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == ""
