"""The canvas in a real JupyterLab: what the mouse draws arrives in Python as pixels."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from lab_utils.settings import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--window-size=1200,1000",
)
PATIENCE = 90

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver"),
]

CELLS = (
    "from lab_utils import canvas\npad = canvas.draw()",
    "import numpy as np\nimage = pad.image()\nnp.save('drawn.npy', image)\n"
    "print('RESULT', pad.drawn, len(pad.strokes), *image.shape)",
)


@pytest.fixture
def folder(tmp_path):
    """A folder with a notebook of two cells."""
    cells = [
        {
            "cell_type": "code",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": text,
        }
        for text in CELLS
    ]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    content = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4}
    path = tmp_path / "work" / "canvas.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps({**content, "nbformat_minor": 4}))
    return path.parent


@pytest.fixture
def address(folder, tmp_path):
    """The address of a JupyterLab of its own, without settings of the person who runs the test."""
    pytest.importorskip("jupyterlab")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LABS_")}
    for name in ("CONFIG", "DATA", "RUNTIME"):
        environment[f"JUPYTER_{name}_DIR"] = str(tmp_path / name.lower())
    environment |= {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}", "--LabApp.news_url="]
    with (tmp_path / "jupyter.log").open("w") as log:
        server = subprocess.Popen(
            command, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait(lambda: socket.create_connection(("127.0.0.1", port), 1).close() or True)
        yield f"http://127.0.0.1:{port}/lab/tree/canvas.ipynb?reset"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


@pytest.fixture
def browser(tmp_path):
    """A Chromium with a fresh profile."""
    webdriver = pytest.importorskip("selenium.webdriver")
    service = pytest.importorskip("selenium.webdriver.chrome.service")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'chromium'}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=service.Service(DRIVER))
    yield driver
    driver.save_screenshot(str(tmp_path / "last.png"))
    driver.quit()


def wait(ask):
    """Ask until there is an answer."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            answer = ask()
        except Exception:
            answer = None
        if answer:
            return answer
        if time.monotonic() > end:
            raise TimeoutError("the browser or JupyterLab did not answer")
        time.sleep(0.2)


class Page:
    """The notebook in the browser."""

    def __init__(self, browser):
        self.browser = browser

    def all(self, selector):
        return self.browser.find_elements("css selector", selector)

    def run(self, number):
        from selenium.webdriver.common.action_chains import ActionChains
        from selenium.webdriver.common.keys import Keys

        self.all(".jp-CodeCell .cm-content")[number].click()
        keys = ActionChains(self.browser).key_down(Keys.SHIFT).send_keys(Keys.ENTER)
        keys.key_up(Keys.SHIFT).perform()

    def start(self):
        """Run the first cell; a notebook that has just opened may lose the first key."""
        if self.all(".jp-CodeCell .jp-InputPrompt")[0].text.strip() == "[ ]:":
            self.run(0)
            time.sleep(2)
        return self.all(".lab-canvas canvas")

    def expect(self, *words):
        """Run the second cell until it prints these words: what is drawn may still be under way."""

        def ask():
            self.run(1)
            time.sleep(0.5)
            texts = [item.text for item in self.all(".jp-OutputArea-output")]
            self.seen = next(text for text in texts if "RESULT" in text).split()[1:]
            return self.seen[: len(words)] == list(words)

        wait(ask)
        return self.seen

    def draw(self, sheet, points):
        from selenium.webdriver.common.action_chains import ActionChains

        width, height = sheet.size["width"], sheet.size["height"]
        chain = ActionChains(self.browser, duration=30)
        x, y = points[0]
        chain.move_to_element_with_offset(sheet, x - width / 2, y - height / 2).click_and_hold()
        for new_x, new_y in points[1:]:
            chain.move_by_offset(new_x - x, new_y - y)
            x, y = new_x, new_y
        chain.release().perform()

    def press(self, name):
        next(item for item in self.all(".lab-canvas button") if item.text == name).click()


def test_a_drawing_by_mouse_and_a_photo_arrive_in_python(browser, address, folder, tmp_path):
    page = Page(browser)
    browser.get(address)
    wait(lambda: len(page.all(".jp-CodeCell .cm-content")) == 2)
    sheet = wait(page.start)[0]

    page.draw(sheet, [(60, 140), (100, 30), (140, 140)])
    page.draw(sheet, [(75, 100), (125, 100)])
    page.draw(sheet, [(300, 40), (300, 150)])
    *_, height, width = page.expect("True", "3")
    assert 110 <= int(height) <= 170
    assert 240 <= int(width) <= 300
    pixels = np.load(folder / "drawn.npy")
    assert (pixels[:, -30:] < 128).sum() > 300, "the third stroke stands at the right"

    page.press("Undo")
    page.expect("True", "2")
    assert np.load(folder / "drawn.npy").shape[1] < 150

    picture = tmp_path / "photo.png"
    Image.fromarray(np.tile(np.arange(200, dtype=np.uint8), (80, 1))).save(picture)
    page.all(".lab-canvas input[type=file]")[0].send_keys(str(picture))
    page.expect("True", "0", "80", "200")

    page.press("Clear")
    page.expect("False")
