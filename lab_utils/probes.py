"""The probes behind `lab_utils.check`: each looks for one thing and returns one `Finding`."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from lab_utils.settings import ROOT

__all__ = [
    "Finding",
    "check_disk",
    "check_docker",
    "check_files",
    "check_fonts",
    "check_gpu",
    "check_memory",
    "check_node",
    "check_package",
    "check_pins",
    "check_processor",
    "check_python",
]

PYTHONS = ((3, 10), (3, 13))
_PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?:\s*;\s*(?P<marker>.+))?$")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One row of the table.

    Args:
        name: What was looked for.
        ok: Whether it is there and good enough.
        value: What was found, in a few words.
        meaning: What follows where it is not ok. Shown only then.
        essential: Whether no lab works without it.
    """

    name: str
    ok: bool
    value: str
    meaning: str = ""
    essential: bool = False

    @property
    def state(self) -> str:
        """`"ok"`, `"missing"`, or `"NEEDED"` for what is essential and not ok."""
        if self.ok:
            return "ok"
        return "NEEDED" if self.essential else "missing"


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> Finding:
    """Check the running Python."""
    low, high = (".".join(map(str, bound)) for bound in PYTHONS)
    return Finding(
        name="Python",
        ok=PYTHONS[0] <= version[:2] <= PYTHONS[1],
        value=f"{'.'.join(map(str, version))}, {platform.system()} {platform.machine()}",
        meaning=f"The labs run on Python {low} to {high}: make lab PYTHON=python3.12",
        essential=True,
    )


def check_package(name: str) -> Finding:
    """Check that a package is installed, without importing it."""
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        version = ""
    return Finding(
        name=name,
        ok=bool(version),
        value=version or "not installed",
        meaning="Run make setup.",
        essential=True,
    )


def check_pins(constraints: Path = ROOT / "requirements" / "constraints.txt") -> Finding:
    """Compare what is installed with the versions that are tested together."""
    wanted = dict(_read_pins(constraints))
    installed = dict(_installed(Path(sysconfig.get_path("purelib"))))
    shared = sorted(wanted.keys() & installed.keys())
    other = [name for name in shared if installed[name] != wanted[name]]
    listed = ", ".join(f"{name} {installed[name]}, pinned {wanted[name]}" for name in other[:3])
    return Finding(
        name="Pinned versions",
        ok=bool(shared) and not other,
        value=f"{len(shared) - len(other)} of {len(shared)} installed as pinned",
        meaning=f"Outputs may differ in detail ({listed or 'no pins found'}). Run make setup.",
    )


def check_processor() -> Finding:
    """Name the processor and count the cores that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return Finding(
        name="Processor",
        ok=(cores or 1) >= 2,
        value=f"{_processor_name()}, {cores} cores",
        meaning="The stated times are for two cores; allow twice as long.",
    )


def check_memory(needed_gb: float = 4.0) -> Finding:
    """Check the memory of the machine."""
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return Finding(
        name="Memory",
        ok=size >= needed_gb,
        value=f"{size:.1f} GB",
        meaning="A lab takes up to 2 GB: close other programs, and run one notebook at a time.",
    )


def check_gpu() -> Finding:
    """Look for a GPU that torch can use."""
    if platform.system() == "Darwin" and platform.machine() == "arm64":
        return Finding(name="GPU", ok=True, value="Apple, through torch's mps device")
    names = _output("nvidia-smi", "--query-gpu=name", "--format=csv,noheader").splitlines()
    build = _version("torch")
    usable = bool(names) and not build.endswith("+cpu")
    value = ", ".join(names) or "none"
    return Finding(
        name="GPU",
        ok=usable,
        value=f"{value}, but torch is {build}" if names and not usable else value,
        meaning="For a GPU build: TORCH_BACKEND=auto make setup."
        if names
        else "Everything runs on the CPU. Long training is offered as an option only.",
    )


def check_docker() -> Finding:
    """Look for Docker, with its daemon running."""
    version = _output("docker", "version", "--format", "{{.Server.Version}}").strip()
    return Finding(
        name="Docker",
        ok=bool(version),
        value=version or ("installed, not running" if shutil.which("docker") else "none"),
        meaning="Labs that can use a container say what they skip.",
    )


def check_node() -> Finding:
    """Look for Node.js."""
    version = _output("node", "--version").strip()
    return Finding(
        name="Node.js",
        ok=bool(version),
        value=version or "none",
        meaning="make fonts brings its own when you ask for fonts.",
    )


def check_fonts(folder: Path = ROOT / "data" / "fonts") -> Finding:
    """Count the handwriting fonts that `make fonts` installs."""
    try:
        wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    except (OSError, ValueError, KeyError):
        wanted = {}
    found = sum((folder / "node_modules" / name).is_dir() for name in wanted)
    return Finding(
        name="Fonts",
        ok=bool(wanted) and found == len(wanted),
        value=f"{found} of {len(wanted)} families",
        meaning="The labs do not need them. To render new handwriting: make fonts",
    )


def check_disk(folder: Path = ROOT, needed_gb: float = 2.0) -> Finding:
    """Check the free space beside the course."""
    free = shutil.disk_usage(folder).free / 2**30
    return Finding(
        name="Disk",
        ok=free >= needed_gb,
        value=f"{free:.0f} GB free",
        meaning=f"Labs write up to {needed_gb:.0f} GB into build/: free some space.",
    )


def check_files(name: str, index: Path, meaning: str) -> Finding:
    """Compare files with the sha256 sums that a JSON index beside them states.

    Args:
        name: What the row is called.
        index: A JSON file whose `files` maps names, relative to the index, to a sha256 in hex, or
            lists objects with the keys `path` and `sha256`.
        meaning: What a missing or damaged file means.
    """
    try:
        files = json.loads(index.read_text(encoding="utf-8"))["files"]
        pairs = files if isinstance(files, Mapping) else {f["path"]: f["sha256"] for f in files}
        sums = {str(path): str(digest) for path, digest in pairs.items()}
        bad = [key for key, digest in sums.items() if _sha256(index.parent / key) != digest]
        value = f"damaged: {', '.join(bad)}" if bad else f"{len(sums)} files, checksums match"
        ok = bool(sums) and not bad
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        value, ok = f"not readable: {type(error).__name__}", False
    return Finding(name=name, ok=ok, value=value, meaning=meaning, essential=True)


def _read_pins(constraints: Path) -> Iterable[tuple[str, str]]:
    from packaging.markers import Marker

    lines = constraints.read_text(encoding="utf-8").splitlines() if constraints.exists() else []
    for pin in filter(None, map(_PIN.match, lines)):
        if not pin["marker"] or Marker(pin["marker"]).evaluate():
            yield _normal(pin["name"]), pin["version"]


def _installed(folder: Path) -> Iterable[tuple[str, str]]:
    # Folder names say enough; parsing the metadata of 300 packages takes a second.
    for path in folder.glob("*.dist-info"):
        name, _, version = path.stem.partition("-")
        yield _normal(name), version.partition("+")[0]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _output(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def _processor_name() -> str:
    if platform.system() == "Darwin":
        return _output("sysctl", "-n", "machdep.cpu.brand_string").strip() or "unknown"
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text(encoding="utf-8") if cpuinfo.exists() else ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1] if found else platform.machine()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
