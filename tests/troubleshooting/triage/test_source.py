"""What a learner reads of a trainer, and what may be put in place of it."""

from __future__ import annotations

import ast

import pytest

from text_recognizer.core.errors import InputError
from text_recognizer.troubleshooting.triage import CAUSES, FAULTS, Trainer
from text_recognizer.troubleshooting.triage.puzzles import puzzles
from text_recognizer.troubleshooting.triage.source import (
    overridden,
    repair,
    show_source,
    source_of,
)

SHOWN = {**puzzles(), **{fault.id: fault.trainer for fault in FAULTS}}


@pytest.mark.parametrize("name", SHOWN)
def test_the_source_is_a_class_of_its_own_methods(name):
    (node,) = ast.parse(source_of(SHOWN[name])).body
    found = [one.name for one in node.body]
    assert sorted(found) == sorted(overridden(SHOWN[name]))
    lengths = [one.end_lineno - one.lineno + 1 for one in node.body]
    assert max(lengths) <= 10


@pytest.mark.parametrize("name", SHOWN)
def test_the_source_gives_nothing_away(name):
    text = source_of(SHOWN[name]).lower()
    assert not [cause for cause in CAUSES if f" {cause} " in text]
    assert '"""' not in text
    assert "#" not in text


def test_source_is_printed_under_the_name_given(capsys):
    show_source(puzzles()["Z"], "Z")
    assert capsys.readouterr().out.startswith("class Z(Trainer):\n    def prepare")


def test_a_trainer_without_methods_of_its_own():
    class _Same(Trainer):
        pass

    assert source_of(_Same) == "class Mine(Trainer):\n    pass\n"


def test_source_that_is_in_no_file_is_refused():
    scope = {"Trainer": Trainer}
    exec("class Typed(Trainer):\n    def loss(self, a, b): return a", scope)
    with pytest.raises(InputError, match="loss of Typed"):
        source_of(scope["Typed"])


@pytest.mark.parametrize(
    ("methods", "words"),
    [
        pytest.param({"run": print}, "received 'run'", id="the examiner's"),
        pytest.param({"_loss": print}, "received '_loss'", id="unknown"),
        pytest.param({"loss": 3}, "received a int for 'loss'", id="no function"),
    ],
)
def test_a_repair_that_is_none_is_refused(methods, words):
    with pytest.raises(InputError, match=words):
        repair(Trainer, methods)


def test_a_repair_leaves_the_old_class_alone():
    before = Trainer.loss
    assert repair(Trainer, {"loss": print}).loss is print
    assert Trainer.loss is before


def test_chosen_methods_are_shown_and_the_base_has_no_base():
    text = source_of(Trainer, "Healthy", ["update", "loss"])
    assert text.startswith("class Healthy:\n")
    assert text.index("def update") < text.index("def loss")
    assert "def record" not in text


def test_a_method_that_is_not_its_own_is_refused():
    with pytest.raises(InputError, match="received 'record'"):
        source_of(puzzles()["Z"], methods=["record"])
