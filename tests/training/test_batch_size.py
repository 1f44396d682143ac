from __future__ import annotations

import pytest

from text_recognizer.core.errors import ConfigError
from text_recognizer.training.batch_size import find_batch_size, refusal_of


def fails_above(limit, words):
    """A training whose memory ends above so many lines, with an error of these words."""

    def step(self, batch, index, plain):
        if len(batch.texts) > limit:
            raise RuntimeError(words)
        return plain(self, batch, index)

    return step


@pytest.mark.parametrize(
    ("words", "translated"),
    [
        pytest.param("DefaultCPUAllocator: can't allocate memory: 5", False, id="known words"),
        pytest.param("could not create a primitive", True, id="those of oneDNN"),
    ],
)
def test_the_search_ends_where_memory_does(monkeypatch, words, translated):
    from text_recognizer.training.lit_recognizer import LitRecognizer

    plain, step = LitRecognizer.training_step, fails_above(10, words)
    monkeypatch.setattr(
        LitRecognizer, "training_step", lambda self, batch, index: step(self, batch, index, plain)
    )
    found = find_batch_size(
        "tiny", width=64, init_val=2, is_out_of_memory=lambda error: str(error) == words
    )
    assert found.batch_size == 8
    assert found.tried == (2, 4, 8, 16)
    assert found.translated is translated


def test_another_error_is_not_taken_for_memory(monkeypatch):
    from text_recognizer.training.lit_recognizer import LitRecognizer

    plain, step = LitRecognizer.training_step, fails_above(1, "a shape is wrong")
    monkeypatch.setattr(
        LitRecognizer, "training_step", lambda self, batch, index: step(self, batch, index, plain)
    )
    with pytest.raises(RuntimeError, match="a shape is wrong"):
        find_batch_size("tiny", width=64, init_val=2)


def test_the_old_flag_is_gone():
    assert "auto_scale_batch_size" in refusal_of("auto_scale_batch_size")
    assert refusal_of("max_steps") == ""


@pytest.mark.parametrize("options", [{"width": 3}, {"init_val": 0}])
def test_bad_sizes_are_said(options):
    with pytest.raises(ConfigError, match="got"):
        find_batch_size("tiny", **options)
