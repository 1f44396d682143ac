"""`scripts/lab.sh` with fakes: table, page, JupyterLab, and nothing in the home folder."""

from __future__ import annotations

import json

import pytest

from tests.setup.conftest import ROOT, Checkout


def order(checkout: Checkout) -> list[str]:
    words = ("lab_utils.check", "first_page.py", "jupyterlab")
    return [word for call in checkout.calls for word in words if word in call]


def test_the_first_screen_in_order(checkout: Checkout) -> None:
    done = checkout.run("scripts/lab.sh", "--no-browser")
    assert done.returncode == 0, done.stderr
    assert order(checkout) == ["lab_utils.check", "first_page.py", "jupyterlab"]
    (start,) = [call for call in checkout.calls if "-m jupyterlab" in call]
    assert start.endswith("--no-browser")
    assert "/lab/tree/labs" in start


def test_nothing_essential_may_be_missing(checkout: Checkout) -> None:
    assert checkout.run("scripts/lab.sh", FAKE_CHECK="1").returncode == 1
    assert order(checkout) == ["lab_utils.check"]


@pytest.mark.parametrize(("user", "expected"), [("0", True), ("1000", False)])
def test_only_root_needs_permission_to_be_root(
    checkout: Checkout, user: str, expected: bool
) -> None:
    checkout.fake("id", f"echo {user}")
    checkout.run("scripts/lab.sh")
    assert any("--allow-root" in call for call in checkout.calls) is expected


def test_jupyter_writes_into_the_checkout(checkout: Checkout) -> None:
    checkout.run("scripts/lab.sh")
    told = dict(call.split("=", 1) for call in checkout.calls if call.startswith(("JUP", "IPY")))
    assert told.pop("JUPYTER_CONFIG_PATH") == str(checkout.root / "scripts/jupyter")
    assert len(told) == 6
    assert all(value.startswith(str(checkout.root / "build/jupyter")) for value in told.values())


def test_news_and_updates_are_off() -> None:
    folder = ROOT / "scripts" / "jupyter"
    overrides = json.loads((folder / "labconfig/default_setting_overrides.json").read_text())
    notices = overrides["@jupyterlab/apputils-extension:notification"]
    assert notices["fetchNews"] == "false"
    assert notices["checkForUpdates"] is False
    config = json.loads((folder / "jupyter_lab_config.json").read_text())["LabApp"]
    assert config["news_url"] is None
    assert config["check_for_updates_class"] == "jupyterlab.NeverCheckForUpdate"


def test_no_library_reports_to_anybody(checkout: Checkout) -> None:
    told = checkout.run("scripts/run.sh", "env").stdout.splitlines()
    assert "ORT_DISABLE_TELEMETRY=1" in told
    assert "GX_ANALYTICS_ENABLED=false" in told
    assert "DVC_NO_ANALYTICS=1" in told
