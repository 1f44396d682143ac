"""Which torch is installed: CUDA only where there is a GPU or somebody asked for it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.setup.conftest import Checkout


def backend(checkout: Checkout) -> str:
    """Read what the install was asked for."""
    (call,) = [call for call in checkout.calls if "uv pip install" in call and " -e " in call]
    words = call.split()
    return words[words.index("--torch-backend") + 1] if "--torch-backend" in words else "default"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param({}, "cpu", id="Linux without a GPU"),
        pytest.param({"FAKE_PROBE": "fail"}, "default", id="the CPU index cannot be reached"),
        pytest.param({"TORCH_BACKEND": "cu128"}, "cu128", id="asked for"),
        pytest.param({"TORCH_BACKEND": "default"}, "default", id="asked for the usual one"),
        pytest.param({"TORCH_BACKEND": "auto", "FAKE_PROBE": "fail"}, "auto", id="uv chooses"),
    ],
)
def test_backend(checkout: Checkout, settings: dict[str, str], expected: str) -> None:
    assert checkout.run(**settings).returncode == 0
    assert backend(checkout) == expected


def test_a_gpu_gets_the_usual_build(checkout: Checkout) -> None:
    checkout.fake("nvidia-smi", "echo 'GPU 0: fake'")
    checkout.run()
    assert backend(checkout) == "default"


def test_macos_has_one_build(checkout: Checkout) -> None:
    checkout.fake("uname", "echo Darwin")
    checkout.run()
    assert backend(checkout) == "default"
    assert not any("--dry-run" in call for call in checkout.calls)


def test_a_wheel_in_a_folder_of_wheels_is_taken(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl").touch()
    checkout.run(PIP_FIND_LINKS=str(tmp_path))
    assert backend(checkout) == "default"
    assert not any("--dry-run" in call for call in checkout.calls)


def test_the_fallback_warns_of_the_download_and_needs_the_space(checkout: Checkout) -> None:
    assert "several gigabytes" in checkout.run(FAKE_PROBE="fail").stderr


def test_the_fallback_needs_the_space_of_cuda(checkout: Checkout) -> None:
    checkout.fake("df", "echo head; echo disk 1 1 6000000 90% /")
    assert "14000 MB" in checkout.run(FAKE_PROBE="fail").stderr
    assert checkout.run().returncode == 0


def test_what_was_asked_for_and_cannot_be_had_is_an_error(
    checkout: Checkout, one_error: Callable[[subprocess.CompletedProcess[str]], str]
) -> None:
    error = one_error(checkout.run(TORCH_BACKEND="cpu", FAKE_PROBE="fail"))
    assert "TORCH_BACKEND=cpu" in error
    assert "TORCH_BACKEND=default" in error


def test_another_backend_asked_for_later_installs_again(checkout: Checkout) -> None:
    checkout.run()
    checkout.forget()
    checkout.run(TORCH_BACKEND="cu128")
    assert backend(checkout) == "cu128"
