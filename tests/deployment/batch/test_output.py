"""The file of rows: whole rows only, in order, and gone on from."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from text_recognizer.core.errors import ConfigError, DataError, ParseError
from text_recognizer.deployment.batch.items import Item
from text_recognizer.deployment.batch.output import Output
from text_recognizer.deployment.batch.reading import Row

LABEL = "0123 greedy lines"


def row(name, *, error=None, reader=LABEL):
    return Row(id=name, text=name.upper(), confidence=0.5, error=error, reader=reader)


def items(names):
    return [Item(name, b"") for name in names]


def write(path, names, *, stop_after=None):
    """A batch that reads upper case; the names that it read."""
    read = []
    with Output(path, LABEL) as output:
        for item in output.resume(items(names)):
            if len(read) == stop_after:
                return read
            read.append(item.id)
            output.append([row(item.id)])
        output.finish()
    return read


def ids(path):
    return "".join(json.loads(line)["id"] for line in path.read_text().splitlines())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "made" / "rows.jsonl"


def part_of(path):
    return path.with_name("rows.jsonl.part")


def test_the_file_has_its_name_when_the_last_row_is_there(path):
    assert write(path, "abc", stop_after=2) == ["a", "b"]
    assert not path.exists()
    assert ids(part_of(path)) == "ab"
    assert write(path, "abc") == ["c"]
    assert ids(path) == "abc"
    assert not part_of(path).exists()


def test_what_is_done_is_left_alone(path):
    write(path, "abc")
    before = path.stat()
    assert write(path, "abc") == []
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert [each.name for each in path.parent.iterdir()] == ["rows.jsonl"]


def test_a_finished_batch_grows_with_its_input(path):
    write(path, "abc")
    assert write(path, "abcde", stop_after=1) == ["d"]
    assert ids(path) == "abc", "the finished file stands until the new one is whole"
    assert write(path, "abcde") == ["e"]
    assert ids(path) == "abcde"


@pytest.mark.parametrize("cut", range(1, 30, 4))
def test_half_a_row_is_removed(cut, path):
    write(path, "abc", stop_after=2)
    whole = part_of(path).read_bytes()
    part_of(path).write_bytes(whole[:-cut])
    assert write(path, "abc") == ["b", "c"]
    assert path.read_bytes()[: len(whole)] == whole


def test_a_tail_of_zeros_after_a_power_cut_is_removed(path):
    write(path, "abc", stop_after=1)
    with part_of(path).open("ab") as file:
        file.write(b"\0" * 100)
    assert write(path, "abc") == ["b", "c"]


@pytest.mark.parametrize(
    ("names", "label", "message"),
    [
        pytest.param("axc", LABEL, "row 2 .* image 'b', where this batch has 'x'", id="renamed"),
        pytest.param("a", LABEL, "row 2 .* image 'b', where this batch has none", id="fewer"),
        pytest.param("abc", "9876 greedy lines", "reader '0123 greedy lines'", id="other bundle"),
    ],
)
def test_rows_of_another_batch_are_kept_and_told(names, label, message, path):
    write(path, "abc")
    before = path.read_bytes()
    with pytest.raises(DataError, match=message), Output(path, label) as output:
        output.resume(items(names))
    assert path.read_bytes() == before
    assert not part_of(path).exists()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"hello\nworld\n", id="text"),
        pytest.param(b'{"id": "a"}\n{}\n', id="other objects"),
        pytest.param(b"[1]\n[2]\n", id="no objects"),
    ],
)
def test_a_file_of_something_else_is_not_overwritten(content, path):
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(ParseError, match="line 1 is"), Output(path, LABEL) as output:
        output.resume(items("ab"))
    assert path.read_bytes() == content


def test_errors_of_before_are_counted(path):
    with Output(path, LABEL) as output:
        output.resume(items("ab"))
        output.append([row("a", error="broken")])
    with Output(path, LABEL) as output:
        list(output.resume(items("ab")))
        assert (output.skipped, output.failed) == (1, 1)


def test_rows_are_whole_when_the_disk_is_full(path, monkeypatch):
    write(path, "abc", stop_after=1)
    whole = part_of(path).read_bytes()
    with Output(path, LABEL) as output:
        output.resume(items("abc"))
        file = output._file

        class Full:
            def write(self, content):
                if len(content) < 60:
                    raise OSError(28, "No space left on device")
                return file.write(content[:40])

            def __getattr__(self, name):
                return getattr(file, name)

        monkeypatch.setattr(output, "_file", Full())
        with pytest.raises(OSError, match="No space"):
            output.append([row("b")])
    assert part_of(path).read_bytes() == whole


def test_an_empty_batch_leaves_no_part(path):
    with Output(path, LABEL) as output:
        output.resume(items("a"))
    assert list(path.parent.iterdir()) == []


def test_two_batches_do_not_write_one_file(path):
    code = (
        "import sys; from text_recognizer.deployment.batch.output import Output\n"
        "try: Output(sys.argv[1], 'x').__enter__()\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    with Output(path, LABEL):
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True
        )
    assert "ConfigError one batch writes a file at a time" in done.stdout, done.stderr


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ConfigError, match="it is a directory; name another"):
        Output(tmp_path, LABEL).__enter__()
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="name another"):
        Output(tmp_path / "file" / "rows.jsonl", LABEL).__enter__()
