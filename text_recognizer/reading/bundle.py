"""A bundle: everything that turns an image of a line into text, in one folder.

::

    reader/
    ├── model.onnx          the network, for onnxruntime (reads without torch)
    ├── model.safetensors   the same weights, for torch (trains further)
    ├── model.int8.onnx     optional: the network in 8 bits, smaller and quicker
    ├── bundle.json         format, charset, transform, model settings, metrics, checksums
    └── card.md             the same for people: data, licence, quality, speed, limits

Weights without their charset read gibberish, and without their transform they read badly; so none
of the three travels alone, and a part that was exchanged is noticed when the bundle is loaded.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import BundleError, InputError
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.reading.calibration import Calibration
from text_recognizer.reading.card import write_card

FORMAT = 1
ONNX, WEIGHTS, SETTINGS, CARD = "model.onnx", "model.safetensors", "bundle.json", "card.md"
#: Optional, made by ``reading.quantize``.
INT8 = "model.int8.onnx"
DEFAULT = Path(__file__).resolve().parents[1] / "artifacts" / "reader"


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """The parts of a reader, checked against each other.

    Args:
        folder: Where the files of weights lie.
        charset: What the ids of the network's outputs mean.
        preprocess: The transform that the network was trained with.
        model: Settings from which ``models.build`` makes the network, JSON types only.
        metrics: What was measured, JSON types only; the card is written from them.
        calibration: What makes the confidences probabilities; raw confidences where None.
        files: sha256 in hex of ``model.onnx``, ``model.safetensors`` and, where the bundle has it,
            ``model.int8.onnx``.

    Example:
        >>> bundle = Bundle.load()  # doctest: +SKIP
        >>> len(bundle.charset), bundle.preprocess.height  # doctest: +SKIP
        (96, 48)
    """

    folder: Path
    charset: Charset
    preprocess: Preprocess
    model: Mapping[str, Any]
    metrics: Mapping[str, Any] = field(default_factory=dict)
    calibration: Calibration | None = None
    files: Mapping[str, str]

    def __post_init__(self) -> None:
        """Keep the mappings from being changed: the digest is computed once."""
        for name in ("model", "metrics", "files"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @property
    def onnx(self) -> Path:
        """The network for onnxruntime."""
        return self.folder / ONNX

    @property
    def int8(self) -> Path:
        """The network in 8 bits for onnxruntime.

        Raises:
            BundleError: If the bundle has none; the message says how to make it.
        """
        if INT8 not in self.files:
            shipped = self.folder.resolve() == DEFAULT.resolve()
            where = "" if shipped else f" --bundle {str(self.folder)!r}"
            raise BundleError(
                f"the int8 backend needs a bundle with {INT8}; {str(self.folder)!r} has "
                f"{', '.join(sorted(self.files))}; make it with: text-recognizer export "
                f"--int8{where}, or read with the onnx backend"
            )
        return self.folder / INT8

    @property
    def weights(self) -> Path:
        """The weights for torch."""
        return self.folder / WEIGHTS

    @cached_property
    def digest(self) -> str:
        """sha256 in hex of all that decides what is read; metrics do not."""
        core = {key: value for key, value in self._content().items() if key != "metrics"}
        return sha256(json.dumps(core, sort_keys=True).encode()).hexdigest()

    def _content(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "charset": self.charset.characters,
            "preprocess": self.preprocess.to_dict(),
            "model": dict(self.model),
            "files": dict(self.files),
            "metrics": dict(self.metrics),
            **({"calibration": self.calibration.to_dict()} if self.calibration else {}),
        }

    @classmethod
    def load(cls, path: str | os.PathLike[str] | None = None) -> Bundle:
        """Read and verify a bundle; no weights are loaded yet.

        Args:
            path: The folder; by default the bundle that ships with the package.

        Returns:
            A bundle whose files match their checksums.

        Raises:
            BundleError: If a file is missing, unreadable or differs from its checksum, if
                ``bundle.json`` is not what this version writes, or its parts disagree.

        Example:
            >>> Bundle.load("nowhere")
            Traceback (most recent call last):
            ...
            text_recognizer.core.errors.BundleError: a bundle is a folder; 'nowhere' is none; ...
        """
        folder = DEFAULT if path is None else Path(path)
        if not folder.is_dir():
            raise BundleError(
                f"a bundle is a folder; {str(folder)!r} is none; name the folder that holds "
                f"{SETTINGS}, or train one with: text-recognizer train"
            )
        content = _read_settings(folder / SETTINGS)
        bundle = _build(folder, content)
        for name, expected in bundle.files.items():
            _verify(folder / name, expected)
        if content.get("digest") != bundle.digest:
            raise BundleError(
                f"the settings of a bundle must match its digest; {str(folder / SETTINGS)!r} says "
                f"{content.get('digest')!r} and its content gives {bundle.digest!r}; it was edited "
                "by hand or damaged: restore it, or export the bundle again"
            )
        return bundle

    def save(self, path: str | os.PathLike[str]) -> Bundle:
        """Write the bundle to a folder, its card included; ``bundle.json`` comes last.

        Args:
            path: The folder; made if absent. Files of the same names are replaced whole, never
                half-written.

        Returns:
            The bundle as it lies in the new folder.

        Raises:
            BundleError: If the folder cannot be written or the weights changed meanwhile.
        """
        folder = Path(path)
        copy = Bundle(**{**self._fields(), "folder": folder})
        settings = json.dumps({**self._content(), "digest": self.digest}, indent=1, sort_keys=True)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, expected in self.files.items():
                _verify(self.folder / name, expected)
                if folder.resolve() != self.folder.resolve():
                    _replace(folder / name, (self.folder / name).read_bytes())
            for name in self.metrics.get("figures", {}).values():  # what the card shows
                if (self.folder / name).is_file() and folder.resolve() != self.folder.resolve():
                    _replace(folder / name, (self.folder / name).read_bytes())
            _replace(folder / CARD, self._card().encode())
            _replace(folder / SETTINGS, (settings + "\n").encode())
            if INT8 not in self.files:  # one from an earlier bundle would be of other weights
                (folder / INT8).unlink(missing_ok=True)
        except OSError as error:
            raise BundleError(
                f"a bundle is written to a folder with room in it; {str(folder)!r} gave: {error}; "
                "choose another folder or free some space"
            ) from error
        return copy

    def _card(self) -> str:
        return write_card(
            self.metrics,
            digest=self.digest,
            characters=self.charset.characters,
            height=self.preprocess.height,
        )

    def _fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def file_digest(path: Path) -> str:
    """sha256 of a file, in hex.

    Raises:
        BundleError: If it is missing or cannot be read.
    """
    try:
        return sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError as error:
        raise BundleError(
            f"a bundle has the files {ONNX}, {WEIGHTS} and {SETTINGS}; {str(path)!r} is missing; "
            "restore it, or export the bundle again"
        ) from error
    except OSError as error:
        raise BundleError(
            f"the files of a bundle must be readable; {str(path)!r} gave: {error}; "
            "check its permissions"
        ) from error


def _verify(path: Path, expected: str) -> None:
    found = file_digest(path)
    if found != expected:
        raise BundleError(
            f"{str(path)!r} must have the sha256 that {SETTINGS} states; stated {expected}, "
            f"found {found}; the file is damaged or from another bundle: restore it (git lfs or "
            "an interrupted copy may have left a part), or export the bundle again"
        )


def _read_settings(path: Path) -> dict[str, Any]:
    """The JSON object, of a format this version knows."""
    file_digest(path)  # missing and unreadable files have their messages there
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise BundleError(
            f"{SETTINGS} must be JSON in UTF-8; {str(path)!r} is not: {error}; "
            "restore it, or export the bundle again"
        ) from error
    if not isinstance(content, dict):
        raise BundleError(
            f"{SETTINGS} must hold an object; {str(path)!r} holds {type(content).__name__}; "
            "restore it, or export the bundle again"
        )
    if content.get("format") != FORMAT:
        raise BundleError(
            f"this version reads bundles of format {FORMAT}; {str(path)!r} has format "
            f"{content.get('format')!r}; install the version that wrote it, or export it again"
        )
    return content


def _build(folder: Path, content: dict[str, Any]) -> Bundle:
    """Typed parts out of the JSON object."""
    given = content.get("calibration")
    try:
        files = {name: str(content["files"][name]) for name in (ONNX, WEIGHTS)}
        if INT8 in content["files"]:
            files[INT8] = str(content["files"][INT8])
        return Bundle(
            folder=folder,
            charset=Charset(content["charset"]),
            preprocess=Preprocess.from_dict(content["preprocess"]),
            model=content["model"],
            metrics=content["metrics"],
            calibration=Calibration.from_dict(given) if given else None,
            files=files,
        )
    except (KeyError, TypeError, ValueError, AttributeError, InputError) as error:
        what = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise BundleError(
            f"{SETTINGS} must state charset, preprocess, model, metrics and files; "
            f"{str(folder / SETTINGS)!r} does not fit: {what}; export the bundle again"
        ) from error


def _replace(path: Path, content: bytes) -> None:
    """Write a file beside its place, then move it there: nobody ever sees half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
