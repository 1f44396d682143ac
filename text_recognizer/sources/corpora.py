"""The registry of real handwriting: which sets there are, what they are, and their samples.

Nothing here touches the network: what is not on this machine raises an error that says how to get
it (``python -m text_recognizer.sources.download NAME``).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from text_recognizer.core.errors import DownloadError, InputError
from text_recognizer.core.images import Sample
from text_recognizer.sources.catalog import (
    SPLITS,
    SourceSet,
    catalog,
    download_folder,
    find_set,
)
from text_recognizer.sources.download import cure, is_ready
from text_recognizer.sources.samples import ParagraphSample


def available(*, ready_only: bool = False, root: Path | None = None) -> tuple[str, ...]:
    """Names of the sets, in alphabetical order.

    Args:
        ready_only: Whether only sets that are on this machine are named.
        root: Data folder; the project's own where None.

    Example:
        >>> "copiste" in available()
        True
    """
    sets = catalog(root).values()
    return tuple(each.name for each in sets if not ready_only or is_ready(each, root))


def describe(name: str, *, root: Path | None = None) -> str:
    """What a set is, its terms, and whether it is here; several lines for a person.

    Raises:
        InputError: If there is no such set.

    Example:
        >>> print(describe("copiste").splitlines()[0])
        copiste: Copiste d'un jour: modern French hands
    """
    source = find_set(name, root)
    ready = is_ready(source, root)
    lines = [
        f"{source.name}: {source.title}",
        f"  state     {'ready' if ready else f'not here; {cure(source)}'}",
        f"  kind      {source.kind}, format {source.format}",
        f"  use       {source.use}{' only, never to train' if source.use == 'measure' else ''}",
        f"  licence   {source.licence}",
        f"  split     {source.split_rule}",
        f"  cite      {source.citation}",
        f"  home      {source.homepage}",
    ]
    notes = source.notes.strip().splitlines()
    return "\n".join(lines + [f"  {'notes' if i == 0 else '':<9} {n}" for i, n in enumerate(notes)])


def load(
    name: str, split: str = "train", *, limit: int | None = None, root: Path | None = None
) -> Iterator[Sample]:
    """Lines (or single characters) of a set, one at a time.

    Args:
        name: A set whose kind is ``lines`` or ``characters``.
        split: ``"train"``, ``"val"`` or ``"test"``; sets to measure on have test only.
        limit: At most so many, the first ones; all where None.
        root: Data folder; the project's own where None.

    Returns:
        An iterator over samples, texts in printable ASCII; nothing is read before the first.

    Raises:
        InputError: If name, split or limit breaks its rule.
        DownloadError: If the set is not on this machine; the message says how to get it.
        ParseError: If a file of it breaks its format.

    Example:
        >>> for sample in load("emnist", "test", limit=3):  # doctest: +SKIP
        ...     print(sample.text, sample.image)
    """
    source = _ready(name, split, limit, root)
    if source.kind == "paragraphs":
        raise InputError(
            f"{name} is a set of paragraphs; received load({name!r}); use load_paragraphs"
        )
    return islice(_lines(source, split, download_folder(source, root)), limit)


def load_paragraphs(
    name: str, split: str = "train", *, limit: int | None = None, root: Path | None = None
) -> Iterator[ParagraphSample]:
    """Paragraphs of a set, one at a time; arguments and errors are those of :func:`load`."""
    source = _ready(name, split, limit, root)
    folder = download_folder(source, root)
    if source.format == "iam-paragraphs":
        from text_recognizer.sources.iam import load_iam_paragraphs

        return islice(load_iam_paragraphs(folder, split), limit)
    if source.format == "folder":
        from text_recognizer.sources.folder import load_folder_paragraphs

        return islice(load_folder_paragraphs(folder, split), limit)
    raise InputError(
        f"{name} is a set of {source.kind}; received load_paragraphs({name!r}); use load"
    )


def _ready(name: str, split: str, limit: int | None, root: Path | None) -> SourceSet:
    source = find_set(name, root)
    if split not in SPLITS:
        raise InputError(f"split is one of {', '.join(SPLITS)}; received {split!r}")
    if source.use == "measure" and split != "test":
        raise InputError(
            f"{name} is a set to measure on and has a test split only; received {split!r}; "
            "training on it would spoil the measure"
        )
    if limit is not None and limit < 0:
        raise InputError(f"limit is a number of samples, or None for all; received {limit}")
    if not is_ready(source, root):
        raise DownloadError(
            f"{name} must be on this machine; it is not in {download_folder(source, root)}; "
            f"{cure(source)}"
        )
    return source


def _lines(source: SourceSet, split: str, folder: Path) -> Iterator[Sample]:
    """Hand the work to the parser of the set's format."""
    if source.format == "emnist":
        from text_recognizer.sources.emnist import load_emnist

        return load_emnist(folder, split, **source.options)
    if source.format == "alto":
        from text_recognizer.sources.alto import load_alto

        return load_alto(folder, split, splits=source.splits, **source.options)
    if source.format == "iam-parquet":
        from text_recognizer.sources.iam_parquet import load_iam_parquet

        return load_iam_parquet(folder, split)
    if source.format == "folder":
        from text_recognizer.sources.folder import load_folder

        return load_folder(folder, split)
    from text_recognizer.sources.iam import load_iam_lines

    return load_iam_lines(folder, split)
