"""Messages of the Open Inference Protocol: what is accepted, what is refused and how."""

from __future__ import annotations

import base64
import contextlib
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_recognizer.core import Box, PageReading, Reading
from text_recognizer.deployment.protocol import RequestError, build_reply, parse_request

PAGE = PageReading((Reading("one", 0.5), Reading("two", 0.5)), (Box(0, 0, 9, 4), Box(0, 4, 9, 8)))


def tensor(**changes):
    fields = {"name": "image", "datatype": "UINT8", "shape": [2, 3], "data": [0, 1, 2, 3, 4, 255]}
    fields.update(changes)
    return {key: value for key, value in fields.items() if value is not ...}


def body(*, raw=None, **changes):
    content = {"inputs": [tensor()], **changes}
    head = json.dumps({k: v for k, v in content.items() if v is not ...}).encode()
    return (head, None) if raw is None else (head + raw, str(len(head)))


@pytest.mark.parametrize(
    "data",
    [[0, 1, 2, 3, 4, 255], [[0, 1, 2], [3, 4, 255]]],
    ids=["flat", "nested"],
)
def test_pixels_in_json(data):
    request = parse_request(*body(id="a", inputs=[tensor(data=data)]))
    assert request.id == "a"
    assert request.image.tolist() == [[0, 1, 2], [3, 4, 255]]
    assert request.outputs == {"text": False, "confidence": False}


def test_pixels_behind_the_json():
    sent = tensor(data=..., parameters={"binary_data_size": 6})
    request = parse_request(*body(inputs=[sent], raw=bytes(range(6))))
    assert request.image.tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize("data", ["aGk=", ["aGk="], [["aGk="]]], ids=["bare", "flat", "nested"])
def test_a_file_in_json_is_base64(data):
    sent = tensor(datatype="BYTES", shape=[1], data=data)
    assert parse_request(*body(inputs=[sent])).image == b"hi"


def test_a_file_behind_the_json_is_raw():
    raw = struct.pack("<I", 2) + b"hi"
    sent = tensor(datatype="BYTES", shape=[1], data=..., parameters={"binary_data_size": 6})
    assert parse_request(*body(inputs=[sent], raw=raw)).image == b"hi"


@pytest.mark.parametrize(
    ("content", "outputs"),
    [
        pytest.param({"outputs": []}, {"text": False, "confidence": False}, id="none named: all"),
        pytest.param({"outputs": [{"name": "text"}]}, {"text": False}, id="one"),
        pytest.param(
            {"outputs": [{"name": "text", "parameters": {"binary_data": True}}]},
            {"text": True},
            id="one raw",
        ),
        pytest.param(
            {"parameters": {"binary_data_output": True}},
            {"text": True, "confidence": True},
            id="all raw",
        ),
    ],
)
def test_outputs_wanted(content, outputs):
    assert parse_request(*body(**content)).outputs == outputs


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        pytest.param((b"", None), "JSON object", id="empty body"),
        pytest.param((b"\xff\xfe\x00", None), "JSON object", id="not UTF-8"),
        pytest.param((b"\x89PNG\r\n", None), "POST it to /read", id="an image file"),
        pytest.param((b"[" * 100_000, None), "JSON object", id="absurdly nested"),
        pytest.param((b"[1]", None), r"received \[1\]", id="a list"),
        pytest.param((b"{}", "12"), "12 for 2 bytes", id="header longer than body"),
        pytest.param((b"{}", "-1"), "'-1'", id="negative header"),
        pytest.param((b"{}", "9" * 5000), "whole number", id="absurd header"),
        pytest.param((b"{}", "²"), "whole number", id="a digit that is none"),
        pytest.param(body(id=7), "received 7", id="id no string"),
        pytest.param(body(inputs=...), "received None", id="no inputs"),
        pytest.param(body(inputs=[]), "one tensor", id="no tensor"),
        pytest.param(body(inputs=[tensor()] * 2), "one tensor", id="two tensors"),
        pytest.param(body(inputs=["x"]), "one tensor", id="tensor no object"),
        pytest.param(body(inputs=[tensor(name="x")]), "received 'x'", id="other name"),
        pytest.param(body(inputs=[tensor(shape=...)]), "shape must", id="no shape"),
        pytest.param(body(inputs=[tensor(shape=[-1, 3])]), "shape must", id="free dimension"),
        pytest.param(body(inputs=[tensor(shape=[2.0, 3])]), "shape must", id="fraction"),
        pytest.param(body(inputs=[tensor(shape=[True, 6])]), "shape must", id="bool"),
        pytest.param(body(inputs=[tensor(shape=[6])]), r"received \[6\]", id="one axis"),
        pytest.param(body(inputs=[tensor(shape=[1, 2, 3, 1])]), "batch axis", id="four axes"),
        pytest.param(body(inputs=[tensor(shape=[30_000] * 2)]), "64,000,000", id="900 MP"),
        pytest.param(body(inputs=[tensor(shape=[2, 2])]), "4 values; received 6", id="too many"),
        pytest.param(body(inputs=[tensor(data=[1])]), "6 values; received 1", id="too few"),
        pytest.param(body(inputs=[tensor(data=[])]), "whole numbers", id="none"),
        pytest.param(body(inputs=[tensor(data=[[1, 2], [3]])]), "flat or nested", id="ragged"),
        pytest.param(body(inputs=[tensor(data=[256] * 6)]), "0 to 255", id="above 255"),
        pytest.param(body(inputs=[tensor(data=[-1] * 6)]), "0 to 255", id="negative"),
        pytest.param(body(inputs=[tensor(data=[10**30] * 6)]), "0 to 255", id="huge"),
        pytest.param(body(inputs=[tensor(data=[0.5] * 6)]), "multiply", id="fractions"),
        pytest.param(body(inputs=[tensor(data=[float("nan")] * 6)]), "whole numbers", id="NaN"),
        pytest.param(body(inputs=[tensor(data=["a"] * 6)]), "whole numbers", id="letters"),
        pytest.param(body(inputs=[tensor(data=[True] * 6)]), "whole numbers", id="bools"),
        pytest.param(body(inputs=[tensor(data=None)]), "whole numbers", id="null"),
        pytest.param(body(inputs=[tensor(data=...)]), "either data or", id="no data"),
        pytest.param(body(inputs=[tensor(datatype="FP32")]), "'FP32'", id="other type"),
        pytest.param(
            body(inputs=[tensor(parameters={"binary_data_size": 0})]), "either", id="both forms"
        ),
        pytest.param(
            body(inputs=[tensor(data=..., parameters={"binary_data_size": 6})], raw=b"123"),
            "JSON, 3; received 6",
            id="raw part cut off",
        ),
        pytest.param(
            body(inputs=[tensor(data=..., parameters={"binary_data_size": "6"})], raw=b"123456"),
            "received '6'",
            id="size no number",
        ),
        pytest.param(body(inputs=[tensor(parameters=[])]), "parameters must", id="parameters"),
        pytest.param(
            body(inputs=[tensor(datatype="BYTES", shape=[2], data=["", ""])]), "one image", id="two"
        ),
        pytest.param(
            body(inputs=[tensor(datatype="BYTES", shape=[1], data=["%%"])]), "base64", id="base64"
        ),
        pytest.param(
            body(inputs=[tensor(datatype="BYTES", shape=[1], data=[7])]), "base64", id="no string"
        ),
        pytest.param(
            body(
                inputs=[
                    tensor(
                        datatype="BYTES", shape=[1], data=..., parameters={"binary_data_size": 3}
                    )
                ],
                raw=b"abc",
            ),
            "little-endian",
            id="raw element without its length",
        ),
        pytest.param(body(outputs=[{"name": "x"}]), "'text', 'confidence'", id="other output"),
        pytest.param(body(outputs="text"), "outputs are", id="outputs no list"),
        pytest.param(body(outputs=7), "outputs are", id="outputs a number"),
        pytest.param(body(parameters={"binary_data_output": 1}), "true or false", id="no flag"),
    ],
)
def test_what_breaks_the_protocol_is_refused_with_the_value(sent, message):
    with pytest.raises(RequestError, match=message):
        parse_request(*sent)


@given(st.binary(max_size=200), st.none() | st.text(max_size=6))
def test_any_bytes_are_a_request_or_a_typed_error(content, header):
    with contextlib.suppress(RequestError):
        parse_request(content, header)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["name", "shape", "datatype", "data", "parameters", "image"]), inner
            )
        ),
        max_leaves=8,
    ),
    st.sampled_from(["id", "inputs", "outputs", "parameters", "name", "shape", "datatype", "data"]),
)
def test_any_json_in_any_place_is_a_request_or_a_typed_error(value, place):
    owner = {} if place in ("id", "inputs", "outputs", "parameters") else {place: value}
    content = {"inputs": [tensor(**owner)]} | ({} if owner else {place: value})
    with contextlib.suppress(RequestError):
        parse_request(json.dumps(content).encode())


def test_a_reply_in_json_returns_the_id():
    reply, head = build_reply(parse_request(*body(id="7")), PAGE, model="m", version="2")
    assert head is None
    content = json.loads(reply)
    assert (content["id"], content["model_name"], content["model_version"]) == ("7", "m", "2")
    assert content["outputs"] == [
        {"name": "text", "datatype": "BYTES", "shape": [1], "data": ["one\ntwo"]},
        {"name": "confidence", "datatype": "FP32", "shape": [1], "data": [pytest.approx(0.5)]},
    ]


def test_a_reply_without_id_has_none():
    reply, _ = build_reply(parse_request(*body()), PAGE, model="m", version="2")
    assert "id" not in json.loads(reply)


def test_a_raw_reply_is_packed_behind_its_json():
    asked = parse_request(*body(parameters={"binary_data_output": True}))
    reply, head = build_reply(asked, PAGE, model="m", version="2")
    sizes = [each["parameters"]["binary_data_size"] for each in json.loads(reply[:head])["outputs"]]
    assert sizes == [11, 4]
    assert reply[head:] == b"\x07\x00\x00\x00one\ntwo" + struct.pack("<f", 0.5)


def test_a_reply_may_mix_raw_and_json():
    outputs = [{"name": "text"}, {"name": "confidence", "parameters": {"binary_data": True}}]
    reply, head = build_reply(parse_request(*body(outputs=outputs)), PAGE, model="m", version="2")
    assert json.loads(reply[:head])["outputs"][0]["data"] == ["one\ntwo"]
    assert len(reply) - head == 4


def test_base64_of_numpy_bytes_survives():
    png = np.arange(9, dtype=np.uint8).tobytes()
    sent = tensor(datatype="BYTES", shape=[1], data=[base64.b64encode(png).decode()])
    assert parse_request(*body(inputs=[sent])).image == png
