"""The laws of the house over the syntax trees, and each law on a planted breach."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.laws import imports, shape, words
from tests.laws.tree import Module, read_package

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
EXTRAS = set(
    tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
)

Law = Callable[[list[Module]], list[str]]

#: What holds for the package only.
PACKAGE_LAWS: dict[str, Law] = {
    "layers": imports.broken_layers,
    "outside": imports.broken_outside_imports,
    "reach": imports.broken_reach,
    "asserts": shape.asserts,
    "raises": shape.silent_raises,
    "untested": lambda modules: shape.untested(modules, TESTS),
    "extras": lambda modules: shape.unknown_extras(modules, EXTRAS),
}
#: What holds for all code that ships.
COMMON_LAWS: dict[str, Law] = {
    "knots": imports.import_knots,
    "files": shape.long_files,
    "functions": shape.long_functions,
    "docstrings": shape.undocumented,
    "types": shape.untyped,
    "exports": shape.unclear_exports,
}


def report(broken: list[str]) -> str:
    return "\n".join(["", *broken])


@pytest.fixture(scope="module")
def packages() -> dict[str, list[Module]]:
    return {name: read_package(ROOT / name) for name in ("text_recognizer", "lab_utils")}


@pytest.mark.parametrize("law", PACKAGE_LAWS)
def test_the_package_keeps(law: str, packages: dict[str, list[Module]]) -> None:
    broken = PACKAGE_LAWS[law](packages["text_recognizer"])
    assert not broken, report(broken)


@pytest.mark.parametrize("law", COMMON_LAWS)
@pytest.mark.parametrize("name", ["text_recognizer", "lab_utils"])
def test_all_code_keeps(law: str, name: str, packages: dict[str, list[Module]]) -> None:
    broken = COMMON_LAWS[law](packages[name])
    assert not broken, report(broken)


@pytest.mark.parametrize("folder", ["tests", "scripts", "benchmarks"])
def test_no_file_is_long(folder: str) -> None:
    broken = shape.long_files(read_package(ROOT / folder))
    assert not broken, report(broken)


def test_no_tracked_file_names_a_machine_or_a_registry() -> None:
    files = words.tracked_files(ROOT)
    if not files:
        pytest.skip("not a git checkout")
    broken = words.forbidden_words(files)
    assert not broken, report(broken)


@pytest.mark.parametrize(
    ("law", "file", "code", "expected"),
    [
        pytest.param(
            imports.broken_layers,
            "core/a.py",
            "from text_recognizer.data.segmentation.lines import find_lines",
            "core may import nothing",
            id="core imports a layer above",
        ),
        pytest.param(
            imports.broken_layers,
            "data/a.py",
            "def f():\n    from text_recognizer import models",
            "data may import core, sources",
            id="a local import is an import too",
        ),
        pytest.param(
            imports.broken_layers,
            "deployment/a.py",
            "from text_recognizer.testing.evaluate import evaluate",
            "imports testing",
            id="one stage imports another",
        ),
        pytest.param(
            imports.broken_layers,
            "models/a.py",
            "from ..data import lines",
            "imports data",
            id="relative imports count",
        ),
        pytest.param(
            imports.broken_layers, "misc/a.py", "", "not in the design", id="a drawer called misc"
        ),
        pytest.param(
            imports.broken_outside_imports,
            "core/a.py",
            "import torch",
            "core stands on numpy, PIL alone",
            id="core imports torch",
        ),
        pytest.param(
            imports.broken_outside_imports,
            "stats/a.py",
            "def f():\n    import cv2",
            "stats stands on",
            id="stats imports cv2 late",
        ),
        pytest.param(
            imports.broken_outside_imports,
            "reading/a.py",
            "import pytorch_lightning as pl",
            "only training",
            id="the reader needs Lightning",
        ),
        pytest.param(
            imports.broken_outside_imports,
            "deployment/a.py",
            "import gradio as gr",
            "inside the function",
            id="an optional package at module level",
        ),
        pytest.param(
            imports.broken_outside_imports,
            "reading/a.py",
            "try:\n    import onnxruntime\nexcept ImportError:\n    pass",
            "inside the function",
            id="a try block is module level",
        ),
        pytest.param(
            imports.broken_outside_imports,
            "reading/a.py",
            "import torch.nn as nn",
            "torch at module level",
            id="torch where reading should do without",
        ),
        pytest.param(
            imports.broken_outside_imports,
            "testing/a.py",
            "def f():\n    import matplotlib.pyplot",
            "must run without it",
            id="plots in the package",
        ),
        pytest.param(
            imports.broken_reach,
            "data/a.py",
            "from text_recognizer.core.charset import *",
            "imports *",
            id="star import",
        ),
        pytest.param(
            imports.broken_reach,
            "data/a.py",
            "from text_recognizer.core.charset import _table",
            "private _table",
            id="a private name of another folder",
        ),
        pytest.param(shape.long_files, "core/a.py", "x = 1\n" * 301, "301 lines", id="long file"),
        pytest.param(
            shape.long_functions,
            "core/a.py",
            "def f():\n" + "    x = 1\n" * 60,
            "61 lines",
            id="long function",
        ),
        pytest.param(
            shape.undocumented,
            "core/a.py",
            '"""Doc."""\nclass A:\n    """Doc."""\n    def b(self): ...',
            "a.A.b has no",
            id="public method without docstring",
        ),
        pytest.param(
            shape.untyped, "core/a.py", "def f(a, b: int) -> None: ...", "type for a", id="no type"
        ),
        pytest.param(
            shape.unclear_exports, "core/__init__.py", "x = 1", "no explicit", id="no __all__"
        ),
        pytest.param(
            shape.unclear_exports,
            "core/__init__.py",
            "__all__ = ['b', 'a']",
            "not sorted",
            id="unsorted __all__",
        ),
        pytest.param(
            shape.unclear_exports,
            "core/__init__.py",
            f"__all__ = {[f'n{i:02}' for i in range(13)]}",
            "13 names",
            id="a package with too many names",
        ),
        pytest.param(shape.asserts, "core/a.py", "assert x, 'no'", "asserts", id="assert"),
        pytest.param(
            shape.silent_raises,
            "core/a.py",
            "def f(x):\n    raise ValueError('wrong shape')",
            "without the value",
            id="error that quotes nothing",
        ),
        pytest.param(
            lambda modules: shape.untested(modules, TESTS),
            "core/nobody_tests_me.py",
            "def f(): ...",
            "test_nobody_tests_me.py",
            id="module without a test file",
        ),
        pytest.param(
            lambda modules: shape.unknown_extras(modules, EXTRAS),
            "data/a.py",
            "require('x', extra='everything')",
            "the extra everything",
            id="error that names no real extra",
        ),
    ],
)
def test_each_law_finds_a_planted_breach(
    law: Law, file: str, code: str, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "text_recognizer" / file
    path.parent.mkdir(parents=True)
    path.write_text(code)
    broken = law(read_package(tmp_path / "text_recognizer"))
    assert len(broken) == 1, broken
    assert expected in broken[0]


def test_knots_are_found_through_local_imports_but_not_through_types(tmp_path: Path) -> None:
    folder = tmp_path / "text_recognizer"
    folder.mkdir()
    (folder / "a.py").write_text("import text_recognizer.b")
    (folder / "b.py").write_text("def f():\n    from text_recognizer import a")
    (folder / "c.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import text_recognizer.d"
    )
    (folder / "d.py").write_text("import text_recognizer.c")
    broken = imports.import_knots(read_package(folder))
    assert broken == ["import cycle: text_recognizer.a -> text_recognizer.b"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("open('/" + "work/x.txt')", "names the path", id="a folder of one machine"),
        pytest.param("https://" + words.REGISTRIES[0], "names the registry", id="registry host"),
    ],
)
def test_forbidden_words_are_found(text: str, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text(text)
    assert expected in words.forbidden_words([path])[0]


def test_good_code_breaks_no_law(tmp_path: Path) -> None:
    path = tmp_path / "text_recognizer" / "core" / "charset.py"
    path.parent.mkdir(parents=True)
    path.write_text(
        '"""Doc."""\n\nimport numpy as np\n\n\ndef scale(x: float) -> float:\n    """Doc."""\n'
        '    if x < 0:\n        raise ValueError(f"x must be positive, got {x}")\n'
        "    return float(np.sqrt(x))\n"
    )
    modules = read_package(tmp_path / "text_recognizer")
    for law in (*PACKAGE_LAWS.values(), *COMMON_LAWS.values()):
        assert law(modules) == []
