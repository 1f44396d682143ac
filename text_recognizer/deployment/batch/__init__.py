"""Thousands of images into one file of rows: in this process, or on Dask workers.

::

    items.py     a folder, a list, a Parquet file: which images, in which order
    reading.py   what one process does with a chunk of them
    cluster.py   the same on many processes or machines, with Dask
    output.py    the rows, in the order of the input; what is there is never read again
    run.py       the parts put together

Names are loaded on first use: reading in one process needs no Dask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from text_recognizer.core.lazy import lazy_names

if TYPE_CHECKING:
    from text_recognizer.deployment.batch.cluster import on_cluster, on_workers
    from text_recognizer.deployment.batch.items import Item, find_items
    from text_recognizer.deployment.batch.reading import ReaderSettings, Row
    from text_recognizer.deployment.batch.run import BatchReport, read_batch

__all__ = [
    "BatchReport",
    "Item",
    "ReaderSettings",
    "Row",
    "find_items",
    "on_cluster",
    "on_workers",
    "read_batch",
]

_HOME = {
    "BatchReport": "run",
    "Item": "items",
    "ReaderSettings": "reading",
    "Row": "reading",
    "find_items": "items",
    "on_cluster": "cluster",
    "on_workers": "cluster",
    "read_batch": "run",
}

__getattr__, __dir__ = lazy_names(__name__, _HOME)
