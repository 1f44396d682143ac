"""Two small readers that differ in one thing: whether their training lines were varied.

Both see text of one source in the same typefaces for the same number of steps. One is trained as
the shipped reader is: hands that lean and wobble, lines that are distorted anew at every use. The
other sees upright, even, level hands and no distortion. A behavioural test of slant must tell them
apart; one that does not is no test of slant.
"""

from __future__ import annotations

import logging
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from text_recognizer.core.charset import Charset
from text_recognizer.core.errors import ConfigError
from text_recognizer.data.augment import Augment
from text_recognizer.reading.bundle import Bundle
from text_recognizer.sources.render import RenderedLine, Renderer
from text_recognizer.sources.style import Style, draw_style
from text_recognizer.testing.behaviour.augmentation import CONDITIONS

if TYPE_CHECKING:
    from text_recognizer.training.config import TrainConfig

#: Steps of each training and lines of a step.
STEPS, BATCH_SIZE = 3_500, 16
#: Sizes of the network: 415,000 weights.
CHANNELS, FEATURES, DILATIONS = (16, 32, 64), 128, (1, 1, 2, 4)
#: Characters of the longest line, and uses of a rendered line: both save time.
LONGEST_TEXT, REPEATS = 32, 6


class SteadyRenderer(Renderer):
    """Renders hands that stand upright, run level and write each letter alike.

    Pen, paper and light vary as usual, so that only the movement of the hand is left out.
    """

    def line(
        self, text: str, *, seed: int, family: Any = None, style: Style | None = None
    ) -> RenderedLine:
        """One line; arguments as in ``Renderer.line``."""
        return super().line(text, seed=seed, family=family, style=style or steady_style(seed))


def steady_style(seed: int) -> Style:
    """The usual style of a seed, without what a hand does unevenly.

    Args:
        seed: decides pen, paper and light.

    Example:
        >>> steady_style(3).slant, steady_style(3).jitter
        (0, 0)
    """
    usual = draw_style(np.random.default_rng([seed, 1]))
    return replace(
        usual, slant=0, jitter=0, drift=0, slope=0, fade=0, bars=0, stretch=1, x_height=1
    )


def pair_config(condition: str, folder: Path, *, steps: int = STEPS, seed: int = 0) -> TrainConfig:
    """The settings of one of the two trainings.

    Args:
        condition: ``"with"`` or ``"without"``.
        folder: Where checkpoints and the bundle go.
        steps: Of the optimiser, at least 1.
        seed: Decides weights, text and pictures.

    Raises:
        ConfigError: For another condition, or a setting out of its range.
    """
    from text_recognizer.training.config import TrainConfig

    if condition not in CONDITIONS:
        raise ConfigError(f"a condition is one of {CONDITIONS}; received {condition!r}; choose one")
    usual = TrainConfig()
    still = Augment(**dict.fromkeys(vars(Augment()), 0.0))
    return replace(
        usual,
        out=str(folder),
        seed=seed,
        steps=steps,
        batch_size=BATCH_SIZE,
        longest_text=LONGEST_TEXT,
        repeats=REPEATS,
        validate_every=min(500, steps),
        augment=usual.augment if condition == "with" else still,
        accelerator="cpu",
        model=replace(usual.model, channels=CHANNELS, features=FEATURES, dilations=DILATIONS),
    )


def train_condition(
    condition: str, folder: Path, *, steps: int = STEPS, seed: int = 0, threads: int = 1
) -> Bundle:
    """Train one of the two readers and write its bundle, int8 form included.

    Args:
        condition: ``"with"`` or ``"without"``.
        folder: Where checkpoints and the bundle go.
        steps: Of the optimiser, at least 1.
        seed: Decides weights, text and pictures.
        threads: Threads of torch.

    Returns:
        The bundle; a quarter of an hour on one busy core for 3,500 steps.

    Raises:
        ConfigError: For another condition.
        DataError: If no fonts are installed (``make fonts``).
        MissingExtraError: If a package for training or export is not installed.
    """
    config = pair_config(condition, folder, steps=steps, seed=seed)
    import torch

    from text_recognizer.reading.export import export_bundle
    from text_recognizer.training.lit_recognizer import LitRecognizer
    from text_recognizer.training.processes import make_trainer
    from text_recognizer.training.run import precision

    # Lightning's hints are nothing a learner can act on.
    for name in ("lightning_fabric", "pytorch_lightning"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="pytorch_lightning")
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    charset = Charset.english()
    module = LitRecognizer(config, charset)
    data = _data(config, charset, steady=condition == "without")
    module.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    trainer = make_trainer(
        config,
        precision=precision(config),
        max_steps=steps,
        gradient_clip_val=config.clip,
        val_check_interval=config.validate_every,
        check_val_every_n_epoch=None,
        num_sanity_val_steps=0,
        logger=False,
        default_root_dir=folder,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(module, data)
    measured = {
        "validation": {"cer": module.last_cer, "lines": module.validation_lines},
        "augmentation": condition,
        "steps": steps,
    }
    return export_bundle(
        module.eval().model, config.model, charset, config.preprocess, folder, measured, int8=True
    )


def _data(config: TrainConfig, charset: Charset, *, steady: bool) -> Any:
    """Lines to train and to validate on; both readers are validated on the same usual hands."""
    from text_recognizer.data.datamodule import LineDataModule, rendered_lines
    from text_recognizer.data.datasets import LineStream
    from text_recognizer.sources.text import TextSource

    source = TextSource(longest=config.longest_text)
    renderer, validation = rendered_lines(config.preprocess, source)
    stream = LineStream(
        charset=charset,
        preprocess=config.preprocess,
        renderer=SteadyRenderer(renderer.families) if steady else renderer,
        source=source,
        strength=config.augment,
        batch_size=config.batch_size,
        seed=config.seed,
        repeats=config.repeats,
    )
    return LineDataModule(stream, validation, charset, workers=0)
