"""The dispatcher: lazy, one line per error, the usual exit statuses."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

import text_recognizer
from text_recognizer import __main__ as program
from text_recognizer.core.errors import CharsetError


def behave(monkeypatch, run):
    """Let the command ``read`` do something else."""
    module = SimpleNamespace(add_arguments=lambda parser: None, run=run)
    monkeypatch.setattr(program, "_module", lambda name: module)


def raiser(error):
    def run(args):
        raise error

    return run


def test_help_lists_every_command(capsys):
    with pytest.raises(SystemExit) as caught:
        program.main(["--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    assert all(f"    {name}" in text for name in program.COMMANDS)


def test_version(capsys):
    with pytest.raises(SystemExit):
        program.main(["--version"])
    assert capsys.readouterr().out == f"text-recognizer {text_recognizer.__version__}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param([], "COMMAND", id="nothing"),
        pytest.param(["write"], "'write'", id="unknown command"),
        pytest.param(["read"], "PAGE", id="no page"),
        pytest.param(["read", "x", "--speed"], "--speed", id="unknown option"),
        pytest.param(["read", "x", "--js"], "--js", id="no abbreviations"),
        pytest.param(["read", "x", "--backend", "abc"], "'abc'", id="unknown backend"),
    ],
)
def test_wrong_usage_is_status_2(words, message, capsys):
    with pytest.raises(SystemExit) as caught:
        program.main(words)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_a_typed_error_is_one_line(monkeypatch, capsys):
    behave(monkeypatch, raiser(CharsetError("two\nlines")))
    assert program.main(["read"]) == 2
    assert capsys.readouterr() == ("", "error: two lines\n")


def test_an_interrupt_is_status_130(monkeypatch, capsys):
    behave(monkeypatch, raiser(KeyboardInterrupt()))
    assert program.main(["read"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_bug_is_not_hidden(monkeypatch):
    behave(monkeypatch, raiser(ZeroDivisionError("bug")))
    with pytest.raises(ZeroDivisionError):
        program.main(["read"])


def test_the_status_of_a_command_is_passed_on(monkeypatch):
    behave(monkeypatch, lambda args: 1)
    assert program.main(["read"]) == 1


def test_a_command_without_a_module(monkeypatch, capsys):
    monkeypatch.setitem(program.COMMANDS, "paint", "paint pages")
    assert program.main(["paint"]) == 2
    assert capsys.readouterr().err.startswith("error: a command needs its module; 'paint'")


def test_a_reader_that_goes_away_is_quiet(page, tiny_bundle, tmp_path):
    from PIL import Image

    Image.fromarray(page).save(tmp_path / "page.png")
    command = [sys.executable, "-m", "text_recognizer", "read", "--bundle", str(tiny_bundle)]
    process = subprocess.Popen(
        [*command, *[str(tmp_path / "page.png")] * 9],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=60) == 141


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from text_recognizer.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(bool({'numpy', 'torch', 'onnxruntime', 'cv2', 'PIL'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
