"""What a training of a preset needs: ``python -m text_recognizer.troubleshooting tiny laptop``.

For each preset a memory plan with the largest batch under a limit, and a profile of real steps:
phases, modules, operators. Exit status: 0 all well; 2 wrong usage, or a typed error in one line.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from text_recognizer.core.errors import ConfigError, InputError, TextRecognizerError

if TYPE_CHECKING:
    from text_recognizer.troubleshooting.memory import MemoryPlan

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "KI": 2**10, "MI": 2**20, "GI": 2**30}
_MOST = 64
"""Lines of a profiled step at most: a profile is about shares, which a smaller batch has, too."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the reports.

    Args:
        arguments: Words after the program's name; those of the process where None.

    Returns:
        The exit status, see the module.

    Raises:
        SystemExit: From argparse, for ``--help`` and unknown options.

    Example:
        >>> main(["tiny", "--width", "64", "--memory", "1GB", "--steps", "0"])
        0
    """
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except TextRecognizerError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    name = "python -m text_recognizer.troubleshooting"
    parser = argparse.ArgumentParser(prog=name, allow_abbrev=False)
    parser.description = "Memory plan and profile of a training step."
    parser.add_argument("presets", nargs="*", default=["tiny", "laptop", "gpu"], metavar="PRESET")
    parser.add_argument("--batch", help="lines of a step (default: the preset's)")
    parser.add_argument("--width", default="640", help="columns of a line (default: %(default)s)")
    parser.add_argument("--memory", help="such as 8GB or 500MiB (default: this machine's)")
    parser.add_argument("--steps", default="2", help="profiled steps; 0 is none (%(default)s)")
    parser.add_argument("--trace", type=Path, help="write the profile here, for Perfetto: .json")
    return parser


def _run(options: argparse.Namespace) -> None:
    from text_recognizer.training import preset

    # All of it is checked before the first report is made.
    configs = {name: preset(name) for name in options.presets}
    width, steps = _number("width", options.width, 16), _number("steps", options.steps, 0)
    batch = None if options.batch is None else _number("batch", options.batch, 1)
    limit = _limit(options.memory)
    if options.trace is not None:
        _check_trace(options.trace, steps, len(configs))
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for name, config in configs.items():
            lines = batch or config.batch_size
            _print_memory(name, lines, width, limit)
            if steps:
                _print_profile(name, min(lines, _MOST), width, steps, options.trace)
    finally:
        torch.set_num_threads(threads)


def size_in_bytes(text: str) -> int:
    """Read a size: a number and B, kB, MB, GB (powers of 1000) or KiB, MiB, GiB (of 1024).

    Args:
        text: such as 8GB; capitals do not matter, and the B may be left out.

    Raises:
        InputError: If it is none, or not at least one byte.

    Example:
        >>> size_in_bytes("8GB"), size_in_bytes("1.5 MiB")
        (8000000000, 1572864)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMG]?I?)B?", text.strip().upper())
    if found is None or found[2] not in _UNITS or float(found[1]) * _UNITS[found[2]] < 1:
        raise InputError(f"a size is a number and a unit, such as 8GB or 500MiB; received {text!r}")
    return int(float(found[1]) * _UNITS[found[2]])


def _limit(text: str | None) -> int | None:
    from text_recognizer.troubleshooting.memory import machine_memory

    return machine_memory() if text is None else size_in_bytes(text)


def _number(name: str, text: str, least: int) -> int:
    if not re.fullmatch(r"\d{1,9}", text) or int(text) < least:
        raise ConfigError(f"--{name} is a whole number from {least}; received {text!r}")
    return int(text)


def _check_trace(path: Path, steps: int, presets: int) -> None:
    if steps == 0 or presets != 1:
        raise InputError(
            f"--trace writes the profile of one preset; received {presets} presets and {steps} "
            "steps; name one preset"
        )
    if not path.name.endswith((".json", ".json.gz")):
        raise InputError(f"a trace is a .json or .json.gz file; received {str(path)!r}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
    except OSError as error:
        raise InputError(
            f"--trace names a file that can be written; {str(path)!r}: {error.strerror}; "
            "name another"
        ) from error


def _print_memory(name: str, lines: int, width: int, limit: int | None) -> None:
    from text_recognizer.troubleshooting.memory import largest_batch, plan_subject

    plan = plan_subject(name, lines, width=width)
    print(f"{name}: a step of {plan.batch} lines of {width} columns, in 32 bits, with AdamW")
    print(_table(("memory at the worst moment", "MB", "share"), _shares(plan)))
    print(
        f"  the worst moment is in the {plan.worst} pass"
        if plan.worst == "backward"
        else "  the worst moment is the optimizer's update"
    )
    top = ", ".join(f"{module} {size / 1e6:.1f}" for module, size in plan.modules[:3])
    print(f"  modules that keep most for the backward pass, MB: {top}")
    if limit is None:
        print("  this machine does not tell its memory; name a limit: --memory 8GB")
        return
    most = largest_batch(plan, limit)
    print(
        f"  largest batch under {limit / 1e9:.2f} GB: {most}"
        if most
        else f"  not even one line fits under {limit / 1e9:.3f} GB"
    )
    print("  not counted: the libraries (some 0.4 GB), copies inside of operators, allocator slack")


def _shares(plan: MemoryPlan) -> list[tuple[str, str, str]]:
    rows = [*plan.parts().items(), ("all", plan.peak)]
    return [(kind, f"{size / 1e6:.1f}", f"{size / plan.peak:.0%}") for kind, size in rows]


def _print_profile(name: str, lines: int, width: int, steps: int, trace: Path | None) -> None:
    from text_recognizer.troubleshooting.profiling.profile import profile_steps
    from text_recognizer.troubleshooting.profiling.spans import phase

    model, step = _step(name, lines, width, phase)
    profile = profile_steps(step, model=model, steps=steps)
    print(f"{name}: time of {steps} steps of {lines} lines, one thread")
    for title, found in (
        ("phase", profile.phases),
        ("module, forward", _inner(profile.modules, type(model).__name__)),
    ):
        total = sum(found.values()) or 1.0
        greedy = sorted(found.items(), key=lambda one: -one[1])[:6]
        rows = [(key, f"{time / 1e3:.1f}", f"{time / total:.0%}") for key, time in greedy]
        print(_table((title, "ms", "share"), rows))
    rows = [(row.name, f"{row.self_time / 1e3:.1f}", f"{row.share:.0%}") for row in profile.top(6)]
    print(_table(("operator, itself", "ms", "share"), rows))
    if trace is not None:
        print(f"  trace for Perfetto: {profile.save(trace)}")
    print()


def _inner(modules: dict[str, float], whole: str) -> dict[str, float]:
    """Those that hold no other module: the rest would be counted twice."""
    return {
        name: time
        for name, time in modules.items()
        if name != whole and not any(other.startswith(f"{name}.") for other in modules)
    }


def _step(name: str, lines: int, width: int, phase: Any) -> tuple[Any, Any]:
    import torch

    from text_recognizer.troubleshooting.memory.subjects import make_subject

    one = make_subject(name, lines, width=width)
    optimizer = torch.optim.AdamW(one.model.parameters(), lr=1e-4)

    def step() -> None:
        with phase("forward"):
            value: Any = one.loss(one.model(one.inputs))
        with phase("backward"):
            value.backward()
        with phase("update"):
            optimizer.step()
            optimizer.zero_grad()

    return one.model, step


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    first, *others = zip(columns, *rows, strict=True)
    left = max(map(len, first))
    widths = [max(map(len, column)) for column in others]
    lines = []
    for row in zip(first, *others, strict=True):
        numbers = [cell.rjust(size) for cell, size in zip(row[1:], widths, strict=True)]
        lines.append("  " + "  ".join([row[0].ljust(left), *numbers]))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
