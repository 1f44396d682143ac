from __future__ import annotations

from lab_utils.index import index_table, write_index
from lab_utils.settings import Layout

SOURCE = """# ---
# jupyter:
#   lab:
#     title: Tiny
#     minutes: 5
#     fast_seconds: 10
#     full_seconds: 20
# ---

# %% [markdown]
# # Lab 07: Tiny
"""


def make(tmp_path, readme="head\n<!-- labs: start -->\nold\n<!-- labs: end -->\ntail\n"):
    folder = tmp_path / "labs" / "source"
    folder.mkdir(parents=True)
    (folder / "07_tiny.py").write_text(SOURCE)
    (tmp_path / "labs" / "README.md").write_text(readme)
    return Layout(root=tmp_path)


def test_the_table_is_written_between_its_marks(tmp_path):
    layout = make(tmp_path)
    assert not write_index(layout, check=True)
    assert not write_index(layout)
    assert write_index(layout, check=True)
    text = (layout.labs / "README.md").read_text()
    assert "[07 Tiny](07_tiny.ipynb) | 5 | at most 10 s | none |" in text
    assert text.startswith("head\n")
    assert text.endswith("tail\n")
    assert "old" not in text


def test_a_file_without_marks_is_left_alone(tmp_path):
    layout = make(tmp_path, "no marks")
    assert write_index(layout)
    assert (layout.labs / "README.md").read_text() == "no marks"


def test_one_row_per_lab(tmp_path):
    assert len(index_table(make(tmp_path)).splitlines()) == 3
