"""The set-up cell: identical in all labs, written in this one place.

On Colab it fetches the course at the pinned version and installs it; anywhere else it does
nothing. The builder puts it into each lab in place of the cell tagged `setup`.
"""

from __future__ import annotations

from lab_utils.settings import ADDRESS, VERSION

__all__ = ["setup_source"]

_TEMPLATE = """\
# Set-up. On Colab this installs the course; anywhere else it does nothing.
import os
import subprocess
import sys

ADDRESS = os.environ.get("LABS_ADDRESS", "{address}")
VERSION = os.environ.get("LABS_VERSION", "{version}")

if "google.colab" in sys.modules or os.environ.get("LABS_SETUP") == "always":
    course = os.path.join(os.path.expanduser("~"), "course")
    if not os.path.exists(course):
        clone = ["git", "clone", "--quiet", "--depth", "1", "--branch", VERSION, ADDRESS, course]
        subprocess.run(clone, check=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--editable"]
    subprocess.run([*pip, f"{{course}}[colab]"], check=True)
    sys.path.insert(0, course)
    os.chdir(os.path.join(course, "labs"))
"""


def setup_source(address: str = ADDRESS, version: str = VERSION) -> str:
    """Write the set-up cell.

    Args:
        address: What `git clone` takes.
        version: A tag or branch at that address.

    Returns:
        The source of the code cell, without a final newline.

    Example:
        >>> "git" in setup_source()
        True
    """
    return _TEMPLATE.format(address=address, version=version).rstrip("\n")
