"""Messages of the Open Inference Protocol v2: bytes to a request, a reading to bytes.

No web framework is needed here. Tensors come as JSON, or behind the JSON as raw bytes: the
*binary tensor data* extension, which Triton's client uses unless told otherwise.

Source:
    github.com/kserve/open-inference-protocol (REST); Triton's protocol extensions,
    "Binary Tensor Data".
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from text_recognizer.core.errors import InputError
from text_recognizer.core.images import MAX_PIXELS
from text_recognizer.core.readings import PageReading

EXTENSIONS = ("binary_tensor_data",)
INPUT: dict[str, Any] = {"name": "image", "datatype": "UINT8", "shape": [-1, -1]}
OUTPUTS: tuple[dict[str, Any], ...] = (
    {"name": "text", "datatype": "BYTES", "shape": [1]},
    {"name": "confidence", "datatype": "FP32", "shape": [1]},
)


class RequestError(InputError):
    """A request that breaks the protocol; it is answered with status 400 and this text."""


@dataclass(frozen=True, kw_only=True, eq=False)
class InferRequest:
    """One parsed inference request.

    Args:
        id: The client's id for it, which the reply repeats; None if it gave none.
        image: (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) uint8, or the bytes of an image file.
        outputs: Names of the outputs wanted, each with whether it is wanted as raw bytes.
    """

    id: str | None
    image: NDArray[np.uint8] | bytes
    outputs: Mapping[str, bool]


def parse_request(body: bytes, header_length: str | None = None) -> InferRequest:
    """Read an inference request.

    Args:
        body: The body of the POST.
        header_length: The header ``Inference-Header-Content-Length``: bytes of JSON at the start
            of ``body``, raw tensors following; None if all is JSON.

    Returns:
        The request, every part checked.

    Raises:
        RequestError: If it is not one request for this model; the message says what is expected.

    Example:
        >>> tensor = '{"name": "image", "datatype": "UINT8", "shape": [1, 2], "data": [0, 255]}'
        >>> body = f'{{"id": "7", "inputs": [{tensor}]}}'.encode()
        >>> request = parse_request(body)
        >>> request.id, request.image.shape
        ('7', (1, 2))
    """
    content, raw = _split(body, header_length)
    request_id = content.get("id")
    if request_id is not None and not isinstance(request_id, str):
        raise RequestError(f"id must be a string; received {_shown(request_id)}; put it in quotes")
    inputs = content.get("inputs")
    if not isinstance(inputs, list) or len(inputs) != 1 or not isinstance(inputs[0], dict):
        raise RequestError(
            f'inputs must be a list of one tensor, "image"; received {_shown(inputs)}; '
            "send one request per image"
        )
    return InferRequest(id=request_id, image=_image(inputs[0], raw), outputs=_wanted(content))


def build_reply(
    request: InferRequest, page: PageReading, *, model: str, version: str
) -> tuple[bytes, int | None]:
    """Write the reply to a request.

    Args:
        request: What was asked.
        page: What was read.
        model: Name of the model.
        version: Its version.

    Returns:
        The body, and the number of bytes of JSON at its start if raw tensors follow, else None.
    """
    values = {"text": page.text.encode(), "confidence": float(page.confidence)}
    entries: list[dict[str, Any]] = []
    raw = b""
    for output in OUTPUTS:
        name = output["name"]
        if name not in request.outputs:
            continue
        value = values[name]
        entry = dict(output)
        if request.outputs[name]:
            packed = (
                struct.pack("<I", len(value)) + value
                if isinstance(value, bytes)
                else struct.pack("<f", value)
            )
            entry["parameters"] = {"binary_data_size": len(packed)}
            raw += packed
        else:
            entry["data"] = [value.decode() if isinstance(value, bytes) else value]
        entries.append(entry)
    reply: dict[str, Any] = {"model_name": model, "model_version": version, "outputs": entries}
    if request.id is not None:
        reply["id"] = request.id
    head = json.dumps(reply).encode()
    return (head + raw, len(head)) if raw else (head, None)


def _split(body: bytes, header_length: str | None) -> tuple[dict[str, Any], bytes]:
    """The JSON object of a request and the raw bytes behind it."""
    size = len(body)
    if header_length is not None:
        if not (header_length.isascii() and header_length.isdigit() and len(header_length) < 12):
            raise RequestError(
                "Inference-Header-Content-Length must be a whole number of bytes; received "
                f"{_shown(header_length)}; leave it out if all is JSON"
            )
        size = int(header_length)
        if size > len(body):
            raise RequestError(
                "Inference-Header-Content-Length must not exceed the body; received "
                f"{size} for {len(body)} bytes; the body may have been cut off"
            )
    try:
        content = json.loads(body[:size])
    except (ValueError, RecursionError) as error:
        raise RequestError(
            f"a request must be a JSON object in UTF-8; received {_shown(body[:40])}: {error}; "
            "to send an image file as it is, POST it to /read"
        ) from error
    if not isinstance(content, dict):
        raise RequestError(f"a request must be a JSON object; received {_shown(content)}")
    return content, body[size:]


def _image(tensor: Mapping[str, Any], raw: bytes) -> NDArray[np.uint8] | bytes:
    """The image of the one input tensor."""
    if tensor.get("name") != INPUT["name"]:
        raise RequestError(
            f'the input is called "image"; received {_shown(tensor.get("name"))}; rename it'
        )
    shape, kind = tensor.get("shape"), tensor.get("datatype")
    if not isinstance(shape, list) or not all(
        isinstance(side, int) and not isinstance(side, bool) and 1 <= side <= MAX_PIXELS
        for side in shape
    ):
        raise RequestError(
            f"shape must be a list of whole numbers from 1; received {_shown(shape)}; "
            "an image has [height, width]"
        )
    size = _parameters(tensor).get("binary_data_size")
    if size is not None and (type(size) is not int or size != len(raw)):
        raise RequestError(
            f"binary_data_size must be the number of bytes behind the JSON, {len(raw)}; received "
            f"{_shown(size)}; set Inference-Header-Content-Length to the length of the JSON"
        )
    if (size is None) == ("data" not in tensor):
        raise RequestError(
            "a tensor carries either data or the parameter binary_data_size; received "
            f"{sorted(tensor)}; send one of them"
        )
    if kind == "UINT8":
        return _pixels(shape, tensor.get("data"), raw if size is not None else None)
    if kind == "BYTES":
        return _file(shape, tensor.get("data"), raw if size is not None else None)
    raise RequestError(
        f"datatype must be UINT8 (pixels) or BYTES (an image file); received {_shown(kind)}; "
        "convert the image to 8 bits"
    )


def _pixels(shape: Sequence[int], data: Any, raw: bytes | None) -> NDArray[np.uint8]:
    """Pixels, nested or flat, row by row."""
    count = math.prod(shape)
    if (
        not (len(shape) == 2 or (len(shape) == 3 and shape[2] in (1, 3, 4)))
        or count > 4 * MAX_PIXELS
    ):
        raise RequestError(
            f"an image has shape [height, width] or [height, width, 1, 3 or 4] and at most "
            f"{MAX_PIXELS:,} pixels; received {list(shape)}; scale it down or drop the batch axis"
        )
    if raw is not None:
        array: NDArray[Any] = np.frombuffer(raw, np.uint8)
    else:
        try:
            array = np.asarray(data)
        except (ValueError, RecursionError) as error:
            raise RequestError(
                f"data must be a list of numbers, flat or nested; received {_shown(data)}: {error}"
            ) from error
        if array.dtype.kind not in "iu" or (
            array.size and not 0 <= array.min() <= array.max() <= 255
        ):
            raise RequestError(
                f"UINT8 data are whole numbers from 0 to 255; received {_shown(data)}; "
                "multiply fractions by 255"
            )
    if array.size != count:
        raise RequestError(
            f"shape {list(shape)} needs {count} values; received {array.size}; "
            "the order is [height, width]"
        )
    return array.astype(np.uint8).reshape(shape)


def _file(shape: Sequence[int], data: Any, raw: bytes | None) -> bytes:
    """The bytes of an image file: base64 in JSON, raw behind it."""
    if math.prod(shape) != 1:
        raise RequestError(
            f"BYTES holds one image file, shape [1]; received {list(shape)}; send one per request"
        )
    if raw is not None:
        if len(raw) < 4 or struct.unpack("<I", raw[:4])[0] != len(raw) - 4:
            raise RequestError(
                "a raw BYTES element starts with its length, 4 bytes little-endian; received "
                f"{_shown(raw[:4])} before {max(len(raw) - 4, 0)} bytes; let the client pack it"
            )
        return raw[4:]
    while isinstance(data, list) and len(data) == 1:
        data = data[0]
    try:
        if not isinstance(data, str):
            raise ValueError("no string")
        return base64.b64decode(data, validate=True)
    except (ValueError, binascii.Error) as error:
        raise RequestError(
            f"BYTES in JSON is one string of base64; received {_shown(data)}: {error}; "
            "encode the image file, without line breaks"
        ) from error


def _wanted(content: Mapping[str, Any]) -> dict[str, bool]:
    """Outputs by name, and whether raw; all of them where the request names none."""
    every = _flag(_parameters(content), "binary_data_output", False)
    names = [output["name"] for output in OUTPUTS]
    outputs = content.get("outputs")
    if outputs is None or outputs == []:
        return dict.fromkeys(names, every)
    wanted: dict[str, bool] = {}
    for output in outputs if isinstance(outputs, list) else [outputs]:
        if not isinstance(output, dict) or output.get("name") not in names:
            raise RequestError(
                f"outputs are objects with a name of {names}; received {_shown(output)}; "
                "leave outputs out to get them all"
            )
        wanted[output["name"]] = _flag(_parameters(output), "binary_data", every)
    return wanted


def _parameters(owner: Mapping[str, Any]) -> Mapping[str, Any]:
    parameters = owner.get("parameters")
    if parameters is None:
        return {}
    if not isinstance(parameters, dict):
        raise RequestError(f"parameters must be an object; received {_shown(parameters)}")
    return parameters


def _flag(parameters: Mapping[str, Any], name: str, default: bool) -> bool:
    value = parameters.get(name, default)
    if not isinstance(value, bool):
        raise RequestError(f"{name} must be true or false; received {_shown(value)}")
    return value


def _shown(value: object) -> str:
    """A short repr; a long list is cut before it is turned into text."""
    if isinstance(value, list) and len(value) > 8:
        return f"a list of {len(value)} starting with {_shown(value[:2])}"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
