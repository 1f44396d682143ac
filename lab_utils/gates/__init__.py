"""Static gates: what can be said about a stored notebook without running it, in seconds."""

from __future__ import annotations

from lab_utils.gates.base import Finding, Subject
from lab_utils.gates.run import GATES, check_notebook, findings_of, report

__all__ = ["GATES", "Finding", "Subject", "check_notebook", "findings_of", "report"]
