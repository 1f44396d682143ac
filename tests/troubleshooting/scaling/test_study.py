"""A run that is stopped goes on, a damaged part is named, and the record is read back."""

from __future__ import annotations

import json

import pytest

from text_recognizer.core.errors import ParseError
from text_recognizer.troubleshooting.scaling import Recipe, Study, read_study, run_study
from text_recognizer.troubleshooting.scaling.plan import (
    DATA_SIZES,
    DEPARTURES,
    Job,
    jobs,
)

TINY = Job(key="data/5/4", lines=5, width=4, recipe=Recipe(least_steps=5, epochs=1), seeds=(0, 1))


def test_a_second_run_takes_up_what_the_first_one_finished(tmp_path):
    said = []
    for _ in range(2):
        run_study(tmp_path / "parts", chosen=(TINY,), say=said.append, folder=tmp_path)
    assert len(said) == 1
    assert said[0].startswith("data/5/4: ")
    study = read_study(tmp_path)
    assert len(study.values("data/5/4")) == 2
    assert not list((tmp_path / "parts").glob("*.draft"))
    with pytest.raises(ParseError, match="'data/6/4', 'loss' is not there; make it again"):
        study.values("data/6/4")


def test_a_damaged_part_is_named(tmp_path):
    (tmp_path / "data_5_4.json").write_text("{")
    with pytest.raises(ParseError, match=r"data_5_4\.json.*remove it"):
        run_study(tmp_path, chosen=(TINY,), say=str, folder=tmp_path)


def test_a_record_that_lacks_a_field_is_named(tmp_path):
    run_study(tmp_path / "parts", chosen=(TINY,), say=str, folder=tmp_path)
    path = tmp_path / "scaling.json"
    fields = json.loads(path.read_text())
    del fields["payload"]["pretrained"]
    path.write_text(json.dumps(fields))
    with pytest.raises(ParseError, match="'pretrained' is missing"):
        read_study(tmp_path)


def test_the_shipped_record_has_every_training_of_the_plan():
    study = read_study()
    for job in jobs():
        for field in ("loss", "error", "train_loss", "train_error"):
            values = study.values(job.key, field)
            assert len(values) == len(job.seeds), job.key


def test_the_size_kept_back_lies_where_the_law_foretold():
    law, kept = read_study().data_law()
    assert max(law.sizes) < DATA_SIZES[-1]
    foretold = law.predict(DATA_SIZES[-1])
    assert sum(kept) / len(kept) in foretold
    # A band that says nothing would hold anything.
    assert foretold.high - foretold.low < 0.5 * foretold.estimate


def test_departures_are_judged_against_the_recipe_seed_by_seed():
    effects = read_study().recipe_effects()
    assert set(effects) == set(list(DEPARTURES)[1:])
    verdicts = {name: verdict for name, (_, verdict) in effects.items()}
    assert verdicts["SGD, no momentum"] == verdicts["weights 10 x as big"] == "hurts"
    assert "undecided" in verdicts.values()


def planted(floor):
    """Gradients that follow a law, and a reader that does with 5 lines what they do with 50."""
    sizes, losses = (5, 10, 20, 40, 80, 160), {}
    for size in sizes:
        losses[str(size)] = {"gradients": {"loss": [floor + 8 * size**-0.4] * 3}}
    losses["5"]["reader"] = {"loss": [floor + 8 * 50**-0.4 + d for d in (-0.01, 0.0, 0.01)]}
    losses["10"]["reader"] = {"loss": [0.01] * 3}
    return Study(trainings={}, pretrained=losses)


def test_a_planted_factor_is_found_and_beyond_the_largest_size_it_is_a_least_one():
    study = planted(0.5)
    factor = study.lines_worth(5)
    assert factor.estimate == pytest.approx(10, rel=0.05)
    assert 10 in factor
    assert study.lines_worth(10).high == pytest.approx(16, rel=0.02)
    with pytest.raises(ParseError, match="not there for 20 lines"):
        study.lines_worth(20)
