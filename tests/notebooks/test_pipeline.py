"""The sample lab goes through the entire pipeline, and so do spoilt copies of it."""

from __future__ import annotations

import json

import pytest

from lab_utils import notebook_tests, refresh
from lab_utils.solution_runs import problems_of, run_solutions


@pytest.fixture(autouse=True)
def _needs_jupyter():
    for name in ("nbclient", "nbval", "papermill", "anywidget", "matplotlib"):
        pytest.importorskip(name)


@pytest.mark.slow
def test_refreshing_gives_the_stored_bytes(sample, capfd):
    """Stored notebooks are current, and making them again changes nothing."""
    source = sample.source("99")
    paths = [sample.notebook(source), sample.notebook(source, "solutions")]
    before = [path.read_bytes() for path in paths]
    for path in paths:
        path.unlink()
    assert refresh.main(["99", "--root", str(sample.root)]) == 0
    assert "0 findings" in capfd.readouterr().out
    assert [text_of(path.read_bytes()) for path in paths] == [text_of(text) for text in before]


def text_of(content):
    """A notebook without its pictures, which depend on the version of matplotlib."""
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop("image/png", None)
    return notebook


@pytest.mark.slow
def test_nbval_accepts_what_is_stored_and_sees_what_is_not(sample, capfd):
    source = sample.source("99")
    assert notebook_tests.run_nbval([source], sample) == 0
    path = sample.notebook(source)
    text = path.read_text(encoding="utf-8")
    assert "1 wrong, 1 lost" in text
    path.write_text(text.replace("1 wrong, 1 lost", "2 wrong, 0 lost"), encoding="utf-8")
    capfd.readouterr()
    assert notebook_tests.run_nbval([source], sample) != 0
    assert "1 failed" in capfd.readouterr().out


@pytest.mark.slow
def test_the_solutions_keep_their_promises_with_another_seed(sample, capsys):
    source = sample.source("99")
    assert notebook_tests.main(["99", "--papermill", "--root", str(sample.root)]) == 0
    out = capsys.readouterr().out
    assert "2 exercises right, 1 measurements" in out
    assert "papermill  passed" in out
    assert (sample.build / "fast" / source.with_suffix(".ipynb").name).exists()


@pytest.mark.slow
def test_broken_promises_are_named(sample):
    source = sample.source("99")
    path = sample.notebook(source, "solutions")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        lines = "".join(cell["source"]).replace("blank = 0", "blank = 1")
        lines = lines.replace("figures.show(", "(lambda *a, **k: None)(")
        cell["source"] = lines.replace("0.0, 0.25)", "0.0, 0.001)")
    path.write_text(json.dumps(notebook), encoding="utf-8")
    found = "\n".join(problems_of(run_solutions(source, sample), source))
    assert "the solution of '99-blank' was not called right" in found
    assert "largest_mean" in found
    assert "it failed:" in found
    assert "99-collapse" not in found


def test_promises_about_time_memory_and_silence(sample, monkeypatch):
    from lab_utils.solution_runs import Run

    monkeypatch.setenv("LABS_TIME_FACTOR", "1")
    run = Run(
        lab="99",
        profile="fast",
        seconds=31.0,
        peak_bytes=3 * 1024**3,
        error="",
        passed=frozenset({"99-collapse", "99-blank"}),
        measurements=(),
        slow_cells=((4, 12.0),),
    )
    found = problems_of(run, sample.source("99"))
    assert [line.split(" ", 3)[:3] for line in found] == [
        ["it", "took", "31"],
        ["it", "took", "3.0"],
        ["cell", "4", "was"],
    ]
    assert "3072 MB" in str(run)


def test_a_cell_that_raises_leaves_the_stored_notebooks_alone(sample, monkeypatch, capsys):
    from nbclient.exceptions import CellTimeoutError

    def fail(*args, **options):
        raise CellTimeoutError("a cell took too long")

    monkeypatch.setattr(refresh, "execute", fail)
    before = sample.notebook(sample.source("99")).read_bytes()
    assert refresh.main(["99", "--root", str(sample.root)]) == 1
    assert "nothing was written" in capsys.readouterr().err
    assert sample.notebook(sample.source("99")).read_bytes() == before


def test_only_checking_executes_nothing(sample, monkeypatch, capsys):
    monkeypatch.setattr(refresh, "execute", None)
    assert refresh.main(["--all", "--check", "--root", str(sample.root)]) == 0
    assert "0 findings" in capsys.readouterr().out


@pytest.mark.parametrize("main", [refresh.main, notebook_tests.main])
def test_an_unknown_lab_is_a_bad_argument(sample, main, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["42", "--root", str(sample.root)])
    assert stopped.value.code == 2
    assert "99_sample" in capsys.readouterr().err


def test_refreshing_nothing_is_a_bad_argument(capsys):
    with pytest.raises(SystemExit):
        refresh.main([])
    assert "make refresh LAB=00" in capsys.readouterr().err


def test_steps_are_chosen_and_summed_up(sample, monkeypatch, capsys):
    called = []
    for name in ("gates", "nbval", "papermill"):
        monkeypatch.setattr(
            notebook_tests,
            f"run_{name}",
            lambda *a, name=name: called.append(name) or name == "nbval",
        )
    root = ["--root", str(sample.root)]
    assert notebook_tests.main([*root]) == 1
    assert notebook_tests.main([*root, "--gates", "--papermill"]) == 0
    assert called == ["gates", "nbval", "papermill", "gates", "papermill"]
    assert "nbval      FAILED" in capsys.readouterr().out


def test_without_labs_there_is_nothing_to_do(tmp_path, capsys):
    assert notebook_tests.main(["--root", str(tmp_path)]) == 0
    assert "no labs yet" in capsys.readouterr().out


def test_the_environment_of_a_kernel(monkeypatch):
    monkeypatch.setenv("LABS_PROGRESS", "mine")
    environment = refresh.headless_environment(MORE="1")
    assert environment["LABS_HEADLESS"] == "1"
    assert environment["MORE"] == "1"
    assert "LABS_PROGRESS" not in environment


def test_workers_share_labs_whole(sample):
    path = sample.notebook(sample.source("99"))
    words = " ".join(notebook_tests.nbval_command([path, path], workers=2))
    assert "--dist loadscope -n 2" in words
    assert "--nbval-current-env" in words
    assert "--dist" not in notebook_tests.nbval_command([path])
