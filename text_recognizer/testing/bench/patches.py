"""Patches: small changes of one module, faulty or harmless, and the bank that holds them."""

from __future__ import annotations

import math
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import DataError, InputError, ParseError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["FAMILIES", "Patch", "Variant", "load_bank", "part", "variants"]

FAMILIES = ("data", "charset", "ctc", "optimiser", "skew", "decoding", "thresholds")
"""Where a fault sits; skew is between training and serving."""

BANK = Path(__file__).with_name("bank")
CLEAN_SEEDS = 5


@dataclass(frozen=True, kw_only=True)
class Patch:
    """One change of one module, as somebody might commit it.

    Args:
        name: Words joined by hyphens, unique in the bank.
        family: One of :data:`FAMILIES`.
        module: Dotted name of a module of the package.
        before: Text that stands exactly once in the module's source.
        after: What the change makes of it.
        story: One sentence: how it comes about, or why it is harmless.
        faulty: Whether the change is a fault; a harmless one must raise no alarm.
        hidden: Whether it is kept for the exercise and shown in no table of the lab.

    Raises:
        InputError: If a field is empty, the family unknown, the module not of the package, or the
            change changes nothing.
    """

    name: str
    family: str
    module: str
    before: str
    after: str
    story: str
    faulty: bool = True
    hidden: bool = False

    def __post_init__(self) -> None:
        for field in ("name", "module", "before", "story"):
            if not getattr(self, field).strip():
                raise InputError(f"a patch needs a {field}; received none in {self.name!r}; add it")
        if self.family not in FAMILIES:
            raise InputError(
                f"the family of a patch is one of {', '.join(FAMILIES)}; received {self.family!r} "
                f"in {self.name!r}"
            )
        if not self.module.startswith("text_recognizer."):
            raise InputError(
                f"a patch changes a module of text_recognizer; received {self.module!r} in "
                f"{self.name!r}; give its dotted name"
            )
        if self.before == self.after:
            raise InputError(
                f"a patch changes something; {self.name!r} has the same text, {self.before!r}, "
                "before and after"
            )

    def apply(self, source: str) -> str:
        """The module's source with the change.

        Args:
            source: The module's source.

        Raises:
            DataError: If the text to change does not stand exactly once in it.

        Example:
            >>> patch = Patch(name="sign", family="ctc", module="text_recognizer.reading.ctc",
            ...               before="return -loss", after="return loss", story="A lost sign.")
            >>> patch.apply("def f(loss): return -loss")
            'def f(loss): return loss'
        """
        found = source.count(self.before)
        if found != 1:
            raise DataError(
                f"the patch {self.name!r} no longer applies: it changes a text that must stand "
                f"once in {self.module}, and stands there {found} times: {self.before!r}; "
                "rewrite the patch for the present source"
            )
        return source.replace(self.before, self.after)


@dataclass(frozen=True, kw_only=True)
class Variant:
    """The package as a suite meets it: with one patch or none, under one seed.

    Args:
        patch: The change, or None for the package as it stands.
        seed: What the tests of the suite are seeded with, from 0.
    """

    patch: Patch | None
    seed: int = 0

    @property
    def name(self) -> str:
        """The patch's name, or ``clean``, with the seed."""
        return f"{self.patch.name if self.patch else 'clean'}/{self.seed}"

    @property
    def faulty(self) -> bool:
        """Whether a suite ought to raise an alarm."""
        return self.patch is not None and self.patch.faulty


def load_bank(folder: Path | None = None) -> tuple[Patch, ...]:
    """All patches of a bank, in order of file and place.

    Args:
        folder: TOML files of ``[[patch]]`` tables; by default the bank that ships.

    Raises:
        ParseError: If a file is not TOML, a table has unknown or missing keys, or there is none.
        InputError: If a patch is ill-formed or two have one name.

    Example:
        >>> len([patch for patch in load_bank() if patch.faulty]) >= 30
        True
    """
    folder = folder or BANK
    patches = [patch for path in sorted(folder.glob("*.toml")) for patch in _read(path)]
    if not patches:
        raise ParseError(f"a bank is a folder of .toml files with patches; found none in {folder}")
    twice = [name for name, count in Counter(patch.name for patch in patches).items() if count > 1]
    if twice:
        raise InputError(f"patches have names of their own; received twice: {', '.join(twice)}")
    return tuple(patches)


def variants(patches: Sequence[Patch], *, seeds: int = CLEAN_SEEDS) -> tuple[Variant, ...]:
    """The variants of a bench: every patch once, and the package as it stands under many seeds.

    Args:
        patches: The bank, or a part of it. Harmless patches take turns in the seeds.
        seeds: Clean variants, at least 1.

    Raises:
        InputError: If there is no clean variant: a suite that always alarms would look perfect.

    Example:
        >>> [each.name for each in variants((), seeds=2)]
        ['clean/0', 'clean/1']
    """
    if seeds < 1:
        raise InputError(f"a bench needs clean variants, at least 1 seed; received {seeds}")
    clean = [Variant(patch=None, seed=seed) for seed in range(seeds)]
    harmless = [patch for patch in patches if not patch.faulty]
    clean += [Variant(patch=patch, seed=place % seeds) for place, patch in enumerate(harmless)]
    return (*(Variant(patch=patch) for patch in patches if patch.faulty), *clean)


def part(rows: Sequence[Variant], *, share: float, seed: int) -> tuple[Variant, ...]:
    """A seeded part of some variants, of the faulty and of the clean ones alike.

    Args:
        rows: The variants.
        share: How many of them, above 0, at most 1; rounded up for each kind.
        seed: Decides which, from 0.

    Returns:
        The part, in the order of ``rows``.

    Raises:
        InputError: If ``share`` is out of its range.

    Example:
        >>> len(part(variants((), seeds=6), share=1 / 3, seed=0))
        2
    """
    if not 0 < share <= 1:
        raise InputError(f"a part is a share above 0, at most 1; received {share!r}")
    chance = random.Random(seed)
    chosen: set[str] = set()
    for faulty in (True, False):
        names = [row.name for row in rows if row.faulty == faulty]
        chosen.update(chance.sample(names, math.ceil(share * len(names) - 1e-9)))
    return tuple(row for row in rows if row.name in chosen)


def _read(path: Path) -> list[Patch]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ParseError(f"{path.name} is not TOML: {error}; mend it") from error
    return [_patch(table, path, place) for place, table in enumerate(tables.get("patch", ()), 1)]


def _patch(table: Mapping[str, Any], path: Path, place: int) -> Patch:
    try:
        return Patch(**{"family": path.stem, **table})
    except TypeError as error:
        raise ParseError(
            f"patch {place} of {path.name} has keys {sorted(table)}; needed are name, module, "
            f"before, after and story, allowed are family, faulty and hidden ({error})"
        ) from error
