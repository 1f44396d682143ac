"""Names of categories, old and new."""

from __future__ import annotations

import pytest

from text_recognizer.troubleshooting.profiling.events import Span, category_name


@pytest.mark.parametrize(
    ("written", "now"),
    [
        pytest.param("Operator", "cpu_op", id="PyTorch 1.8"),
        pytest.param("cpu_op", "cpu_op", id="PyTorch 2"),
        pytest.param("Kernel", "kernel", id="old kernel"),
        pytest.param("Memcpy", "gpu_memcpy", id="old copy"),
        pytest.param("Memset", "gpu_memset", id="old fill"),
        pytest.param("Runtime", "cuda_runtime", id="old call"),
        pytest.param("my category", "my category", id="unknown ones stay"),
        pytest.param(None, "", id="none"),
    ],
)
def test_category_name(written, now):
    assert category_name(written) == now


def test_a_span_holds_what_lies_within_it():
    outer = Span("a", "", 1.0, 4.0, 1, 1, {})
    assert outer.end == 5.0
    assert outer.holds(outer)
    assert not outer.holds(outer._replace(start=2.0))
