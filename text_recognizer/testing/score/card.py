"""The card of a score: a table for the terminal, and a page that asks nobody for anything."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from text_recognizer.testing.score.junit import Report
from text_recognizer.testing.score.rubric import PER_SECTION, SECTIONS
from text_recognizer.testing.score.rule import ItemScore, Score

__all__ = ["html_card", "text_table"]

#: Words, shapes and colours say the same; the colours are told apart with any colour vision.
_GRADES = {1.0: ("1", "full", "earned"), 0.5: ("½", "half", "half"), 0.0: ("0", "none", "not yet")}
_BAR = 560


def text_table(score: Score) -> str:
    """A table for the terminal: a line for each row, the sections, the score.

    Args:
        score: All rows.

    Returns:
        Lines of at most 100 characters, without colours.
    """
    lines = []
    for section, points in score.sections.items():
        mark = "   <- the lowest" if section in score.lowest else ""
        lines.append(f"{section}: {points:g} of {PER_SECTION}{mark}")
        lines += [_line(row) for row in score.rows if row.item.section == section]
        lines.append("")
    lines.append(f"ML Test Score: {score.total:g}, the lowest section. {score.band}")
    lines += ["", f"The next half point in {' and '.join(score.lowest)}:"]
    for row in score.rows:
        if row.item.section in score.lowest and row.points < 1:
            lines.append(f"  {row.item.key:<10}{_cut(_next(row), 87)}")
    return "\n".join(lines)


def html_card(
    score: Score, reports: Sequence[Report] = (), *, base: str = "", notes: Sequence[str] = ()
) -> str:
    """A page with the score, its bars, and every row with the tests that earned it.

    Args:
        score: All rows.
        reports: What it was computed from, told at the end.
        base: What leads from the page to the root of the repository, such as ``../../``.
        notes: Sentences to put below the score, such as what is out of date.

    Returns:
        HTML in one piece: no script, no picture or font from elsewhere.
    """
    facts = ", ".join(f"{name} {points:g}" for name, points in score.sections.items())
    sections = "".join(_section(name, score, base) for name in SECTIONS)
    told = "".join(f'<p class="note">{escape(note)}</p>' for note in notes)
    ran = "".join(f"<li>{escape(describe(report))}</li>" for report in reports)
    return _PAGE.format(
        style=_STYLE,
        total=f"{score.total:g}",
        lowest=escape(" and ".join(score.lowest)),
        band=escape(score.band),
        notes=told,
        bars=_bars(score, facts),
        sections=sections,
        reports=f"<h2>Computed from</h2><ul>{ran}</ul>" if ran else "",
    )


def describe(report: Report) -> str:
    """One line on a report: how many tests, when, of which commit, run by what."""
    facts = [f"{sum(test.cases for test in report.tests)} tests"]
    facts += [f"begun {report.started[:16].replace('T', ' ')}"] if report.started else []
    facts += [f"commit {report.commit}"] if report.commit else []
    facts += [f"run by {' or '.join(report.commands)}" if report.commands else "run by hand"]
    return f"{report.name}: {', '.join(facts)}"


def _line(row: ItemScore) -> str:
    tests = f"{row.tests} tests" if row.tests else "by hand" if row.item.manual else "-"
    seconds = f"{row.seconds:.1f} s" if row.tests else ""
    cut = _cut(row.item.name, 57)
    return f"  {row.item.key:<10}{_GRADES[row.points][0]:>2}  {cut:<58}{tests:>10}{seconds:>10}"


def _next(row: ItemScore) -> str:
    """What is wrong with the evidence, if anything; else what the row asks for next."""
    return row.reason if _broken(row) or not row.item.next_step else row.item.next_step


def _broken(row: ItemScore) -> bool:
    return row.points == 0 and bool(row.links or row.item.manual)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def _bars(score: Score, facts: str) -> str:
    """Four bars and the line of the minimum, as SVG."""
    step, top, left = _BAR / PER_SECTION, 8, 84
    parts = []
    for at, (name, points) in enumerate(score.sections.items()):
        y = top + 38 * at
        low = " low" if name in score.lowest else ""
        parts += [
            f'<text x="{left - 12}" y="{y + 19}" text-anchor="end">{name}</text>',
            f'<rect class="rail" x="{left}" y="{y}" width="{_BAR}" height="26" rx="3"/>',
            f'<rect class="bar{low}" x="{left}" y="{y}" width="{step * points:.0f}" '
            'height="26" rx="3"/>',
            f'<text class="value" x="{left + step * points + 8:.0f}" y="{y + 19}">'
            f"{points:g}</text>",
        ]
    bottom, x = top + 38 * len(SECTIONS), left + step * score.total
    parts.append(f'<line x1="{x:.0f}" x2="{x:.0f}" y1="0" y2="{bottom}"/>')
    for tick in range(PER_SECTION + 1):
        place = f'x="{left + step * tick:.0f}" y="{bottom + 14}"'
        parts.append(f'<text class="tick" {place} text-anchor="middle">{tick}</text>')
    label = f"Points by section: {facts}. The score is the lowest, {score.total:g}."
    view = f'viewBox="0 0 {left + _BAR + 16} {bottom + 20}"'
    return (
        f'<svg {view} role="img" aria-label="{label}"><title>{label}</title>{"".join(parts)}</svg>'
    )


def _section(name: str, score: Score, base: str) -> str:
    rows = "".join(_row(row, base) for row in score.rows if row.item.section == name)
    return (
        f"<h2>{name}: {score.sections[name]:g} of {PER_SECTION}</h2>"
        '<table><thead><tr><th scope="col">points</th><th scope="col">row</th>'
        f'<th scope="col">evidence</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(row: ItemScore, base: str) -> str:
    glyph, grade, word = _GRADES[row.points]
    body = f"<strong>{escape(row.item.name)}</strong><p>{escape(row.item.why)}</p>"
    if _broken(row):
        body += f'<p class="bad">{escape(row.reason)}</p>'
    elif row.points < 1 and row.item.next_step:
        body += f'<p class="next"><em>Next half point:</em> {escape(row.item.next_step)}</p>'
    return (
        f'<tr><td><span class="grade {grade}" title="{word}">{glyph}</span></td>'
        f'<th scope="row"><span class="key">{row.item.key}</span> {body}</th>'
        f"<td>{_evidence(row, base)}</td></tr>"
    )


def _evidence(row: ItemScore, base: str) -> str:
    if row.item.manual is not None:
        shown = _anchor(row.item.manual.document, base)
        return f"by hand: {shown}<br><code>{escape(row.item.manual.command)}</code>"
    if not row.links:
        return "nothing yet"
    entries = []
    for link in row.links:
        facts = f"{link.passed} passed, {link.seconds:.1f} s"
        facts = f'<span class="bad">{escape(link.problem)}</span>' if link.problem else facts
        entries.append(f"<li>{_anchor(link.pattern, base)} <small>{facts}</small></li>")
    total = f"{row.tests} tests, {row.seconds:.1f} s"
    part = f"<p>In part: {escape(row.item.only_part)}.</p>" if row.item.only_part else ""
    return f"{total}<ul>{''.join(entries)}</ul>{part}"


def _anchor(pattern: str, base: str) -> str:
    file = pattern.partition("::")[0]
    # A place to break long names at.
    shown = escape(pattern).replace("/", "/<wbr>").replace("::", "::<wbr>").replace("_", "_<wbr>")
    return f'<a href="{escape(base + file, quote=True)}"><code>{shown}</code></a>'


_FOLDER = Path(__file__).parent
_STYLE = (_FOLDER / "card.css").read_text(encoding="utf-8")
_PAGE = (_FOLDER / "card.html").read_text(encoding="utf-8")
