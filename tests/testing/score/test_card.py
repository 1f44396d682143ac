"""The card: every row with its tests, in words as well as in colour, and nothing from outside."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from text_recognizer.testing.score import Rubric, Run, Schedule, Score, score
from text_recognizer.testing.score.card import describe, html_card, text_table
from text_recognizer.testing.score.junit import CaseResult, Report

VOID = ("meta", "wbr", "br", "rect", "line")


class Page(HTMLParser):
    """Tags that are open, addresses, and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def run(run_of) -> Run:
    """All that the toy rubric links; one test failed."""
    files = ("tests/models/test_m.py", "tests/a/test_a.py", "labs/00_welcome.ipynb")
    good = {f"{file}::test_x": "passed" for file in files}
    return run_of({**good, "tests/b/test_b.py::test_<b>": "failed"})


@pytest.fixture
def result(run: Run, toy: Rubric, weekly: Schedule, root: Path) -> Score:
    return score(run, toy, weekly, root=root)


def test_the_table_has_a_line_for_each_row(result: Score) -> None:
    lines = text_table(result).splitlines()
    rows = [line for line in lines if re.match(r"  (Data|Model|Infra|Monitor) \d +[01½]  ", line)]
    assert len(rows) == 28
    assert max(map(len, rows)) <= 100
    assert any("Infra 2    1" in row and "2 tests" in row and "1.0 s" in row for row in rows)
    assert any(line.startswith("ML Test Score: 0") for line in lines)


def test_the_next_half_point_is_told_for_the_lowest_section(result: Score) -> None:
    text = text_table(result).split("The next half point in")[1]
    assert "Data 4" in text
    assert "1 failed: tests/b/test_b.py" in text
    assert "Infra 6" not in text, "it is not what holds the score down"


def test_the_page_stands_alone_and_is_well_formed(result: Score, run: Run) -> None:
    page = Page(html_card(result, run.reports, base="../../", notes=["Old <report>."]))
    assert page.open == []
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert page.addresses
    for address in page.addresses:
        assert re.match(r"\.\./\.\./(tests|labs|README)", address), "links stay in the repository"
    assert "Old <report>." in page.text


def test_the_page_asks_nobody_for_anything(result: Score) -> None:
    assert not re.search(r"https?:|//|@import|url\(", html_card(result))


def test_each_row_has_its_tests_or_what_is_missing(result: Score, toy: Rubric) -> None:
    text = html_card(result)
    for item in toy.items:
        assert f">{item.key}</span>" in text
        for pattern in item.tests:
            assert f'href="{pattern.partition("::")[0]}"' in text
    shown = " ".join(Page(text).text.split())
    assert "2 tests, 1.0 s" in shown
    assert "1 failed: tests/b/test_b.py" in shown
    assert "In part: of reading." in shown
    assert "by hand: README.md" in shown
    assert "Next half point: Do Monitor 4." in shown


def test_the_bars_are_told_in_words(result: Score) -> None:
    label = re.search(r'<svg[^>]*aria-label="([^"]*)"', html_card(result))
    assert label is not None
    assert label[1].startswith("Points by section: Data 0, Model 0, Infra 1.5, Monitor 0.5.")


def test_a_report_says_which_run_it_was() -> None:
    tests = (CaseResult(id="a.py::b", outcome="passed", cases=3),)
    assert describe(Report(name="a.xml", tests=tests)) == "a.xml: 3 tests, run by hand"
    told = Report(
        name="a.xml",
        tests=tests,
        started="2017-12-11T09:30:00+00:00",
        commit="abc1234",
        commands=("make test", "make lint"),
    )
    assert describe(told) == (
        "a.xml: 3 tests, begun 2017-12-11 09:30, commit abc1234, run by make test or make lint"
    )
