"""The exception tree is as its docstring draws it."""

from __future__ import annotations

import inspect

import pytest

from text_recognizer.core import errors


@pytest.mark.parametrize(
    ("error", "parents"),
    [
        (errors.InputError, (errors.TextRecognizerError, ValueError)),
        (errors.ImageError, (errors.InputError,)),
        (errors.CharsetError, (errors.InputError,)),
        (errors.ConfigError, (errors.InputError,)),
        (errors.DataError, (errors.TextRecognizerError,)),
        (errors.ManifestError, (errors.DataError,)),
        (errors.DownloadError, (errors.DataError,)),
        (errors.ParseError, (errors.DataError,)),
        (errors.BundleError, (errors.TextRecognizerError,)),
        (errors.MissingExtraError, (errors.TextRecognizerError, ImportError)),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_error_can_be_caught_as_its_parents(error, parents):
    assert issubclass(error, parents[0])
    for parent in parents:
        with pytest.raises(parent, match="said"):
            raise error("said")


def test_every_error_has_the_common_base():
    classes = [c for _, c in inspect.getmembers(errors, inspect.isclass) if "Error" in c.__name__]
    assert len(classes) == 11
    assert all(issubclass(c, errors.TextRecognizerError) for c in classes)


def test_require_returns_the_module():
    assert errors.require("json", extra="none").dumps(1) == "1"


def test_require_names_module_extra_and_cure():
    with pytest.raises(errors.MissingExtraError, match=r"no_such_module.*text-recognizer\[serve\]"):
        errors.require("no_such_module", extra="serve")
