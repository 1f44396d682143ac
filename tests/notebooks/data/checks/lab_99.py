"""The checks of the sample lab."""

from __future__ import annotations

from lab_utils.exercises import Case, Exercise

EXERCISES = (
    Exercise(
        id="99-collapse",
        title="Collapse a path",
        answer="collapse",
        stars=1,
        hint="Merge equal neighbours before you drop the blanks.",
        lesson="Without the blank a reader could never write a double letter.",
        cases=(
            Case(args=([1, 1, 0, 1],), expected=[1, 1], hint="A blank keeps two letters apart."),
            Case(args=([],), expected=[]),
            Case(args=([0, 2, 2, 0, 3],), expected=[2, 3]),
        ),
    ),
    Exercise(
        id="99-blank",
        title="Name the blank",
        answer="blank",
        stars=1,
        hint="It is the class that stands for no character.",
        lesson="Everyone who decodes must agree on it.",
        cases=(Case(expected=0),),
    ),
)
