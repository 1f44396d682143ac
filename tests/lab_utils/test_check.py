"""The environment table: what makes it fail, and how it is set."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab_utils import check, probes
from lab_utils.probes import Finding


def row(**fields: object) -> Finding:
    return Finding(**{"name": "Thing", "ok": True, "value": "there", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, "ok", id="fine"),
        pytest.param({"ok": False}, "missing", id="can do without"),
        pytest.param({"ok": False, "essential": True}, "NEEDED", id="cannot do without"),
    ],
)
def test_states(fields: dict[str, object], expected: str) -> None:
    assert row(**fields).state == expected


def test_the_meaning_is_told_only_where_something_is_missing() -> None:
    text = check.format_table([row(meaning="never"), row(ok=False, meaning="Do this.")])
    assert "never" not in text
    assert "there. Do this." in text


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_table_fits_the_terminal(width: int) -> None:
    text = check.format_table([row(ok=False, meaning="many words " * 30)], width)
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize(
    ("findings", "code", "last"),
    [
        pytest.param([row()], 0, "The labs can run here.", id="all there"),
        pytest.param([row(ok=False)], 0, "The labs can run here.", id="something optional missing"),
        pytest.param(
            [row(ok=False, essential=True)], 1, "Needed and not there: Thing.", id="cannot run"
        ),
    ],
)
def test_the_exit_code_is_about_what_is_essential(
    findings: list[Finding],
    code: int,
    last: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(check, "find_all", lambda: findings)
    assert check.main() == code
    assert capsys.readouterr().out.splitlines()[-1] == last


def test_arguments_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["--verbose"]) == 2
    assert "--verbose" in capsys.readouterr().err


def test_the_real_table_names_everything_the_labs_use() -> None:
    names = [one.name for one in check.find_all()]
    assert names[:2] == ["Python", "torch"]
    for name in ("Processor", "Memory", "GPU", "Docker", "Node.js", "Fonts", "Disk", "Reader"):
        assert name in names


def test_an_empty_checkout_lacks_what_ships(tmp_path: Path) -> None:
    needed = {one.name for one in check.find_all(tmp_path) if one.essential and not one.ok}
    assert needed >= {"Sample data", "Reader"}


def test_labs_can_ask_for_docker_and_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "check_docker", lambda: row())
    monkeypatch.setattr(probes, "check_gpu", lambda: row(ok=False))
    assert check.has_docker()
    assert not check.has_gpu()
