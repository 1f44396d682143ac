"""Rewrite requirements/constraints.txt: one pinned version per package and Python.

Run it after a change to the dependencies: `.venv/bin/python scripts/pin.py`. Versions already
pinned are kept where they still fit; `--upgrade` takes the newest of everything. Only names,
versions and Python markers are written, never an address.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "requirements" / "constraints.txt"
OLDEST_PYTHON = "3.10"
EXTRAS = ("labs", "dev", "fonts")
HEADER = """\
# The versions that are tested together, on Linux and macOS with Python 3.10 to 3.13.
# Names and versions only. Written by scripts/pin.py from pyproject.toml; do not edit by hand.
"""
_PYTHON_CLAUSE = re.compile(r"python_(?:full_)?version\s*(?:[<>=!]=?)\s*'[\d.]+'")
_ONE_MINOR = re.compile(r"(python_(?:full_)?version) == '(\d+)\.(\d+)\.\*'")


def simplify(lines: list[str]) -> list[str]:
    """Return resolver output as plain pins, with a marker only where versions differ by Python.

    A constraint binds only what is installed anyway, so markers of platforms say nothing here.
    A local version such as `+cpu` is dropped: it exists on one index only.

    Args:
        lines: Lines such as `numpy==2.2.6 ; python_full_version < '3.11'`.

    Returns:
        The same pins, sorted, without comments, options or platform markers.

    Raises:
        ValueError: If a package has two versions that no Python marker tells apart.
    """
    pins = [_split(line) for line in lines if re.match(r"[A-Za-z0-9]", line)]
    versions = Counter(name for name, _, _ in pins)
    simple: dict[str, str] = {}
    for name, version, marker in pins:
        clauses = [] if versions[name] == 1 else _PYTHON_CLAUSE.findall(marker)
        if versions[name] > 1 and not clauses:
            raise ValueError(
                f"{name} has {versions[name]} versions and {name}=={version} has the marker "
                f"{marker!r}; only a Python version may tell them apart. Pin it in pyproject.toml."
            )
        line = f"{name}=={version}"
        simple[" ; ".join([line, " and ".join(clauses)]) if clauses else line] = name
    return sorted(simple, key=lambda line: (simple[line], line))


def _split(line: str) -> tuple[str, str, str]:
    requirement, _, marker = line.partition(";")
    name, _, version = requirement.strip().partition("==")
    # One minor version is a range too, which is all that installers of constraints need to know.
    ranged = _ONE_MINOR.sub(
        lambda m: f"{m[1]} >= '{m[2]}.{m[3]}' and {m[1]} < '{m[2]}.{int(m[3]) + 1}'", marker
    )
    return name.lower(), version.partition("+")[0].strip(), ranged.strip()


def resolve(known: list[str], *, upgrade: bool) -> list[str]:
    """Return what the resolver picks for every supported Python at once.

    Args:
        known: Pins to keep where they still fit.
        upgrade: Whether to ignore `known` and take the newest versions.

    Returns:
        The lines that `uv pip compile --universal` wrote.

    Raises:
        subprocess.CalledProcessError: If no set of versions fits.
    """
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "constraints.txt"
        output.write_text("\n".join(known) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"]
        command += ["--python-version", OLDEST_PYTHON, "--no-annotate", "--no-header"]
        command += ["--no-emit-index-url", "--no-emit-find-links", "--output-file", str(output)]
        command += [f"--extra={extra}" for extra in EXTRAS]
        command += ["--upgrade"] if upgrade else []
        subprocess.run([*command, str(ROOT / "pyproject.toml")], check=True)
        return output.read_text(encoding="utf-8").splitlines()


def main() -> int:
    """Resolve, simplify, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest of everything")
    arguments = parser.parse_args()
    known = CONSTRAINTS.read_text(encoding="utf-8").splitlines() if CONSTRAINTS.exists() else []
    pins = simplify(resolve(known, upgrade=arguments.upgrade))
    CONSTRAINTS.write_text(HEADER + "\n".join(pins) + "\n", encoding="utf-8")
    print(f"{len(pins)} pins written to {CONSTRAINTS.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
