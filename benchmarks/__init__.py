"""Speed and memory of the reader, beside other readers where they are installed.

Run ``make bench``, or ``python -m benchmarks --help``. Figures are CPU seconds and ratios, measured
in fresh processes in one run, because wall-clock times of a shared machine tell about its other
users. Budgets are printed with pass or fail; nothing here is part of ``make test``.
"""

from __future__ import annotations

__all__: list[str] = []
