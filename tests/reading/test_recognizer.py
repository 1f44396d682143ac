"""TextRecognizer: shapes, spans, blank input, threads, and both backends alike."""

from __future__ import annotations

import functools
import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from text_recognizer.core import LineImage, PageImage, Reader
from text_recognizer.core.errors import ConfigError, ImageError, InputError
from text_recognizer.reading import TextRecognizer, beam


@pytest.fixture(scope="module")
def reader(tiny_bundle):
    return TextRecognizer.load(tiny_bundle)


def png(array):
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG")
    return file.getvalue()


def test_it_is_a_reader(reader):
    assert isinstance(reader, Reader)


def test_a_page_has_its_lines_in_order(reader, page):
    found = reader.read(page)
    assert len(found.lines) == 3
    assert [box.top for box in found.boxes] == sorted(box.top for box in found.boxes)
    assert all(line.text and line.bundle == reader.bundle.digest for line in found.lines)
    assert 0 < found.confidence <= 1


def test_spans_of_a_page_lie_on_its_lines(reader, page):
    found = reader.read(page)
    for line, box in zip(found.lines, found.boxes, strict=True):
        starts = [span.start for span in line.characters]
        assert starts == sorted(starts)
        assert box.left - 30 <= starts[0] < box.left + box.width / 2
        assert box.right - box.width / 2 < line.characters[-1].end <= min(box.right + 30, 700)


def test_spans_of_a_line_are_columns_of_the_image_given(reader, line):
    (plain,) = reader.read_lines([line])
    shifted = np.pad(line, ((0, 0), (200, 0)), constant_values=255)
    (moved,) = reader.read_lines([shifted])
    assert moved.text == plain.text
    for before, after in zip(plain.characters, moved.characters, strict=True):
        assert after.start - before.start == pytest.approx(200, abs=6)
    assert all(0 <= span.start <= span.end <= line.shape[1] for span in plain.characters)


def test_all_sources_read_alike(reader, page, tmp_path):
    (tmp_path / "page.png").write_bytes(png(page))
    expected = reader.read(page)
    sources = [tmp_path / "page.png", str(tmp_path / "page.png"), png(page), io.BytesIO(png(page))]
    sources += [Image.fromarray(page), PageImage(page), np.stack([page] * 3, axis=2), page / 255]
    for source in sources:
        assert reader.read(source) == expected


def test_both_backends_give_the_same_text(reader, tiny_bundle, page):
    torch_reader = TextRecognizer.load(tiny_bundle, backend="torch")
    assert torch_reader.read(page).text == reader.read(page).text


def test_a_line_reads_the_same_alone_and_in_any_company(reader, page, line):
    lines = [line, page[:90], page[60:150], line[:, :300]]
    alone = [reader.read_lines([each])[0].text for each in lines]
    assert [each.text for each in reader.read_lines(lines)] == alone
    assert [each.text for each in reader.read_lines(lines[::-1])] == alone[::-1]


def test_threads_do_not_disturb_each_other(reader, page):
    expected = reader.read(page)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: reader.read(page), range(8))) == {expected}


def test_decoders(tiny_bundle, line):
    slow = TextRecognizer.load(tiny_bundle, decoder="beam")
    own = TextRecognizer.load(tiny_bundle, decoder=functools.partial(beam, width=1))
    silent = TextRecognizer.load(tiny_bundle, decoder=lambda log_probs, charset: [])
    assert slow.read_lines([line])[0].text
    assert own.read_lines([line])[0].text
    assert silent.read(line).lines == ()


def test_spaces_at_the_ends_are_dropped(tiny_bundle, line):
    from text_recognizer.reading.decode import FrameSpan

    spans = [FrameSpan(c, k, k + 1, 0.5) for k, c in enumerate("  a b ")]
    reader = TextRecognizer.load(tiny_bundle, decoder=lambda *_: spans)
    (reading,) = reader.read_lines([line])
    assert (reading.text, reading.confidence) == ("a b", pytest.approx(0.5))
    blank = TextRecognizer.load(tiny_bundle, decoder=lambda *_: spans[:2])
    assert blank.read_lines([line])[0].confidence == 0


@pytest.mark.parametrize("value", [0, 128, 255], ids=["black", "grey", "white"])
@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (60, 400), (900, 700)])
def test_nothing_written_is_an_empty_reading(reader, value, shape):
    blank = np.full(shape, value, np.uint8)
    found = reader.read(blank)
    assert (found.text, found.confidence, found.lines) == ("", 0.0, ())
    (reading,) = reader.read_lines([blank])
    assert (reading.text, reading.confidence, reading.characters) == ("", 0.0, ())


def bomb():
    """A PNG header that promises 30,000 x 30,000 pixels in a few bytes."""
    small = png(np.zeros((2, 2), np.uint8))
    import struct
    import zlib

    head = b"IHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    return small[:12] + head + struct.pack(">I", zlib.crc32(head)) + small[33:]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"", id="zero bytes"),
        pytest.param(b"hello", id="no image"),
        pytest.param(png(np.zeros((90, 90), np.uint8))[:60], id="truncated PNG"),
        pytest.param(bomb(), id="decompression bomb"),
        pytest.param(np.zeros((0, 0), np.uint8), id="empty array"),
        pytest.param(np.zeros((0, 10), np.uint8), id="no rows"),
        pytest.param(np.full((9, 9), np.nan), id="NaN"),
        pytest.param(np.full((9, 9), np.inf), id="infinite"),
        pytest.param(np.zeros((9, 9), object), id="objects"),
        pytest.param(np.zeros((9, 9), complex), id="complex"),
        pytest.param(np.zeros((2, 9, 9, 3), np.uint8), id="four axes"),
        pytest.param(np.broadcast_to(np.uint8(0), (30_000, 30_000)), id="900 megapixels"),
        pytest.param("no/such/file.png", id="missing file"),
        pytest.param(".", id="a folder"),
        pytest.param("nul\0byte", id="impossible name"),
        pytest.param(None, id="None"),
        pytest.param(7, id="a number"),
        pytest.param({"image": 1}, id="a dict"),
    ],
)
def test_bad_input_is_a_typed_error(reader, source):
    with pytest.raises(ImageError):
        reader.read(source)
    with pytest.raises(ImageError, match="image 1 of the list"):
        reader.read_lines([np.full((9, 9), 255, np.uint8), source])


@pytest.mark.parametrize("shape", [(40, 20_000), (3_000, 12), (2, 2), (7, 3000)])
def test_noise_of_any_shape_is_read_without_a_crash(reader, shape):
    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    assert 0 <= reader.read(noise).confidence <= 1
    assert 0 <= reader.read_lines([noise])[0].confidence <= 1


@pytest.mark.parametrize(
    "images",
    ["line.png", b"bytes", np.zeros((4, 9), np.uint8), LineImage(np.zeros((4, 9), np.uint8)), 3],
    ids=["path", "bytes", "array", "LineImage", "number"],
)
def test_a_single_image_is_no_list(reader, images):
    with pytest.raises(InputError, match=r"pass \[image\]"):
        reader.read_lines(images)


def test_no_lines_at_all(reader):
    assert reader.read_lines([]) == []
    assert reader.read_lines(iter(())) == []


@pytest.mark.parametrize("options", [{"decoder": "nearest"}, {"backend": "cuda"}, {"threads": 0}])
def test_unknown_settings(tiny_bundle, options):
    with pytest.raises(ConfigError, match=repr(next(iter(options.values())))):
        TextRecognizer.load(tiny_bundle, **options)


@pytest.mark.parametrize(("backend", "other"), [("onnx", "torch"), ("torch", "onnxruntime")])
def test_one_backend_does_not_import_the_other(tiny_bundle, backend, other):
    code = (
        "import sys, numpy as np\n"
        "from text_recognizer import TextRecognizer\n"
        f"reader = TextRecognizer.load({str(tiny_bundle)!r}, backend={backend!r})\n"
        "image = np.full((60, 300), 255, np.uint8); image[20:40, 20:280:9] = 0\n"
        "reader.read(image)\n"
        f"sys.exit({other!r} in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
