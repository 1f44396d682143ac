from __future__ import annotations

import random

import pytest

from lab_utils import figures
from lab_utils.figures.alignment import GAP, align, counts
from lab_utils.figures.diff import diff_html, diff_text


@pytest.mark.parametrize(
    ("reference", "reading", "expected"),
    [
        pytest.param("cat", "cat", (0, 0, 0), id="same"),
        pytest.param("cat", "cut", (1, 0, 0), id="wrong"),
        pytest.param("cat", "at", (0, 1, 0), id="lost"),
        pytest.param("cat", "cats", (0, 0, 1), id="extra"),
        pytest.param("", "ab", (0, 0, 2), id="no reference"),
        pytest.param("ab", "", (0, 2, 0), id="nothing read"),
        pytest.param("", "", (0, 0, 0), id="nothing at all"),
    ],
)
def test_edits_are_counted(reference, reading, expected):
    assert counts(align(reference, reading)) == expected


def test_the_alignment_is_the_shortest_and_keeps_both_texts():
    distance = pytest.importorskip("rapidfuzz.distance").Levenshtein.distance
    rng = random.Random(0)
    for _ in range(200):
        one, two = ("".join(rng.choices("abc ", k=rng.randrange(9))) for _ in range(2))
        pairs = align(one, two)
        assert "".join(right for right, _ in pairs if right != GAP) == one
        assert "".join(read for _, read in pairs if read != GAP) == two
        assert sum(counts(pairs)) == distance(one, two)


def test_the_text_is_aligned():
    assert diff_text("hello world", "helo wurld", "Two errors") == (
        "Two errors\n"
        "reference  hello world\n"
        "reading    he·lo wurld\n"
        "             -    ^\n"
        "1 wrong, 1 lost, 0 extra, of 11 characters: CER 0.18"
    )
    assert diff_text("", "a").splitlines()[-1] == "1 extra, of 0 characters"
    assert len(diff_text("same", "same").splitlines()) == 3


def test_the_html_says_the_same_in_words_and_escapes():
    html = diff_html("a<b", "a>b", "<caption>")
    assert 'title="wrong"' in html
    assert "&lt;" in html
    assert "&gt;" in html
    assert "<b" not in html.replace("<br", "")
    assert "&lt;caption&gt;" in html


def test_diff_and_table_show_themselves(capsys):
    figures.diff("a", "b")
    figures.table(("x",), [(1,)], caption="c")
    assert capsys.readouterr().out.splitlines()[-4:] == ["c", "x", "-", "1"]
