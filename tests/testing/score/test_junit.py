"""Reports as real programs write them are read; what is none is refused with its name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from text_recognizer.core.errors import InputError, ParseError
from text_recognizer.testing.score import junit
from text_recognizer.testing.score.junit import CaseResult, read_report, worse

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><testsuite name="&b;"/>'
TOY = """
import pytest

def test_good(): pass
def test_bad(): assert 1 == 2, "one is\\ntwo"
@pytest.mark.parametrize("x", ["a::b", "c"])
def test_many(x): pass
@pytest.mark.skip(reason="no time")
def test_later(): pass
@pytest.mark.xfail(strict=True)
def test_known(): assert False
@pytest.fixture
def broken():
    yield
    raise OSError("the teardown broke")
def test_twice(broken): assert False
class TestGroup:
    def test_in(self): pass
"""


def write(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "some.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def case(inner: str = "", **names: str) -> str:
    told = "".join(f' {key}="{value}"' for key, value in names.items())
    return f"<testcase{told}>{inner}</testcase>"


@pytest.fixture(scope="module")
def by_pytest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pytest writes about passed, failed, skipped, expected and doubly broken tests."""
    folder = tmp_path_factory.mktemp("toy")
    (folder / "tests").mkdir()
    (folder / "tests" / "test_toy.py").write_text(TOY)
    command = [sys.executable, "-m", "pytest", "-q", "--disable-plugin-autoload", "-c", "/dev/null"]
    command += [f"--rootdir={folder}", f"--junitxml={folder / 'toy.xml'}", str(folder / "tests")]
    subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    return folder / "toy.xml"


def test_a_real_report_of_pytest(by_pytest: Path) -> None:
    report = read_report(by_pytest)
    outcomes = {test.id.removeprefix("tests/test_toy.py::"): test.outcome for test in report.tests}
    assert outcomes == {
        "test_good": "passed",
        "test_bad": "failed",
        "test_many[a::b]": "passed",
        "test_many[c]": "passed",
        "test_later": "skipped",
        "test_known": "skipped",
        "test_twice": "error",
        "TestGroup::test_in": "passed",
    }
    assert report.started[:2] == "20"
    assert report.commands == (), "nobody said what runs it, so nobody can call it scheduled"
    bad = next(test for test in report.tests if test.id.endswith("test_bad"))
    assert bad.message.startswith("AssertionError: one is")
    assert "\n" not in bad.message


def test_a_test_case_knows_its_function() -> None:
    one = CaseResult(id="tests/a/test_b.py::TestC::test_d[e::f]", outcome="passed")
    assert one.function == "tests/a/test_b.py::TestC::test_d"
    cell = CaseResult(id="labs/00_welcome.ipynb::Cell 3", outcome="passed")
    assert cell.function == "labs/00_welcome.ipynb"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(
            case(classname="00_welcome.ipynb", name="Cell 3"),
            ("labs/00_welcome.ipynb::Cell 3", "passed"),
            id="a cell, by nbval",
        ),
        pytest.param(
            case(classname="scripts.run", file="scripts/run.py", name="mypy"),
            ("scripts/run.py::mypy", "passed"),
            id="a writer that names the file",
        ),
        pytest.param(
            case(classname="tests.test_a.TestB", file="tests/test_a.py", name="test_c"),
            ("tests/test_a.py::TestB::test_c", "passed"),
            id="a file and a class",
        ),
        pytest.param(case(name="adds"), ("suite.py::adds", "passed"), id="no class: the suite's"),
        pytest.param(
            case(name="a", status="notrun"), ("suite.py::a", "skipped"), id="not run, by GoogleTest"
        ),
        pytest.param(
            case("<skipped/><failure>why</failure>", name="a", time=""),
            ("suite.py::a", "failed"),
            id="two marks: the worse one counts",
        ),
        pytest.param(
            f"<testsuite>{case(classname='test_x', name='a')}</testsuite>",
            ("test_x.py::a", "passed"),
            id="a suite in a suite",
        ),
    ],
)
def test_what_other_programs_write(content: str, expected: tuple[str, str], tmp_path: Path) -> None:
    report = read_report(write(tmp_path, f'<testsuite name="suite">{content}</testsuite>'))
    assert [(test.id, test.outcome) for test in report.tests] == [expected]


def test_a_namespace_and_thousands_of_seconds(tmp_path: Path) -> None:
    inner = case(name="a", time="1,234.5")
    text = f'<testsuites xmlns="urn:x"><testsuite>{inner}</testsuite></testsuites>'
    assert read_report(write(tmp_path, text)).tests[0].seconds == 1234.5


def test_who_ran_it_is_in_the_properties_of_the_suite_alone(tmp_path: Path) -> None:
    claim = '<properties><property name="command" value="{}"/></properties>'
    text = claim.format("make test") + case(claim.format("make coffee"), name="a")
    report = read_report(write(tmp_path, f"<testsuite>{text}</testsuite>"))
    assert report.commands == ("make test",)
    assert report.tests[0].commands == ("make test",)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param("", "well-formed", id="empty"),
        pytest.param("<testsuite><testcase", "half a file", id="a run that was killed"),
        pytest.param("<html/>", "begins with <html>", id="another root"),
        pytest.param("<testsuite/>", "1 suites and no test", id="a suite with no tests"),
        pytest.param("<testsuites/>", "0 suites and no test", id="no suite at all"),
        pytest.param(f"<testsuite>{case()}</testsuite>", "has a name", id="a test with no name"),
        pytest.param(
            f"<testsuite>{case(name='a', time='soon')}</testsuite>", "'soon'", id="a bad time"
        ),
        pytest.param(
            f"<testsuite>{case(name='a', time='-1')}</testsuite>", "'-1'", id="a negative time"
        ),
        pytest.param(LAUGHS, "document type", id="billion laughs"),
        pytest.param(LAUGHS.encode("utf-16"), "document type", id="the same in UTF-16"),
        pytest.param('<?xml version="1.0" encoding="klingon"?><x/>', "some.xml", id="encoding"),
        pytest.param(b"\xff\xfe\x00", "some.xml", id="bytes"),
    ],
)
def test_what_is_no_report_is_refused(content: str | bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(ParseError) as caught:
        read_report(write(tmp_path, content))
    assert words in str(caught.value)
    assert "some.xml" in str(caught.value)


def test_a_document_type_in_a_message_is_only_text(tmp_path: Path) -> None:
    inner = case("<failure><![CDATA[<!DOCTYPE html>]]></failure>", name="a")
    report = read_report(write(tmp_path, f"<testsuite>{inner}</testsuite>"))
    assert report.tests[0].message == "<!DOCTYPE html>"


def test_missing_and_huge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ParseError, match="--junitxml"):
        read_report(tmp_path / "none.xml")
    monkeypatch.setattr(junit, "MAX_BYTES", 3)
    with pytest.raises(ParseError, match="at most 3 bytes"):
        read_report(write(tmp_path, "<testsuite/>"))


@pytest.mark.parametrize(
    "fields", [{"outcome": "green"}, {"seconds": float("nan")}, {"seconds": -1.0}, {"cases": 0}]
)
def test_a_result_is_checked_at_birth(fields: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"a\.py::b"):
        CaseResult(**{"id": "a.py::b", "outcome": "passed", **fields})  # type: ignore[arg-type]


def test_the_worse_of_two_counts_in_any_order() -> None:
    red, green = (CaseResult(id="a.py::b", outcome=o, seconds=1) for o in ("error", "passed"))
    assert worse(red, green) == worse(green, red)
    assert (worse(red, green).outcome, worse(red, green).seconds) == ("error", 2)
