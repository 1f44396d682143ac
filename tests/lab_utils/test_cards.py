from __future__ import annotations

import pytest

from lab_utils.cards import Card, Table


def test_a_card_in_both_forms():
    card = Card(title="T", rows=[("On", "f(<1>)\nsecond"), ("Hint", "h")], code=("On",))
    assert card.text() == "T\n  On:   f(<1>)\n        second\n  Hint: h"
    assert "f(&lt;1&gt;)" in card.html()
    assert "<script" not in Card(title="<script>", rows=[]).html()


def test_an_unknown_tone_is_refused():
    with pytest.raises(ValueError, match="'loud'"):
        Card(title="T", rows=[], tone="loud")


def test_a_table_in_both_forms():
    table = Table(columns=("name", "CER"), rows=[("a", 0.12345), ("long", 2)], caption="Errors")
    assert table.text() == ("Errors\nname    CER\n----  -----\na     0.123\nlong      2")
    html = table.html()
    assert html.count("<tr>") == 3
    assert "text-align:right" in html


def test_an_empty_table_and_yes_and_no():
    assert Table(columns=("a", "b"), rows=[]).text().splitlines()[0] == "a  b"
    assert Table(columns=("a",), rows=[(True,), (False,)]).text().splitlines()[2:] == ["yes", "no"]


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="2 cells, one per column, got 1"):
        Table(columns=("a", "b"), rows=[(1,)])


def test_without_a_notebook_the_text_is_printed(capsys):
    Table(columns=("a",), rows=[(1,)]).show()
    assert capsys.readouterr().out == "a\n-\n1\n"
