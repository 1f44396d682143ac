from __future__ import annotations

import io
import types

import numpy as np
import pytest
from PIL import Image

from lab_utils import canvas
from lab_utils.strokes import crop_to_ink, default_strokes, rasterize


def fake_widget(strokes=(), photo=b""):
    return types.SimpleNamespace(strokes=list(strokes), photo=photo)


def test_a_stroke_leaves_ink_where_the_pen_was():
    pixels = rasterize([[(10, 10), (50, 10)], [(30, 30)]], 60, 40)
    assert pixels.shape == (40, 60)
    assert pixels.dtype == np.uint8
    assert pixels[10, 10] < 60
    assert pixels[10, 30] < 60
    assert pixels[30, 30] < 60
    assert pixels[20, 30] == 255


def test_points_may_carry_pressure_and_may_leave_the_sheet():
    assert rasterize([[(-5, 5, 0.3), (100, 5, 0.9)]], 20, 10)[5].max() < 60


@pytest.mark.parametrize(("width", "height"), [(0, 10), (10, -1), (5000, 10)])
def test_a_sheet_has_a_sensible_size(width, height):
    with pytest.raises(ValueError, match="1 to 4000"):
        rasterize([], width, height)


def test_cropping_keeps_the_ink_and_a_margin():
    pixels = rasterize([[(100, 50), (140, 50)]], 300, 100)
    cut = crop_to_ink(pixels, margin=5)
    assert (cut < 200).sum() == (pixels < 200).sum()
    assert cut.shape[0] < 20
    blank = np.full((9, 9), 255, np.uint8)
    assert crop_to_ink(blank) is blank


def test_without_a_drawing_the_default_is_used():
    pad = canvas.Pad()
    assert not pad.drawn
    assert (pad.image() < 128).sum() > 1000
    assert np.array_equal(pad.image(), canvas.Pad().image())
    given = np.full((20, 30), 200, np.uint8)
    assert np.array_equal(canvas.Pad(given).image(), given)
    assert pad.pil().size == pad.image().shape[::-1]


def test_a_drawing_replaces_the_default():
    pad = canvas.Pad(np.zeros((5, 5), np.uint8))
    pad.widget = fake_widget(strokes=[[[100, 60], [200, 60]]])
    assert pad.drawn
    assert pad.image().shape[1] > 100
    assert pad.strokes == [[[100, 60], [200, 60]]]


def test_a_photo_comes_first():
    stream = io.BytesIO()
    Image.new("RGB", (31, 17), (250, 250, 250)).save(stream, format="jpeg")
    pad = canvas.Pad()
    pad.widget = fake_widget(strokes=[[[1, 1]]], photo=stream.getvalue())
    assert pad.drawn
    assert pad.image().shape == (17, 31)


def test_a_photo_from_a_path_is_upright(tmp_path):
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("L", (40, 10), 255).save(path, exif=exif)
    assert canvas.photo(path).shape == (40, 10)


def test_a_file_that_is_no_picture_is_refused(tmp_path):
    from text_recognizer.core.errors import ImageError

    path = tmp_path / "photo.jpg"
    path.write_bytes(b"not a picture")
    with pytest.raises(ImageError):
        canvas.photo(path)


@pytest.mark.parametrize("size", [{"width": 10}, {"height": 10}, {"width": 9999}])
def test_a_sheet_out_of_range_is_refused(size):
    with pytest.raises(ValueError, match="100 to 2000"):
        canvas.Pad(**size)


def test_where_a_program_runs_it_the_output_is_stable(monkeypatch, capsys):
    monkeypatch.setenv("LABS_HEADLESS", "1")
    canvas.draw()
    first = capsys.readouterr().out
    assert canvas.draw().widget is None
    assert capsys.readouterr().out == first
    assert "appears here when you run this cell" in first


def test_the_widget_holds_strokes_and_a_photo():
    pytest.importorskip("anywidget")
    from lab_utils.canvas_widget import make_widget

    widget = make_widget(700, 160)
    assert (widget.width, widget.height, widget.strokes, widget.photo) == (700, 160, [], b"")
    widget.set_state({"photo": memoryview(b"jpeg"), "strokes": [[[1, 2]]]})
    assert (widget.photo, widget.strokes) == (b"jpeg", [[[1, 2]]])
    assert "pointerdown" in widget._esm
    assert "http" not in widget._esm + widget._css


def test_on_colab_widgets_are_switched_on(monkeypatch):
    pytest.importorskip("anywidget")
    import sys

    from lab_utils.canvas_widget import make_widget

    calls = []
    output = types.SimpleNamespace(enable_custom_widget_manager=lambda: calls.append(True))
    monkeypatch.setitem(sys.modules, "google.colab", types.SimpleNamespace(output=output))
    make_widget(700, 160)
    assert calls == [True]


def test_the_default_line_is_sound():
    points = [point for stroke in default_strokes() for point in stroke]
    assert len(points) > 100
    assert all(0 < x < 760 and 0 < y < 180 for x, y in points)
