from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text_recognizer.core.errors import DownloadError
from text_recognizer.sources import fetch as module
from text_recognizer.sources.fetch import digest_file, fetch

from .conftest import FileServer

CONTENT = bytes(range(256)) * 4000
DIGEST = hashlib.sha256(CONTENT).hexdigest()
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "sub" / "file.bin"


def parts(target: Path) -> list[str]:
    return sorted(p.name for p in target.parent.glob("*"))


def test_a_plain_download_is_verified_and_leaves_one_file(server: FileServer, target: Path) -> None:
    server.content = CONTENT
    seen: list[tuple[int, int]] = []
    found = fetch(server.url, target, sha256=DIGEST, progress=lambda d, t: seen.append((d, t)))
    assert found == DIGEST == digest_file(target)
    assert parts(target) == ["file.bin"]
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))


@pytest.mark.parametrize(
    ("breaks", "requests"),
    [
        pytest.param([1000], 2, id="broken once: the second request continues"),
        pytest.param([1000, 0, 500_000], 4, id="broken three times, once without a byte"),
    ],
)
def test_a_broken_line_is_resumed_where_it_stopped(
    server: FileServer, target: Path, breaks: list[int], requests: int
) -> None:
    server.content, server.break_after = CONTENT, list(breaks)
    assert fetch(server.url, target, backoff=0) == DIGEST
    assert len(server.requests) == requests
    assert server.requests[1]["Range"] == "bytes=1000-"
    assert server.requests[1]["If-Range"] == '"v1"'


def test_a_second_run_continues_what_the_first_left(server: FileServer, target: Path) -> None:
    server.content, server.break_after = CONTENT, [4096]
    with pytest.raises(DownloadError, match="continues after the 4096 bytes kept") as caught:
        fetch(server.url, target, retries=0)
    assert server.url in str(caught.value)
    assert parts(target) == ["file.bin.part", "file.bin.part.etag"]
    assert fetch(server.url, target) == DIGEST
    assert server.requests[-1]["Range"] == "bytes=4096-"
    assert parts(target) == ["file.bin"]


@pytest.mark.parametrize(
    ("etag", "known"),
    [
        pytest.param('"v2"', "", id="the file changed: If-Range fails, all of it comes again"),
        pytest.param("", "", id="no validator and no checksum: a part is not trusted"),
        pytest.param('W/"v1"', "", id="a weak validator may not carry a range"),
    ],
)
def test_a_part_of_another_file_is_never_continued(
    server: FileServer, target: Path, etag: str, known: str
) -> None:
    server.content, server.break_after = b"old" * 9000, [3000]
    server.etag = '"v1"' if etag == '"v2"' else etag
    with pytest.raises(DownloadError):
        fetch(server.url, target, retries=0)
    server.content, server.etag = CONTENT, etag
    assert fetch(server.url, target, sha256=known) == DIGEST
    assert target.read_bytes() == CONTENT


def test_a_server_without_ranges_starts_over(server: FileServer, target: Path) -> None:
    server.content, server.break_after, server.ranges = CONTENT, [1000], False
    assert fetch(server.url, target, backoff=0) == DIGEST


def test_a_wrong_range_is_thrown_away(server: FileServer, target: Path) -> None:
    server.content, server.break_after, server.shift_range = CONTENT, [1000], 7
    assert fetch(server.url, target, backoff=0) == DIGEST
    assert "Range" not in server.requests[-1]


def test_a_complete_part_needs_no_bytes(server: FileServer, target: Path) -> None:
    server.content = CONTENT
    target.parent.mkdir()
    target.with_name("file.bin.part").write_bytes(CONTENT)
    assert fetch(server.url, target, sha256=DIGEST) == DIGEST
    assert len(server.requests) == 1


def test_a_part_longer_than_the_file_starts_over(server: FileServer, target: Path) -> None:
    server.content = CONTENT
    target.parent.mkdir()
    target.with_name("file.bin.part").write_bytes(CONTENT + b"more")
    assert fetch(server.url, target, sha256=DIGEST, backoff=0) == DIGEST


def test_a_wrong_checksum_throws_the_bytes_away(server: FileServer, target: Path) -> None:
    server.content = CONTENT
    with pytest.raises(DownloadError, match=f"gave sha256 {DIGEST}, expected {'0' * 64}"):
        fetch(server.url, target, sha256="0" * 64)
    assert parts(target) == []


def test_a_good_file_survives_a_failed_update(server: FileServer, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(b"good")
    server.content = CONTENT
    with pytest.raises(DownloadError):
        fetch(server.url, target, sha256="0" * 64)
    assert target.read_bytes() == b"good"


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
def test_a_passing_fault_is_tried_again(server: FileServer, target: Path, status: int) -> None:
    server.content, server.statuses = CONTENT, [status]
    assert fetch(server.url, target, backoff=0) == DIGEST


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_final_answer_is_not_tried_again(server: FileServer, target: Path, status: int) -> None:
    server.statuses = [status]
    with pytest.raises(DownloadError, match=f"answered HTTP {status}.*sign in"):
        fetch(server.url, target)
    assert len(server.requests) == 1


def test_a_web_page_instead_of_the_file(server: FileServer, target: Path) -> None:
    server.content, server.kind = b"<html>please sign in</html>", "text/html; charset=utf-8"
    with pytest.raises(DownloadError, match="sent a web page"):
        fetch(server.url, target)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1:9/x.zip", id="nobody listens"),
        pytest.param("https://no-such-host.invalid/x.zip", id="no such host, as when offline"),
    ],
)
def test_offline_names_address_and_cure(target: Path, url: str) -> None:
    with pytest.raises(DownloadError) as caught:
        fetch(url, target, retries=1, backoff=0, timeout=2)
    assert url in str(caught.value)
    assert "check the connection" in str(caught.value)
    assert str(target) in str(caught.value)


def test_a_silent_server_times_out(target: Path) -> None:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        with pytest.raises(DownloadError, match="timed out"):
            fetch(url, target, retries=0, timeout=0.2)


@pytest.mark.parametrize("form", ["path", "url"])
def test_a_local_file_is_taken_as_it_is(tmp_path: Path, target: Path, form: str) -> None:
    source = tmp_path / "with space.bin"
    source.write_bytes(CONTENT)
    url = str(source) if form == "path" else source.as_uri()
    assert fetch(url, target, sha256=DIGEST) == DIGEST


def test_a_missing_local_file_is_named(tmp_path: Path, target: Path) -> None:
    with pytest.raises(DownloadError, match=r"none\.zip: No such file.*check the path"):
        fetch(str(tmp_path / "none.zip"), target)


def test_too_little_space_is_said_before_the_first_byte(
    server: FileServer, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.content = CONTENT
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1, 1, 1_500_000))
    with pytest.raises(DownloadError, match=r"2 MB free, 1 MB are still to come; free some space"):
        fetch(server.url, target)


def test_a_disk_that_fills_up_keeps_the_part(
    server: FileServer, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.content = CONTENT

    class Full:
        def __init__(self, sink: object) -> None:
            self.sink = sink

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            self.sink.close()  # type: ignore[attr-defined]

        def write(self, block: bytes) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def __getattr__(self, name: str) -> object:
            return getattr(self.sink, name)

    real = Path.open

    def opened(path: Path, mode: str = "r", *rest: object, **more: object) -> object:
        stream = real(path, mode, *rest, **more)  # type: ignore[arg-type]
        return Full(stream) if mode in ("wb", "r+b") else stream

    monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(DownloadError, match="what came is kept"):
        fetch(server.url, target)
    assert target.with_name("file.bin.part").exists()


@settings(max_examples=25, deadline=None)
@given(content=st.binary(min_size=1, max_size=3000), cut=st.integers(0, 3000))
def test_any_part_of_the_right_file_is_completed(content: bytes, cut: int) -> None:
    """Property: whatever prefix is there, the result is the file."""
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "source").write_bytes(content)
        (folder / "target.part").write_bytes(content[:cut])
        fetch((folder / "source").as_uri(), folder / "target")
        assert (folder / "target").read_bytes() == content


def test_chunks_are_small_enough_for_progress() -> None:
    assert module._CHUNK <= 1 << 20
