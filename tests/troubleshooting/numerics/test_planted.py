"""Each planted fault is traced to its place, on any seed; torch's own tool names an operator."""

from __future__ import annotations

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.numerics.planted import (
    FAULTS,
    anomaly,
    nan_costs,
    plant,
    try_nans,
)


@pytest.mark.parametrize("seed", range(3))
def test_every_fault_is_traced_and_a_healthy_reader_gives_none(seed):
    *rows, healthy = try_nans(seed)
    assert [row.fault for row in rows] == list(FAULTS)
    assert [(row.found.module, row.found.phase) for row in rows] == list(FAULTS.values())
    assert healthy.found is None
    assert healthy.anomaly == ""


def test_detect_anomaly_names_an_operator_and_mostly_the_wrong_one():
    operators = {row.fault: row.anomaly for row in try_nans() if row.planted}
    assert all(name.endswith("Backward0") for name in operators.values())
    # What it names is where the backward met the first NaN, not what made the infinity.
    assert list(operators.values()).count("LogSoftmaxBackward0") == 4
    assert operators["square root at 0"] == "MulBackward0"


def test_the_fault_needs_the_plant_not_the_batch():
    _, images = plant("log of 0")
    model, _ = plant("none")
    assert anomaly(model, images) == ""


def test_costs_are_ratios():
    costs = nan_costs(repeats=2)
    assert set(costs) == {"detect_anomaly", "trace_nan"}
    assert all(value > 0.5 for value in costs.values())


def test_unknown_faults_and_no_repeats_are_refused():
    with pytest.raises(InputError, match="received 'gremlin'"):
        plant("gremlin")
    with pytest.raises(InputError, match="repeats=0"):
        nan_costs(repeats=0)
