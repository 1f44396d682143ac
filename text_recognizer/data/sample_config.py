"""What the embedded sample consists of: the section ``sample`` of ``data/params.yaml``."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from text_recognizer.core.errors import ConfigError, require
from text_recognizer.data.manifest import SPLITS


@dataclass(frozen=True, kw_only=True)
class SampleConfig:
    """What the embedded sample consists of.

    Args:
        seed: Decides texts, families' order and pictures.
        lines: Lines by split.
        paragraphs: Paragraphs by split.
        longest: Longest line, in characters.
        height: Tallest line, px; taller ones are scaled down to it.
        width: Widest paragraph, px; wider ones are scaled down to it.
        levels: Grey levels kept, 2 to 16, or 256.
        noise: Strongest grain of the paper, in grey levels; grain costs the most bytes.

    Raises:
        ConfigError: If a value is out of its range.
    """

    seed: int = 0
    lines: Mapping[str, int] = dataclasses.field(default_factory=dict)
    paragraphs: Mapping[str, int] = dataclasses.field(default_factory=dict)
    longest: int = 48
    height: int = 64
    width: int = 720
    levels: int = 16
    noise: float = 2.0

    def __post_init__(self) -> None:
        """Check the values at birth."""
        for key in ("lines", "paragraphs"):
            counts = getattr(self, key)
            if set(counts) - set(SPLITS) or any(count < 0 for count in counts.values()):
                raise ConfigError(
                    f"{key} gives a number from 0 for each of {', '.join(SPLITS)}; "
                    f"received {dict(counts)}"
                )
        for key, low in (("seed", 0), ("longest", 8), ("height", 16), ("width", 64), ("noise", 0)):
            if getattr(self, key) < low:
                raise ConfigError(f"{key} is at least {low}; received {getattr(self, key)}")
        if self.levels != 256 and not 2 <= self.levels <= 16:
            raise ConfigError(f"levels is 2 to 16, or 256; received {self.levels}")

    @classmethod
    def read(cls, path: Path) -> SampleConfig:
        """The section ``sample`` of a YAML file of parameters.

        Raises:
            ConfigError: If the file or the section cannot be read, or a key is unknown.
        """
        yaml = require("yaml", extra="data")
        try:
            section = yaml.safe_load(path.read_text(encoding="utf-8"))["sample"]
            return cls(**section)
        except ConfigError:
            raise
        except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
            raise ConfigError(
                f"the parameters are YAML with a section 'sample' of known keys; {path}: {error}; "
                f"the keys are {', '.join(f.name for f in dataclasses.fields(cls))}"
            ) from error
