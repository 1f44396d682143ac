"""A size that is trained again agrees with its record, and with no other."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.scaling import Study, read_study, recheck


def test_a_size_trained_again_agrees_and_a_record_of_something_else_does_not():
    study = read_study()
    again = recheck(study, 25)
    assert again.agrees
    assert again.gap < 0.05
    other = {
        key: {**value, "loss": [loss * 1.5 for loss in value["loss"]]}
        for key, value in study.trainings.items()
    }
    law, _ = Study(trainings=other, pretrained={}).data_law()
    assert again.mean not in law.predict(25)


@pytest.mark.parametrize("lines", [26, True, 25.0])
def test_a_size_that_is_not_in_the_plan_is_named(lines):
    with pytest.raises(InputError, match="received"):
        recheck(read_study(), lines)
