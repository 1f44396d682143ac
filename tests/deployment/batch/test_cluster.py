"""Real Dask workers: the same rows, also when workers are killed, and refusals in words."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import replace

import pytest

from text_recognizer.core.errors import (
    BundleError,
    ConfigError,
    MissingExtraError,
    TextRecognizerError,
)
from text_recognizer.deployment.batch import cluster as module
from text_recognizer.deployment.batch import find_items, on_cluster, on_workers, read_batch

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def workers(settings):
    """Two workers, and the client that the runner talks through."""
    with on_workers(settings, 2) as runner:
        yield runner, distributed.get_client()


@pytest.fixture(scope="module")
def expected(scans, settings, tmp_path_factory):
    """What one process writes."""
    path = tmp_path_factory.mktemp("alone") / "rows.jsonl"
    read_batch(find_items(scans), path, settings, chunk=2)
    return path.read_bytes()


def test_workers_write_what_one_process_writes(workers, scans, settings, expected, tmp_path):
    runner, client = workers
    path = tmp_path / "rows.jsonl"
    report = read_batch(find_items(scans), path, settings, runner=runner, chunk=2)
    assert (report.read, report.failed) == (12, 1)
    assert path.read_bytes() == expected
    assert list(client.nthreads().values()) == [1, 1], "one thread each"


def test_a_killed_worker_loses_nothing(workers, scans, settings, expected, tmp_path):
    runner, client = workers
    pids = set(client.run(os.getpid).values())
    assert os.getpid() not in pids

    def kill(done):
        if done == 2:
            for pid in pids:
                os.kill(pid, signal.SIGKILL)

    path = tmp_path / "rows.jsonl"
    read_batch(find_items(scans), path, settings, runner=runner, chunk=2, progress=kill)
    assert path.read_bytes() == expected
    client.wait_for_workers(2, timeout=60)
    assert not pids & set(client.run(os.getpid).values())


def test_a_scheduler_elsewhere_is_used_by_its_address(workers, scans, settings, expected, tmp_path):
    address = workers[1].scheduler.address
    with on_cluster(settings, address) as runner:
        read_batch(find_items(scans), tmp_path / "rows", settings, runner=runner, chunk=2)
    assert (tmp_path / "rows").read_bytes() == expected


def test_a_worker_with_another_bundle_is_an_error(workers, scans, settings, tmp_path):
    _, client = workers
    other = replace(settings, digest="f" * 64)

    def runner(chunks):
        return module._run(client, other, chunks)

    # The client's own check is passed over: only the workers find another bundle.
    with pytest.raises(BundleError, match="bring the same bundle to every machine"):
        read_batch(find_items(scans), tmp_path / "rows", other, runner=runner)
    assert list(tmp_path.iterdir()) == []


def test_an_image_that_kills_its_worker_gets_its_error(
    workers, scans, settings, tmp_path, monkeypatch
):
    runner, client = workers

    def read_chunk(settings, chunk):  # local, so that it travels by value
        import os

        from text_recognizer.deployment.batch.reading import load_reader, read_chunk

        load_reader(settings)  # a worker that dies before its nanny knows it is not started again
        if any(picture.id == "07.png" for picture in chunk):
            os.kill(os.getpid(), 9)
        return read_chunk(settings, chunk)

    def allow(failures, dask_scheduler=None):
        before, dask_scheduler.allowed_failures = dask_scheduler.allowed_failures, failures
        return before

    monkeypatch.setattr(module, "read_chunk", read_chunk)
    before = client.run_on_scheduler(allow, 0)
    try:
        report = read_batch(
            find_items(scans), tmp_path / "rows.jsonl", settings, runner=runner, chunk=4
        )
    finally:
        client.run_on_scheduler(allow, before)
    assert report.read == 12
    rows = [json.loads(line) for line in report.path.read_text().splitlines()]
    assert rows[7]["error"].startswith("an image must not end the process that reads it; '07.png'")


def test_ctrl_c_takes_the_chunks_back(workers, scans, settings, tmp_path):
    runner, client = workers

    def interrupt(done):
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        read_batch(
            find_items(scans),
            tmp_path / "rows",
            settings,
            runner=runner,
            chunk=2,
            progress=interrupt,
        )
    assert len((tmp_path / "rows.part").read_text().splitlines()) == 2

    def unfinished(dask_scheduler):
        states = [task.state for task in dask_scheduler.tasks.values()]
        return sum(state not in ("memory", "erred") for state in states)

    deadline = time.monotonic() + 30
    while client.run_on_scheduler(unfinished):
        assert time.monotonic() < deadline, "the scheduler still has chunks to hand out"
        time.sleep(0.1)


def test_workers_that_stay_away_are_told(settings, monkeypatch):
    class Never:
        def result(self, timeout):
            raise distributed.TimeoutError

    class Empty:
        def nthreads(self):
            return {}

    with pytest.raises(TextRecognizerError, match="the same command goes on after them"):
        module._result(Empty(), settings, Never(), [])


def test_a_lost_scheduler_is_told(settings):
    class Lost:
        def result(self, timeout):
            raise distributed.CancelledError("key")

    with pytest.raises(TextRecognizerError, match="needs its scheduler to the end"):
        module._result(None, settings, Lost(), [])


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("tcp://127.0.0.1:1", id="nobody there"),
        pytest.param("nonsense://x", id="no such protocol"),
        pytest.param("", id="empty"),
        pytest.param("tcp://127.0.0.1", id="no port"),
    ],
)
def test_an_address_without_a_scheduler(address, settings, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    with pytest.raises(ConfigError, match="such as tcp://host:8786"), on_cluster(settings, address):
        pass


@pytest.mark.parametrize("count", [0, -1, 2000, True, 1.5])
def test_a_count_of_workers_that_is_none(count, settings):
    with pytest.raises(ConfigError, match="from 1 to 1024"), on_workers(settings, count):
        pass


def test_without_dask_the_extra_is_named(settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    named = pytest.raises(MissingExtraError, match=r"text-recognizer\[scale\]")
    with named, on_workers(settings, 2):
        pass
    with named, on_cluster(settings, "tcp://127.0.0.1:1"):
        pass
