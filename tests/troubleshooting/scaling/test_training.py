"""Trainings repeat to the digit, replicas do not see each other, and each setting does its work."""

from __future__ import annotations

import numpy as np
import pytest

from text_recognizer.core.errors import ConfigError, InputError
from text_recognizer.troubleshooting.scaling import Mislabel, Recipe, train
from text_recognizer.troubleshooting.scaling.letters import FEATURES, SHIFTS, Letters
from text_recognizer.troubleshooting.scaling.training import fit

QUICK = Recipe(least_steps=60, epochs=1)


def planted(classes, seed=0, noise=0.3, count=300):
    """Letters that a network can tell apart: a random direction for each class."""
    source = np.random.default_rng(seed)
    directions = np.random.default_rng(99).standard_normal((26, FEATURES))
    labels = source.integers(0, classes, count)
    features = directions[labels] + noise * source.standard_normal((count, FEATURES))
    return Letters(
        features=np.repeat(features[:, None], SHIFTS, 1).astype(np.float32),
        labels=labels,
        places=np.arange(count) // 10,
        ids=np.arange(count // 10),
        hands=("a",) * (count // 10),
    )


def fitted(recipe=QUICK, *, seeds=(0,), noise=None, width=16):
    draws = [planted(5, seed) for seed in seeds]
    return fit(
        draws, stop=planted(5, 50), test=planted(5, 51), width=width, seeds=seeds,
        recipe=recipe, noise=noise,
    )  # fmt: skip


def test_planted_classes_are_learnt_and_equal_seeds_agree_to_the_digit():
    first, second = fitted(), fitted()
    assert first.error[0] < 0.05
    assert first.loss == second.loss


def test_a_replica_is_what_it_is_alone():
    both, alone = fitted(seeds=(3, 4)), fitted(seeds=(4,))
    assert both.loss[1] == pytest.approx(alone.loss[0], rel=1e-6)
    assert both.loss[0] != both.loss[1]


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(least_steps=60, epochs=1, learning_rate=1e-9),
        Recipe(least_steps=60, epochs=1, gain=1000.0, learning_rate=1e-6),
        Recipe(least_steps=1, epochs=1, batch=300),
    ],
    ids=["no rate", "weights too big", "one step"],
)
def test_a_broken_recipe_does_not_learn(recipe):
    assert fitted(recipe).loss[0] > 2 * fitted().loss[0]


@pytest.mark.parametrize(
    "changed",
    [
        {"warmup": 0.0}, {"cosine": False}, {"clip": 0.0}, {"weight_decay": 5.0},
        {"standardise": False}, {"normalise": False}, {"shuffle": False}, {"optimizer": "sgd"},
        {"gain": 3.0}, {"batch": 32}, {"learning_rate": 0.05},
    ],
    ids=str,
)  # fmt: skip
def test_each_setting_changes_the_training(changed):
    assert fitted(Recipe(least_steps=60, epochs=1, **changed)).loss != fitted().loss


def test_spoilt_labels_are_trained_on_and_the_held_out_ones_stay_true():
    spoilt = fitted(noise=Mislabel(kind="chance", rate=1.0))
    assert spoilt.error[0] > 0.9
    assert spoilt.train_error[0] < 0.9 or spoilt.train_loss[0] > 1


def test_real_letters_beat_chance_and_careless_checking_costs_its_rate():
    seeds = (0,)
    true = train(12, 16, seeds=seeds, recipe=QUICK)
    checked = train(12, 16, seeds=seeds, recipe=QUICK, checked_by=Mislabel(kind="chance", rate=0.5))
    assert true.error[0] < 0.9
    # Half of what was right is now called wrong.
    assert checked.error[0] > true.error[0] + 0.3 * (1 - true.error[0])
    assert true.to_dict()["lines"] == 12


@pytest.mark.parametrize(
    ("lines", "width", "seeds", "error", "match"),
    [
        (0, 8, (0,), InputError, "received 0"),
        (12, 0, (0,), ConfigError, "width 0"),
        (12, 8, (), ConfigError, "received 0 draws and 0 seeds"),
    ],
)
def test_bad_input_is_named(lines, width, seeds, error, match):
    with pytest.raises(error, match=match):
        train(lines, width, seeds=seeds, recipe=QUICK)


def test_each_seed_has_a_draw():
    with pytest.raises(ConfigError, match="received 1 draws and 2 seeds"):
        fit([planted(3)], stop=planted(3), test=planted(3), width=4, seeds=(0, 1))
