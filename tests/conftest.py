"""What tests of several folders need: a tiny bundle with random weights, and drawn pages."""

from __future__ import annotations

import shutil

import cv2
import numpy as np
import pytest
from hypothesis import settings

# Property tests repeat themselves, and are not timed: the machine may be busy.
settings.register_profile("course", deadline=None, derandomize=True, database=None)
# A tenth of the tries: for the bug bench, which runs whole files on each planted fault.
settings.register_profile("quick", settings.get_profile("course"), max_examples=10)
settings.load_profile("course")


def draw_page(texts, *, width=700, pitch=60):
    """A page of black writing on white, uint8 (H, W), one line per text."""
    page = np.full((pitch * (len(texts) + 1), width), 255, np.uint8)
    for row, text in enumerate(texts, start=1):
        cv2.putText(page, text, (20, row * pitch), cv2.FONT_HERSHEY_SCRIPT_COMPLEX, 1.0, 0, 2)
    return page


@pytest.fixture(scope="session")
def page():
    """Three lines of drawn writing, uint8 (H, W)."""
    return draw_page(["A small brown fox", "jumped over 27 dogs,", "and slept."])


@pytest.fixture(scope="session")
def line():
    """One line of drawn writing, uint8 (H, W)."""
    return draw_page(["The parcel came on Tuesday."])


@pytest.fixture(scope="session")
def toy_data(tmp_path_factory):
    """A data folder with a sample of eight lines a split and three fonts, all of one design.

    Tests must not change it.
    """
    from tests.hands import install_fonts, install_sample

    folder = tmp_path_factory.mktemp("toy-data")
    install_sample(folder, install_fonts(folder)[0])
    return folder


@pytest.fixture(scope="session")
def tiny_model():
    """A very small network with random weights and its settings."""
    torch = pytest.importorskip("torch")
    from text_recognizer.models import LineModelConfig, build_model

    config = LineModelConfig(channels=(4, 4, 8), features=16, dilations=(1,), dropout=0.0)
    with torch.random.fork_rng():
        torch.manual_seed(3)
        model = build_model(config, 96).eval()
        # Clear winners in every frame: rounding cannot change the text.
        model.head.weight.data *= 40
    return model, config


@pytest.fixture(scope="session")
def tiny_bundle(tiny_model, tmp_path_factory):
    """The folder of a bundle of the tiny network; tests must not change it."""
    from text_recognizer.core import Charset
    from text_recognizer.data.preprocess import Preprocess
    from text_recognizer.reading import export_bundle

    folder = tmp_path_factory.mktemp("bundle") / "tiny"
    metrics = {"sets": {"drawn lines": {"cer": 0.5, "low": 0.4, "high": 0.625, "lines": 12}}}
    export_bundle(*tiny_model, Charset.english(), Preprocess(), folder, metrics)
    return folder


@pytest.fixture
def own_bundle(tiny_bundle, tmp_path):
    """A copy of the tiny bundle that a test may damage."""
    return shutil.copytree(tiny_bundle, tmp_path / "own")
