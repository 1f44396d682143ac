"""Pictures for the labs, all in one style, each with words beside it.

A helper makes a figure, and `show` is the one way to put it on the page:

    figures.show(figures.lines(images, readings), alt="Six lines with what the reader read")

Every picture is at most 60 kB, carries its alt text, and prints one line of facts, which is what
the tests compare and what a screen reader speaks.
"""

from __future__ import annotations

from lab_utils.figures.diff import diff
from lab_utils.figures.edits import edits
from lab_utils.figures.heatmap import heatmap
from lab_utils.figures.lattice import lattice
from lab_utils.figures.matrix import matrix
from lab_utils.figures.readings import image, lines, page
from lab_utils.figures.show import show
from lab_utils.figures.style import COLORS, plot
from lab_utils.figures.table import table

__all__ = [
    "COLORS",
    "diff",
    "edits",
    "heatmap",
    "image",
    "lattice",
    "lines",
    "matrix",
    "page",
    "plot",
    "show",
    "table",
]
