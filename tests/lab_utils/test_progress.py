from __future__ import annotations

import sys
import types

from lab_utils import checks, progress, progress_file
from lab_utils.exercises import Case, Exercise


def test_the_table(monkeypatch, tmp_path, capsys):
    (tmp_path / "lab_76.py").write_text("")
    monkeypatch.setattr(checks, "__path__", [str(tmp_path)])
    module = types.ModuleType("lab_utils.checks.lab_76")
    module.EXERCISES = tuple(
        Exercise(
            id=f"76-{name}",
            title=name.title(),
            answer=name,
            stars=1,
            hint="h",
            lesson="l",
            cases=(Case(expected=1),),
        )
        for name in ("one", "two", "three")
    )
    monkeypatch.setitem(sys.modules, module.__name__, module)
    progress_file.note("76-one", passed=True)
    progress_file.note("76-two", passed=False)
    assert progress.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 of 3 exercises passed"
    assert [line.split()[3] for line in lines[3:]] == ["passed", "tried", "open"]
