"""Public names of a package that are loaded on first use, so that importing it costs little."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_names(
    package: str, home: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The module functions ``__getattr__`` and ``__dir__`` of a package (PEP 562).

    Args:
        package: Its full name, ``__name__``.
        home: Module of each public name, relative to the package.

    Returns:
        ``__getattr__``, which loads a name from its module and keeps it, and ``__dir__``, which
        offers the names to tab completion before they are loaded.

    Example:
        >>> getattr_, dir_ = lazy_names("text_recognizer.core", {"Charset": "charset"})
        >>> getattr_("Charset").__name__
        'Charset'
    """

    def load(name: str) -> Any:
        if name not in home:
            raise AttributeError(
                f"module {package!r} has no attribute {name!r}; it offers {', '.join(sorted(home))}"
            )
        value = getattr(import_module(f"{package}.{home[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    def listing() -> list[str]:
        return sorted({*vars(sys.modules[package]), *home})

    return load, listing
