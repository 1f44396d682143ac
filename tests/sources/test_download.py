from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from text_recognizer.core.errors import DownloadError, InputError
from text_recognizer.sources.catalog import find_set
from text_recognizer.sources.download import (
    RECORD,
    console_progress,
    cure,
    download,
    is_ready,
    listing,
    main,
)

from .conftest import FileServer

HEAD = """
title = "Toy"
homepage = "https://example.org/toy"
licence = "CC0"
citation = "Someone"
format = "folder"
kind = "lines"
use = "train"
split_rule = "none"
"""


def archive(text: str = "hello") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as bundle:
        bundle.writestr(zipfile.ZipInfo("inside/a.txt"), text)
    return stream.getvalue()


def declare(root: Path, url: str, name: str = "toy", **keys: object) -> Path:
    rows = {"url": url, "filename": f"{name}.zip", "extract": True, **keys}
    lines = [f"{key} = {json.dumps(value)}" for key, value in rows.items()]
    path = root / "raw" / name / "metadata.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + "[[files]]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return root / "downloaded" / name


def test_download_verify_unpack_and_again(tmp_path: Path, server: FileServer) -> None:
    server.content = archive()
    digest = hashlib.sha256(server.content).hexdigest()
    folder = declare(tmp_path, server.url, sha256=digest)
    said: list[str] = []
    assert download("toy", root=tmp_path, say=said.append) == folder
    assert (folder / "toy" / "inside" / "a.txt").read_text() == "hello"
    assert said == ["toy: unpacking toy.zip", f"toy: ready in {folder} (CC0)"]
    assert is_ready(find_set("toy", tmp_path), tmp_path)
    download("toy", root=tmp_path, say=said.append)
    assert len(server.requests) == 1


def test_an_unknown_checksum_is_trusted_once_and_then_held(
    tmp_path: Path, server: FileServer
) -> None:
    server.content = archive()
    digest = hashlib.sha256(server.content).hexdigest()
    folder = declare(tmp_path, server.url)
    said: list[str] = []
    download("toy", root=tmp_path, say=said.append)
    assert said[0].startswith(
        f"toy.zip: no published checksum; trusting this download, sha256 {digest}"
    )
    assert json.loads((folder / RECORD).read_text())["toy.zip"]["sha256"] == digest
    (folder / "toy.zip").unlink()
    server.content = archive("another")
    with pytest.raises(DownloadError, match=f"expected {digest}"):
        download("toy", root=tmp_path, retries=0, say=said.append)


def test_a_new_address_is_a_new_file(tmp_path: Path, server: FileServer) -> None:
    server.content = archive()
    folder = declare(tmp_path, server.url)
    download("toy", root=tmp_path, say=lambda _: None)
    (folder / "toy.zip").unlink()
    server.content = archive("newer release")
    declare(tmp_path, server.url + "?v=2")
    download("toy", root=tmp_path, say=lambda _: None)


@pytest.mark.parametrize("known", [True, False], ids=["published checksum", "recorded checksum"])
def test_a_file_that_rots_on_disk_is_found(tmp_path: Path, server: FileServer, known: bool) -> None:
    server.content = archive()
    digest = hashlib.sha256(server.content).hexdigest()
    folder = declare(tmp_path, server.url, sha256=digest if known else "")
    download("toy", root=tmp_path, say=lambda _: None)
    (folder / "toy.zip").write_bytes(server.content[:-1] + b"?")
    with pytest.raises(DownloadError, match="delete it and run the download again"):
        download("toy", root=tmp_path)


def test_a_broken_record_is_named(tmp_path: Path, server: FileServer) -> None:
    folder = declare(tmp_path, server.url)
    folder.mkdir(parents=True)
    (folder / RECORD).write_text("{", encoding="utf-8")
    server.content = archive()
    with pytest.raises(DownloadError, match=RECORD):
        download("toy", root=tmp_path)


def test_what_asks_for_registration_is_never_requested(tmp_path: Path, server: FileServer) -> None:
    folder = declare(tmp_path, server.url, access="registration")
    with pytest.raises(DownloadError, match="--from FOLDER") as caught:
        download("toy", root=tmp_path)
    assert server.url in str(caught.value)
    assert not server.requests
    by_hand = tmp_path / "Downloads"
    by_hand.mkdir()
    (by_hand / "toy.zip").write_bytes(archive())
    assert download("toy", root=tmp_path, source_folder=by_hand, say=lambda _: None) == folder
    assert "example.org/toy" in cure(find_set("toy", tmp_path))


def test_an_unknown_set(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="received 'nope'"):
        download("nope", root=tmp_path)


def test_main_lists_the_projects_sets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    printed = capsys.readouterr().out
    assert "emnist" in printed
    assert "CC-BY-4.0" in printed
    assert listing().strip() == printed.strip()


def test_main_all_skips_closed_sets_and_reports_failures(
    tmp_path: Path, server: FileServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.content = archive()
    declare(tmp_path, server.url, "open")
    declare(tmp_path, server.url, "closed", access="registration")
    declare(tmp_path, (tmp_path / "none.zip").as_uri(), "broken")
    assert main(["--all", "--root", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert "closed: left out; sign in (free)" in out
    assert "open: ready" in out
    assert err.count("error:") == 1
    assert "error: broken: a local file must be readable" in err


def test_main_of_an_unknown_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nope", "--root", str(tmp_path)]) == 2
    assert "received 'nope'" in capsys.readouterr().err


def test_progress_without_a_terminal_is_plain_lines() -> None:
    stream = io.StringIO()
    with console_progress("x.zip", stream) as report:
        report(0, 2_000_000)
        report(1_000_000, 2_000_000)
        report(2_000_000, 2_000_000)
    assert stream.getvalue() == "x.zip: 2.0 of 2.0 MB (100 %)\n"


def test_progress_on_a_terminal_draws_a_bar(capsys: pytest.CaptureFixture[str]) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    with console_progress("x.zip", Terminal()) as report:
        report(1, 0)
        report(2, 2)
    assert "\r" not in capsys.readouterr().err
