from __future__ import annotations

import base64
import io

import nbformat
from PIL import Image, PngImagePlugin

from lab_utils.normalize import dumps, normalize, strip_png


def png(**text):
    info = PngImagePlugin.PngInfo()
    for key, value in text.items():
        info.add_text(key, value)
    stream = io.BytesIO()
    Image.new("L", (3, 2), 7).save(stream, format="png", pnginfo=info)
    return stream.getvalue()


def test_what_a_picture_says_about_its_maker_goes():
    marked, plain = png(Software="somewhere 1.2"), png()
    assert b"somewhere" in marked
    assert strip_png(marked) == plain
    assert Image.open(io.BytesIO(strip_png(marked))).getpixel((1, 1)) == 7


def test_other_content_stays():
    assert strip_png(b"GIF89a") == b"GIF89a"


def notebook():
    outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="a\n"),
        nbformat.v4.new_output("stream", name="stdout", text="b\n"),
        nbformat.v4.new_output("stream", name="stderr", text="c\n"),
        nbformat.v4.new_output(
            "display_data",
            data={"image/png": base64.b64encode(png(Title="x")).decode()},
            metadata={"image/png": {"alt": "kept"}},
        ),
    ]
    cell = nbformat.v4.new_code_cell(
        "1", outputs=outputs, metadata={"execution": {"shell.execute_reply": "now"}}
    )
    cell.metadata["tags"] = ["kept"]
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python", "version": "3.11.7"},
        "papermill": {"duration": 3},
    }
    return nbformat.v4.new_notebook(cells=[cell], metadata=metadata)


def test_streams_are_joined_and_run_data_goes():
    result = normalize(notebook())
    cell = result.cells[0]
    assert [(o.name, o.text) for o in cell.outputs[:2]] == [("stdout", "a\nb\n"), ("stderr", "c\n")]
    assert cell.metadata == {"tags": ["kept"]}
    assert result.metadata.language_info == {"name": "python"}
    assert "papermill" not in result.metadata
    assert base64.b64decode(cell.outputs[2].data["image/png"]) == png()
    assert cell.outputs[2].metadata["image/png"]["alt"] == "kept"


def test_normalising_twice_changes_nothing():
    once = dumps(normalize(notebook()))
    assert (
        dumps(normalize(nbformat.reads(once, as_version=4))).split('"id"')[0]
        == (once.split('"id"')[0])
    )
    assert once.endswith("}\n")
