"""Read an XML file that a stranger made, and quote file and element when it disappoints."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from text_recognizer.core.errors import ParseError

MAX_BYTES = 64 << 20


def read_xml(path: Path) -> ElementTree.Element:
    """The root element of an XML file.

    Entities are not expanded: a file that declares one is refused, which rules out the
    "billion laughs" and the reading of other files through it.

    Args:
        path: The file, at most 64 MiB.

    Raises:
        ParseError: If the file cannot be read, is not XML (the message gives line and column),
            is too large or declares an entity.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ParseError(
                f"an XML file of transcriptions has at most {MAX_BYTES} bytes; {path} has {size}; "
                "check that it is the right file"
            )
        content = path.read_bytes()
    except OSError as error:
        raise ParseError(
            f"an XML file must be readable; {path}: {error.strerror or error}; check the path"
        ) from error
    if b"\x00" in content:
        # In UTF-16 a declaration would slip past the search for it below.
        raise ParseError(
            f"a file of transcriptions is text in UTF-8 or Latin-1; {path} holds NUL bytes; "
            "convert it to UTF-8"
        )
    if b"<!ENTITY" in content:
        raise ParseError(
            f"an XML file of transcriptions declares no entities; {path} does; "
            "check where it came from"
        )
    try:
        return ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        line, column = error.position
        raise ParseError(
            f"a file of transcriptions must be well-formed XML; {path}, line {line}, column "
            f"{column}: {error}; download it again"
        ) from error
    except (ValueError, LookupError) as error:
        raise ParseError(
            f"a file of transcriptions must be XML in a known encoding; {path}: {error}; "
            "download it again"
        ) from error


def attribute(element: ElementTree.Element, name: str, path: Path) -> str:
    """An attribute that must be there.

    Raises:
        ParseError: If it is not; the message names file, element and attribute.
    """
    value = element.get(name)
    if value is None:
        raise ParseError(
            f"<{local_name(element)}> needs the attribute {name}; {path}, element "
            f"{describe(element)}; download the file again or correct it"
        )
    return value


def number(element: ElementTree.Element, name: str, path: Path) -> float:
    """A finite number in an attribute.

    Raises:
        ParseError: If the attribute is missing or no finite number.
    """
    text = attribute(element, name, path)
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not abs(value) < 1e9:
        raise ParseError(
            f"the attribute {name} is a number of pixels; {path}, element {describe(element)} has "
            f"{text!r}; correct it"
        )
    return value


def local_name(element: ElementTree.Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def describe(element: ElementTree.Element) -> str:
    """An element as a person would point at it: its name and its id."""
    identity = element.get("id") or element.get("ID")
    return f"<{local_name(element)}{f' id={identity!r}' if identity else ''}>"
