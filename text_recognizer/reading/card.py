"""The card of a bundle, written from what was measured.

The model card follows Mitchell et al. (2019), "Model cards for model reporting", FAT*: what it is
for, what it was trained on, how well it does and on whom, and where it fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_SETS_HEAD = ("set", "lines", "writers", "CER", "95 % interval", "WER")


def write_card(metrics: Mapping[str, Any], *, digest: str, characters: str, height: int) -> str:
    """The card, in Markdown.

    The keys of ``metrics`` that it knows, all optional; what is absent is called not
    measured:

    - ``summary``: str, one paragraph;
    - ``licence``: str, of the weights;
    - ``data``: list of {``name``, ``licence``, ``lines``, ``use``, ``citation``};
    - ``sets``: {name: {``cer``, ``low``, ``high``, ``wer``, ``lines``, ``writers``, ``note``}},
      rates as fractions;
    - ``speed``: {what: value with unit};
    - ``training``: {what: value};
    - ``limits``: list of str.

    Args:
        metrics: What was measured.
        digest: The bundle's digest.
        characters: What it can read.
        height: Rows of a prepared line, px.

    Returns:
        Markdown, ending in a newline.
    """
    parts = [
        "# Card of the reader",
        str(
            metrics.get("summary") or "Reads lines of handwritten English: grey image in, text out."
        ),
        _facts(metrics, digest, characters, height),
        "## Data\n\n" + _data(metrics.get("data")),
        "## Quality\n\n" + _sets(metrics.get("sets")),
        "## Speed\n\n" + _pairs(metrics.get("speed")),
        "## Training\n\n" + _pairs(metrics.get("training")),
        "## Limits\n\n" + _limits(metrics.get("limits")),
    ]
    return "\n\n".join(parts) + "\n"


def _facts(metrics: Mapping[str, Any], digest: str, characters: str, height: int) -> str:
    shown = characters.strip()
    space = " and space" if " " in characters else ""
    rows = {
        "digest": f"`{digest}`",
        "licence of the weights": metrics.get("licence") or "not stated",
        "characters": f"{len(characters)}: `` {shown} ``{space}",
        "height of a line": f"{height} px",
    }
    return _pairs(rows)


def _data(data: Sequence[Mapping[str, Any]] | None) -> str:
    if not data:
        return "Not stated."
    rows = [
        (
            entry.get("name", "?"),
            entry.get("use", "training"),
            _count(entry.get("lines")),
            entry.get("licence", "not stated"),
            entry.get("citation", ""),
        )
        for entry in data
    ]
    return _table(("data", "use", "lines", "licence", "source"), rows)


def _sets(sets: Mapping[str, Mapping[str, Any]] | None) -> str:
    if not sets:
        return "Not measured."
    rows = []
    for name, each in sets.items():
        interval = "not measured"
        if "low" in each and "high" in each:
            interval = f"{each['low']:.3f} to {each['high']:.3f}"
        rows.append(
            (
                name,
                _count(each.get("lines")),
                _count(each.get("writers")),
                _rate(each.get("cer")),
                interval,
                _rate(each.get("wer")),
            )
        )
    notes = [f"- {name}: {each['note']}" for name, each in sets.items() if each.get("note")]
    means = (
        "CER and WER are errors per character and per word of the truth, over all lines together; "
        "the intervals resample writers, or lines where writers are unknown."
    )
    return "\n\n".join([_table(_SETS_HEAD, rows), means, *(["\n".join(notes)] if notes else [])])


def _pairs(pairs: Mapping[str, Any] | None) -> str:
    if not pairs:
        return "Not measured."
    return "\n".join(f"- {what}: {value}" for what, value in pairs.items())


def _limits(limits: Sequence[str] | None) -> str:
    return "\n".join(f"- {limit}" for limit in limits) if limits else "Not stated."


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _count(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else "not stated"


def _rate(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, (int, float)) else "not measured"
