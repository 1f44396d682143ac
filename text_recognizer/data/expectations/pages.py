"""Data Docs that need nothing from outside: no style, script, picture or font of another host.

Great Expectations writes pages that load Bootstrap, jQuery, icons and a logo from seven hosts;
offline they are bare. Here these are taken out, and a style sheet and a script of our own put in.
"""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from text_recognizer.core.errors import DataError

_TAGS = re.IGNORECASE | re.DOTALL
#: What a page loads as soon as it is opened. A link that a person clicks is not among it.
_LOADS = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed|input)\b[^>]*?\ssrc\s*=\s*[\"']?([^\"'\s>]+)"
    r"|<link\b[^>]*?\shref\s*=\s*[\"']?([^\"'\s>]+)"
    r"|<object\b[^>]*?\sdata\s*=\s*[\"']?([^\"'\s>]+)"
    r"|url\(\s*[\"']?([^\"')]+)"
    r"|@import\s+[\"']([^\"']+)",
    _TAGS,
)
#: Taken out of every page: what loads or needs what is no longer there, and advertisements.
_REMOVED = (
    r"<script\b.*?</script>",
    r"<style\b.*?</style>",
    r"<link\b[^>]*>",
    r"<footer\b.*?</footer>",
    r"<title>\s*</title>",
    r"Data asset: None<br>",
    r"\|\s*local_site",
    r"<button\b[^>]*onclick=[\"']clearTableFilters.*?</button>",
)
_LOGO = re.compile(r"<img\b[^>]*great-expectations-web-assets[^>]*>", _TAGS)
#: A table of the first page: Great Expectations leaves it to a script to fill it.
_FILLED = re.compile(
    r"\$\('#(?P<id>[\w-]+)'\)\.bootstrapTable\(.*?columns: (?P<columns>\[.*?\]),\n"
    r"\s*data: (?P<data>\[.*?\]),\n\s*toolbar:",
    re.DOTALL,
)
#: Columns that say nothing of a table in memory.
_IDLE = ("asset_name", "batch_identifier")
_OUTER_LINK = re.compile(r"<a\b[^>]*href=[\"']https?://[^>]*>(.*?)</a>", _TAGS)


def make_self_contained(folder: Path) -> list[Path]:
    """Rewrite the pages of a site of Data Docs in place; pages done before stay as they are.

    Args:
        folder: Of the site, searched to any depth for ``.html``.

    Returns:
        The pages, sorted.

    Raises:
        DataError: If a page still loads something from outside: a new release of Great
            Expectations that builds other pages.
    """
    pages = sorted(folder.rglob("*.html"))
    for page in pages:
        before = page.read_text(encoding="utf-8")
        after = self_contained(before)
        if left := outside_addresses(after):
            raise DataError(
                f"a page of the Data Docs loads nothing from outside; {page.name} still loads "
                f"{', '.join(left)}; pin great-expectations to the tested release"
            )
        if after != before:
            page.write_text(after, encoding="utf-8")
    return pages


def outside_addresses(page: str) -> list[str]:
    """What a page would fetch from another host when it is opened.

    Args:
        page: HTML.

    Returns:
        Addresses, sorted, each once; relative ones and ``data:`` are not outside.

    Example:
        >>> outside_addresses('<img src="//host/a.png"><a href="https://b.org">b</a>')
        ['//host/a.png']
    """
    found = {next(filter(None, match.groups())) for match in _LOADS.finditer(page)}
    return sorted(each for each in found if re.match(r"\s*(?:[a-z]+:)?//", each, re.IGNORECASE))


def self_contained(page: str) -> str:
    """A page with a style and a script of its own; applied twice it changes nothing more.

    Args:
        page: HTML of Data Docs.

    Example:
        >>> done = self_contained("<head></head><script src='https://a.org/b.js'></script>")
        >>> "a.org" in done, "<style>" in done, self_contained(done) == done
        (False, True, True)
    """
    page = _with_tables(page)
    for pattern in _REMOVED:
        page = re.sub(pattern, "", page, flags=_TAGS)
    page = _LOGO.sub('<span class="site-name">Data Docs</span>', page)
    page = _OUTER_LINK.sub(r"\1", page)
    extra = f"<style>{_asset('pages.css')}</style><script>{_asset('pages.js')}</script>"
    return page.replace("</head>", f"{extra}</head>", 1)


def _with_tables(page: str) -> str:
    """The tables that a script would fill, filled."""
    for match in _FILLED.finditer(page):
        try:
            columns, rows = (ast.literal_eval(match[name]) for name in ("columns", "data"))
        except (ValueError, SyntaxError) as error:
            raise DataError(
                f"tables of Data Docs are lists of Python literals; {match['id']} is not "
                f"({error}); pin great-expectations to the tested release"
            ) from error
        shown = {each["field"]: each["title"] for each in columns if each["field"] not in _IDLE}
        head = "".join(f"<th>{html.escape(title)}</th>" for title in shown.values())
        body = "".join(_table_row(row, list(shown)) for row in rows)
        table = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
        opening = re.compile(rf'(<table\b[^>]*id="{match["id"]}"[^>]*>)\s*(?=</table>)')
        page = opening.sub(lambda found, table=table: found[1] + table, page)  # type: ignore[misc]
    return page


def _table_row(row: Mapping[str, Any], fields: list[str]) -> str:
    """The first field that is no icon or link leads to the page."""
    link, cells = row.get("_table_row_link_path", ""), []
    for field in fields:
        value = str(row.get(field, ""))
        if link and "<" not in value:
            value = f'<a href="{html.escape(link)}">{html.escape(value)}</a>'
            link = ""
        cells.append(f"<td>{value}</td>")
    return f"<tr>{''.join(cells)}</tr>"


@lru_cache(maxsize=4)
def _asset(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
