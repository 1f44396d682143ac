"""The commands of ``text-recognizer``, one module each, imported only when asked for.

A command has ``add_arguments(parser)``, which may import no more than argparse needs, and
``run(args) -> int``, which returns the exit status. Typed errors may pass through ``run``: the
dispatcher prints them as one line.
"""

from __future__ import annotations

__all__: list[str] = []
