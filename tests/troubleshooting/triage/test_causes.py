"""A fault states a known cause and a method that it overrides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.triage import CAUSES, FAULTS
from text_recognizer.troubleshooting.triage.causes import STAGES


def test_each_stage_has_two_causes_at_least():
    assert set(CAUSES.values()) == set(STAGES)
    assert all(list(CAUSES.values()).count(stage) >= 2 for stage in STAGES)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"cause": "gremlins"}, "received 'gremlins'", id="cause"),
        pytest.param({"guilty": "forward"}, "received 'forward'", id="not overridden"),
        pytest.param({"guilty": "run"}, "received 'run'", id="not a method of a trainer"),
    ],
)
def test_an_ill_formed_fault_is_refused(fields, words):
    with pytest.raises(InputError, match=words):
        replace(FAULTS[0], **fields)
