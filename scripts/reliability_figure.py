"""The reliability diagram of the card: what was claimed against what was so, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lab_utils.figures.style import COLORS, PALE, plot


def draw_reliability(found: Mapping[str, Any], path: Path) -> None:
    """Draw both levels side by side.

    Args:
        found: From ``testing.report.calibration_entry``.
        path: PNG file to write.
    """
    figure, panels = plot(1, 2, height=3.7, width=7.6)
    levels = {"character": "Characters", "line": "Lines"}
    for axes, (level, title) in zip(panels, levels.items(), strict=True):
        axes.plot([0, 1], [0, 1], color=PALE, lw=1, ls=(0, (4, 3)), zorder=1)
        before, after = found["sets"][found["bins_of"]][level]
        curves = (
            ("bins_before", COLORS["orange"], "s", f"raw, error {before:.3f}"),
            ("bins", COLORS["blue"], "o", f"calibrated, error {after:.3f}"),
        )
        for key, color, marker, label in curves:
            bins = found[key][level]
            claimed, right = ([one[name] for one in bins] for name in ("confidence", "right"))
            axes.plot(claimed, right, color=color, lw=1.2, label=label, zorder=2)
            # The area of a point is the part of all that its bin holds.
            sizes = [14 + 130 * one["part"] for one in bins]
            face = "white" if key == "bins_before" else color
            axes.scatter(
                claimed, right, s=sizes, facecolor=face, edgecolor=color, marker=marker, zorder=3
            )
        axes.set(xlim=(0, 1.03), ylim=(0, 1.03), aspect="equal", title=title)
        axes.set(xlabel="confidence", ylabel="share right" if level == "character" else "1 - CER")
        axes.legend(loc="upper left", handlelength=1.4)
    figure.savefig(path, metadata={"Software": None})
