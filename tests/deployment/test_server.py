"""The server, asked by clients that others wrote: Triton's, httpx, curl."""

from __future__ import annotations

import base64
import io
import shutil
import socket
import subprocess
import threading

import numpy as np
import pytest
from PIL import Image

from text_recognizer.core import EchoReader, PageImage
from text_recognizer.core.errors import ConfigError
from text_recognizer.deployment import create_app, serve
from text_recognizer.reading import TextRecognizer

httpx = pytest.importorskip("httpx")
pytest.importorskip("uvicorn")


def png(array):
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def reader(tiny_bundle):
    return TextRecognizer.load(tiny_bundle)


@pytest.fixture(scope="module")
def url(reader):
    with serve(reader, name="hand", version="1.2") as url:
        yield url


class Broken:
    """A reader with a bug."""

    def read(self, image):
        raise ZeroDivisionError("a bug")


def test_three_lines_are_enough(page):
    with serve(EchoReader(["hello"])) as url:
        assert httpx.post(f"{url}/read", content=png(page)).json()["text"] == "hello"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v2", {"name": "text-recognizer", "extensions": ["binary_tensor_data"]}),
        ("/v2/", {"name": "text-recognizer"}),
        ("/v2/health/live", {"live": True}),
        ("/v2/health/ready", {"ready": True}),
        ("/v2/models/hand", {"name": "hand", "versions": ["1.2"]}),
        ("/v2/models/hand/versions/1.2", {"platform": "text_recognizer_reader"}),
        ("/v2/models/hand/ready", {"name": "hand", "ready": True}),
        ("/v2/models/hand/versions/1.2/ready", {"ready": True}),
    ],
)
def test_what_a_client_may_ask_first(url, path, expected):
    reply = httpx.get(url + path)
    assert reply.status_code == 200
    assert expected.items() <= reply.json().items()


@pytest.mark.parametrize("binary", [True, False], ids=["raw tensors", "JSON"])
@pytest.mark.parametrize("form", ["pixels", "file"])
def test_tritons_client_reads_the_same_text(url, reader, page, binary, form):
    http = pytest.importorskip("tritonclient.http")
    expected = reader.read(page)
    if form == "pixels":
        tensor = http.InferInput("image", list(page.shape), "UINT8")
        tensor.set_data_from_numpy(page, binary_data=binary)
    else:
        file = png(page) if binary else base64.b64encode(png(page))
        tensor = http.InferInput("image", [1], "BYTES")
        tensor.set_data_from_numpy(np.array([file], dtype=object), binary_data=binary)
    wanted = [
        http.InferRequestedOutput(name, binary_data=binary) for name in ("text", "confidence")
    ]
    with http.InferenceServerClient(url.removeprefix("http://")) as client:
        assert client.is_server_live()
        assert client.is_server_ready()
        assert client.is_model_ready("hand")
        assert client.get_model_metadata("hand")["inputs"][0]["datatype"] == "UINT8"
        result = client.infer("hand", [tensor], outputs=wanted, request_id="n7")
    text = result.as_numpy("text")[0]
    assert (text.decode() if isinstance(text, bytes) else text) == expected.text
    assert result.as_numpy("confidence")[0] == pytest.approx(expected.confidence, abs=1e-6)
    assert result.get_response()["id"] == "n7"


def test_tritons_client_with_its_defaults(url, reader, page):
    http = pytest.importorskip("tritonclient.http")
    tensor = http.InferInput("image", list(page.shape), "UINT8")
    tensor.set_data_from_numpy(page)
    with http.InferenceServerClient(url.removeprefix("http://")) as client:
        result = client.infer("hand", [tensor], model_version="1.2")
    assert result.as_numpy("text")[0].decode() == reader.read(page).text


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl(url, reader, page, tmp_path):
    (tmp_path / "page.png").write_bytes(png(page))
    command = ["curl", "-sS", "--data-binary", f"@{tmp_path / 'page.png'}", f"{url}/read"]
    reply = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert reader.read(page).lines[0].text[:20].replace('"', "") in reply.replace('\\"', "")


def test_a_page_comes_back_whole(url, reader, page):
    assert httpx.post(f"{url}/read", content=png(page)).json() == reader.read(page).to_dict()


def test_a_blank_page_is_an_empty_reading(url):
    blank = png(np.full((50, 50), 255, np.uint8))
    reply = httpx.post(f"{url}/read", content=blank)
    assert (reply.status_code, reply.json()["text"], reply.json()["confidence"]) == (200, "", 0.0)


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "message"),
    [
        pytest.param("POST", "/read", {"content": b""}, 400, "0 bytes", id="empty"),
        pytest.param("POST", "/read", {"content": b"x" * 99}, 400, "image", id="no image"),
        pytest.param("POST", "/read", {"files": {"f": b"x"}}, 400, "--data-binary", id="a form"),
        pytest.param(
            "POST",
            "/read",
            {"content": b"x", "headers": {"content-encoding": "gzip"}},
            415,
            "compressed",
            id="compressed",
        ),
        pytest.param("GET", "/read", {}, 405, "Method Not Allowed", id="GET"),
        pytest.param("GET", "/", {}, 404, "model 'hand'", id="root"),
        pytest.param("GET", "/v2/models/other", {}, 404, "model 'hand'", id="model"),
        pytest.param("POST", "/v2/models/other/infer", {}, 404, "model 'hand'", id="infer"),
        pytest.param("GET", "/v2/models/hand/versions/9", {}, 404, "'1.2'", id="version"),
        pytest.param("DELETE", "/v2", {}, 405, "DELETE /v2", id="method"),
        pytest.param("POST", "/v2/models/hand/infer", {"content": b""}, 400, "JSON", id="no JSON"),
        pytest.param("POST", "/v2/models/hand/infer", {"json": {}}, 400, "inputs", id="no inputs"),
        pytest.param(
            "POST",
            "/v2/models/hand/infer",
            {
                "json": {
                    "inputs": [
                        {"name": "image", "shape": [1], "datatype": "BYTES", "data": ["aGVsbG8="]}
                    ]
                }
            },
            400,
            "image",
            id="base64 of no image",
        ),
    ],
)
def test_what_a_client_does_wrong_is_4xx_with_a_reason(url, method, path, options, status, message):
    reply = httpx.request(method, url + path, **options)
    assert reply.status_code == status
    assert list(reply.json()) == ["error"]
    assert message in reply.json()["error"]


def test_a_body_that_is_too_long_is_refused(url, monkeypatch):
    monkeypatch.setattr("text_recognizer.deployment.server.MAX_BODY", 1000)
    reply = httpx.post(f"{url}/read", content=b"x" * 2000)
    assert (reply.status_code, "1,000 bytes" in reply.json()["error"]) == (413, True)


def test_a_bug_of_the_reader_is_500_and_the_server_lives_on(page):
    with serve(Broken()) as url:
        reply = httpx.post(f"{url}/read", content=png(page))
        assert reply.status_code == 500
        assert list(reply.json()) == ["error"]
        assert httpx.get(f"{url}/v2/health/live").status_code == 200


def test_one_image_is_read_at_a_time(page):
    class Counting:
        inside, most = 0, 0

        def read(self, image):
            self.inside += 1
            self.most = max(self.most, self.inside)
            threading.Event().wait(0.02)
            self.inside -= 1
            return EchoReader(["x"]).read(PageImage.open(image))

    counting = Counting()
    with serve(counting) as url:
        threads = [
            threading.Thread(
                target=httpx.post, args=(f"{url}/read",), kwargs={"content": png(page)}
            )
            for _ in range(5)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert counting.most == 1


def test_the_address_is_free_again_afterwards():
    def servers():
        return [each for each in threading.enumerate() if each.name == "text-recognizer-server"]

    before = servers()
    with serve(EchoReader([])) as url:
        port = int(url.rsplit(":", 1)[1])
        httpx.get(f"{url}/v2")
    assert servers() == before
    with serve(EchoReader([]), port=port) as again:
        assert again == url


def test_an_error_in_the_block_stops_the_server():
    with pytest.raises(KeyError), serve(EchoReader([])) as url:
        raise KeyError(url)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/v2")


def test_a_taken_port_is_a_typed_error():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(ConfigError, match=f"port {port} gave"),
            serve(EchoReader([]), port=port),
        ):
            pass


@pytest.mark.parametrize("port", [-1, 70_000, "x"])
def test_a_port_out_of_range(port):
    with pytest.raises(ConfigError, match="0 for a free one"), serve(EchoReader([]), port=port):
        pass


@pytest.mark.parametrize("name", ["", "a/b", "a b", "é"])
def test_a_name_that_fits_no_address(name):
    with pytest.raises(ConfigError, match="rename it"):
        create_app(EchoReader([]), name=name)
