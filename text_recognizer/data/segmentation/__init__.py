"""From a page to its lines: rules and furniture away, ridges of ink traced, strokes assigned.

Classical and without weights. ``find_lines`` is what others call; ``score_lines`` counts lines lost
and merged.
"""

from __future__ import annotations

from text_recognizer.data.segmentation.line_counts import LineCounts, score_lines
from text_recognizer.data.segmentation.lines import Line, LineMap, find_lines, map_lines

__all__ = ["Line", "LineCounts", "LineMap", "find_lines", "map_lines", "score_lines"]
