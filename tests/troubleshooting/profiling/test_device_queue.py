"""The queue does real work in order, returns at once, and reports errors when it is waited for."""

from __future__ import annotations

import json
import threading

import pytest
import torch

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.profiling import DeviceQueue
from text_recognizer.troubleshooting.profiling.launches import copies, launches


def test_results_are_those_of_torch_and_chains_of_pending_results_work():
    left, right = torch.randn(4, 5), torch.randn(5, 4)
    with DeviceQueue() as queue:
        product = queue.submit(torch.mm, queue.copy_in(left), right)
        assert torch.equal(queue.read(queue.submit(torch.relu, product)), (left @ right).relu())


def test_submit_returns_while_the_device_still_works_and_synchronize_waits():
    gate, order = threading.Event(), []

    def blocked():
        gate.wait(10)
        order.append("work")

    with DeviceQueue() as queue:
        pending = queue.submit(blocked)
        assert not pending.ready.is_set()
        order.append("host")
        gate.set()
        queue.synchronize()
    assert order == ["host", "work"]


def test_the_trace_joins_launches_with_work_in_order():
    with DeviceQueue() as queue:
        with queue.phase("train"):
            for _ in range(5):
                last = queue.submit(torch.mm, torch.ones(8, 8), torch.ones(8, 8))
        queue.read(last)
        trace = queue.trace()
    joined = launches(trace)
    assert len(joined) == 6
    assert all(one.delay >= 0 for one in joined)
    ends = [span.end for span in trace.device.spans]
    assert all(two.start >= end for end, two in zip(ends, trace.device.spans[1:], strict=False))
    assert copies(trace)[0].bytes == 8 * 8 * 4
    assert [one.name for one in trace.select("user_annotation")] == ["train"]
    assert len(trace.flows) == 6


def test_it_is_labelled_as_what_it_is():
    with DeviceQueue() as queue:
        queue.submit(torch.ones, 2)
        queue.synchronize()
        data = json.loads(queue.content())
    assert data["deviceProperties"][0]["name"] == "thread that plays a device"


def test_an_error_shows_up_at_the_next_wait_and_the_queue_goes_on():
    with DeviceQueue() as queue:
        queue.submit(torch.mm, torch.ones(2, 3), torch.ones(2, 3))
        queue.submit(torch.ones, 2)
        with pytest.raises(InputError, match="mm failed earlier with RuntimeError"):
            queue.synchronize()
        assert queue.read(queue.submit(torch.ones, 3)).sum() == 3


def test_a_closed_queue_takes_no_work():
    queue = DeviceQueue()
    queue.close()
    queue.close()
    for use in (lambda: queue.submit(torch.ones, 2), queue.synchronize):
        with pytest.raises(InputError, match="closed after 0 launches"):
            use()
