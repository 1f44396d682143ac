from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from text_recognizer.core.errors import ParseError
from text_recognizer.sources import archives
from text_recognizer.sources.archives import extract


def make_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in members.items():
            bundle.writestr(name, content)
    return path


def make_tar(path: Path, members: dict[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as tape:  # type: ignore[call-overload]
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tape.addfile(entry, io.BytesIO(content))
    return path


MAKERS = {"zip": make_zip, "tgz": make_tar}


@pytest.mark.parametrize("kind", MAKERS)
def test_everything_comes_out_and_nothing_else(tmp_path: Path, kind: str) -> None:
    members = {"a/b/one.txt": b"1", "two.txt": b"22", "a/empty": b""}
    archive = MAKERS[kind](tmp_path / f"x.{kind}", members)
    out = extract(archive, tmp_path / "x")
    found = {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}
    assert found == members
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x", f"x.{kind}"]


@pytest.mark.parametrize("mode", ["w", "w:bz2", "w:xz"])
def test_other_tars(tmp_path: Path, mode: str) -> None:
    archive = make_tar(tmp_path / "x.tar", {"a": b"1"}, mode)
    assert (extract(archive, tmp_path / "x") / "a").read_bytes() == b"1"


def test_an_unpacked_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    assert extract(tmp_path / "absent.zip", tmp_path / "x") == tmp_path / "x"


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../evil.txt", id="one up"),
        pytest.param("a/../../evil.txt", id="up from within"),
        pytest.param("/tmp/evil.txt", id="absolute"),
        pytest.param("C:\\evil.txt", id="Windows drive"),
        pytest.param("..\\evil.txt", id="Windows separator"),
    ],
)
def test_no_member_leaves_the_folder(tmp_path: Path, kind: str, name: str) -> None:
    archive = MAKERS[kind](tmp_path / f"x.{kind}", {"good": b"1", name: b"evil"})
    with pytest.raises(ParseError, match="paths that leave the folder") as caught:
        extract(archive, tmp_path / "x")
    assert repr(name) in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == [f"x.{kind}"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_tars_are_refused(tmp_path: Path, kind: bytes) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as tape:
        entry = tarfile.TarInfo("link")
        entry.type, entry.linkname = kind, "/etc/passwd"
        tape.addfile(entry)
    with pytest.raises(ParseError, match="links and devices"):
        extract(tmp_path / "x.tar", tmp_path / "x")


def test_links_in_zips_are_refused(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("link")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as bundle:
        bundle.writestr(info, "/etc/passwd")
    with pytest.raises(ParseError, match="links and devices"):
        extract(tmp_path / "x.zip", tmp_path / "x")


@pytest.mark.parametrize("kind", MAKERS)
def test_a_bomb_is_refused(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_FREE_BYTES", 1 << 16)
    archive = MAKERS[kind](tmp_path / f"x.{kind}", {"bomb": bytes(3 << 20)})
    assert archive.stat().st_size < 10_000
    with pytest.raises(ParseError, match=r"more than \d+ bytes in all"):
        extract(archive, tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_a_bomb_that_lies_about_its_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "_FREE_BYTES", 1000)
    monkeypatch.setattr(archives, "MAX_RATIO", 1)
    real = archives._Member
    monkeypatch.setattr(archives, "_Member", lambda **kw: real(**{**kw, "size": 1}))
    archive = make_zip(tmp_path / "x.zip", {"bomb": bytes(1 << 20)})
    with pytest.raises(ParseError, match="bytes in all"):
        extract(archive, tmp_path / "x")


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_FILES", 3)
    archive = make_zip(tmp_path / "x.zip", {f"{i}": b"" for i in range(4)})
    with pytest.raises(ParseError, match="more than 3 files"):
        extract(archive, tmp_path / "x")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("x.zip", b"<html>sign in</html>", id="a web page"),
        pytest.param("x.zip", b"", id="empty"),
        pytest.param("x.tgz", b"\x1f\x8b\x08\x00 junk", id="broken gzip"),
    ],
)
def test_what_is_no_archive_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ParseError, match=f"{name}.*download it again"):
        extract(tmp_path / name, tmp_path / "x")
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("kind", MAKERS)
def test_a_truncated_archive_leaves_nothing(tmp_path: Path, kind: str) -> None:
    import random

    content = random.Random(0).randbytes(200_000)
    archive = MAKERS[kind](tmp_path / f"x.{kind}", {"a": content, "b": content})
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(ParseError, match="download it again"):
        extract(archive, tmp_path / "x")
    assert not (tmp_path / "x").exists()
    assert not list(tmp_path.glob(".x*"))
