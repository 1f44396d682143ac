"""``batch``: many images into one file of rows, and what it says meanwhile."""

from __future__ import annotations

import json
import signal

import pytest
from PIL import Image

from text_recognizer.__main__ import main
from text_recognizer.deployment.batch import run as module


@pytest.fixture(scope="module")
def folder(tmp_path_factory, line):
    made = tmp_path_factory.mktemp("scans")
    for name in ("a", "b", "d"):
        Image.fromarray(line).save(made / f"{name}.png")
    return made


@pytest.fixture
def batch(tiny_bundle, folder, tmp_path, capsys):
    def batch(*words, source=folder):
        out, bundle = str(tmp_path / "rows.jsonl"), str(tiny_bundle)
        status = main(["batch", str(source), "--out", out, "--bundle", bundle, *words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return batch


def rows(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_folder_becomes_rows(batch, tmp_path):
    status, out, err = batch("--lines")
    assert (status, err) == (0, "")
    assert out.startswith("3 images in ")
    assert out.endswith(f"a second: {tmp_path / 'rows.jsonl'}\n")
    found = rows(tmp_path / "rows.jsonl")
    assert [row["id"] for row in found] == ["a.png", "b.png", "d.png"]
    assert {row["reader"].split(" ", 1)[1] for row in found} == {"greedy lines"}


def test_pages_and_another_decoder_are_named_in_the_rows(batch, tmp_path):
    assert batch("--decoder", "beam", "--chunk", "2")[0] == 0
    assert rows(tmp_path / "rows.jsonl")[0]["reader"].endswith(" beam pages")


def test_again_reads_nothing(batch):
    batch("--lines")
    status, out, _ = batch("--lines")
    assert status == 0
    assert out.startswith("0 images in 0.0 s, 0.0 a second, 3 were there before: ")


def test_a_bad_image_is_status_1(batch, folder, tmp_path):
    listed = tmp_path / "list.txt"
    listed.write_text(f"{folder / 'a.png'}\nabsent.png\n{folder / 'b.png'}\n")
    status, out, err = batch("--lines", source=listed)
    assert status == 1
    assert out.startswith("3 images")
    assert err == "error: rows with an error instead of a text: 1\n"
    assert [bool(row["error"]) for row in rows(tmp_path / "rows.jsonl")] == [False, True, False]


def test_the_sample_is_lines(batch, tmp_path, monkeypatch):
    from tests.hands import install_fonts, install_sample

    install_sample(tmp_path / "data", install_fonts(tmp_path / "data")[0])
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA", str(tmp_path / "data"))
    assert batch(source="sample")[0] == 0
    found = rows(tmp_path / "rows.jsonl")
    assert len(found) == 24
    assert found[0]["reader"].endswith(" lines")


def test_ctrl_c_says_how_to_go_on(batch, tmp_path, monkeypatch):
    append = module.Output.append

    def interrupted(self, written):
        append(self, written)
        signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(module.Output, "append", interrupted)
        status, _, err = batch("--lines", "--chunk", "1")
    assert status == 130
    assert f"the same command goes on from {tmp_path / 'rows.jsonl'}.part" in err
    assert len(rows(tmp_path / "rows.jsonl.part")) == 1
    assert ", 1 were there before" in batch("--lines")[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["--workers", "0"], "workers is a whole number", id="no workers"),
        pytest.param(["--chunk", "0"], "a chunk has at least 1 image", id="empty chunks"),
        pytest.param(["--cluster", "x"], "such as tcp://host:8786", id="no cluster"),
        pytest.param(["--bundle", "nowhere"], "a bundle is a folder", id="no bundle"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(words, message, batch, monkeypatch):
    monkeypatch.setattr("text_recognizer.deployment.batch.cluster.PATIENCE", 0.2)
    status, out, err = batch(*words)
    assert (status, out) == (2, "")
    assert err.startswith("error: ")
    assert message in err
    assert err.count("\n") == 1


def test_workers_or_a_cluster_but_not_both(batch, capsys):
    with pytest.raises(SystemExit):
        batch("--workers", "2", "--cluster", "tcp://host:8786")
    assert "not allowed with" in capsys.readouterr().err


@pytest.mark.slow
def test_workers_write_the_same_rows(batch, tmp_path):
    assert batch("--lines")[0] == 0
    alone = (tmp_path / "rows.jsonl").read_bytes()
    (tmp_path / "rows.jsonl").unlink()
    status, _, err = batch("--lines", "--workers", "1")
    assert (status, err) == (0, "")
    assert (tmp_path / "rows.jsonl").read_bytes() == alone
