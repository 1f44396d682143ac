"""What is trained and validated on: hands apart, and clear errors where nothing is installed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.hands import TEXTS
from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import DataError, ManifestError
from text_recognizer.data import datamodule as module
from text_recognizer.data.datamodule import LineDataModule, line_data, rendered_lines, sample_lines
from text_recognizer.data.preprocess import Preprocess
from text_recognizer.sources.text import TextSource

CHARSET, PREPROCESS = Charset.english(), Preprocess()


@pytest.fixture(autouse=True)
def _data_here(toy_data, monkeypatch):
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA", str(toy_data))
    monkeypatch.setattr(module, "VALIDATION_LINES", 40)


def build(**options):
    settings = {"rendered": False, "real": None, "longest_text": 16, "workers": 0, "uses": 100}
    settings |= {"charset": CHARSET, "preprocess": PREPROCESS, "batch_size": 4, **options}
    return line_data(**settings)


@pytest.mark.parametrize("rank", [None, 0, 3])
def test_each_training_process_draws_lines_of_its_own(rank):
    made = build()
    made.trainer = rank if rank is None else SimpleNamespace(global_rank=rank)
    assert made.train_dataloader().dataset.rank == (rank or 0)


def test_rendered_validation_is_by_hands_that_do_not_train():
    renderer, validation = rendered_lines(PREPROCESS, TextSource(longest=16))
    assert [family.name for family in renderer.families] == ["plain-hand"]
    assert len(validation) == 40


def test_the_sample_is_read_as_far_as_it_is_used():
    train, validation = sample_lines(PREPROCESS, CHARSET, uses=100)
    assert sorted(line.text for line in train) == sorted(TEXTS)
    assert len(validation) == len(TEXTS)
    assert all(len(line.centres) == len(line.text) for line in train)
    few, fewer = sample_lines(PREPROCESS, CHARSET, uses=3)
    assert len(few) == len(fewer) == 3


@pytest.mark.parametrize("rendered", [True, False])
def test_batches_come_from_what_is_asked_for(rendered):
    lines = build(rendered=rendered)
    batch = next(iter(lines.train_dataloader()))
    assert batch.images.shape[:3] == (4, 1, 48)
    assert (lines.stream.renderer is not None) is rendered


def test_validation_keeps_every_line_in_order_of_width():
    batches = list(build(rendered=True).val_dataloader())
    assert [len(batch.texts) for batch in batches] == [32, 8]
    widths = [width for batch in batches for width in batch.widths.tolist()]
    assert widths == sorted(widths)


def test_a_worker_process_makes_batches():
    loader = build(workers=1).train_dataloader()
    assert loader.num_workers == 1
    batches = iter(loader)
    assert next(batches).images.shape[0] == 4


def test_no_sample_and_no_fonts_are_typed_errors(tmp_path, monkeypatch):
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA", str(tmp_path))
    with pytest.raises(ManifestError):
        build()
    with pytest.raises(DataError, match="make fonts"):
        build(rendered=True)


def test_a_folder_of_real_lines_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"no labels\.jsonl in .*nowhere"):
        build(real=tmp_path / "nowhere")


def test_nothing_to_validate_on_is_refused():
    with pytest.raises(DataError, match=r"at least one line, got \[\]"):
        LineDataModule(build().stream, [], CHARSET, workers=0)
