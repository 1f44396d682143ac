"""A whole batch in this process: order, errors, Ctrl-C, resume, bounded reading ahead."""

from __future__ import annotations

import json
import signal

import pytest

from text_recognizer.core.errors import BundleError, ConfigError
from text_recognizer.deployment.batch import BatchReport, find_items, read_batch
from text_recognizer.deployment.batch.items import Item
from text_recognizer.deployment.batch.reading import read_chunk


def rows(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_image_has_its_row_in_order(scans, settings, tmp_path):
    seen = []
    report = read_batch(
        find_items(scans), tmp_path / "rows.jsonl", settings, chunk=5, progress=seen.append
    )
    assert (report.skipped, report.read, report.failed) == (0, 12, 1)
    assert report.rate > 0
    assert seen == [5, 10, 12]
    found = rows(report.path)
    assert [row["id"] for row in found] == [f"{number:02}.png" for number in range(12)]
    assert [bool(row["error"]) for row in found] == [number == 4 for number in range(12)]
    assert set(found[0]) == {"id", "text", "confidence", "error", "reader"}


def test_ctrl_c_leaves_whole_rows_and_the_same_call_goes_on(scans, settings, tmp_path):
    whole, stopped = tmp_path / "whole.jsonl", tmp_path / "stopped.jsonl"
    read_batch(find_items(scans), whole, settings, chunk=3)
    with pytest.raises(KeyboardInterrupt):
        read_batch(
            find_items(scans),
            stopped,
            settings,
            chunk=3,
            progress=lambda done: signal.raise_signal(signal.SIGINT) if done == 6 else None,
        )
    assert not stopped.exists()
    assert rows(tmp_path / "stopped.jsonl.part") == rows(whole)[:6]
    report = read_batch(find_items(scans), stopped, settings, chunk=3)
    assert (report.skipped, report.read, report.failed) == (6, 6, 1)
    assert stopped.read_bytes() == whole.read_bytes()
    again = read_batch(find_items(scans), stopped, settings)
    assert (again.skipped, again.read, again.rate) == (12, 0, 0.0)


def test_images_are_read_a_chunk_at_a_time(settings, tmp_path):
    ahead = 0

    def items():
        nonlocal ahead
        for number in range(100):
            ahead += 1
            yield Item(str(number), b"")

    def runner(chunks):
        nonlocal ahead
        for chunk in chunks:
            assert ahead <= 11
            ahead -= len(chunk)
            yield read_chunk(settings, chunk)

    report = read_batch(items(), tmp_path / "rows.jsonl", settings, runner=runner, chunk=10)
    assert (report.read, report.failed) == (100, 100)


def test_wrong_settings_leave_nothing_behind(scans, settings, tmp_path):
    from dataclasses import replace

    with pytest.raises(BundleError):
        read_batch([], tmp_path / "rows.jsonl", replace(settings, digest="0"))
    with pytest.raises(ConfigError):
        read_batch(find_items(scans), tmp_path / "rows.jsonl", settings, chunk=0)
    assert list(tmp_path.iterdir()) == []


def test_a_report_of_no_time_has_no_rate(tmp_path):
    report = BatchReport(path=tmp_path, skipped=0, read=1, failed=0, seconds=0.0)
    assert report.rate == 0.0
