from __future__ import annotations

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.memory.jobs import Job, is_out_of_memory, reference


@pytest.mark.parametrize("function", ["", "plain", "__main__:f", "a:b.<locals>.c"])
def test_a_function_that_a_child_cannot_import_is_refused(function):
    with pytest.raises(InputError, match="define it in a file"):
        Job(function=function)


def test_a_lambda_has_no_reference_that_works():
    with pytest.raises(InputError):
        Job(function=reference(lambda: None))


@pytest.mark.parametrize(
    ("error", "out"),
    [
        pytest.param(MemoryError(), True, id="Python"),
        pytest.param(RuntimeError("DefaultCPUAllocator: can't allocate memory: 5"), True, id="C10"),
        pytest.param(RuntimeError("could not create a primitive"), True, id="oneDNN"),
        pytest.param(RuntimeError("std::bad_alloc"), True, id="C++"),
        pytest.param(OSError(12, "Cannot allocate memory"), True, id="the system"),
        pytest.param(RuntimeError("shape mismatch"), False, id="another error"),
        pytest.param(ValueError("out of memory"), False, id="another kind"),
    ],
)
def test_which_errors_mean_memory(error, out):
    assert is_out_of_memory(error) is out
