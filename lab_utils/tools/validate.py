"""Workflows validated offline: what GitHub would refuse, what is unsafe, what never runs."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from lab_utils.settings import ROOT
from lab_utils.tools.programs import find_program, run_program
from text_recognizer.core.errors import InputError, ParseError

__all__ = ["Refusals", "dead_workflows", "refusals"]

_FINDING_CODES = (11, 12, 13, 14)  # zizmor: the worst finding is informational, low, medium, high


@dataclass(frozen=True, kw_only=True)
class Refusals:
    """What is wrong with a workflow.

    Args:
        name: Name of the file.
        schema: Whether the schema of GitHub workflows refuses it.
        audits: Names of the security audits that found something, sorted; `"not a workflow"`
            where zizmor could not read it.
    """

    name: str
    schema: bool
    audits: tuple[str, ...]


def refusals(*paths: Path) -> list[Refusals]:
    """Validate workflows offline: by the schema of GitHub workflows, and by zizmor's audits.

    Args:
        paths: YAML files.

    Returns:
        One row a file, in the order given.

    Raises:
        InputError: No file, or one that does not exist.
        ParseError: A validator could not work.
    """
    if not paths or any(not path.is_file() for path in paths):
        raise InputError(
            f"workflows are files; received {[str(path) for path in paths]!r}; give at least one, "
            "and such as exist"
        )
    refused = _schema(paths)
    return [
        Refusals(name=path.name, schema=path.name in refused, audits=_audits(path))
        for path in paths
    ]


def _schema(paths: tuple[Path, ...]) -> set[str]:
    """Names of the files that the schema refuses; one start serves all."""
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    files = [path.resolve() for path in paths]
    ran = run_program([sys.executable, *command, "-o", "json", *files], files[0].parent)
    try:
        answer = json.loads(ran.output)
        return {Path(one["filename"]).name for one in answer["errors"] + answer["parse_errors"]}
    except (ValueError, KeyError, TypeError) as error:
        raise ParseError(
            f"check-jsonschema answers in JSON; it ended with {ran.code} and said "
            f"{(ran.errors or ran.output).strip()[-200:]!r}; use the pinned one"
        ) from error


def _audits(path: Path) -> tuple[str, ...]:
    arguments = ["--offline", "--quiet", "--no-config", "--format", "json", path.resolve()]
    ran = run_program([find_program("zizmor"), *arguments], path.parent)
    if ran.code not in (0, *_FINDING_CODES):
        return ("not a workflow",)
    try:
        return tuple(sorted({finding["ident"] for finding in json.loads(ran.output or "[]")}))
    except (ValueError, KeyError, TypeError) as error:
        raise ParseError(
            f"zizmor prints findings as JSON; it printed {ran.output[-200:]!r}; "
            "use the pinned zizmor"
        ) from error


def dead_workflows(root: Path = ROOT) -> list[str]:
    """Name the workflows that never run, because GitHub reads `.github/workflows` at the root only.

    Args:
        root: The root of a repository.

    Returns:
        Paths from the root, sorted; none in a healthy repository.
    """
    found = []
    for parent, folders, files in os.walk(root):
        skipped = (".git", ".venv", "build", "node_modules")
        folders[:] = [name for name in folders if name not in skipped]
        place = Path(parent).relative_to(root)
        if place.parts[-2:] == (".github", "workflows") and len(place.parts) > 2:
            found += [
                (place / name).as_posix() for name in files if name.endswith((".yml", ".yaml"))
            ]
    return sorted(found)
