"""Faults are seen by the stage that is there for them."""

from __future__ import annotations

import pytest

from lab_utils.settings import ROOT
from lab_utils.tools import detection
from lab_utils.tools.detection import (
    CLEAN,
    FAULTS,
    NOBODY,
    STAGES,
    Alarm,
    Fault,
    first_alarms,
    main,
    recorded_alarms,
)
from text_recognizer.core.errors import InputError, ParseError
from text_recognizer.data.records import write_record


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_still_applies(name):
    fault = FAULTS[name]
    assert fault.old in (ROOT / fault.path).read_text(encoding="utf-8")
    assert fault.old != fault.new


def test_an_undefined_name_is_seen_at_the_commit():
    (alarm,) = first_alarms(["undefined name"], ["hooks"])
    assert alarm == Alarm(fault="undefined name", stage="hooks", seconds=0.0)
    assert alarm.seconds > 0


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """Stages that read the fault off the file, in a copy of one file."""

    def copy(folder):
        folder.mkdir()
        (folder / "a.py").write_text("good")
        return folder

    def finds(word):
        return lambda folder, fault: word not in (folder / fault.path).read_text()

    monkeypatch.setattr(detection, "clean_copy", copy)
    monkeypatch.setattr(detection, "STAGES", {"one": finds("early"), "two": finds("e")})
    faults = {name: Fault(path="a.py", old="good", new=name) for name in ("early", "late", "ok")}
    faults["lost"] = Fault(path="a.py", old="absent", new="")
    monkeypatch.setattr(detection, "FAULTS", faults)
    return faults


def test_the_first_stage_that_fails_is_named_and_the_file_restored(quick):
    found = first_alarms(["early", "late", "ok", "early"], ["one", "two"], known=quick)
    assert [one.stage for one in found] == ["one", "two", NOBODY, "one"]


def test_a_copy_that_is_there_is_used_and_left_as_it_was(quick, tmp_path):
    (tmp_path / "a.py").write_text("good and more")
    found = first_alarms(["late"], ["one", "two"], known=quick, folder=tmp_path)
    assert found[0].stage == "two"
    assert (tmp_path / "a.py").read_text() == "good and more"


@pytest.mark.parametrize(
    ("faults", "stages", "words"),
    [
        pytest.param(["lost"], ["one"], "'absent' does not stand in a.py", id="no longer applies"),
        pytest.param(["no"], ["one"], "received 'no'", id="fault"),
        pytest.param(["early"], ["three"], "received 'three'", id="stage"),
    ],
)
def test_refuses(faults, stages, words, quick):
    with pytest.raises(InputError, match=words):
        first_alarms(faults, stages, known=quick)


@pytest.mark.parametrize(("faults", "code"), [(["early", "late"], 0), (["early", "ok"], 1)])
def test_the_record(faults, code, quick, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(detection, "FAULTS", {name: quick[name] for name in faults})
    monkeypatch.setattr(detection, "first_alarms", lambda names, stages: _alarms(names, quick))
    assert main(["--folder", str(tmp_path)]) == code
    assert [one.fault for one in recorded_alarms(folder=tmp_path)] == faults


def test_a_checkout_that_is_red_already_records_nothing(quick, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(detection, "FAULTS", {CLEAN: quick["early"]})
    monkeypatch.setattr(
        detection, "first_alarms", lambda *_: [Alarm(fault=CLEAN, stage="one", seconds=1.0)]
    )
    assert main(["--folder", str(tmp_path)]) == 1
    assert "make them pass first" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.json"))


def _alarms(names, known):
    return first_alarms(names, ["one", "two"], known=known)


def test_the_shipped_record_says_who_sees_what():
    alarms = recorded_alarms()
    assert [one.fault for one in alarms] == list(FAULTS)
    assert {one.stage for one in alarms} <= {*STAGES, NOBODY}
    assert [one.fault for one in alarms if one.stage == NOBODY] == [CLEAN]


def test_a_damaged_record(tmp_path):
    write_record("detection", {"alarms": [{"fault": "a"}]}, seed=0, command="x", folder=tmp_path)
    with pytest.raises(ParseError, match="make it again: x"):
        recorded_alarms(folder=tmp_path)
