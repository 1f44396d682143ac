"""Records come back as written; what is no record says so."""

from __future__ import annotations

import json

import pytest

from text_recognizer import __version__
from text_recognizer.core.errors import InputError, ParseError
from text_recognizer.data.records import read_record, record_path, write_record


def test_a_record_comes_back(tmp_path):
    payload = {
        "rates": [0.25, 1],
        "rows": [{"name": "a, b", "verdicts": [True, None]}],
        "none": [],
        "story": "x [ a ] y",
    }
    write_record("toy", payload, seed=7, command="make toy", folder=tmp_path)
    found = read_record("toy", folder=tmp_path)
    assert found.payload == payload
    assert (found.seed, found.command, found.version) == (7, "make toy", __version__)


def test_floats_are_rounded_and_short_lists_stand_on_one_line(tmp_path):
    path = write_record("toy", {"a": [1 / 3, "x"]}, seed=0, command="c", folder=tmp_path)
    assert '[0.333333, "x"]' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("[]", "not an object"),
        ("{", "cut off"),
        ('{"format": 1, "seed": 0}', "fields are missing"),
        (json.dumps({"format": 99, "command": "make it"}), "another format"),
    ],
)
def test_what_is_no_record_is_refused(tmp_path, text, reason):
    (tmp_path / "toy.json").write_text(text, encoding="utf-8")
    with pytest.raises(ParseError, match=r"toy\.json"):
        read_record("toy", folder=tmp_path)


def test_a_missing_record_is_refused(tmp_path):
    with pytest.raises(ParseError, match="restore it with git"):
        read_record("toy", folder=tmp_path)


@pytest.mark.parametrize("name", ["", "../up", "Upper", "a b"])
def test_a_name_is_plain(tmp_path, name):
    with pytest.raises(InputError, match="lower-case"):
        record_path(name, tmp_path)


@pytest.mark.parametrize("value", [float("nan"), {1, 2}])
def test_what_json_cannot_hold_is_refused(tmp_path, value):
    with pytest.raises(InputError, match="JSON values"):
        write_record("toy", {"a": value}, seed=0, command="c", folder=tmp_path)
