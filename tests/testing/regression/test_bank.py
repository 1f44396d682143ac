"""The bank that ships: every item is in the test split and says what the reader read then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from text_recognizer.core import EchoReader
from text_recognizer.core.errors import DataError, InputError, ParseError
from text_recognizer.reading.bundle import Bundle
from text_recognizer.reading.recognizer import TextRecognizer
from text_recognizer.testing.evaluate import evaluate
from text_recognizer.testing.labels import LabelledItem
from text_recognizer.testing.regression.bank import (
    BankItem,
    RegressionBank,
    bank_lines,
    check_bank,
    load_bank,
    make_bank,
)

STRANGER = BankItem(id="line-train-0001", text="a", read="b")


@pytest.fixture(scope="module")
def bank():
    return load_bank()


def test_the_shipped_bank_lies_in_the_test_split(bank):
    assert check_bank(bank).passed
    assert len(bank_lines(bank)) == len(bank.items) == 60
    assert sum(item.failed for item in bank.items) == 40


def test_it_was_made_by_the_shipped_bundle_and_a_part_of_it_reads_so_again(bank):
    assert bank.digest == Bundle.load().digest
    reader = TextRecognizer.load(backend=bank.backend)
    part = bank_lines(bank)[:12]
    read = [result.hypothesis for result in evaluate(reader, part)["line"].results]
    assert read == [item.read for item in bank.items[:12]]


def test_an_item_outside_the_test_split_is_red(bank):
    wrong = replace(bank, items=(*bank.items, STRANGER))
    check = check_bank(wrong)
    assert not check.passed
    assert (check.measured, check.reason) == (1.0, "such as line-train-0001")
    with pytest.raises(DataError, match="such as 'line-train-0001'"):
        bank_lines(wrong)


def test_a_text_that_is_another_in_the_sample_is_red(bank):
    first = replace(bank.items[0], text="something else")
    with pytest.raises(DataError, match=r"1 of 60 are not"):
        bank_lines(replace(bank, items=(first, *bank.items[1:])))


def test_a_bank_survives_json(bank):
    assert RegressionBank.from_dict(bank.to_dict()) == bank


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"digest": "", "backend": "", "items": [{"id": "1"}]}, id="a field missing"),
        pytest.param({"digest": "", "backend": "", "items": []}, id="no item"),
        pytest.param({"digest": "", "backend": "", "items": 3}, id="no list"),
    ],
)
def test_a_damaged_bank_is_a_parse_error(values):
    with pytest.raises(ParseError, match=r"states digest, backend and items .* restore"):
        RegressionBank.from_dict(values)


def test_a_bank_is_made_of_failures_of_every_rank_and_of_successes():
    paper = np.full((9, 40), 255, np.uint8)
    lines = [
        LabelledItem(paper, "abcdefgh", kind="line", writer="w", id=f"{k:02d}") for k in range(12)
    ]
    reader = EchoReader(["abcdefgh"[: 8 - k % 6] for k in range(12)])
    evaluation = evaluate(reader, lines)["line"]
    bank = make_bank(evaluation, digest="d", backend="b", failures=5, successes=2)
    lengths = sorted(len(item.read) for item in bank.items)
    assert lengths == [3, 4, 5, 6, 7, 8, 8]
    with pytest.raises(InputError, match="received 10 and 2"):
        make_bank(evaluation, digest="d", backend="b", failures=5, successes=3)


def test_each_line_once():
    with pytest.raises(InputError, match=r"\['line-train-0001'\] twice"):
        RegressionBank(digest="", backend="", items=(STRANGER, STRANGER))
