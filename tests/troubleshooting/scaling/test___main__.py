"""The command ends with a message and no traceback where a part is damaged."""

from __future__ import annotations

from text_recognizer.troubleshooting.scaling.__main__ import main


def test_the_command_names_a_damaged_part(tmp_path, capsys):
    (tmp_path / "data_25_4.json").write_text("{")
    assert main(["--parts", str(tmp_path), "--folder", str(tmp_path)]) == 2
    assert "data_25_4.json" in capsys.readouterr().err
