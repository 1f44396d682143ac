"""Bring an executed notebook into the one form that is stored.

What differs from run to run without meaning anything goes: execution times, the version of Python,
the split of a stream into pieces, text chunks inside pictures. The meaning stays: nothing of what
a cell printed is changed here. An output that must not be stored is a finding of the gates, never
silently removed.
"""

from __future__ import annotations

import base64
import struct
from typing import Any

import nbformat

__all__ = ["dumps", "normalize", "strip_png"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DROPPED_CHUNKS = {b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf"}


def normalize(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Normalise outputs, counts and metadata in place.

    Args:
        notebook: A notebook just executed.

    Returns:
        The same object.
    """
    notebook.metadata.language_info = {"name": "python"}
    for key in set(notebook.metadata) - {"kernelspec", "lab", "language_info"}:
        del notebook.metadata[key]
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        cell.metadata.pop("papermill", None)
        if cell.cell_type == "code":
            cell.outputs = _merge_streams(cell.outputs)
            for output in cell.outputs:
                _normalize_output(output)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def dumps(notebook: nbformat.NotebookNode) -> str:
    """Write a notebook as text, the same on every machine.

    Args:
        notebook: A normalised notebook.

    Returns:
        JSON with sorted keys, one space of indentation and a final newline.
    """
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"


def strip_png(content: bytes) -> bytes:
    """Drop the chunks of a PNG that say when and by which software it was made.

    Args:
        content: A PNG file.

    Returns:
        The same picture; content that is no PNG comes back unchanged.
    """
    if not content.startswith(_SIGNATURE):
        return content
    kept, position = [_SIGNATURE], len(_SIGNATURE)
    while position + 8 <= len(content):
        length, kind = struct.unpack(">I4s", content[position : position + 8])
        end = position + 12 + length
        if kind not in _DROPPED_CHUNKS:
            kept.append(content[position:end])
        position = end
    return b"".join(kept)


def _merge_streams(outputs: list[Any]) -> list[Any]:
    merged: list[Any] = []
    for output in outputs:
        last = merged[-1] if merged else None
        if (
            last is not None
            and output.output_type == last.output_type == "stream"
            and output.name == last.name
        ):
            last.text += output.text
        else:
            merged.append(output)
    return merged


def _normalize_output(output: Any) -> None:
    data = output.get("data", {})
    if "image/png" in data:
        raw = base64.b64decode("".join(data["image/png"]))
        data["image/png"] = base64.b64encode(strip_png(raw)).decode("ascii") + "\n"
    if "transient" in output:
        del output["transient"]
