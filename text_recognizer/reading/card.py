"""The card of a bundle, written from what was measured.

The model card follows Mitchell et al. (2019), "Model cards for model reporting", FAT*: what it is
for, what it was trained on, how well it does and on whom, and where it fails. Whatever was not
measured is called so; no number is written by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_SETS_HEAD = ("set", "lines", "writers", "CER", "95 % interval", "WER")
_ASCII_READER = "Reads lines of handwritten English: grey image in, text out."


def write_card(metrics: Mapping[str, Any], *, digest: str, characters: str, height: int) -> str:
    """The card, in Markdown.

    The keys of ``metrics`` that it knows, all optional; what is absent is called not
    measured, or its section is left out:

    - ``summary``: str, one paragraph;
    - ``licence``: str, of the weights;
    - ``use``: {``intended``: list of str, ``not``: list of str};
    - ``sets``: {name: {``cer``, ``low``, ``high``, ``wer``, ``lines``, ``writers``, ``note``}},
      rates as fractions;
    - ``slices``: {set: list of {``group``, ``name``, ``images``, ``characters``, ``cer``, ``low``,
      ``high``}};
    - ``calibration``: {``fitted_on``: str, ``sets``: {name: {level: [before, after]}}, ``bins``:
      {level: list of {``low``, ``high``, ``confidence``, ``right``, ``part``}}, ``bins_of``: str};
    - ``variants``: list of {``name``, ``set``, ``cer``, ``low``, ``high``, ``difference``: [it,
      low, high], ``milliseconds``: CPU time of a line};
    - ``ablations``: list of {``name``, ``what``, ``steps``, ``cer``: {set: [it, low, high]}};
    - ``speed``: {what: value with unit};
    - ``training``: {what: value}; ``data``: list of {``name``, ``licence``, ``lines``, ``use``,
      ``citation``}; ``limits``: list of str;
    - ``figures``: {``reliability`` or ``failures``: file beside the card}.

    Args:
        metrics: What was measured.
        digest: The bundle's digest.
        characters: What it can read.
        height: Rows of a prepared line, px.

    Returns:
        Markdown, ending in a newline.
    """
    sections = [
        ("Use", _use(metrics.get("use"))),
        ("Quality", _sets(metrics.get("sets"))),
        ("Slices", _slices(metrics.get("slices"))),
        ("Confidence", _calibration(metrics)),
        ("Variants", _variants(metrics.get("variants"))),
        ("Failures", _failures(metrics.get("figures"))),
        ("Limits", _list(metrics.get("limits")) or "Not stated."),
        ("Speed", _pairs(metrics.get("speed"))),
        ("Training", _pairs(metrics.get("training"))),
        ("Ablations", _ablations(metrics.get("ablations"))),
        ("Data", _data(metrics.get("data"))),
    ]
    parts = [
        "# Card of the reader",
        str(metrics.get("summary") or _ASCII_READER),
        _facts(metrics, digest, characters, height),
        *(f"## {title}\n\n{text}" for title, text in sections if text),
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


def _use(use: Mapping[str, Sequence[str]] | None) -> str:
    if not use:
        return ""
    parts = [("Meant for:", use.get("intended")), ("Not meant for:", use.get("not"))]
    return "\n\n".join(f"{head}\n\n{_list(items)}" for head, items in parts if items)


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
    rows = [
        (
            name,
            _count(each.get("lines")),
            _count(each.get("writers")),
            _rate(each.get("cer")),
            _span(each.get("low"), each.get("high")),
            _rate(each.get("wer")),
        )
        for name, each in sets.items()
    ]
    notes = [f"- {name}: {each['note']}" for name, each in sets.items() if each.get("note")]
    means = (
        "CER and WER are errors per character and per word of the truth, over all lines together, "
        "greedy decoding, upper and lower case told apart; the intervals resample writers, or "
        "lines where writers are unknown."
    )
    return "\n\n".join([_table(_SETS_HEAD, rows), means, *(["\n".join(notes)] if notes else [])])


def _slices(slices: Mapping[str, Sequence[Mapping[str, Any]]] | None) -> str:
    if not slices:
        return ""
    parts = []
    for name, each in slices.items():
        rows = [
            (
                one.get("group", ""),
                one.get("name", ""),
                _count(one.get("images")),
                _count(one.get("characters")),
                _rate(one.get("cer")),
                _span(one.get("low"), one.get("high")),
            )
            for one in each
        ]
        head = ("by", "slice", "images", "characters", "CER", "95 % interval")
        parts.append(f"{name}:\n\n{_table(head, rows)}")
    means = (
        "Writers: the two read best, the middle one and the two read worst; their intervals "
        "resample lines. Slant is measured from the image: leaning left is below -6 degrees from "
        "the vertical, upright up to 12, right up to 27. Length is in characters. An error counts "
        "for the class of the character that is written, or, where none is, of the one read."
    )
    return "\n\n".join([*parts, means])


def _calibration(metrics: Mapping[str, Any]) -> str:
    found = metrics.get("calibration")
    if not found:
        return ""
    rows = [
        (name, *(_rate(value) for level in ("character", "line") for value in each[level]))
        for name, each in found["sets"].items()
    ]
    head = ("set", "characters, raw", "calibrated", "lines, raw", "calibrated")
    parts = [
        "A character's confidence is the probability that it is right, a line's the share of it "
        f"that is read right (1 - CER). Fitted on {found.get('fitted_on', 'data not stated')}. "
        "The expected calibration error, the mean distance between what was claimed and what was "
        "so, in ten bins:",
        _table(head, rows),
    ]
    picture = metrics.get("figures", {}).get("reliability")
    if picture:
        parts.append(f"![Reliability: share right against confidence]({picture})")
    for level, bins in found.get("bins", {}).items():
        cells = [
            (
                f"{one['low']:.1f} to {one['high']:.1f}",
                f"{one['part']:.1%}",
                _rate(one["confidence"]),
                _rate(one["right"]),
            )
            for one in bins
        ]
        parts.append(
            f"{found.get('bins_of', '')}, calibrated, by {level}:\n\n"
            + _table(("confidence", "part of all", "mean confidence", "share right"), cells)
        )
    return "\n\n".join(parts)


def _variants(variants: Sequence[Mapping[str, Any]] | None) -> str:
    if not variants:
        return ""
    rows = []
    for one in variants:
        change = one.get("difference")
        rows.append(
            (
                one["name"],
                one["set"],
                _rate(one.get("cer")),
                _span(one.get("low"), one.get("high")),
                f"{change[0]:+.4f} ({change[1]:+.4f} to {change[2]:+.4f})" if change else "",
                one.get("milliseconds", "not measured"),
            )
        )
    head = ("reader", "set", "CER", "95 % interval", "CER minus greedy's", "CPU ms a line")
    return _table(head, rows) + "\n\nDifferences are paired: both read the same writers."


def _failures(figures: Mapping[str, str] | None) -> str:
    if not figures or "failures" not in figures:
        return ""
    return (
        "The worst lines of the embedded sample's test split, at most two of a hand: rendered "
        "hands that the reader was not trained on.\n\n"
        f"![Lines with what is written and what was read, errors marked]({figures['failures']})"
    )


def _ablations(ablations: Sequence[Mapping[str, Any]] | None) -> str:
    if not ablations:
        return ""
    names = list(dict.fromkeys(name for one in ablations for name in one.get("cer", {})))
    rows = [
        (
            one.get("name", "?"),
            one.get("what", ""),
            _count(one.get("steps")),
            *(_interval(one.get("cer", {}).get(name)) for name in names),
        )
        for one in ablations
    ]
    table = _table(("run", "what differs", "steps", *(f"CER, {name}" for name in names)), rows)
    return (
        f"{table}\n\nShort trainings from scratch, one seed each: the intervals are over writers, "
        "and differences within them are not decided. So few steps favour what is easy to learn; "
        "what distortions and variety bring in a long training, they cannot show."
    )


def _pairs(pairs: Mapping[str, Any] | None) -> str:
    if not pairs:
        return "Not measured."
    return "\n".join(f"- {what}: {value}" for what, value in pairs.items())


def _list(items: Sequence[str] | None) -> str:
    return "\n".join(f"- {item}" for item in items or ())


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _count(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else "not stated"


def _rate(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, (int, float)) else "not measured"


def _span(low: Any, high: Any) -> str:
    known = isinstance(low, (int, float)) and isinstance(high, (int, float))
    return f"{low:.3f} to {high:.3f}" if known else "not measured"


def _interval(values: Any) -> str:
    if not values:
        return ""
    return f"{values[0]:.3f} ({values[1]:.3f} to {values[2]:.3f})"
