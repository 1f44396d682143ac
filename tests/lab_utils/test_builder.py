from __future__ import annotations

import pytest

from lab_utils.builder import LabInfo, build, read_info, source_digest
from lab_utils.setup_cell import setup_source

HEADER = """# ---
# jupyter:
#   lab:
#     title: Tiny
#     minutes: 5
#     fast_seconds: 10
#     full_seconds: 20
# ---

"""
BODY = """# %% [markdown]
# # Lab 07: Tiny

# %% tags=["setup"]
# anything

# %% exercise="07-one"
### solution: one = ...
one = 1
### end

# %%
print(1)

# %%
print(1)
"""


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "07_tiny.py"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_same_source_gives_the_same_notebook(write):
    source = write(HEADER + BODY)
    assert build(source) == build(source)


def test_the_set_up_cell_comes_from_one_place(write):
    assert build(write(HEADER + BODY)).cells[1].source == setup_source()


def test_lab_and_solutions_differ_in_exercises_and_title_only(write):
    source = write(HEADER + BODY)
    lab, solutions = build(source, "labs"), build(source, "solutions")
    assert [cell["id"] for cell in lab.cells] == [cell["id"] for cell in solutions.cells]
    different = [
        index
        for index, (one, two) in enumerate(zip(lab.cells, solutions.cells, strict=True))
        if one.source != two.source
    ]
    assert different == [0, 2]
    assert (lab.cells[2].source, solutions.cells[2].source) == ("one = ...", "one = 1")
    assert "../07_tiny.ipynb" in solutions.cells[0].source


def test_equal_cells_have_different_ids(write):
    ids = [cell["id"] for cell in build(write(HEADER + BODY)).cells]
    assert len(set(ids)) == len(ids)
    assert "exercise-07-one" in ids


def test_the_digest_follows_the_source_but_not_its_line_endings(write):
    text = HEADER + BODY
    assert source_digest(text) == source_digest(text.replace("\n", "\r\n"))
    assert source_digest(text) != source_digest(text + "# more\n")
    assert build(write(text)).metadata.lab.source_sha256 == source_digest(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(BODY, "starts with a header", id="no header"),
        pytest.param(
            HEADER.replace("#     minutes: 5\n", "") + BODY, "starts with a header", id="field lost"
        ),
        pytest.param(HEADER.replace("10", "500") + BODY, "1 to 90, got 500", id="slow lab"),
        pytest.param(
            HEADER + BODY.replace(' exercise="07-one"', ""), "only one of the two", id="no name"
        ),
        pytest.param(
            HEADER + BODY.replace("### end\n", ""), "cell 2: .*no `### end`", id="open block"
        ),
        pytest.param(HEADER + BODY + "\n# %% [raw]\n# x\n", "markdown or code", id="raw cell"),
    ],
)
def test_a_bad_source_is_named(write, text, words):
    with pytest.raises(ValueError, match=words):
        build(write(text))


def test_an_unknown_variant_is_refused(write):
    with pytest.raises(ValueError, match="'teacher'"):
        build(write(HEADER + BODY), "teacher")


def test_the_header_is_read():
    info = LabInfo(title="Tiny", minutes=5, fast_seconds=10, full_seconds=20)
    assert read_info(HEADER + BODY) == info
