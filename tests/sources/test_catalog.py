from __future__ import annotations

from pathlib import Path

import pytest

from text_recognizer.core.errors import InputError, ParseError
from text_recognizer.sources.catalog import (
    SourceFile,
    SourceSet,
    catalog,
    download_folder,
    find_set,
    read_metadata,
)

GOOD = """
title = "T"
homepage = "https://example.org"
licence = "CC0"
citation = "Someone"
format = "folder"
kind = "lines"
use = "train"
split_rule = "none"
[[files]]
url = "https://example.org/x.tar.gz"
filename = "x.tar.gz"
extract = true
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "raw" / "toy" / "metadata.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_projects_own_sets() -> None:
    sets = catalog()
    assert {"copiste", "csafe", "emnist", "iam_lines", "iam_paragraphs", "stanford"} <= set(sets)
    for each in sets.values():
        assert each.files, each.name
        assert each.licence
        assert all(file.url.startswith("https://") for file in each.files)
    assert {name for name, each in sets.items() if each.use == "measure"} == {"csafe", "stanford"}


def test_copiste_is_pinned_and_splits_no_writer_twice() -> None:
    source = find_set("copiste")
    assert "a3636d2e151b4312973cfb88438a0c4ccd1eb523" in source.files[0].url
    assert "CC-BY-4.0" in source.licence
    assert not set(source.splits["train"]) & set(source.splits["val"])


def test_both_iam_forms_share_a_folder() -> None:
    sets = catalog()
    assert download_folder(sets["iam_lines"]) == download_folder(sets["iam_paragraphs"])


def test_a_checksum_is_known_or_empty_never_a_guess() -> None:
    """Every stated digest is one that its publisher, or a list beside it, states too."""
    stated = {f.filename: f.sha256 for s in catalog().values() for f in s.files if f.sha256}
    assert sorted(stated) == ["gzip.zip", "test.parquet", "train.parquet", "validation.parquet"]
    assert len(set(stated.values())) == len(stated)


def test_read_metadata(tmp_path: Path) -> None:
    source = read_metadata(write(tmp_path, GOOD))
    assert (source.name, source.folder, source.size) == ("toy", "toy", 0)
    assert source.files[0].folder_name == "x"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(("title = ", "title "), "line 2", id="no TOML: the line is named"),
        pytest.param(('licence = "CC0"\n', ""), "licence", id="a key is missing"),
        pytest.param(('title = "T"', 'title = "T"\nlicense = "x"'), "license", id="a key too many"),
        pytest.param(('"folder"', '"idx"'), "'idx'", id="unknown format"),
        pytest.param(('"lines"', '"words"'), "'words'", id="unknown kind"),
        pytest.param(('"train"', '"both"'), "'both'", id="unknown use"),
        pytest.param(('"CC0"', '""'), "licence=''", id="no licence"),
        pytest.param(("https://example.org/x", "ftp://x"), "'ftp://x", id="unknown scheme"),
        pytest.param(('"x.tar.gz"', '"../x"'), "'../x'", id="a file name that is a path"),
        pytest.param(("extract = true", 'sha256 = "abc"'), "'abc'", id="half a checksum"),
        pytest.param(("extract = true", "size = -1"), "-1", id="negative size"),
        pytest.param(("extract = true", 'access = "paid"'), "'paid'", id="unknown access"),
        pytest.param(("[[files]]", "[splits]\ndev = ['a']\n[[files]]"), "dev", id="unknown split"),
    ],
)
def test_bad_metadata_names_file_and_value(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    path = write(tmp_path, GOOD.replace(*change))
    with pytest.raises(ParseError) as caught:
        read_metadata(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


def test_an_unreadable_file(tmp_path: Path) -> None:
    with pytest.raises(ParseError, match=r"metadata\.toml"):
        read_metadata(tmp_path / "raw" / "toy" / "metadata.toml")


def test_an_unknown_set_lists_the_known(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    with pytest.raises(InputError, match=r"one of toy; received 'iam'"):
        find_set("iam", tmp_path)


@pytest.mark.parametrize(
    ("filename", "folder"),
    [("x.zip", "x"), ("lines.tgz", "lines"), ("a-b.tar.gz", "a-b"), ("v1.2.zip", "v1.2")],
)
def test_folder_name(filename: str, folder: str) -> None:
    assert SourceFile(url="https://x/y", filename=filename).folder_name == folder


def test_a_set_is_frozen(tmp_path: Path) -> None:
    source = read_metadata(write(tmp_path, GOOD))
    with pytest.raises(AttributeError):
        source.name = "other"  # type: ignore[misc]
    assert isinstance(source, SourceSet)
