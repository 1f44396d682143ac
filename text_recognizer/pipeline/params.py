"""What ``data/params.yaml`` says to the stages of the pipeline."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import ConfigError, require
from text_recognizer.data.manifest import SPLITS


@dataclass(frozen=True, kw_only=True)
class ValidateParams:
    """Limits that the sample is held against.

    Attributes:
        per_character: times that every letter and digit occurs in the training lines, at least.
        slack: px that the middle of a character may lie outside of its picture; that of a slanting
            apostrophe does, by up to 8.
        cut_off: share of lines, 0 to 1, of which a character lies farther outside, at most.
        darkest: mean ink of a line, 0 to 1, at most; more is a picture that is black.
        faintest: the difference between a line's paper and its darkest ink, 0 to 1, at least; less
            is a picture of nothing.

    Raises:
        ConfigError: if a value is out of its range.
    """

    per_character: int = 1
    slack: float = 12.0
    cut_off: float = 0.001
    darkest: float = 0.6
    faintest: float = 0.1

    def __post_init__(self) -> None:
        """Check the values at birth."""
        for name in ("per_character", "slack"):
            if getattr(self, name) < 0:
                raise ConfigError(f"{name} is at least 0; received {getattr(self, name)}")
        for name in ("cut_off", "darkest", "faintest"):
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"{name} is from 0 to 1; received {getattr(self, name)}")


@dataclass(frozen=True, kw_only=True)
class TrainParams:
    """What is trained.

    Attributes:
        preset: tiny, laptop, refine or gpu, see ``text_recognizer.training.config``.
        seed: decides data order and weights, from 0.
        real: folder of labelled real lines to mix in; empty for none.
        settings: changes to the preset, such as ``{"steps": 20}`` or ``{"model.features": 64}``;
            a mapping within it is the same as a name with a dot.

    Raises:
        ConfigError: if a value is out of its range.
    """

    preset: str = "tiny"
    seed: int = 0
    real: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the values at birth; presets and settings are checked where they are used."""
        if self.seed < 0:
            raise ConfigError(f"seed is at least 0; received {self.seed}")
        if not isinstance(self.settings, Mapping):
            raise ConfigError(
                f"settings maps names to values, such as {{steps: 20}}; received {self.settings!r}"
            )


@dataclass(frozen=True, kw_only=True)
class EvaluateParams:
    """What the bundle is measured on.

    Attributes:
        split: of the embedded sample.
        limit: at most so many lines, evenly spread; all where None.

    Raises:
        ConfigError: if a value is out of its range.
    """

    split: str = "test"
    limit: int | None = None

    def __post_init__(self) -> None:
        """Check the values at birth."""
        if self.split not in SPLITS:
            raise ConfigError(f"split is one of {', '.join(SPLITS)}; received {self.split!r}")
        if self.limit is not None and self.limit < 1:
            raise ConfigError(f"limit is at least 1, or null for all; received {self.limit}")


@dataclass(frozen=True, kw_only=True)
class Params:
    """The sections of ``data/params.yaml`` that the pipeline's own stages read.

    Attributes:
        validate: of the stage of that name, as are the others.
        train: what is trained.
        evaluate: what is measured.

    Example:
        >>> Params().train.preset
        'tiny'
    """

    validate: ValidateParams = field(default_factory=ValidateParams)
    train: TrainParams = field(default_factory=TrainParams)
    evaluate: EvaluateParams = field(default_factory=EvaluateParams)

    @classmethod
    def read(cls, path: Path) -> Params:
        """The sections of a YAML file; an absent section has its default values.

        Args:
            path: the file, such as ``data/params.yaml``.

        Raises:
            ConfigError: if the file cannot be read, or a section has an unknown key.
        """
        yaml = require("yaml", extra="data")
        kinds = {"validate": ValidateParams, "train": TrainParams, "evaluate": EvaluateParams}
        try:
            table = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            return cls(**{name: kind(**table.get(name, {})) for name, kind in kinds.items()})
        except ConfigError as error:
            raise ConfigError(f"{path}: {error}") from error
        except (OSError, AttributeError, TypeError, ValueError, yaml.YAMLError) as error:
            known = "; ".join(
                f"{name}: {', '.join(each.name for each in dataclasses.fields(kind))}"
                for name, kind in kinds.items()
            )
            raise ConfigError(
                f"the parameters are YAML with sections of known keys; {path}: {error}; "
                f"the keys are {known}"
            ) from error
