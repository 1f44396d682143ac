from __future__ import annotations

import json

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting import __main__ as program

SMALL = ["--batch", "2", "--width", "64"]


@pytest.mark.parametrize("name", ["tiny", "laptop", "gpu"])
def test_a_report_of_each_preset(name, capsys):
    assert program.main([name, *SMALL, "--memory", "1GB", "--steps", "1"]) == 0
    said = capsys.readouterr().out
    for words in ("parameters", "activations", "largest batch under 1.00 GB", "aten::", "backward"):
        assert words in said


def test_the_trace_is_written(tmp_path, capsys):
    path = tmp_path / "new" / "trace.json"
    assert program.main(["tiny", *SMALL, "--steps", "1", "--trace", str(path)]) == 0
    assert json.loads(path.read_text())["traceEvents"]
    assert str(path) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["huge"], "no preset 'huge'", id="unknown preset"),
        pytest.param(["tiny", "--batch", "0"], "received '0'", id="no line"),
        pytest.param(["tiny", "--batch", "many"], "received 'many'", id="no number"),
        pytest.param(["tiny", "--width", "3"], "received '3'", id="too narrow"),
        pytest.param(["tiny", "--memory", "lots"], "received 'lots'", id="no size"),
        pytest.param(["tiny", "--memory", "0GB"], "received '0GB'", id="nothing"),
        pytest.param(["tiny", "laptop", "--trace", "x.json"], "2 presets", id="two traces"),
        pytest.param(["tiny", "--trace", "x.txt"], "'x.txt'", id="not a trace's name"),
        pytest.param(["tiny", "--trace", "/dev/null/x.json"], "name another", id="no such folder"),
        pytest.param(["tiny", "--steps", "0", "--trace", "x.json"], "0 steps", id="no profile"),
    ],
)
def test_bad_input_is_one_line_and_status_2(words, said, capsys):
    assert program.main(words) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert shown.err.count("\n") == 1


def test_a_machine_that_does_not_tell_its_memory(monkeypatch, capsys):
    from text_recognizer.troubleshooting.memory import limit

    monkeypatch.setattr(limit, "machine_memory", lambda: None)
    monkeypatch.setattr(program, "_limit", lambda text: None)
    assert program.main(["tiny", *SMALL, "--steps", "0"]) == 0
    assert "does not tell its memory" in capsys.readouterr().out


def test_a_limit_below_the_fixed_part(capsys):
    assert program.main(["laptop", *SMALL, "--steps", "0", "--memory", "20MB"]) == 0
    assert "not even one line fits" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "size"),
    [
        pytest.param("8GB", 8 * 10**9, id="powers of 1000"),
        pytest.param("8gib", 8 * 2**30, id="of 1024, in small letters"),
        pytest.param("1.5 M", 1_500_000, id="a fraction, without the B"),
        pytest.param("12", 12, id="bytes"),
    ],
)
def test_sizes(text, size):
    assert program.size_in_bytes(text) == size


@pytest.mark.parametrize("text", ["", "GB", "-1GB", "1TB", "1e9", "0.1B"])
def test_what_is_no_size(text):
    with pytest.raises(InputError, match="8GB"):
        program.size_in_bytes(text)
