"""A package as syntax trees, and who imports whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Import:
    """One imported module, and the name taken from it if any."""

    module: str
    name: str | None
    line: int
    at_module_level: bool
    for_types_only: bool


@dataclass(frozen=True)
class Module:
    """One parsed file, with its dotted name."""

    name: str
    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @property
    def stage(self) -> str:
        """The folder below the root package: `core` for `text_recognizer.core.charset`."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 2 or (len(parts) == 2 and self.is_package) else ""

    @cached_property
    def imports(self) -> list[Import]:
        return list(self._find_imports(self.tree.body, top=True, types=False))

    def _find_imports(self, body: list[ast.stmt], *, top: bool, types: bool) -> Iterator[Import]:
        for node in body:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(alias.name, None, node.lineno, top, types)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    yield Import(self._absolute(node), alias.name, node.lineno, top, types)
            else:
                inside = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
                guard = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
                for part in ("body", "orelse", "finalbody", "handlers", "cases"):
                    for_types = types or (guard and part == "body")
                    blocks = getattr(node, part, [])
                    statements = [b for b in blocks if isinstance(b, ast.stmt)]
                    nested = [s for b in blocks if not isinstance(b, ast.stmt) for s in b.body]
                    yield from self._find_imports(
                        statements + nested, top=top and not inside, types=for_types
                    )

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        base = parts[: len(parts) - node.level + int(self.is_package)]
        return ".".join([*base, *([node.module] if node.module else [])])


def read_package(folder: Path) -> list[Module]:
    """Parse every module below a package folder, sorted by name."""
    modules = []
    for path in sorted(folder.rglob("*.py")):
        parts = [folder.name, *path.relative_to(folder).with_suffix("").parts]
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        modules.append(Module(name, path))
    return modules


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Walk all functions and methods, nested ones too."""
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
