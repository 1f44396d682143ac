"""A training of a few steps on a toy sample, run once and looked at by many tests."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def toy_data(tmp_path_factory):
    """A data folder with a sample of eight lines a split and three fonts, all of one design."""
    from tests.hands import install_fonts, install_sample

    folder = tmp_path_factory.mktemp("toy-data")
    install_sample(folder, install_fonts(folder)[0])
    return folder


@pytest.fixture(autouse=True)
def _toy_data(toy_data, monkeypatch):
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA", str(toy_data))
