"""The smallest server that a client the course did not write can talk to.

It speaks the Open Inference Protocol v2 over REST, and takes an image file at ``POST /read`` for
people with curl. One image is read at a time; the others wait.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, Any

import text_recognizer
from text_recognizer.core.errors import ConfigError, InputError, require
from text_recognizer.core.readings import PageReading, Reader
from text_recognizer.deployment.protocol import (
    EXTENSIONS,
    INPUT,
    OUTPUTS,
    RequestError,
    build_reply,
    parse_request,
)

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

    Handler = Callable[[Request], Awaitable[Response]]

#: Largest body, bytes: an image of 64 megapixels as JSON would be larger, as a file it is not.
MAX_BODY = 128 * 1024 * 1024
_LENGTH = "Inference-Header-Content-Length"


def create_app(reader: Reader, *, name: str = "reader", version: str = "1") -> Starlette:
    """The web application around a reader.

    Routes: ``GET /v2``, ``/v2/health/live``, ``/v2/health/ready``, ``/v2/models/NAME``,
    ``/v2/models/NAME/ready``, ``POST /v2/models/NAME/infer`` (all of a model's also below
    ``/versions/VERSION``), and ``POST /read`` with an image file as its body.

    Args:
        reader: What reads; anything with ``read(image)``.
        name: Name of the model in addresses.
        version: Its version.

    Returns:
        An ASGI application. What a client does wrong is answered with 4xx and
        ``{"error": message}``.

    Raises:
        ConfigError: If name or version would not fit an address.
        MissingExtraError: If starlette is not installed.

    Example:
        >>> from text_recognizer.core import EchoReader
        >>> type(create_app(EchoReader(["hello"]))).__name__
        'Starlette'
    """
    require("starlette", extra="serve")
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.requests import ClientDisconnect
    from starlette.routing import Route

    _check_address(name, version)
    routes = [Route(path, handler, methods=["GET"]) for path, handler in _static(name, version)]
    endpoints = _Endpoints(reader, name, version)
    for base in (f"/v2/models/{name}", f"/v2/models/{name}/versions/{version}"):
        routes.append(Route(f"{base}/infer", endpoints.infer, methods=["POST"]))
    routes.append(Route("/read", endpoints.read, methods=["POST"]))
    known = f"model {name!r}, version {version!r}"

    async def refused(request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", 400)
        text = f"{request.method} {request.url.path}: {getattr(error, 'detail', error)}"
        if status == 404:
            text += f"; this server has {known}; GET /v2 and POST /read are always there"
        return _json({"error": text}, status, getattr(error, "headers", None))

    async def rejected(request: Request, error: Exception) -> Response:
        return _json({"error": str(error)}, 400)

    async def failed(request: Request, error: Exception) -> Response:
        # The server logs the traceback.
        return _json({"error": "the server failed to read this image; its log says why"}, 500)

    handlers: Any = {
        HTTPException: refused,
        InputError: rejected,
        ClientDisconnect: rejected,
        Exception: failed,
    }
    return Starlette(routes=routes, exception_handlers=handlers)


def _check_address(name: str, version: str) -> None:
    for what, value in (("name", name), ("version", version)):
        if not value or not all(c.isascii() and (c.isalnum() or c in "-._") for c in value):
            raise ConfigError(
                f"the {what} of a model consists of letters, digits, '-', '.' and '_'; "
                f"received {value!r}; rename it"
            )


@contextlib.contextmanager
def serve(
    reader: Reader,
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    name: str = "reader",
    version: str = "1",
) -> Iterator[str]:
    """Serve a reader from a thread of this process while the ``with`` block runs.

    Args:
        reader: What reads.
        port: 0 picks a free one.
        host: Address to listen on; the default is reachable from this machine only.
        name: Name of the model in addresses.
        version: Its version.

    Yields:
        The address, such as ``http://127.0.0.1:41571``; the server answers already.

    Raises:
        ConfigError: If the address cannot be had.
        MissingExtraError: If the server's packages are not installed.

    Example:
        >>> import urllib.request
        >>> from text_recognizer.core import EchoReader
        >>> with serve(EchoReader(["hello"])) as url:
        ...     urllib.request.urlopen(f"{url}/v2/health/ready").status
        200
    """
    app = create_app(reader, name=name, version=version)
    uvicorn: Any = require("uvicorn", extra="serve")
    listener = _listen(host, port)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=5
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(
        target=server.run,
        kwargs={"sockets": [listener]},
        name="text-recognizer-server",
        daemon=True,
    )
    thread.start()
    try:
        _wait_until_ready(server, thread)
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


class _Endpoints:
    """The routes that read."""

    def __init__(self, reader: Reader, name: str, version: str) -> None:
        self._reader = reader
        self._name, self._version = name, version
        self._turn = threading.Lock()

    async def infer(self, request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import Response

        body, length = await _body(request), request.headers.get(_LENGTH)
        asked = await run_in_threadpool(parse_request, body, length)
        page = await run_in_threadpool(self._read, asked.image)
        reply, head = build_reply(asked, page, model=self._name, version=self._version)
        if head is None:
            return Response(reply, media_type="application/json")
        return Response(reply, headers={_LENGTH: str(head)}, media_type="application/octet-stream")

    async def read(self, request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool

        kind = request.headers.get("content-type", "")
        if kind.startswith("multipart/"):
            raise RequestError(
                "the body of POST /read is the image file itself; received a form; "
                "with curl use --data-binary @page.png instead of -F"
            )
        page = await run_in_threadpool(self._read, await _body(request))
        return _json(page.to_dict())

    def _read(self, image: Any) -> PageReading:
        with self._turn:
            return self._reader.read(image)


def _static(name: str, version: str) -> Iterator[tuple[str, Handler]]:
    """The routes whose answer never changes."""
    about = {
        "name": "text-recognizer",
        "version": text_recognizer.__version__,
        "extensions": list(EXTENSIONS),
    }
    model = {
        "name": name,
        "versions": [version],
        "platform": "text_recognizer_reader",
        "inputs": [INPUT],
        "outputs": list(OUTPUTS),
    }
    # The protocol's text prints {"live": ...} for both; clients look at the status.
    answers: dict[str, dict[str, Any]] = {
        "/v2": about,
        "/v2/": about,
        "/v2/health/live": {"live": True},
        "/v2/health/ready": {"live": True, "ready": True},
    }
    for base in (f"/v2/models/{name}", f"/v2/models/{name}/versions/{version}"):
        answers[base] = model
        answers[f"{base}/ready"] = {"name": name, "ready": True}
    for path, content in answers.items():
        yield path, _answer(content)


def _answer(content: dict[str, Any]) -> Handler:
    async def handler(request: Request) -> Response:
        return _json(content)

    return handler


async def _body(request: Request) -> bytes:
    """The body, refused as soon as it is too long or compressed."""
    from starlette.exceptions import HTTPException

    if request.headers.get("content-encoding", "identity") != "identity":
        raise HTTPException(415, "compressed bodies are not taken; send it as it is")
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY:
            raise HTTPException(413, f"a body has at most {MAX_BODY:,} bytes; scale the image down")
        parts.append(part)
    return b"".join(parts)


def _json(content: dict[str, Any], status: int = 200, headers: Any = None) -> Response:
    from starlette.responses import Response

    return Response(json.dumps(content), status, headers, "application/json")


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; bound here, so that a taken port is an error of the caller."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError, TypeError) as error:
        raise ConfigError(
            f"a server needs a free address; {host!r} port {port!r} gave: {error}; "
            "choose another port, or 0 for a free one"
        ) from error


def _wait_until_ready(server: Any, thread: threading.Thread, *, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise ConfigError(
                f"a server is ready within {seconds:g} s; this one "
                f"{'is still starting' if thread.is_alive() else 'stopped at once'}; see its log"
            )
        time.sleep(0.005)
