"""The rows of a batch on disk: in the order of the input, whole, and never read twice.

While a batch runs, its rows are in ``NAME.part``; when the last is there, that file takes the name.
The rows are always those of the first images, so that a batch that was stopped, at whatever moment,
goes on after them: no table of what is done is needed.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from io import FileIO
from pathlib import Path
from types import TracebackType

from text_recognizer.core.errors import ConfigError, DataError, ParseError
from text_recognizer.deployment.batch.items import Item
from text_recognizer.deployment.batch.reading import Row


class Output:
    """A file of rows that grows, for one batch at a time.

    Args:
        path: The file; its folder is made if absent.
        label: Of the reader, the same in every row.

    Raises:
        ConfigError: On entering, if the file cannot be written, or another batch is writing it.

    Example:
        >>> with Output("rows.jsonl", "reader") as output:  # doctest: +SKIP
        ...     for item in output.resume(items):
        ...         output.append([row_of(item)])
        ...     output.finish()
    """

    def __init__(self, path: str | os.PathLike[str], label: str) -> None:
        self.path = Path(path)
        self.part = self.path.with_name(f"{self.path.name}.part")
        self.label = label
        #: Rows that were there before, and those of them that say an error.
        self.skipped, self.failed = 0, 0
        self._file: FileIO
        self._end = 0

    def __enter__(self) -> Output:
        """Open and lock the part."""
        import fcntl

        try:
            if self.path.is_dir():
                raise IsADirectoryError(errno.EISDIR, "it is a directory")
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = FileIO(self.part, "a")
        except OSError as error:
            raise ConfigError(
                f"the rows of a batch go to a file; {str(self.path)!r}: "
                f"{error.strerror or error}; name another"
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise ConfigError(
                f"one batch writes a file at a time; {str(self.part)!r} is locked by another "
                "process; wait for its end, or name another file"
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Keep the rows for the next time; a part without any is removed."""
        if not self._file.closed:
            if self.part.stat().st_size == 0:
                self.part.unlink()
            self._file.close()

    def resume(self, items: Iterable[Item]) -> Iterator[Item]:
        """Pass over the items whose rows are there.

        Args:
            items: All items of the batch.

        Returns:
            Those that are still to be read.

        Raises:
            DataError: If a row is of another item or another reader, or there are more rows than
                items.
            ParseError: If the file is no file of rows. A last row that was half written is removed.
        """
        finished = self.path.stat().st_size if self.path.exists() else 0
        # A finished batch is gone on from where its input has grown.
        before = self.path if finished > self.part.stat().st_size else self.part
        waiting = iter(items)
        with open(before, "rb") as file:
            for line in file:
                row = self._parsed(line, before, last=not file.peek(1))
                if row is None:
                    break
                item = next(waiting, None)
                if item is None or row.id != item.id:
                    raise self._mismatch("image", row.id, None if item is None else item.id)
                if row.reader != self.label:
                    raise self._mismatch("reader", row.reader, self.label)
                self._end += len(line)
                self.skipped += 1
                self.failed += row.error is not None
        if before is self.path:
            shutil.copyfile(self.path, self.part)  # half a copy is as good as half a batch
        self._file.truncate(self._end)
        return waiting

    def append(self, rows: Iterable[Row]) -> None:
        """Write rows; either all of them are in the file afterwards, or none.

        Args:
            rows: Of the next items, in their order.

        Raises:
            OSError: If the disk is full.
        """
        content = "".join(f"{row.to_json()}\n" for row in rows).encode()
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except BaseException:
            self._file.truncate(self._end)
            raise
        self._end += len(content)

    def finish(self) -> None:
        """Give the file its name: all rows are there."""
        os.fsync(self._file.fileno())
        if self.path.exists() and self.path.stat().st_size == self._end:
            self.part.unlink()  # nothing was added: the file that stands is the same
        else:
            os.replace(self.part, self.path)
        self._file.close()

    def _parsed(self, line: bytes, path: Path, *, last: bool) -> Row | None:
        """The row, or None for a last line that was cut off."""
        try:
            content = json.loads(line)
            row = Row(**content)
            if line.endswith(b"\n") and isinstance(row.id, str):
                return row
        except (ValueError, TypeError, RecursionError):
            pass
        if not last:
            raise ParseError(
                f"every line of {str(path)!r} is a row of a batch; line {self.skipped + 1} is "
                f"{line[:80]!r}; name another file, or remove this one"
            )
        return None

    def _mismatch(self, what: str, found: str, expected: str | None) -> DataError:
        return DataError(
            f"a batch goes on in a file of the same images and reader; row {self.skipped + 1} of "
            f"{str(self.path)!r} is of the {what} {found!r}, where this batch has "
            f"{'none' if expected is None else repr(expected)}; name another file, or remove this "
            "one and its .part"
        )
