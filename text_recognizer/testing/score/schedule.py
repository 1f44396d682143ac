"""Which commands run by themselves: what the workflows of the repository type, and when.

Read from ``.github/workflows/*.yml``, in the root, where GitHub looks; a workflow anywhere else
never runs. What cannot be followed for certain counts as not run: a test that is wrongly called
scheduled is worse than one that is wrongly not.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import ParseError, require
from text_recognizer.testing.score.links import repository

EVENTS = ("push", "schedule")
"""A workflow that a person starts is not scheduled."""

_OPEN = ("if", "for", "while", "until", "case", "{")
_BEFORE_A_COMMAND = ("&&", "||", ";", "|", "&", "()", "then", "do", "else", "{")
_CLOSE = ("fi", "done", "esac", "}")


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """What runs again and again without anybody asking.

    Args:
        runs: From a command, such as ``make test``, to where and when it runs, such as
            ``test.yml on push``.
    """

    runs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def when(self, commands: tuple[str, ...]) -> tuple[str, ...]:
        """Where and when any of the commands runs; empty where none does.

        Example:
            >>> Schedule(runs={"make test": ("test.yml on push",)}).when(("make test",))
            ('test.yml on push',)
        """
        return tuple(dict.fromkeys(one for name in commands for one in self.runs.get(name, ())))


def read_schedule(root: Path | None = None) -> Schedule:
    """Read the workflows of a repository.

    Args:
        root: The folder that holds ``.github``; this repository unless given. Without workflows
            nothing is scheduled.

    Returns:
        The commands that a push or the clock runs, scripts of the repository followed.

    Raises:
        ParseError: If a workflow is not YAML, or not a mapping with jobs.
        MissingExtraError: If PyYAML is not installed.
    """
    runs: dict[str, tuple[str, ...]] = {}
    root = Path(root or repository())
    folder = root / ".github" / "workflows"
    for path in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]):
        workflow = _load(path)
        for event in _events(workflow):
            for command in _commands_of(workflow, root):
                place = f"{path.name} on {event}"
                runs[command] = tuple(dict.fromkeys((*runs.get(command, ()), place)))
    return Schedule(runs=runs)


def _load(path: Path) -> dict[Any, Any]:
    yaml = require("yaml", extra="data")
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ParseError(f"a workflow is a YAML file; {path}: {error}; correct it") from error
    if not isinstance(content, dict) or not isinstance(content.get("jobs"), dict):
        raise ParseError(
            f"a workflow is a mapping with jobs; {path} holds {type(content).__name__}; correct it"
        )
    return content


def _events(workflow: dict[Any, Any]) -> list[str]:
    # YAML 1.1 reads the key `on` as true.
    told = workflow.get("on", workflow.get(True, ()))
    names = [told] if isinstance(told, str) else list(told or ())
    return [event for event in EVENTS if event in names]


def _commands_of(workflow: dict[Any, Any], root: Path) -> Iterator[str]:
    for job in workflow["jobs"].values():
        if not isinstance(job, dict) or not _counts(job):
            continue
        for step in job.get("steps") or ():
            if isinstance(step, dict) and _counts(step) and isinstance(step.get("run"), str):
                yield from _follow(step["run"], root)


def _counts(part: dict[Any, Any]) -> bool:
    """Whether a job or step runs every time, and turns the workflow red when it fails."""
    condition = re.sub(r"[\s${}]", "", str(part.get("if", "always()")))
    return condition in ("always()", "!cancelled()") and not part.get("continue-on-error", False)


def _follow(script: str, root: Path, depth: int = 2) -> Iterator[str]:
    """The commands of a script, and of the shell scripts of the repository that it calls."""
    for words in _simple_commands(script):
        yield " ".join(words)
        inside = "/" in words[0] and not words[0].startswith("/") and ".." not in words[0]
        if depth and inside and (root / words[0]).is_file():
            text = (root / words[0]).read_text(encoding="utf-8", errors="replace")
            if re.match(r"#!.*sh\b", text):
                yield from _follow(text, root, depth - 1)


def _simple_commands(script: str) -> Iterator[list[str]]:
    """Commands that run whenever the script does, and whose failure is the script's."""
    open_blocks = 0
    for line in script.replace("\\\n", " ").splitlines():
        if "<<" in line:
            # What follows may be text instead of commands.
            return
        if line[:1].isspace():
            # The body of a function, a condition or a loop.
            continue
        try:
            lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
            lexer.whitespace_split = True
            tokens = list(lexer)
        except ValueError:
            # An open quote: what follows is text.
            return
        if tokens[:1] in (["exit"], ["exec"]) and "<" not in tokens:
            return
        heads = [
            one for at, one in enumerate(tokens) if at == 0 or tokens[at - 1] in _BEFORE_A_COMMAND
        ]
        open_blocks += sum(one in _OPEN for one in heads) - sum(one in _CLOSE for one in heads)
        if open_blocks or any(one in ("||", "|", "&") for one in tokens):
            continue
        words: list[str] = []
        for token in [*tokens, ";"]:
            if token not in ("&&", ";"):
                words.append(token)
                continue
            while words and re.match(r"[A-Za-z_]\w*=", words[0]):
                words = words[1:]
            if words and re.match(r"[\w./]", words[0]):
                yield words
            words = []
