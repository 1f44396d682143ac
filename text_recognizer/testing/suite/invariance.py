"""Properties: what must stay as it is, whatever the lines are."""

from __future__ import annotations

import numpy as np

from text_recognizer.core.checks import CheckResult
from text_recognizer.testing.suite.material import golden_lines, judged, short_lines

__all__ = ["check_company", "check_ink_turned", "check_padding", "check_round_trips"]


def check_round_trips(seed: int) -> CheckResult:
    """Whether texts survive ids and paths: decode(collapse(expand(encode(text)))) is the text.

    Args:
        seed: Draws 200 texts with doubled letters.
    """
    from text_recognizer.core.charset import Charset
    from text_recognizer.reading.ctc import collapse, expand

    rng, charset = np.random.default_rng(seed), Charset.english()
    broken = 0
    for _ in range(200):
        drawn = rng.choice(list(charset.characters), size=int(rng.integers(1, 12)))
        text = "".join(np.repeat(drawn, rng.integers(1, 3, len(drawn))))
        path = expand(charset.encode(text), repeats=int(rng.integers(1, 4)))
        broken += charset.decode(collapse(path)) != text
    return judged("round trips", broken, 0, "texts of 200 that came back changed")


def check_company(seed: int) -> CheckResult:
    """Whether a line is read the same alone and in company, in any order.

    Args:
        seed: Chooses the lines and their order.
    """
    from text_recognizer.data.preprocess import Preprocess
    from text_recognizer.data.sample import load_lines
    from text_recognizer.reading.backends import make_backend, run_lines
    from text_recognizer.reading.bundle import Bundle

    prepare, backend = Preprocess(), make_backend("torch", Bundle.load())
    # Short and long in turn, so that the company decides how far a line is padded.
    lines = [prepare(line.image) for line in load_lines("val", 4, seed)]
    lines = [ink[:, : (90 if place % 2 else 310)] for place, ink in enumerate(lines)]
    order = np.random.default_rng(seed).permutation(len(lines))
    together = run_lines(backend, [lines[place] for place in order])
    apart = 0.0
    for place, lattice in zip(order, together, strict=True):
        alone = run_lines(backend, [lines[place]])[0]
        same = alone.shape == lattice.shape
        apart = max(apart, float(np.abs(np.exp(alone) - np.exp(lattice)).max()) if same else 1.0)
    return judged("company", apart, 0.02, "largest change of a probability")


def check_padding(seed: int) -> CheckResult:
    """Whether paper to the right of a batch leaves its loss alone.

    Args:
        seed: Decides lines and lattice.
    """
    import torch

    from text_recognizer.core.charset import Charset
    from text_recognizer.data.datasets import collate
    from text_recognizer.training.lit_recognizer import ctc_loss

    batch = collate(short_lines(4, seed=seed), Charset.english())
    draw = torch.Generator().manual_seed(seed)
    frames = batch.images.shape[3] // 4
    scores = torch.randn(4, frames + 24, len(Charset.english()), generator=draw).double()
    wide = torch.log_softmax(scores, dim=2)
    apart = abs(float(ctc_loss(wide, batch)) - float(ctc_loss(wide[:, :frames], batch)))
    return judged("padding", apart, 1e-6, "difference of the loss per character")


def check_ink_turned(seed: int) -> CheckResult:
    """Whether light writing on dark paper gives the ink of dark writing on light paper.

    Args:
        seed: Not used: the lines are the golden ones.
    """
    from text_recognizer.data.preprocess import Preprocess

    prepare, apart = Preprocess(), 0.0
    for line in golden_lines(3):
        grey = line.image.pixels
        one, two = prepare(grey), prepare(255 - grey)
        apart = max(apart, float(np.abs(one - two).mean()) if one.shape == two.shape else 1.0)
    return judged(
        "ink turned", apart, 0.02, "mean difference of ink, of a picture and its negative"
    )
