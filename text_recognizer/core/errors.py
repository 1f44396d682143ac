"""The exception tree: catch ``TextRecognizerError`` and you have caught them all.

::

    TextRecognizerError
    ├── InputError (also ValueError)     a value handed in is not acceptable
    │   ├── ImageError                   not an image, or not one that can be read
    │   ├── CharsetError                 text or ids outside the charset
    │   └── ConfigError                  a setting out of its range
    ├── DataError                        something stored or fetched is not as it should be
    │   ├── ManifestError                a table of samples, or its checksums
    │   ├── DownloadError                a file that could not be fetched or verified
    │   └── ParseError                   a file in a known format that breaks the format
    ├── BundleError                      a bundle of weights that is damaged or does not match
    └── MissingExtraError (also ImportError)   an optional package is not installed

Every message states the rule, the value received and the cure, in that order.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType


class TextRecognizerError(Exception):
    """Base of all errors that this package raises on purpose."""


class InputError(TextRecognizerError, ValueError):
    """A value handed in by the caller breaks a rule."""


class ImageError(InputError):
    """The input is not an image, or not one that can be read safely."""


class CharsetError(InputError):
    """Text or ids lie outside the charset, or the charset itself is ill-formed."""


class ConfigError(InputError):
    """A setting is out of its range or contradicts another."""


class DataError(TextRecognizerError):
    """Stored or fetched data is not as it should be."""


class ManifestError(DataError):
    """A table of samples is ill-formed, leaks between splits or fails its checksum."""


class DownloadError(DataError):
    """A file could not be fetched, or what came differs from its checksum."""


class ParseError(DataError):
    """A file breaks the format it claims to have."""


class BundleError(TextRecognizerError):
    """A bundle of weights is missing, damaged, or its parts do not belong together."""


class MissingExtraError(TextRecognizerError, ImportError):
    """An optional package is not installed; the message names the extra to install."""


def require(module: str, *, extra: str) -> ModuleType:
    """Import an optional module, or say which extra brings it.

    Args:
        module: Dotted module name, such as ``"onnxruntime"``.
        extra: Name of the extra in ``pyproject.toml`` that installs it.

    Returns:
        The imported module.

    Raises:
        MissingExtraError: If the module, or something it imports, is not installed.

    Example:
        >>> require("json", extra="none").dumps([1])
        '[1]'
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"{module} is needed here but cannot be imported ({error}); "
            f'install it with: pip install "text-recognizer[{extra}]"'
        ) from error
