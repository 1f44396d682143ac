"""Settings changed from the command line: ``name=value`` onto a preset, checked against types."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence

from text_recognizer.core.errors import ConfigError
from text_recognizer.training.config import TrainConfig


def override(config: TrainConfig, changes: Sequence[str]) -> TrainConfig:
    """A copy of the settings with some changed.

    Args:
        config: the settings to start from.
        changes: such as ``"steps=500"`` or ``"model.features=128"``.

    Raises:
        ConfigError: if a change has no ``=``, names no setting, or its value does not fit.

    Example:
        >>> override(TrainConfig(), ["steps=5", "model.features=32"]).model.features
        32
    """
    if not changes:
        return config
    from jsonargparse import ArgumentError, ArgumentParser

    for change in changes:
        if not change.partition("=")[0].strip("- ") or "=" not in change:
            raise ConfigError(f"a setting is changed by name=value, got {change!r}; try steps=500")
    parser = ArgumentParser(exit_on_error=False, allow_abbrev=False)
    parser.add_argument("--config", type=TrainConfig, default=config)
    # jsonargparse 4.49 renamed it.
    instantiate = getattr(parser, "instantiate", None) or parser.instantiate_classes
    words = [f"--config.{change.lstrip('-')}" for change in changes]
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            parsed = instantiate(parser.parse_args(words))
    except ConfigError:
        raise
    except (ArgumentError, ValueError, TypeError, AttributeError) as error:
        known = ", ".join(sorted(vars(config)))
        reason = " ".join(str(error).split())[:300]
        raise ConfigError(f"cannot set {list(changes)}: {reason}; settings: {known}") from error
    changed: TrainConfig = parsed.config
    return changed
