"""A check result says what it measured."""

from __future__ import annotations

import pytest

from text_recognizer.core import CheckResult
from text_recognizer.core.errors import InputError


@pytest.mark.parametrize(
    ("passed", "reason", "line"),
    [
        pytest.param(True, "", "pass  cer: measured 0.2, limit 0.25", id="no reason"),
        pytest.param(False, "x", "FAIL  cer: measured 0.2, limit 0.25 (x)", id="with reason"),
    ],
)
def test_prints_as_one_line(passed, reason, line):
    assert str(CheckResult(name="cer", passed=passed, measured=0.2, limit=0.25, reason=reason)) == (
        line
    )


def test_refuses_a_missing_name_and_quotes_it():
    with pytest.raises(InputError, match="needs a name; received ' '"):
        CheckResult(name=" ", passed=True, measured=0, limit=0)


def test_refuses_a_verdict_that_is_no_bool():
    with pytest.raises(InputError, match=r"True or False; received 0\.3 \(float\)"):
        CheckResult(name="cer", passed=0.3, measured=0, limit=0)
