"""Which way imports may point. The table is the design; the rest only compares."""

from __future__ import annotations

import sys

from tests.laws.tree import Import, Module

PACKAGE = "text_recognizer"

#: What each folder may import of the package. A folder that is not here may not exist.
ALLOWED = {
    "core": (),
    "stats": ("core",),
    "sources": ("core",),
    "data": ("core", "sources"),
    "models": ("core",),
    "reading": ("core", "data", "models"),
    "training": ("core", "data", "models", "reading"),
    "testing": ("core", "stats", "sources", "data", "reading", "training"),
    "troubleshooting": ("core", "stats", "data", "models", "training"),
    "annotation": ("core", "stats", "data"),
    "deployment": ("core", "stats", "reading"),
    "continual": ("core", "stats", "training"),
    "product": ("core", "stats"),
}
#: The command line and the stages of data/dvc.yaml put everything together.
UNBOUND = ("", "commands", "pipeline")

NEVER = ("lab_utils", "tests", "IPython", "matplotlib", "pytest", "benchmarks")
LIGHTNING = ("pytorch_lightning", "lightning", "lightning_utilities")
#: These take long to import or are optional: only inside functions.
LAZY = (
    *("gradio", "onnxruntime", "pyarrow", "great_expectations", "dvc", "uvicorn", "starlette"),
    *("dask", "distributed"),
)
#: Where torch may be imported at module level.
TORCH_HOMES = ("models", "training", "troubleshooting")
TORCH_MODULES = ("text_recognizer.data.datasets", "text_recognizer.data.datamodule")
#: The nouns stand on these alone.
FOUNDATION = {"core": ("numpy", "PIL"), "stats": ("numpy", "PIL", "scipy")}


def broken_layers(modules: list[Module]) -> list[str]:
    """Find imports between folders that the table does not allow."""
    found = []
    for module in modules:
        if module.stage in UNBOUND:
            continue
        if module.stage not in ALLOWED:
            found.append(f"{module.name}: the folder {module.stage} is not in the design")
            continue
        for one in module.imports:
            target = _stage_of(one)
            if target is not None and target not in (module.stage, *ALLOWED[module.stage]):
                found.append(
                    f"{module.name}:{one.line} imports {target}; "
                    f"{module.stage} may import {', '.join(ALLOWED[module.stage]) or 'nothing'}"
                )
    return found


def _stage_of(one: Import) -> str | None:
    parts = one.module.split(".")
    if parts[0] != PACKAGE:
        return None
    if len(parts) > 1:
        return parts[1]
    return one.name if one.name in (*ALLOWED, *UNBOUND) else None


def broken_outside_imports(modules: list[Module]) -> list[str]:
    """Find imports of other packages where they must not stand."""
    return [
        f"{module.name}:{one.line} imports {one.module}: {reason}"
        for module in modules
        for one in module.imports
        if (reason := _reason_against(module, one))
    ]


def _reason_against(module: Module, one: Import) -> str:
    root = one.module.split(".")[0]
    stage = module.stage
    in_lightning_home = stage == "training" or module.name == "text_recognizer.data.datamodule"
    if root in NEVER:
        return "the package must run without it"
    if root in LIGHTNING and not in_lightning_home:
        return "only training and data/datamodule.py may know Lightning"
    if stage in FOUNDATION and root not in (PACKAGE, *FOUNDATION[stage], *sys.stdlib_module_names):
        return f"{stage} stands on {', '.join(FOUNDATION[stage])} alone"
    if one.for_types_only or not one.at_module_level:
        return ""
    if root in LAZY:
        return "import it inside the function that needs it"
    if root == "torch" and stage not in TORCH_HOMES and module.name not in TORCH_MODULES:
        return "torch at module level belongs to models, training and the datasets"
    return ""


def broken_reach(modules: list[Module]) -> list[str]:
    """Find star imports, and names taken that another folder keeps private."""
    found = []
    for module in modules:
        for one in module.imports:
            if one.name == "*":
                found.append(f"{module.name}:{one.line} imports * from {one.module}")
            target = _stage_of(one)
            parts = [*one.module.split("."), one.name or ""]
            private = [p for p in parts if p.startswith("_") and not p.startswith("__")]
            if target is not None and target != module.stage and private:
                found.append(f"{module.name}:{one.line} takes the private {private[0]}")
    return found


def import_knots(modules: list[Module]) -> list[str]:
    """Find modules that import each other, at whatever depth, types aside."""
    names = {module.name for module in modules}
    graph = {
        module.name: {
            target
            for one in module.imports
            if not one.for_types_only and (target := _target(one, names)) and target != module.name
        }
        for module in modules
    }
    return [
        f"import cycle: {' -> '.join(sorted(knot))}"
        for knot in _strong_components(graph)
        if len(knot) > 1
    ]


def _target(one: Import, names: set[str]) -> str | None:
    deepest = f"{one.module}.{one.name}"
    return deepest if deepest in names else one.module if one.module in names else None


def _strong_components(graph: dict[str, set[str]]) -> list[set[str]]:
    reach = {start: _reachable(start, graph) for start in graph}
    components: list[set[str]] = []
    for start in graph:
        knot = {start} | {other for other in reach[start] if start in reach[other]}
        if knot not in components:
            components.append(knot)
    return components


def _reachable(start: str, graph: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for other in graph[waiting.pop()] - seen:
            seen.add(other)
            waiting.append(other)
    return seen
