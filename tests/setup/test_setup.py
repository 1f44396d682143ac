"""`scripts/setup.sh` with fakes: what it does fresh, again, after an interruption, and in need."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable

import pytest

from tests.setup.conftest import PYTHONS, Checkout

OneError = Callable[[subprocess.CompletedProcess[str]], str]


def installs(checkout: Checkout) -> list[str]:
    return [call for call in checkout.calls if "uv pip install" in call and "-e" in call.split()]


def test_a_fresh_checkout_gets_everything_pinned(checkout: Checkout) -> None:
    done = checkout.run()
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("The environment is ready.\n")
    (install,) = installs(checkout)
    assert "constraints.txt" in install
    assert "-e .[labs,dev]" in install
    assert (checkout.root / ".venv/.setup-stamp").exists()


def test_a_second_run_does_nothing_quickly(checkout: Checkout) -> None:
    checkout.run()
    checkout.forget()
    started = time.perf_counter()
    done = checkout.run()
    assert (done.returncode, done.stdout, checkout.calls) == (0, "", [])
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize("file", ["pyproject.toml", "requirements/constraints.txt"])
def test_a_change_of_the_requirements_installs_again(checkout: Checkout, file: str) -> None:
    checkout.run()
    checkout.forget()
    path = checkout.root / file
    path.write_text(path.read_text() + "# changed\n")
    checkout.run()
    assert len(installs(checkout)) == 1
    assert not any("-m venv" in call for call in checkout.calls)


def test_a_failed_run_is_taken_up_where_it_stopped(checkout: Checkout) -> None:
    assert checkout.run(FAKE_UV="dns error").returncode != 0
    assert not (checkout.root / ".venv/.setup-stamp").exists()
    checkout.forget()
    assert checkout.run().returncode == 0
    assert not any("-m venv" in call for call in checkout.calls)
    assert not any(call.endswith(" uv") for call in checkout.calls)


def test_an_interrupted_run_says_so_and_resumes(checkout: Checkout) -> None:
    process = subprocess.Popen(
        ["scripts/setup.sh"],
        cwd=checkout.root,
        env=checkout.environment(FAKE_SLEEP="30"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 20
    while not installs(checkout) and time.monotonic() < deadline:
        time.sleep(0.05)
    import os

    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert "Run the same command again" in errors
    assert process.returncode != 0
    assert checkout.run().returncode == 0
    assert (checkout.root / ".venv/.setup-stamp").exists()


def test_an_environment_cut_short_is_made_anew(checkout: Checkout) -> None:
    (checkout.root / ".venv").mkdir()
    (checkout.root / ".venv/pyvenv.cfg").write_text("home = gone")
    assert checkout.run().returncode == 0
    assert any("-m venv" in call for call in checkout.calls)


def test_a_moved_checkout_is_set_up_anew(checkout: Checkout) -> None:
    checkout.run()
    moved = Checkout(checkout.root.with_name("moved"), checkout.bin)
    checkout.root.rename(moved.root)
    moved.forget()
    assert moved.run().returncode == 0
    assert any("-m venv" in call for call in moved.calls)


def test_a_folder_that_is_no_environment_is_left_alone(
    checkout: Checkout, one_error: OneError
) -> None:
    (checkout.root / ".venv").mkdir()
    (checkout.root / ".venv/thesis.txt").write_text("mine")
    assert "in the way" in one_error(checkout.run())
    assert (checkout.root / ".venv/thesis.txt").read_text() == "mine"


def test_the_default_python3_is_taken_first(checkout: Checkout) -> None:
    checkout.run()
    assert any(call.startswith("python3 -m venv") for call in checkout.calls)


def test_a_named_python_is_taken_when_the_default_is_too_old(checkout: Checkout) -> None:
    for name in ("python", "python3"):
        checkout.fake(name, "echo 3.9")
    checkout.run(FAKE_VERSION="")
    assert any(call.startswith("python3.13 -m venv") for call in checkout.calls)


def test_no_python_that_fits(checkout: Checkout, one_error: OneError) -> None:
    for name in PYTHONS:
        checkout.fake(name, "echo 3.8")
    error = one_error(checkout.run())
    assert "No Python 3.10 to 3.13 found" in error
    assert "python3 is 3.8" in error
    assert "make lab PYTHON=" in error


@pytest.mark.parametrize(
    ("python", "expected"),
    [
        pytest.param("python3", "PYTHON=python3 is 3.14", id="too new"),
        pytest.param("no-such-python", "is no working Python", id="not there"),
    ],
)
def test_a_wrong_python_asked_for(
    checkout: Checkout, one_error: OneError, python: str, expected: str
) -> None:
    assert expected in one_error(checkout.run(PYTHON=python, FAKE_VERSION="3.14"))


def test_another_python_asked_for_rebuilds_the_environment(checkout: Checkout) -> None:
    checkout.run()
    checkout.forget()
    checkout.run(PYTHON="python3.12", FAKE_VERSION="3.12")
    assert any(call.startswith("python3.12 -m venv") for call in checkout.calls)


def test_a_full_disk_is_seen_beforehand(checkout: Checkout, one_error: OneError) -> None:
    checkout.fake("df", "echo head; echo disk 1 1 300000 99% /")
    error = one_error(checkout.run())
    assert "Disk full" in error
    assert "292 MB" in error
    assert not (checkout.root / ".venv").exists()


@pytest.mark.parametrize(
    ("variable", "line", "expected"),
    [
        pytest.param(
            "FAKE_PIP",
            "Failed to establish a new connection: [Errno -2] Name or service not known",
            "No network",
            id="pip offline",
        ),
        pytest.param("FAKE_UV", "cause: dns error", "No network", id="uv offline"),
        pytest.param(
            "FAKE_UV", "No space left on device (os error 28)", "Disk full", id="disk full midway"
        ),
        pytest.param(
            "FAKE_UV",
            "error: command 'gcc' failed: No such file",
            "no C compiler",
            id="no compiler",
        ),
        pytest.param("FAKE_VENV", "missing", "python3.11-venv", id="Debian without venv"),
        pytest.param(
            "FAKE_UV", "the moon is full", "the moon is full. The whole story", id="anything else"
        ),
    ],
)
def test_a_failure_is_one_line_that_says_what_to_do(
    checkout: Checkout, one_error: OneError, variable: str, line: str, expected: str
) -> None:
    done = checkout.run(**{variable: line})
    assert expected in one_error(done)
    assert "some earlier line" in (checkout.root / "build/setup.log").read_text()


def test_pip_does_the_work_where_uv_cannot_be_had(checkout: Checkout) -> None:
    done = checkout.run(FAKE_PIP="no uv for this machine")
    assert done.returncode == 0, done.stderr
    assert any("-m pip install" in call and ".[labs,dev]" in call for call in checkout.calls)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param({"PIP_FIND_LINKS": "/a /b"}, "links /a,/b", id="pip's folders go to uv"),
        pytest.param(
            {"PIP_FIND_LINKS": "/a", "UV_FIND_LINKS": "/c"}, "links /c", id="uv's own win"
        ),
        pytest.param({}, "links none", id="none"),
    ],
)
def test_settings_of_pip_reach_uv(
    checkout: Checkout, settings: dict[str, str], expected: str
) -> None:
    checkout.run(**settings)
    assert expected in checkout.calls


def test_newest_ignores_the_pins(checkout: Checkout) -> None:
    checkout.run(NEWEST="1")
    assert "-c /dev/null" in installs(checkout)[0]
