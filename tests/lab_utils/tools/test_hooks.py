"""A bad file is refused at the commit, a good one accepted."""

from __future__ import annotations

import pytest

from lab_utils.tools.hooks import try_commit
from lab_utils.tools.linters import seeded
from text_recognizer.core.errors import DataError, InputError


@pytest.mark.parametrize(
    ("files", "failed"),
    [
        pytest.param({"a.py": seeded("seeded.py")}, ("ruff rules",), id="rules"),
        pytest.param({"a.py": "x = 'a'\n"}, ("ruff format",), id="format"),
        pytest.param({"a.sh": seeded("seeded.sh")}, ("shellcheck",), id="script"),
        pytest.param({"pkg/a.py": 'x = "a"\n', "a.txt": "any"}, (), id="nothing wrong"),
    ],
)
def test_hooks_decide_over_a_commit(files, failed):
    found = try_commit(files)
    assert found.failed == failed
    assert found.accepted == (not failed)


@pytest.mark.parametrize("files", [{}, {"../a.py": ""}, {"/a.py": ""}], ids=["none", "up", "root"])
def test_refuses(files):
    with pytest.raises(InputError, match="inside the repository"):
        try_commit(files)


def test_hooks_that_cannot_run():
    with pytest.raises(DataError, match="look at the hooks"):
        try_commit({"a.py": ""}, hooks="repos: [{repo: nowhere}]\n")
