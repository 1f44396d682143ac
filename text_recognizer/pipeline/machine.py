"""What decides the last bit of a training: the machine and the versions of its libraries."""

from __future__ import annotations

import platform
from importlib import metadata
from pathlib import Path

#: Libraries whose arithmetic, or whose way of writing files, ends up in a bundle.
PACKAGES = (
    "numpy",
    "onnx",
    "onnxscript",
    "opencv-python-headless",
    "pillow",
    "pyarrow",
    "pytorch-lightning",
    "safetensors",
    "torch",
)
_CPU_KEYS = ("model name", "cpu family", "model", "stepping")


def machine(*, gpu: bool = False) -> dict[str, str]:
    """The machine and versions that a digest holds for.

    Float32 sums depend on the order of their terms, and that on the instruction set and the caches
    of the processor. So a training gives the same bits twice on one machine, but need not on
    another: digests are comparable only where all of this is equal.

    Args:
        gpu: whether the training ran on a GPU, which adds in an order of its own, not the same one
            each time.

    Returns:
        ``python`` (major.minor), ``system``, ``processor``, ``instructions`` (as torch names the
        instruction set that it uses), ``device`` (cpu, or the name of the GPU), and a
        version for each of ``PACKAGES``.

    Example:
        >>> sorted(machine())[:2]
        ['device', 'instructions']
    """
    import torch

    major, minor, _ = platform.python_version_tuple()
    facts = {
        "python": f"{major}.{minor}",
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor(Path("/proc/cpuinfo")),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "device": torch.cuda.get_device_name() if gpu else "cpu",
    }
    return facts | {name: _version(name) for name in PACKAGES}


def processor(info: Path) -> str:
    """The processor's name and revision.

    Args:
        info: Linux's description of the processors; elsewhere the platform's own word is taken.

    Example:
        >>> processor(Path("nowhere")) == (platform.processor() or "unknown")
        True
    """
    try:
        lines = info.read_text(encoding="utf-8").split("\n\n")[0].splitlines()
    except OSError:
        return platform.processor() or "unknown"
    parts = [line.partition(":") for line in lines]
    pairs = {key.strip(): value.strip() for key, _, value in parts}
    known = [f"{key} {pairs[key]}" for key in _CPU_KEYS if pairs.get(key)]
    return ", ".join(known) or platform.machine()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "absent"
