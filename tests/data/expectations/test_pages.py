"""Data Docs load nothing from outside, in the HTML and in a real browser, and still work."""

from __future__ import annotations

import re
import shutil

import pytest

from text_recognizer.core.errors import DataError
from text_recognizer.data.expectations.pages import (
    make_self_contained,
    outside_addresses,
    self_contained,
)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")

LOADED = [
    pytest.param('<script src="https://a.org/b.js">', ["https://a.org/b.js"], id="script"),
    pytest.param("<script defer\n src='//a.org/b'>", ["//a.org/b"], id="no scheme, two lines"),
    pytest.param('<link rel="x" href="http://a.org/c">', ["http://a.org/c"], id="style sheet"),
    pytest.param("<IMG alt='' SRC=https://a.org/d>", ["https://a.org/d"], id="bare, upper case"),
    pytest.param(
        "a { background: url( 'https://a.org/e' ) }", ["https://a.org/e"], id="in a style"
    ),
    pytest.param('@import "https://a.org/f";', ["https://a.org/f"], id="import of a style"),
    pytest.param('<img src="data:image/png;base64,AA">', [], id="within the page"),
    pytest.param('<img src="static/a.png">', [], id="beside the page"),
    pytest.param('<a href="https://a.org">a</a>', [], id="a link waits for a click"),
]


@pytest.mark.parametrize(("page", "expected"), LOADED)
def test_what_a_page_loads_from_outside_is_found(page, expected):
    assert outside_addresses(page) == expected


def test_a_page_that_would_still_load_something_is_refused(tmp_path):
    (tmp_path / "a.html").write_text('<head></head><iframe src="https://a.org/x"></iframe>')
    with pytest.raises(DataError, match=r"a\.html still loads https://a\.org/x"):
        make_self_contained(tmp_path)


def test_tables_that_a_script_would_fill_are_filled():
    page = """<head></head><table id="t" class="x">
    </table><script>$('#t').bootstrapTable(Object.assign({
        columns: [{'field': 'name', 'title': 'Run [1]'}, {'field': 'asset_name', 'title': 'A'}],
        data: [{'name': 'a & b', 'asset_name': 'x', '_table_row_link_path': 'a.html'}],
        toolbar: '#t'}, {}));</script>"""
    done = self_contained(page)
    assert "<th>Run [1]</th></tr>" in done
    assert '<td><a href="a.html">a &amp; b</a></td></tr>' in done


def test_the_pages_of_a_run_load_nothing_from_outside(validated):
    _, validation = validated
    site = validation.index.parent
    pages = make_self_contained(site)
    assert {validation.index, validation.page} <= set(pages)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert outside_addresses(text) == []
        assert not re.search(r"https?://", text), page
        assert self_contained(text) == text
    assert "60 rows" in validation.index.read_text(encoding="utf-8")


@pytest.fixture
def browser(tmp_path):
    """A Chromium with a fresh profile."""
    if not (CHROMIUM and DRIVER):
        pytest.skip("needs chromium and chromedriver")
    webdriver = pytest.importorskip("selenium.webdriver")
    service = pytest.importorskip("selenium.webdriver.chrome.service")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"):
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={tmp_path / 'chromium'}")
    options.add_argument("--window-size=1280,1600")
    driver = webdriver.Chrome(options=options, service=service.Service(DRIVER))
    yield driver
    driver.quit()


@pytest.mark.slow
def test_in_a_browser_the_pages_are_styled_and_their_buttons_work(browser, validated):
    _, validation = validated

    def shown(selector):
        return [each for each in browser.find_elements("css selector", selector) if each.text]

    browser.get(validation.index.as_uri())
    assert "60 rows" in shown("#Validation-Results tbody")[0].text
    assert not shown("#Expectation-Suites tbody")
    browser.find_element("id", "Expectation-Suites-tab").click()
    assert shown("#Expectation-Suites tbody")[0].text == "lines"

    browser.get(validation.page.as_uri())
    fetched = browser.execute_script(
        "return performance.getEntriesByType('resource').map(each => each.name)"
    )
    assert [each for each in fetched if not each.startswith("file:")] == []
    assert browser.find_element("css selector", ".text-danger").value_of_css_property("color") == (
        "rgba(179, 38, 30, 1)"
    )
    before = len(shown(".ge-section"))
    browser.find_elements("css selector", ".btn-group .btn")[1].click()
    assert 0 < len(shown(".ge-section")) < before
    link = browser.find_element("css selector", "#section-1 [data-toggle=collapse]")
    body = browser.find_element("id", link.get_attribute("href").split("#")[1])
    assert not body.is_displayed()
    link.click()
    assert body.is_displayed()
