from __future__ import annotations

import json
import threading

import pytest

from lab_utils import progress_file
from lab_utils.progress_file import Record


@pytest.fixture
def path(tmp_path):
    return tmp_path / "progress.json"


def test_attempts_add_up_and_a_pass_stays(path):
    for passed in (False, True, False):
        progress_file.note("00-a", passed=passed)
    assert progress_file.load() == {"00-a": Record(passed=True, attempts=3)}
    assert progress_file.passed() == {"00-a"}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param('{"format": 1, "exer', id="torn"),
        pytest.param("[]", id="a list"),
        pytest.param('{"format": 9, "exercises": {"a": {}}}', id="of the future"),
        pytest.param('{"format": 1, "exercises": []}', id="wrong kind"),
        pytest.param('{"format": 1, "exercises": {"a": {"passed": true}}}', id="field lost"),
        pytest.param("\x00\xff", id="binary"),
    ],
)
def test_a_spoilt_file_counts_as_empty_and_is_replaced(path, content):
    path.write_text(content, encoding="latin-1")
    assert progress_file.load() == {}
    progress_file.note("00-a", passed=True)
    assert progress_file.passed() == {"00-a"}


def test_writing_is_atomic(path, monkeypatch):
    progress_file.note("00-a", passed=True)
    before = path.read_text()

    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    progress_file.note("00-b", passed=True)
    assert path.read_text() == before
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_many_writers_leave_a_sound_file(path):
    threads = [
        threading.Thread(target=progress_file.note, args=(f"00-x{n}",), kwargs={"passed": True})
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert json.loads(path.read_text())["format"] == 1


def test_a_folder_that_cannot_be_written_to_stops_nobody(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LABS_PROGRESS", str(tmp_path / "file" / "progress.json"))
    progress_file.note("00-a", passed=True)
    assert "could not be saved" in capsys.readouterr().out


def test_a_program_leaves_no_progress(monkeypatch, tmp_path):
    monkeypatch.delenv("LABS_PROGRESS")
    monkeypatch.setenv("LABS_HEADLESS", "1")
    monkeypatch.setattr(progress_file, "ROOT", tmp_path)
    progress_file.note("00-a", passed=True)
    assert not list(tmp_path.iterdir())
    monkeypatch.setenv("LABS_HEADLESS", "0")
    progress_file.note("00-a", passed=True)
    assert (tmp_path / ".progress.json").exists()
