"""The custom expectations are registered once, under names that a stored suite finds."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from text_recognizer.data.expectations.custom import custom_expectations

pytestmark = pytest.mark.skipif(not find_spec("great_expectations"), reason="needs the extra data")

NAMES = {
    "transcription": "expect_column_values_to_be_transcriptions",
    "picture": "expect_columns_to_be_line_pictures",
    "fit": "expect_width_to_fit_text",
    "follows": "expect_widths_to_follow_texts",
}


@pytest.mark.parametrize("kind", NAMES)
def test_a_class_is_found_by_its_name(kind):
    from great_expectations.expectations.registry import get_expectation_impl

    expected = custom_expectations()[kind]
    assert get_expectation_impl(NAMES[kind]) is expected


def test_they_are_defined_once():
    assert custom_expectations() is custom_expectations()
    assert set(custom_expectations()) == set(NAMES)
