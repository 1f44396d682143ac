"""The 28 rows of the ML Test Score, and what earns each of them in this project.

E. Breck, S. Cai, E. Nielsen, M. Salib, D. Sculley: "The ML Test Score: A Rubric for ML Production
Readiness and Technical Debt Reduction", IEEE Big Data 2017. The rows stand in ``rubric.toml``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import ConfigError, InputError, ParseError
from text_recognizer.testing.score.links import check_pattern

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SECTIONS = ("Data", "Model", "Infra", "Monitor")
PER_SECTION = 7
PATH = Path(__file__).parent / "rubric.toml"


@dataclass(frozen=True, kw_only=True)
class Manual:
    """Evidence that somebody did a test by hand: written down, and for others to repeat.

    Args:
        document: Path from the root of the repository.
        command: What was typed; the document has to name it.
    """

    document: str
    command: str

    def __post_init__(self) -> None:
        """Check the fields at birth."""
        path = Path(self.document)
        if path.is_absolute() or ".." in path.parts or not self.document:
            raise ConfigError(
                f"a document is a path inside the repository; received {self.document!r}"
            )
        if len(self.command.split()) < 2:
            raise ConfigError(
                f"a command is what a person types, such as make bench; received {self.command!r}"
            )


@dataclass(frozen=True, kw_only=True)
class Item:
    """One row of the rubric.

    Args:
        section: One of :data:`SECTIONS`.
        number: 1 to 7.
        name: The heading of the paper, shortened.
        why: One sentence: why the links earn it, or why nothing does.
        tests: Patterns, see :func:`~text_recognizer.testing.score.links.check_pattern`.
        manual: Evidence by hand; for rows without tests.
        only_part: What the tests do not cover; the row then earns 0.5 at most. Empty where they
            cover all of it.
        next_step: What would earn the next half point.

    Raises:
        ConfigError: If a field breaks its rule; the message quotes it.
        InputError: If a pattern breaks its rule.
    """

    section: str
    number: int
    name: str
    why: str
    tests: tuple[str, ...] = ()
    manual: Manual | None = None
    only_part: str = ""
    next_step: str = ""

    def __post_init__(self) -> None:
        """Check the fields at birth."""
        if self.section not in SECTIONS or not 1 <= self.number <= PER_SECTION:
            raise ConfigError(
                f"a row is in one of {', '.join(SECTIONS)} and numbered 1 to {PER_SECTION}; "
                f"received {self.section!r} {self.number!r}"
            )
        if not (self.name.strip() and self.why.strip()):
            raise ConfigError(
                f"a row has a name and says why it counts; {self.key} has {self.name!r} and "
                f"{self.why!r}"
            )
        if self.tests and self.manual:
            raise ConfigError(
                f"a row has tests or evidence by hand, not both; {self.key} has {self.tests} and "
                f"{self.manual.document}; a failing test is not outweighed by a document"
            )
        if self.only_part and not self.tests:
            raise ConfigError(f"only_part is about tests, and {self.key} has {self.tests}")
        for pattern in self.tests:
            check_pattern(pattern)

    @property
    def key(self) -> str:
        """How people name it: ``Model 5``."""
        return f"{self.section} {self.number}"


@dataclass(frozen=True, kw_only=True)
class Rubric:
    """All 28 rows, in the order of the paper.

    Raises:
        ConfigError: If a row is absent, there twice or out of order.
    """

    items: tuple[Item, ...]

    def __post_init__(self) -> None:
        """Check that the rows are the paper's."""
        wanted = [f"{name} {number + 1}" for name in SECTIONS for number in range(PER_SECTION)]
        keys = [item.key for item in self.items]
        if keys != wanted:
            off = next((a for a, b in zip([*keys, "the end"], wanted, strict=False) if a != b), "")
            raise ConfigError(
                f"a rubric has the rows {wanted[0]} to {wanted[-1]} once each, in order; received "
                f"{len(keys)} rows, the first out of place is {off or keys[-1]}"
            )

    def row(self, key: str) -> Item:
        """A row by its name, such as ``Model 5``.

        Raises:
            InputError: If there is none of that name.
        """
        for item in self.items:
            if item.key == key:
                return item
        raise InputError(f"rows are named Data 1 to Monitor {PER_SECTION}; received {key!r}")

    def link(self, key: str, *tests: str, only_part: str = "") -> Rubric:
        """A rubric in which a row has these tests as well, and no evidence by hand.

        Args:
            key: Name of the row.
            tests: Patterns to add.
            only_part: What they do not cover; empty where they cover all of the row.

        Raises:
            InputError: If there is no such row, or a pattern breaks its rule.

        Example:
            >>> linked = read_rubric().link("Data 3", "tests/data/test_cost.py")
            >>> linked.row("Data 3").tests[-1]
            'tests/data/test_cost.py'
        """
        old = self.row(key)
        new = replace(old, tests=(*old.tests, *tests), manual=None, only_part=only_part)
        return Rubric(items=tuple(new if item is old else item for item in self.items))


def read_rubric(path: Path = PATH) -> Rubric:
    """Read a rubric.

    Args:
        path: A TOML file with a table ``[[Data]]``, ``[[Model]]`` … for each row, in order.

    Raises:
        ParseError: If it cannot be read, is not TOML, or a row has fields it should not have.
        ConfigError: If a row breaks a rule.

    Example:
        >>> read_rubric().row("Model 5").name
        'A simpler model is not better'
    """
    try:
        tables: dict[str, Any] = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ParseError(f"a rubric is a TOML file; {path}: {error}; correct it") from error
    if set(tables) != set(SECTIONS):
        raise ParseError(
            f"a rubric has the tables {', '.join(SECTIONS)}; {path} has {', '.join(tables)}"
        )
    items = []
    for section in SECTIONS:
        for number, row in enumerate(tables[section], start=1):
            try:
                fields = {**row, "tests": tuple(row.get("tests", ()))}
                if "manual" in row:
                    fields["manual"] = Manual(**row["manual"])
                items.append(Item(section=section, number=number, **fields))
            except TypeError as error:
                raise ParseError(
                    f"a row has name, why, tests, manual, only_part and next_step; {path}, "
                    f"{section} {number}: {error}"
                ) from error
    return Rubric(items=tuple(items))
