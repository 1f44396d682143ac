"""Each gate has a bad notebook that trips it, made from the good one, which passes all."""

from __future__ import annotations

import base64

import nbformat
import pytest

from lab_utils.gates import GATES, Subject, check_notebook, findings_of, report
from lab_utils.normalize import dumps


def code(subject, word):
    """The code cell whose source holds a word."""
    return next(cell for _, cell in subject.cells("code") if word in cell.source)


def text(subject, word):
    """The markdown cell whose source holds a word."""
    return next(cell for _, cell in subject.cells("markdown") if word in cell.source)


def edit(cell, old, new):
    assert old in cell.source
    cell.source = cell.source.replace(old, new)


def show(subject, data, metadata=None):
    output = nbformat.v4.new_output("display_data", data=data, metadata=metadata or {})
    code(subject, "largest").outputs.append(output)


def say(subject, line, name="stdout"):
    output = nbformat.v4.new_output("stream", name=name, text=line)
    code(subject, "largest").outputs.append(output)


def png(size):
    return {"image/png": base64.b64encode(b"\x89" * size).decode()}


ALT = {"image/png": {"alt": "a picture of something long enough"}}


def drop(subject, word):
    subject.notebook.cells.remove(text(subject, word))


def swap_sections(subject):
    cells = subject.notebook.cells
    first, second = cells.index(text(subject, "production")), cells.index(text(subject, "have bui"))
    cells[first], cells[second] = cells[second], cells[first]


def add_code(subject, source):
    cell = nbformat.v4.new_code_cell(source, execution_count=99)
    subject.notebook.cells.append(cell)


def ignore(subject, count, **metadata):
    for _, cell in subject.cells("code")[-count:]:
        cell.metadata["tags"] = ["nbval-ignore-output"]
        cell.metadata.update(metadata)


def raise_error(subject):
    output = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[])
    code(subject, "largest").outputs.append(output)


def verdict(subject, words):
    outputs = code(subject, 'check("99-blank")').outputs
    outputs[0].data["text/plain"] = words


BAD = [
    ("schema", "an unknown cell type", lambda s: s.notebook.cells[0].update(cell_type="poem")),
    ("schema", "the old format", lambda s: s.notebook.update(nbformat_minor=4)),
    ("counts", "a cell never run", lambda s: code(s, "largest").update(execution_count=None)),
    ("counts", "run out of order", lambda s: code(s, "largest").update(execution_count=40)),
    ("source", "a cell edited by hand", lambda s: edit(code(s, "largest"), "five", "6")),
    ("source", "text edited by hand", lambda s: edit(text(s, "Somebody"), "Somebody", "He")),
    ("source", "a cell removed", lambda s: drop(s, "Somebody")),
    ("source", "an id changed", lambda s: s.notebook.cells[3].update(id="other")),
    (
        "source",
        "executed from another version",
        lambda s: s.notebook.metadata.lab.update(source_sha256="0" * 64),
    ),
    ("source", "metadata changed", lambda s: s.notebook.metadata.lab.update(minutes=1)),
    ("notebook-size", "an endless output", lambda s: say(s, "many words " * 140_000)),
    ("cell-length", "26 lines", lambda s: add_code(s, "x = 1\n" * 26)),
    ("function-length", "11 lines", lambda s: add_code(s, "def f():\n" + "    x = 1\n" * 10)),
    (
        "function-length",
        "a method, beside a magic",
        lambda s: add_code(s, "%pwd\nclass A:\n  def f(self):\n" + "    x = 1\n" * 10),
    ),
    ("ignored", "no reason", lambda s: ignore(s, 1)),
    ("ignored", "too many", lambda s: ignore(s, 3, reason="a port")),
    ("ignored", "a comment", lambda s: add_code(s, "# NBVAL_IGNORE_OUTPUT\nx")),
    ("ignored", "skipped", lambda s: code(s, "largest").metadata.update(tags=["nbval-skip"])),
    ("stderr", "a warning", lambda s: say(s, "UserWarning: careful\n", "stderr")),
    ("errors", "an error", raise_error),
    ("semicolons", "a semicolon", lambda s: add_code(s, "axes.plot([1]);")),
    ("progress-bars", "tqdm", lambda s: say(s, " 50%|#####     | 5/10 [00:01<00:01]\n")),
    ("progress-bars", "a return", lambda s: say(s, "step 1\rstep 2\n")),
    ("progress-bars", "ours", lambda s: say(s, "Reading: [##....] 2 of 6\n")),
    ("paths", "Linux", lambda s: say(s, "saved in /home/ada/labs/x.png\n")),
    ("paths", "macOS", lambda s: say(s, "'/Users/ada/x'\n")),
    ("paths", "Windows", lambda s: say(s, "C:\\labs\\x\n")),
    ("addresses", "a repr", lambda s: say(s, "<object at 0x7f00aa10bb20>\n")),
    ("dates", "a date", lambda s: say(s, "run on 2026-11-23\n")),
    ("dates", "a time", lambda s: say(s, "took 0:00:12\n")),
    ("dates", "a log line", lambda s: say(s, "Mon Nov 23 12:00\n")),
    ("dates", "a duration", lambda s: say(s, "CPU times: user 3 ms\n")),
    ("widgets", "a view", lambda s: show(s, {"application/vnd.jupyter.widget-view+json": {}})),
    ("widgets", "a script", lambda s: show(s, {"text/html": "<script>go()</script>"})),
    ("alt-text", "none", lambda s: show(s, png(10))),
    ("alt-text", "in the text", lambda s: edit(text(s, "Somebody"), "Somebody", "![](a.png)")),
    ("alt-text", "in HTML", lambda s: show(s, {"text/html": "<img src='a.png'>"})),
    ("picture-size", "61 kB", lambda s: show(s, png(61_000), ALT)),
    (
        "sections",
        "no story",
        lambda s: s.notebook.cells[0].update(source="# Lab 99: Sample\n\nShort."),
    ),
    ("sections", "another number", lambda s: edit(s.notebook.cells[0], "Lab 99", "Lab 98")),
    ("sections", "one is missing", lambda s: drop(s, "Somebody")),
    ("sections", "another order", swap_sections),
    ("sections", "two of a kind", lambda s: s.notebook.cells.append(text(s, "Somebody"))),
    ("sections", "a dead link", lambda s: edit(text(s, "- ["), "#A-claim", "#No-claim")),
    ("sections", "a bullet without link", lambda s: edit(text(s, "- ["), "](#A-claim", "] (#A-")),
    ("sections", "another set-up", lambda s: edit(code(s, "LABS_SETUP"), "import sys", "")),
    ("sections", "no parameters", lambda s: code(s, "PROFILE").metadata.update(tags=[])),
    ("sections", "other parameters", lambda s: edit(code(s, "PROFILE"), "fast", "full")),
    ("claims", "no assert", lambda s: edit(code(s, "figures.plot"), "assert ", "")),
    ("claims", "no record", lambda s: edit(code(s, "largest"), "record(", "print(")),
    (
        "claims",
        "a new heading",
        lambda s: edit(text(s, "## A claim"), "## A claim", "## It is fast\n\n## A claim"),
    ),
    ("distractions", "an emoji", lambda s: edit(text(s, "Somebody"), "Somebody", "\U0001f680")),
    ("distractions", "an emoji printed", lambda s: say(s, "done \u2705\n")),
    ("distractions", "a frame", lambda s: show(s, {"text/html": "<iframe src='x'>"})),
    (
        "distractions",
        "a remote image",
        lambda s: edit(text(s, "Somebody"), "Somebody", "![a page](https://e.org/a.png)"),
    ),
    ("distractions", "a timing magic", lambda s: add_code(s, "%%time\nx = 1")),
    ("distractions", "shell commands", lambda s: add_code(s, "!ls\n!pwd\n!id")),
    ("exercises", "not registered", lambda s: code(s, "path").metadata.update(exercise="99-x")),
    ("exercises", "not checked", lambda s: edit(code(s, '"99-blank"'), "99-blank", "99-x")),
    ("exercises", "twice", lambda s: s.notebook.cells.append(code(s, "def collapse"))),
    ("exercises", "a cell lost", lambda s: s.notebook.cells.remove(code(s, "blank = ..."))),
    ("exercises", "another verdict", lambda s: verdict(s, "Name the blank: right")),
    ("leaks", "a marker", lambda s: edit(code(s, "def collapse"), "...", "### solution\n    ...")),
    ("leaks", "other cells", lambda s: add_code(s, "1")),
    ("leaks", "differs outside", lambda s: edit(code(s, "largest"), "five", "6")),
    ("independence", "a later cell", lambda s: add_code(s, "print(collapse([1, 1]))")),
]


def test_the_good_notebook_passes(sample):
    source = sample.source("99")
    assert findings_of([source], sample) == []


@pytest.mark.parametrize(
    ("gate", "spoil"), [pytest.param(g, s, id=f"{g}: {why}") for g, why, s in BAD]
)
def test_a_bad_notebook_trips_its_gate(subject, gate, spoil):
    spoil(subject)
    raw = dumps(subject.notebook) if gate == "notebook-size" else subject.raw
    spoilt = Subject(**{**vars(subject), "raw": raw})
    found = list(GATES[gate](spoilt))
    assert found
    assert all(len(str(finding)) > 20 for finding in found)


def test_every_gate_has_a_bad_notebook():
    assert {gate for gate, _, _ in BAD} == set(GATES)


@pytest.mark.parametrize(
    "line",
    [
        "Dear Ann, meet me at 12:30 on May 3, 1921.",
        "a ratio of 3/4 and/or home/work",
        "see http://127.0.0.1:8000/v2/models",
        "the colour 0x1F",
        "confidence 0.95 [x] 50 % of 20",
        "★★☆ Collapse a path: right",
    ],
)
def test_ordinary_outputs_pass(subject, line):
    say(subject, line + "\n")
    assert [str(item) for item in check_notebook(subject)] == []


def test_a_reason_makes_one_uncompared_output_fine(subject):
    ignore(subject, 1, reason="the port is free at random")
    assert list(GATES["ignored"](subject)) == []


def test_files_that_are_missing_broken_or_orphaned(sample, capsys):
    source = sample.source("99")
    sample.notebook(source, "solutions").unlink()
    sample.notebook(source).write_text("{")
    (sample.labs / "50_orphan.ipynb").write_text("{}")
    assert report([source], sample) == 1
    shown = capsys.readouterr().err
    for words in ("solutions/99_sample.ipynb [files] The notebook is missing", "not a notebook"):
        assert words in shown
    assert "50_orphan.ipynb [files] No source gives this notebook" in shown


def test_a_changed_source_makes_both_notebooks_stale(sample):
    source = sample.source("99")
    source.write_text(source.read_text() + "\n# %%\nprint(1)\n")
    stale = {item.notebook for item in findings_of([source], sample) if item.gate == "source"}
    assert stale == {"labs/99_sample.ipynb", "labs/solutions/99_sample.ipynb"}


def test_a_source_that_cannot_be_built_is_a_finding(sample):
    source = sample.source("99")
    source.write_text(source.read_text().replace("### end", ""))
    found = [str(item) for item in findings_of([source], sample)]
    assert any("cannot be built" in line for line in found)
