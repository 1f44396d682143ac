"""The options of a reader, the same for every command that has one."""

from __future__ import annotations

import argparse

import pytest

from text_recognizer.commands.reader import add_reader_arguments, load_reader
from text_recognizer.core.errors import BundleError


def parse(*words):
    parser = argparse.ArgumentParser()
    add_reader_arguments(parser)
    return parser.parse_args(words)


def test_defaults():
    args = vars(parse())
    assert args == {"bundle": None, "backend": "onnx", "decoder": "greedy", "threads": 1}


def test_the_options_choose_the_reader(tiny_bundle):
    reader = load_reader(parse("--bundle", str(tiny_bundle), "--backend", "torch"))
    assert reader.backend.name == "torch"


def test_a_missing_bundle(tmp_path):
    with pytest.raises(BundleError, match="bundle"):
        load_reader(parse("--bundle", str(tmp_path / "none")))
