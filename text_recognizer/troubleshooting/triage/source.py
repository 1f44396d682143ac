"""Read a trainer's own methods, and put other ones in their place."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.triage.trainer import METHODS, Trainer

__all__ = ["overridden", "repair", "show_source", "source_of"]


def overridden(trainer: type[Trainer]) -> list[str]:
    """The methods that a trainer does in its own way, in the order of a step.

    Args:
        trainer: A subclass of ``Trainer``.

    Example:
        >>> overridden(Trainer) == list(METHODS)
        True
    """
    return [name for name in METHODS if name in vars(trainer)]


def source_of(
    trainer: type[Trainer], name: str = "Mine", methods: Sequence[str] | None = None
) -> str:
    """The source of a trainer's own methods, under a name that gives nothing away.

    Args:
        trainer: ``Trainer`` or a subclass.
        name: What to call it.
        methods: Which of its own methods, all unless given.

    Raises:
        InputError: If a method is not its own, or has no source, as what was typed at a prompt.
    """
    own, parts = overridden(trainer), []
    for method in own if methods is None else methods:
        if method not in own:
            raise InputError(
                f"the trainer's own methods are {', '.join(own) or 'none'}; received {method!r}; "
                "choose of these"
            )
        try:
            source = inspect.getsource(vars(trainer)[method])
        except (OSError, TypeError) as error:
            raise InputError(
                f"source is shown of what stands in a file; received {method} of "
                f"{trainer.__name__}: {error}; write it in a cell or a module"
            ) from error
        parts.append(textwrap.indent(textwrap.dedent(source), "    "))
    base = "" if trainer is Trainer else "(Trainer)"
    return f"class {name}{base}:\n" + ("\n".join(parts) or "    pass\n")


def show_source(
    trainer: type[Trainer], name: str = "Mine", methods: Sequence[str] | None = None
) -> None:
    """Print a trainer's own methods.

    Args:
        trainer: ``Trainer`` or a subclass.
        name: What to call it.
        methods: Which of its own methods, all unless given.

    Raises:
        InputError: See ``source_of``.

    Example:
        >>> from text_recognizer.troubleshooting.triage.puzzles import puzzles
        >>> show_source(puzzles()["Z"], "Z")  # doctest: +ELLIPSIS
        class Z(Trainer):
        ...
    """
    print(source_of(trainer, name, methods))


def repair(trainer: type[Trainer], methods: Mapping[str, Callable[..., object]]) -> type[Trainer]:
    """A trainer with other methods; the rest stays as it is.

    Args:
        trainer: ``Trainer`` or a subclass.
        methods: Functions by the name of the method they replace; their first parameter is
            ``self``.

    Returns:
        A new class; the old one is not touched.

    Raises:
        InputError: If a name is not one of ``METHODS``, or what stands there cannot be called.

    Example:
        >>> from text_recognizer.troubleshooting.triage import FAULTS
        >>> fault = FAULTS[-1]
        >>> repair(fault.trainer, {fault.guilty: fault.cure})(0).run().reached
        True
    """
    for name, function in methods.items():
        if name not in METHODS:
            raise InputError(
                f"a repair replaces one of {', '.join(METHODS)}; received {name!r}; the rest "
                "belongs to the examiner"
            )
        if not callable(function):
            raise InputError(
                f"a method is a function; received a {type(function).__name__} for {name!r}; "
                "write def and name it without calling it"
            )
    return type("Repaired", (trainer,), dict(methods))
