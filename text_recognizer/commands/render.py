"""``text-recognizer render TEXT``: a picture of handwriting that says TEXT."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments.

    Args:
        parser: The command's own parser.
    """
    parser.add_argument("text", metavar="TEXT", help="what to write; a line feed starts a new line")
    parser.add_argument(
        "--out", default="rendered.png", metavar="FILE", help="the picture to write"
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="another seed, another hand (default: 0)"
    )
    parser.add_argument("--family", metavar="NAME", help="a font family, such as caveat")


def run(args: argparse.Namespace) -> int:
    """Render a line, or a page if the text has several lines.

    Args:
        args: The parsed arguments.

    Returns:
        0.

    Raises:
        DataError: If no fonts are installed.
        InputError: If the text cannot be rendered, the family is not installed, or the name of the
            picture has no known ending.
    """
    from text_recognizer.core.errors import InputError
    from text_recognizer.sources.fonts import choose_families, font_families
    from text_recognizer.sources.pages import render_page
    from text_recognizer.sources.paths import data_dir
    from text_recognizer.sources.render import Renderer

    families = font_families(data_dir() / "fonts")
    if args.family:
        families = choose_families(families, [args.family])
    lines = args.text.replace("\\n", "\n").split("\n")
    renderer = Renderer(families)
    if len(lines) == 1:
        line = renderer.line(lines[0], seed=args.seed)
        image, writer = line.image.to_pil(), line.writer
    else:
        page = render_page(renderer, lines, seed=args.seed)
        image, writer = page.image.to_pil(), page.writer
    try:
        image.save(args.out)
    except ValueError as error:
        raise InputError(
            f"a picture is written to a file such as rendered.png, got {args.out!r} ({error}); "
            "end the name in .png or .jpg"
        ) from error
    print(f"wrote {args.out} ({image.width}x{image.height}, in the hand {writer})")
    return 0
