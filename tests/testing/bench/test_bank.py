"""The bank: every patch applies once and leaves a module that can be imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from text_recognizer.testing.bench.patches import FAMILIES, Patch, Variant, load_bank
from text_recognizer.testing.bench.run import check_applies

BANK = load_bank()
#: Imports each patched module in a forked process of its own; prints those that fail.
IMPORTS = """
import json, os, sys, importlib
import numpy, cv2, torch, pytorch_lightning
from text_recognizer.testing.bench.importing import forget, install
from text_recognizer.testing.bench.patches import Patch
failed = []
for fields in json.load(sys.stdin):
    patch = Patch(**fields)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            forget()
            install(patch)
            importlib.import_module(patch.module)
            code = 0
        finally:
            os._exit(code)
    if os.waitpid(child, 0)[1]:
        failed.append(patch.name)
print(json.dumps(failed))
"""


def test_there_are_enough_of_each_kind():
    kinds = Counter("harmless" if not p.faulty else "hidden" if p.hidden else "open" for p in BANK)
    assert kinds["open"] >= 30, "recall needs some tens of faults to mean anything"
    assert kinds["hidden"] >= 6, "the exercise needs faults that nobody has seen"
    assert kinds["harmless"] >= 6, "false alarms come from harmless changes as well"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_faults(family):
    assert sum(patch.family == family and patch.faulty for patch in BANK) >= 3


@pytest.mark.parametrize("patch", BANK, ids=lambda patch: patch.name)
def test_a_patch_applies_to_the_present_source(patch):
    check_applies(Variant(patch=patch))


@pytest.mark.parametrize("patch", BANK, ids=lambda patch: patch.name)
def test_a_patch_is_small(patch):
    assert patch.after.count("\n") - patch.before.count("\n") <= 12
    assert len(patch.story) > 30, "a story says how it comes about"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process for each patch is forked")
def test_every_patched_module_can_be_imported():
    """A fault that breaks an import is found by any test at all, and says nothing about a suite."""
    bank = json.dumps([{name: getattr(each, name) for name in vars(each)} for each in BANK])
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS], input=bank, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def test_a_patch_that_breaks_an_import_would_be_noticed():
    broken = Patch(
        name="broken",
        family="ctc",
        module="text_recognizer.reading.ctc",
        before="BLANK = 0\n",
        after="BLANK = nothing\n",
        story="A name that does not exist, to see that the test above can fail.",
    )
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS.replace("import numpy, cv2, torch, pytorch_lightning", "")],
        input=json.dumps([vars(broken)]),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert json.loads(done.stdout) == ["broken"]
