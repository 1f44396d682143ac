"""``serve``: as a process of its own, stopped as a terminal or a container stops it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.request

import pytest

from text_recognizer.__main__ import main


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "container"])
def test_it_answers_until_it_is_stopped(tiny_bundle, number):
    words = ["serve", "--bundle", str(tiny_bundle), "--port", "0", "--name", "hand"]
    process = subprocess.Popen(
        [sys.executable, "-m", "text_recognizer", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        url = re.search(r"http://[\d.:]+", process.stdout.readline()).group()
        with urllib.request.urlopen(f"{url}/v2/models/hand/ready", timeout=10) as reply:
            assert reply.status == 200
        process.send_signal(number)
        assert process.communicate(timeout=20) == ("stopped\n", "")
        assert process.returncode == 0
    finally:
        process.kill()


def test_a_port_out_of_range(tiny_bundle, capsys):
    handler = signal.getsignal(signal.SIGINT)
    assert main(["serve", "--bundle", str(tiny_bundle), "--port", "70000"]) == 2
    assert "another port" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is handler, "Ctrl-C is as it was before"
