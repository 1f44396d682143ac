"""Import a module with a patch, in this process alone: nothing on disk changes."""

from __future__ import annotations

import importlib.machinery
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import CodeType, ModuleType

from text_recognizer.core.errors import InputError
from text_recognizer.testing.bench.patches import Patch

__all__ = ["forget", "install", "package_modules"]

PACKAGE = "text_recognizer"


def package_modules() -> list[str]:
    """Names of the modules of the package that this process has imported."""
    return [name for name in sys.modules if name.split(".")[0] == PACKAGE]


def forget() -> None:
    """Drop the package from this process, so that its modules are imported anew.

    Objects made before keep working with the old modules: call it only in a process of its own.
    """
    for name in package_modules():
        del sys.modules[name]


def install(patch: Patch) -> None:
    """Make this process import the module of a patch with the change.

    Args:
        patch: The change; that it applies is found out when the module is imported.

    Raises:
        InputError: If the module is imported already: others may hold names of it.
    """
    if patch.module in sys.modules:
        raise InputError(
            f"a patch is installed before its module is imported; {patch.module} is imported "
            "already; use a fresh process, or forget()"
        )
    sys.meta_path.insert(0, _Finder(patch))


class _Finder(MetaPathFinder):
    """Finds one module, as usual, and gives it a loader that applies the patch."""

    def __init__(self, patch: Patch) -> None:
        self._patch = patch

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._patch.module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path, self._patch)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    """Compiles the patched source, and neither reads nor writes cached bytecode."""

    def __init__(self, name: str, path: str, patch: Patch) -> None:
        super().__init__(name, path)
        self._patch = patch

    def get_code(self, fullname: str) -> CodeType:
        source = self._patch.apply(self.get_source(fullname) or "")
        code: CodeType = compile(source, self.path, "exec", dont_inherit=True)
        return code
