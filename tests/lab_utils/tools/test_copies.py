"""A clean copy holds what git knows, as it stands now, and nothing else."""

from __future__ import annotations

import subprocess

import pytest

from lab_utils.tools.copies import clean_copy, commit
from text_recognizer.core.errors import DataError


def test_the_copy_is_the_working_tree_without_what_git_does_not_know(tmp_path):
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / ".gitignore").write_text("*.log\n.venv/\n")
    for name in ("sub/kept.py", "gone.py", "noise.log"):
        (root / name).write_text("old")
    commit(root, "first")
    (root / "gone.py").unlink()
    (root / "sub" / "kept.py").write_text("new")
    (root / "scratch.py").write_text("a learner's own")
    copy = clean_copy(tmp_path / "copy", root)
    tracked = subprocess.check_output(["git", "ls-files"], cwd=copy, text=True).split()
    assert tracked == [".gitignore", "sub/kept.py"]
    assert (copy / "sub" / "kept.py").read_text() == "new"
    code = "import numpy, sys; print(sys.prefix)"
    called = [str(copy / ".venv" / "bin" / "python"), "-c", code]
    assert subprocess.check_output(called, text=True).strip()


def test_no_checkout(tmp_path):
    (tmp_path / "root").mkdir()
    with pytest.raises(DataError, match="a git checkout"):
        clean_copy(tmp_path / "copy", tmp_path / "root")


def test_nothing_to_commit(tmp_path):
    with pytest.raises(DataError, match="git commit said"):
        commit(tmp_path, "empty")
