"""The settings that the whole lab pipeline shares, each in this one place.

Environment variables (all optional):

- `LABS_ADDRESS`, `LABS_VERSION`: where the set-up cell fetches the course from, and which version.
- `LABS_SETUP=always`: the set-up cell acts as if it ran on Colab (used by its test).
- `LABS_HEADLESS=1`: nobody is looking: no progress bar, no widget, no progress file.
- `LABS_PROGRESS`: the progress file, instead of `.progress.json` in the root.
- `LABS_METRICS`: a file that `lab_utils.record` appends measurements to.
- `LABS_TIME_FACTOR`: how many times longer than its budget a lab may take on this machine.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ADDRESS", "ROOT", "VERSION", "Layout", "is_headless", "time_factor"]

#: The public address of the course: what `git clone` takes. `.invalid` is reserved by RFC 2606,
#: so that nobody can put something else there before the course is published.
ADDRESS = "https://text-recognizer.invalid/course.git"

#: The tag or branch that a lab opened on Colab installs. It follows the version in pyproject.toml.
VERSION = "v0.1.0"

#: The root of the checkout that this file belongs to.
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where the labs of one checkout lie.

    Args:
        root: The folder that holds `labs/`. Another one than `ROOT` in tests.
    """

    root: Path = ROOT

    @property
    def labs(self) -> Path:
        """The folder with the notebooks that people open."""
        return self.root / "labs"

    @property
    def sources(self) -> Path:
        """The folder with the one place each lab is edited."""
        return self.labs / "source"

    @property
    def solutions(self) -> Path:
        """The folder with the generated, executed solutions."""
        return self.labs / "solutions"

    @property
    def build(self) -> Path:
        """The git-ignored folder that test runs write to."""
        return self.root / "build" / "notebooks"

    def source(self, lab: str) -> Path:
        """Find the source of a lab.

        Args:
            lab: The number, as in `"00"` or `"0"`, or the name, as in `"00_welcome"`.

        Returns:
            The path of `labs/source/NN_name.py`.

        Raises:
            ValueError: No source, or more than one, has this number or name.
        """
        prefix = f"{int(lab):02d}_" if lab.isdigit() else lab
        found = [path for path in self.all_sources() if path.stem.startswith(prefix)]
        if len(found) != 1:
            known = ", ".join(path.stem for path in self.all_sources()) or "none"
            raise ValueError(
                f"A lab is named by its number, but {lab!r} matches {len(found)} sources. "
                f"Choose one of: {known}."
            )
        return found[0]

    def all_sources(self) -> list[Path]:
        """List the sources of all labs, in order."""
        return sorted(self.sources.glob("[0-9][0-9]_*.py"))

    def notebook(self, source: Path, variant: str = "labs") -> Path:
        """Say where the notebook of a source is stored.

        Args:
            source: `labs/source/NN_name.py`.
            variant: `"labs"` (with stubs) or `"solutions"`.
        """
        folder = self.solutions if variant == "solutions" else self.labs
        return folder / f"{source.stem}.ipynb"


def is_headless() -> bool:
    """Say whether a notebook is being run by a program rather than by a person.

    `make refresh` and `make test-notebooks` say so through `LABS_HEADLESS`. Otherwise a person is
    assumed where a front end left its mark: the Jupyter server names the session, VS Code and
    Colab add modules or variables of their own.
    """
    stated = os.environ.get("LABS_HEADLESS", "")
    if stated:
        return stated != "0"
    return not (_front_end_variables() or _in_front_end_namespace())


def time_factor() -> float:
    """Read by how much time budgets are stretched on this machine (1.0 unless set)."""
    text = os.environ.get("LABS_TIME_FACTOR", "1")
    try:
        factor = float(text)
    except ValueError:
        factor = 0.0
    if not 0 < factor <= 100:
        raise ValueError(
            f"LABS_TIME_FACTOR must be a number above 0 and at most 100, got {text!r}. Unset it "
            "to use the budgets as they are."
        )
    return factor


def _front_end_variables() -> bool:
    return any(name in os.environ for name in ("JPY_SESSION_NAME", "COLAB_RELEASE_TAG"))


def _in_front_end_namespace() -> bool:
    import sys

    if "IPython" not in sys.modules:
        return False
    shell = sys.modules["IPython"].get_ipython()
    return shell is not None and "__vsc_ipynb_file__" in shell.user_ns
