from __future__ import annotations

from pathlib import Path

import pytest

from text_recognizer.core.errors import ParseError
from text_recognizer.sources import xmlfile
from text_recognizer.sources.xmlfile import attribute, describe, local_name, number, read_xml

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'


def write(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "page.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_namespaces_and_encodings(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><x xmlns="urn:a" id="é"/>'
    root = read_xml(write(tmp_path, text.encode("latin-1")))
    assert local_name(root) == "x"
    assert describe(root) == "<x id='é'>"


def test_a_document_type_without_entities_is_fine(tmp_path: Path) -> None:
    root = read_xml(write(tmp_path, '<!DOCTYPE form SYSTEM "http://example.org/x.dtd"><form/>'))
    assert describe(root) == "<form>"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param("", "line 1", id="empty"),
        pytest.param("<x>\n <y></x>", "line 2, column 6", id="not well-formed: the place is named"),
        pytest.param(LAUGHS, "declares no entities", id="billion laughs"),
        pytest.param('<?xml version="1.0" encoding="klingon"?><x/>', "page.xml", id="encoding"),
        pytest.param(b"\xff\xfe\x00", "NUL bytes", id="bytes"),
        pytest.param(LAUGHS.encode("utf-16"), "NUL bytes", id="billion laughs in UTF-16"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, content: str | bytes, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_xml(write(tmp_path, content))
    assert words in str(caught.value)
    assert "page.xml" in str(caught.value)


def test_missing_and_huge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ParseError, match=r"none\.xml"):
        read_xml(tmp_path / "none.xml")
    monkeypatch.setattr(xmlfile, "MAX_BYTES", 3)
    with pytest.raises(ParseError, match="at most 3 bytes"):
        read_xml(write(tmp_path, "<x/>"))


@pytest.mark.parametrize("value", ["", "wide", "nan", "inf", "1e12"])
def test_numbers_are_finite(tmp_path: Path, value: str) -> None:
    path = write(tmp_path, f'<line id="l1" x="{value}" y="2.5"/>')
    element = read_xml(path)
    assert number(element, "y", path) == 2.5
    with pytest.raises(ParseError, match=f"<line id='l1'> has '{value}'"):
        number(element, "x", path)
    with pytest.raises(ParseError, match="needs the attribute z"):
        attribute(element, "z", path)
