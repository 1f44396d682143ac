"""Chunks read by Dask workers: processes of this machine, or those of a cluster.

The content of the images travels in the task itself. Dask keeps a task until its result has been
fetched, so when a worker dies, another gets the task again and nothing is lost; data scattered to
a worker beforehand would die with it (https://distributed.dask.org/en/stable/resilience.html).
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from text_recognizer.core.errors import ConfigError, TextRecognizerError, require
from text_recognizer.deployment.batch.items import Picture
from text_recognizer.deployment.batch.reading import (
    ReaderSettings,
    Row,
    Rows,
    Runner,
    read_chunk,
)

#: Chunks handed out per thread of a worker: one that it reads, one that waits there, and some that
#: are done before an earlier one is. Bounds the memory of client and scheduler.
AHEAD = 3
#: Seconds to reach a scheduler, and then to see a worker.
PATIENCE = 20
#: Seconds after which a batch asks whether there is any worker left.
ABSENCE = 60
#: Run by each local worker: a terminal sends Ctrl-C to it too, and the client ends it anyway.
_DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"


@contextmanager
def on_workers(settings: ReaderSettings, count: int) -> Iterator[Runner]:
    """A runner on processes of this machine, one thread each.

    A script that calls this needs ``if __name__ == "__main__":`` around it, since each worker
    imports the script.

    Args:
        settings: Of the reader.
        count: Processes, 1 to 1024.

    Raises:
        ConfigError: If there are fewer than one, or more than 1024.
        MissingExtraError: If Dask is not installed.

    Example:
        >>> with on_workers(settings, 2) as runner:  # doctest: +SKIP
        ...     read_batch(items, "rows.jsonl", settings, runner=runner)
    """
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 1024:
        raise ConfigError(f"workers is a whole number from 1 to 1024; received {count!r}; try 2")
    distributed = require("distributed", extra="scale")
    dask = require("dask", extra="scale")
    # A killed worker that is not back after 15 s would be given up; a busy machine needs longer.
    with dask.config.set({"distributed.deploy.lost-worker-timeout": "1 day"}):
        cluster = distributed.LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # any free port: two batches may run at once
            silence_logs=logging.CRITICAL,
            preload=[_DEAF],
        )
        with cluster, distributed.Client(cluster) as client:
            yield partial(_run, client, settings)


@contextmanager
def on_cluster(settings: ReaderSettings, address: str) -> Iterator[Runner]:
    """A runner on the workers of a Dask scheduler; they may come and go.

    Each machine needs this package and the same bundle: the one that ships, or one in the folder
    of that name. On the machines: ``dask scheduler``, and ``dask worker HOST:8786 --nthreads 1``.

    Args:
        settings: Of the reader.
        address: Of the scheduler, such as ``"tcp://host:8786"``.

    Raises:
        ConfigError: If no scheduler answers there, or it has no worker.
        MissingExtraError: If Dask is not installed.
    """
    distributed = require("distributed", extra="scale")
    try:
        client = distributed.Client(address, timeout=PATIENCE)
    except (OSError, ValueError, TypeError) as error:  # TimeoutError is an OSError
        raise ConfigError(
            "a cluster is the address of a Dask scheduler such as tcp://host:8786; received "
            f"{address!r}: {error}; start one with: dask scheduler"
        ) from error
    # What Dask logs of a lost connection is said by our errors in one line.
    with distributed.utils.silence_logging_cmgr(logging.CRITICAL), client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, TimeoutError) as error:
            raise ConfigError(
                f"a cluster needs a worker; the one at {address!r} has none after {PATIENCE} s; "
                f"start one with: dask worker {address} --nthreads 1"
            ) from error
        yield partial(_run, client, settings)


def _run(client: Any, settings: ReaderSettings, chunks: Iterable[list[Picture]]) -> Rows:
    """The rows of each chunk in turn; later chunks are read meanwhile."""
    waiting: deque[tuple[Any, list[Picture]]] = deque()
    try:
        for chunk in chunks:
            waiting.append((_submit(client, settings, chunk), chunk))
            # Asked each time: a cluster may grow.
            while len(waiting) >= AHEAD * max(1, sum(client.nthreads().values())):
                yield _result(client, settings, *waiting.popleft())
        while waiting:
            yield _result(client, settings, *waiting.popleft())
    finally:
        client.cancel([future for future, _ in waiting], force=True)


def _submit(client: Any, settings: ReaderSettings, chunk: list[Picture]) -> Any:
    return client.submit(read_chunk, settings, chunk, pure=False)


def _result(client: Any, settings: ReaderSettings, future: Any, chunk: list[Picture]) -> list[Row]:
    """The rows of a chunk; of one that kills its workers, those of each image."""
    distributed = require("distributed", extra="scale")
    try:
        rows: list[Row] = _waited(client, future)
        return rows
    except distributed.KilledWorker as error:
        if len(chunk) > 1:
            # One after the other: a task that shares a worker with the culprit is blamed too.
            return [_read_alone(client, settings, picture) for picture in chunk]
        reason = (
            f"an image must not end the process that reads it; {chunk[0].id!r} ended "
            f"{error.allowed_failures + 1}; look at its size and format"
        )
        return [Row(id=chunk[0].id, text="", confidence=0.0, error=reason, reader=settings.label)]
    except (distributed.CancelledError, OSError) as error:  # OSError: the connection
        raise TextRecognizerError(
            f"a batch needs its scheduler to the end; it was lost: {error}; start it again, and "
            "the same command goes on after the rows that are there"
        ) from error


def _waited(client: Any, future: Any) -> Any:
    """The result of a task; workers may be away for a while, but not for ever."""
    distributed = require("distributed", extra="scale")
    while True:
        try:
            return future.result(timeout=ABSENCE)
        except distributed.TimeoutError as error:
            if not client.nthreads():
                raise TextRecognizerError(
                    f"a batch needs workers; after {ABSENCE} s of waiting there is "
                    "none; the rows so far are kept, and the same command goes on after them"
                ) from error


def _read_alone(client: Any, settings: ReaderSettings, picture: Picture) -> Row:
    return _result(client, settings, _submit(client, settings, [picture]), [picture])[0]
