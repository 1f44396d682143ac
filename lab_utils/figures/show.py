"""Put a figure on the page: small, with alt text, and with one line of facts."""

from __future__ import annotations

import base64
import io
import math
import sys
from typing import TYPE_CHECKING, Any

from lab_utils.figures.style import COLORS, DPI, INK, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from PIL.Image import Image as PILImage

__all__ = ["MAX_BYTES", "describe", "render", "show"]

#: The largest picture that a stored notebook may hold.
MAX_BYTES = 60_000


def show(figure: Figure, *, alt: str, facts: str | None = None) -> None:
    """Show a figure and print one line of facts about it.

    Args:
        figure: What a helper of `lab_utils.figures` or `figures.plot` made.
        alt: What the picture shows, in one sentence, for those who cannot see it: 20 to 300
            characters.
        facts: The line to print; worked out from the axes unless given. Give it when the numbers
            would differ from machine to machine.

    Raises:
        ValueError: The alt text is too short or too long, or the picture too large.
    """
    text = " ".join(alt.split())
    if not 20 <= len(text) <= 300:
        raise ValueError(
            f"Alt text is one sentence of 20 to 300 characters, got {len(text)}: {text!r}. Say "
            "what the picture shows, not how it was made."
        )
    line = facts or describe(figure)
    content = render(figure)
    module = sys.modules.get("IPython")
    if module is not None and module.get_ipython() is not None:
        from IPython.display import display

        data = {"image/png": base64.b64encode(content).decode("ascii"), "text/plain": text}
        display(data, metadata={"image/png": {"alt": text}}, raw=True)
    print(line)


def render(figure: Figure, limit: int = MAX_BYTES) -> bytes:
    """Draw a figure as a PNG of at most `limit` bytes.

    Args:
        figure: A matplotlib figure.
        limit: Bytes; where the full picture is larger, its colours and then its size are
            reduced.

    Returns:
        The PNG file, the same for the same figure.

    Raises:
        ValueError: That is not enough: it takes more room still.
    """
    from PIL import Image

    stream = io.BytesIO()
    with style():
        figure.savefig(stream, format="png", dpi=DPI, metadata={"Software": None})
    content = stream.getvalue()
    if len(content) <= limit:
        return content
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    for scale, colors in ((1.0, 240), (1.0, 64), (1.0, 20), (1.0, 10), (0.85, 16), (0.7, 20)):
        size = (round(picture.width * scale), round(picture.height * scale))
        smaller = picture if scale == 1.0 else picture.resize(size, Image.Resampling.LANCZOS)
        stream = io.BytesIO()
        _few_colors(smaller, colors).save(stream, format="png", optimize=True)
        content = stream.getvalue()
        if len(content) <= limit:
            return content
    raise ValueError(
        f"A picture in a lab takes at most {limit} bytes, this one takes {len(content)}. Make it "
        "smaller or show fewer lines."
    )


def _few_colors(picture: PILImage, colors: int) -> PILImage:
    """Reduce a picture to its commonest colours and those of the style, which may be rare in it."""
    import numpy as np
    from PIL import Image

    common = picture.quantize(colors, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    values = np.array(common.getpalette() or [], dtype=np.int32)[: 3 * colors].reshape(-1, 3)
    style_colors = [
        [round(255 + (int(color[at : at + 2], 16) - 255) * share) for at in (1, 3, 5)]
        for color in ("#ffffff", INK, *COLORS.values())
        for share in (1.0, 0.5)
    ]
    palette = np.concatenate([style_colors, values])[:256]
    # Pillow's own mapping to a palette is approximate: white paper would turn grey.
    pixels = np.asarray(picture, dtype=np.int32)
    packed = (pixels[..., 0] << 16) | (pixels[..., 1] << 8) | pixels[..., 2]
    seen, places = np.unique(packed, return_inverse=True)
    parts = np.stack([seen >> 16, (seen >> 8) & 255, seen & 255], axis=1)
    nearest = np.zeros(len(seen), dtype=np.uint8)
    for start in range(0, len(seen), 4096):
        gaps = parts[start : start + 4096, None] - palette
        nearest[start : start + 4096] = (gaps**2).sum(axis=2).argmin(axis=1)
    few = Image.fromarray(nearest[places].reshape(packed.shape))
    few.putpalette(palette.astype(np.uint8).ravel().tolist())
    return few


def describe(figure: Figure) -> str:
    """Say in one line what a figure holds.

    Args:
        figure: A matplotlib figure. The helpers leave the line in its label.

    Returns:
        For each axes its title, labels, ranges to two digits, and how much is drawn.
    """
    label = str(figure.get_label())
    if label:
        return f"Figure: {label}"
    parts = [_describe_axes(axes) for axes in figure.axes if axes.get_label() != "<colorbar>"]
    return "Figure: " + "; ".join(parts or ["nothing drawn"])


def number(value: float) -> str:
    """Write a number to two digits, so that the last bit of a float does not change the text."""
    if not math.isfinite(value):
        return str(value)
    if value == 0 or abs(value) < 1e-12:
        return "0"
    digits = 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    return f"{rounded:.0f}" if digits <= 0 else f"{rounded:g}"


def _describe_axes(axes: Axes) -> str:
    title = axes.get_title(loc="left") or axes.get_title()
    parts = [f'"{title}"'] if title else []
    parts += [_describe_range(axes, "x"), _describe_range(axes, "y")]
    drawn = [
        ("curve", len(axes.get_lines())),
        ("group of bars", len(axes.containers)),
        ("set of points", sum(_is_points(item) for item in axes.collections)),
        ("image", len(axes.get_images())),
    ]
    parts += [f"{count} {_plural(name, count)}" for name, count in drawn if count]
    return ", ".join(part for part in parts if part)


def _describe_range(axes: Axes, which: str) -> str:
    name = axes.get_xlabel() if which == "x" else axes.get_ylabel()
    if axes.get_images() and not name:
        return ""
    box = axes.dataLim
    low, high = (box.x0, box.x1) if which == "x" else (box.y0, box.y1)
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{which} {name}".strip()
    return f"{which} {name} {number(low)} to {number(high)}".replace("  ", " ")


def _is_points(collection: Any) -> bool:
    return type(collection).__name__ == "PathCollection"


def _plural(name: str, count: int) -> str:
    if count == 1:
        return name
    head, *rest = name.split(" ", 1)
    return " ".join([f"{head}s", *rest])
