"""A batch: items in, a file of rows out, read by whatever runner is given."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from text_recognizer.deployment.batch.items import Item, chunked
from text_recognizer.deployment.batch.output import Output
from text_recognizer.deployment.batch.reading import ReaderSettings, Runner, in_process

#: Images of a chunk: work of about a second, so that handing it out costs little beside it.
CHUNK = 64


@dataclass(frozen=True, kw_only=True)
class BatchReport:
    """What a batch did.

    Args:
        path: The file of rows.
        skipped: Rows that were there before.
        read: Rows that were added.
        failed: Rows of both kinds that say an error.
        seconds: Time of reading.
    """

    path: Path
    skipped: int
    read: int
    failed: int
    seconds: float

    @property
    def rate(self) -> float:
        """Images read in a second, 0 where nothing was read."""
        return self.read / self.seconds if self.read and self.seconds > 0 else 0.0


def read_batch(
    items: Iterable[Item],
    path: str | os.PathLike[str],
    settings: ReaderSettings,
    *,
    runner: Runner | None = None,
    chunk: int = CHUNK,
    progress: Callable[[int], None] | None = None,
) -> BatchReport:
    """Read images into a file of rows, one JSON object per line, in the order of the items.

    What the file already holds is not read again, whether it is of a batch that was stopped or of
    a finished one whose input has grown at its end. An image that cannot be read gets a row that
    says why; it is not tried again either.

    Args:
        items: What to read, see :func:`~text_recognizer.deployment.batch.find_items`.
        path: The file, ``rows.jsonl`` say; until the last row is there, ``rows.jsonl.part``.
        settings: Of the reader.
        runner: From ``on_workers`` or ``on_cluster``; by default this process reads.
        chunk: Images of a chunk; what is done is kept chunk by chunk.
        progress: Called with the number of rows so far.

    Raises:
        BundleError: If the bundle, or that of a worker, is not the one of the settings.
        ConfigError: If a setting is out of range, or the file cannot be written.
        DataError: If the file holds rows of other images or of another reader.
        KeyboardInterrupt: On Ctrl-C; the part holds whole rows, and the same call goes on.

    Example:
        >>> settings = ReaderSettings.of(lines=True)  # doctest: +SKIP
        >>> read_batch(find_items("scans"), "rows.jsonl", settings).read  # doctest: +SKIP
        10000
    """
    runner = in_process(settings) if runner is None else runner
    with Output(path, settings.label) as output:
        waiting = output.resume(items)
        done, failed, start = output.skipped, output.failed, time.monotonic()
        # Closed at once when stopped: workers need not read what nobody waits for.
        with closing(runner(chunked(waiting, chunk))) as results:
            for rows in results:
                output.append(rows)
                done += len(rows)
                failed += sum(row.error is not None for row in rows)
                if progress is not None:
                    progress(done)
        output.finish()
    return BatchReport(
        path=output.path,
        skipped=output.skipped,
        read=done - output.skipped,
        failed=failed,
        seconds=time.monotonic() - start,
    )
