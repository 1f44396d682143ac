"""The table of labs in labs/README.md, written from the headers of the sources."""

from __future__ import annotations

from lab_utils.builder import read_info
from lab_utils.exercises import exercises_of
from lab_utils.settings import Layout

__all__ = ["index_table", "write_index"]

_START, _END = "<!-- labs: start -->", "<!-- labs: end -->"


def index_table(layout: Layout) -> str:
    """Write the table of labs as Markdown.

    Args:
        layout: Whose labs.

    Returns:
        A heading and one row per source, in order.
    """
    rows = ["| lab | minutes | Run All, fast | exercises | solutions |", "|---|---|---|---|---|"]
    for source in layout.all_sources():
        info = read_info(source.read_text(encoding="utf-8"))
        number = source.stem[:2]
        name = f"[{number} {info.title}]({source.stem}.ipynb)"
        grades = " ".join(exercise.grade.replace("☆", "") for exercise in exercises_of(number))
        link = f"[solutions](solutions/{source.stem}.ipynb)"
        cells = (name, info.minutes, f"at most {info.fast_seconds} s", grades or "none", link)
        rows.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(rows)


def write_index(layout: Layout, *, check: bool = False) -> bool:
    """Put the table between its two marks in labs/README.md.

    Args:
        layout: Whose labs.
        check: Write nothing.

    Returns:
        Whether the file already held this table. True where there is no such file or no mark.
    """
    path = layout.labs / "README.md"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if _START not in text or _END not in text:
        return True
    head, rest = text.split(_START, 1)
    tail = rest.split(_END, 1)[1]
    new = f"{head}{_START}\n{index_table(layout)}\n{_END}{tail}"
    if new != text and not check:
        path.write_text(new, encoding="utf-8", newline="\n")
    return new == text
