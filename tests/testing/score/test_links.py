"""What a link means, in a report and in the tree; and that ours all find something."""

from __future__ import annotations

from pathlib import Path

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.testing.score import read_rubric
from text_recognizer.testing.score.links import check_pattern, find_in_tree, matches


@pytest.mark.parametrize(
    ("pattern", "test_id", "expected"),
    [
        pytest.param("tests/a/", "tests/a/b/test_c.py::test_d", True, id="a folder, at any depth"),
        pytest.param("tests/a/", "tests/ab/test_c.py::test_d", False, id="another folder"),
        pytest.param("tests/a/test_c.py", "tests/a/test_c.py::test_d[x]", True, id="a file"),
        pytest.param("tests/a/test_c.py", "tests/a/test_c.pyx::d", False, id="a longer name"),
        pytest.param("t/test_c.py::test_d", "t/test_c.py::test_d[x]", True, id="its parameters"),
        pytest.param("t/test_c.py::test_d", "t/test_c.py::test_de", False, id="a longer test"),
        pytest.param("t/test_c.py::TestA", "t/test_c.py::TestA::test_b", True, id="a class"),
        pytest.param("t/test_c.py::test_*", "t/test_c.py::test_de", True, id="any name"),
        pytest.param("t/*/test_c.py", "t/a/b/test_c.py::d", False, id="a star is one name"),
        pytest.param("t/test.c.py", "t/testxc.py::d", False, id="a dot is a dot"),
    ],
)
def test_what_a_pattern_matches(pattern: str, test_id: str, expected: bool) -> None:
    assert matches(pattern, test_id) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("", id="nothing"),
        pytest.param("tests/", id="all tests"),
        pytest.param("*/", id="all folders"),
        pytest.param("tests/*/", id="all below"),
        pytest.param("tests/data", id="a folder without its slash"),
        pytest.param("../other/test_a.py", id="another project"),
        pytest.param("/etc/test_a.py", id="an absolute path"),
        pytest.param("tests/a/::test_b", id="a test in a folder"),
        pytest.param("tests/a/test_b.py::", id="a test without a name"),
        pytest.param("README.md", id="no test"),
    ],
)
def test_what_is_no_evidence_is_refused(pattern: str) -> None:
    with pytest.raises(InputError, match="a link names"):
        check_pattern(pattern)


def test_tests_are_found_in_the_tree_without_running(tmp_path: Path) -> None:
    (tmp_path / "tests" / "a").mkdir(parents=True)
    code = "def test_x(): pass\nclass TestY:\n    def test_z(self): pass\ndef helper(): pass\n"
    (tmp_path / "tests" / "a" / "test_b.py").write_text(code)
    both = ["tests/a/test_b.py::test_x", "tests/a/test_b.py::TestY::test_z"]
    assert find_in_tree("tests/a/", tmp_path) == find_in_tree("tests/a/test_b.py", tmp_path) == both
    assert find_in_tree("tests/a/test_b.py::test_x", tmp_path) == both[:1]
    assert find_in_tree("tests/a/test_b.py::test_gone", tmp_path) == []
    assert find_in_tree("labs/00_gone.ipynb", tmp_path) == []
    assert find_in_tree("scripts/run_checks.py::mypy", tmp_path) == []


@pytest.mark.parametrize("step", ["mypy", "notebooks: gates", "shellcheck"])
def test_steps_are_found_in_the_script(step: str, root: Path) -> None:
    assert find_in_tree(f"scripts/run_checks.py::{step}", root)
    assert not find_in_tree("scripts/run_checks.py::coffee", root)


@pytest.mark.parametrize("item", read_rubric().items, ids=lambda item: item.key)
def test_every_link_of_the_rubric_finds_a_test(item, root: Path) -> None:
    """Renamed a test? Mend the link in text_recognizer/testing/score/rubric.toml."""
    lost = [pattern for pattern in item.tests if not find_in_tree(pattern, root)]
    assert not lost, f"{item.key} is linked to tests that are not there"
