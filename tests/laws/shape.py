"""How long, how documented, how public: the shape of single files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.laws.tree import Module, functions

MAX_FILE = 300
MAX_FUNCTION = 60
MAX_PUBLIC = 12
MIN_QUOTING = 0.8


def long_files(modules: list[Module]) -> list[str]:
    """Find files that hold more than one idea."""
    sizes = [(module, len(module.text.splitlines())) for module in modules]
    return [f"{m.name} has {n} lines, at most {MAX_FILE}" for m, n in sizes if n > MAX_FILE]


def long_functions(modules: list[Module]) -> list[str]:
    """Find functions that do not fit a screen, docstring included."""
    return [
        f"{module.name}.{node.name} has {length} lines, at most {MAX_FUNCTION}"
        for module in modules
        for node in functions(module)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION
    ]


def undocumented(modules: list[Module]) -> list[str]:
    """Find public names without a docstring."""
    return [
        f"{module.name}{name} has no docstring"
        for module in modules
        for name, node in _public_nodes(module.tree)
        if ast.get_docstring(node) is None
    ]


Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _public_nodes(node: Documented, prefix: str = "") -> Iterator[tuple[str, Documented]]:
    yield prefix, node
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return
    for child in node.body:
        if isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            overload = any("overload" in ast.dump(one) for one in child.decorator_list)
            setter = any(
                isinstance(one, ast.Attribute) and one.attr == "setter"
                for one in child.decorator_list
            )
            if not child.name.startswith("_") and not overload and not setter:
                yield from _public_nodes(child, f"{prefix}.{child.name}")


def untyped(modules: list[Module]) -> list[str]:
    """Find functions with a parameter or result that has no type."""
    found = []
    for module in modules:
        for node in functions(module):
            named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            others = [one for one in (node.args.vararg, node.args.kwarg) if one]
            bare = [one.arg for one in (*named, *others) if one.annotation is None]
            bare = [name for name in bare if name not in ("self", "cls")]
            if bare or node.returns is None:
                found.append(
                    f"{module.name}.{node.name}: no type for {', '.join(bare) or 'return'}"
                )
    return found


def unclear_exports(modules: list[Module]) -> list[str]:
    """Find packages whose `__all__` is absent, unsorted or long."""
    found = []
    for module in (one for one in modules if one.is_package):
        names = _exported(module.tree)
        if names is None:
            found.append(f"{module.name} has no explicit __all__ of strings")
        elif names not in (sorted(names), sorted(names, key=_isort_key)):
            found.append(f"{module.name}.__all__ is not sorted: {names}")
        elif len(names) > MAX_PUBLIC:
            found.append(f"{module.name}.__all__ has {len(names)} names, at most {MAX_PUBLIC}")
    return found


def _exported(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        if any(isinstance(one, ast.Name) and one.id == "__all__" for one in targets):
            try:
                return list(ast.literal_eval(node.value))  # type: ignore[attr-defined]
            except (ValueError, TypeError):
                return None
    return None


def _isort_key(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


def asserts(modules: list[Module]) -> list[str]:
    """Find `assert`, which python -O removes and which tells a caller nothing."""
    return [
        f"{module.name}:{node.lineno} asserts; raise a typed error"
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assert)
    ]


def silent_raises(modules: list[Module]) -> list[str]:
    """Find errors that do not quote the value received, if they are more than one in five."""
    raised = [
        (f"{module.name}:{node.lineno}", node.exc)
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
    ]
    silent = [place for place, call in raised if not _quotes(call)]
    share = 1 - len(silent) / max(1, len(raised))
    return [f"{place} raises without the value" for place in silent] if share < MIN_QUOTING else []


def _quotes(call: ast.Call) -> bool:
    values = [*call.args, *(one.value for one in call.keywords)]
    return any(
        isinstance(node, (ast.FormattedValue, ast.Name, ast.Call, ast.Attribute))
        for value in values
        for node in ast.walk(value)
    )


def untested(modules: list[Module], tests: Path) -> list[str]:
    """Find modules with functions that no test file is named after."""
    folders: dict[str, set[str]] = {}
    for path in tests.rglob("test_*.py"):
        folders.setdefault(path.parent.name, set()).add(path.stem.removeprefix("test_"))
    return [
        f"{module.name} has no tests/{module.stage or '...'}/test_{short}.py"
        for module in modules
        if not module.is_package and any(functions(module))
        for short in [module.path.stem.strip("_")]
        if not any(
            short in names
            for folder, names in folders.items()
            if not module.stage or folder in (module.stage, module.name.split(".")[-2])
        )
    ]


def unknown_extras(modules: list[Module], extras: set[str]) -> list[str]:
    """Find extras that an error tells people to install and that do not exist."""
    named = re.compile(r"extra=[\"'](\w+)[\"']|text-recognizer\[([\w,]+)\]")
    return [
        f"{module.name} names the extra {extra}, pyproject.toml has {', '.join(sorted(extras))}"
        for module in modules
        for match in named.finditer(module.text)
        for extra in (match[1] or match[2]).split(",")
        if extra not in extras and extra != "none"
    ]
