"""``render``: text in, a picture out."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.hands import install_fonts
from text_recognizer.__main__ import main


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    install_fonts(folder)
    return folder


@pytest.fixture
def render(data, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA", str(data))
    monkeypatch.chdir(tmp_path)

    def render(*words):
        status = main(["render", *words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return render


def test_a_line_is_a_picture(render):
    status, out, _ = render("A small brown fox")
    image = Image.open("rendered.png")
    assert status == 0
    assert out.startswith(f"wrote rendered.png ({image.width}x{image.height}, in the hand ")
    assert image.width > image.height


@pytest.mark.parametrize("text", ["one\ntwo\nthree", "one\\ntwo\\nthree"])
def test_line_feeds_make_a_page(text, render):
    assert render(text, "--out", "page.png")[0] == 0
    assert Image.open("page.png").height > 150


def test_the_seed_decides(render):
    for seed, name in ((1, "a.png"), (1, "b.png"), (2, "c.png")):
        render("same", "--seed", str(seed), "--out", name)
    pictures = [Image.open(name).tobytes() for name in ("a.png", "b.png", "c.png")]
    assert pictures[0] == pictures[1] != pictures[2]


def test_the_hand_can_be_chosen(render):
    assert "in the hand zeyada" in render("a word", "--family", "zeyada")[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param([" "], "cannot render ' '", id="blank"),
        pytest.param(["caf\u00e9"], "use printable ASCII", id="accent"),
        pytest.param(["a\\n\\nb"], "cannot render ''", id="an empty line"),
        pytest.param(["a", "--family", "arial"], "['arial'] are not installed", id="family"),
        pytest.param(["a", "--seed", "-1"], "a seed is an integer from 0, got -1", id="seed"),
        pytest.param(["a", "--out", "a.xyz"], "end the name in .png", id="unknown format"),
        pytest.param(["a", "--out", "a"], "end the name in .png", id="no format"),
        pytest.param(["a", "--out", "no/such/a.png"], "No such file", id="no folder"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(words, message, render):
    status, out, err = render(*words)
    assert (status, out) == (2, "")
    assert err.startswith("error: ")
    assert message in err


def test_no_fonts_says_how_to_get_them(render, tmp_path, monkeypatch):
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA", str(tmp_path))
    status, _, err = render("a")
    assert status == 2
    assert "run `make fonts`" in err
