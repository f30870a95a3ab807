"""Debian's Chromium, looking at a programme that `cairn serve` serves."""

import os
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TESTS = Path(__file__).parents[1]
MAKE = """
import sys
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from merkle.signers import COUNTY
from posted import post
from told import programme_told
from witness.watched import watch, with_key
programme = programme_told()
post(programme)
watch(with_key(programme), COUNTY)
print(programme)
"""


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """The address of a programme's pages, without the language: as `cairn serve` printed it."""
    folder = tmp_path_factory.mktemp("installation")
    alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    made = subprocess.run(
        [sys.executable, "-c", MAKE, folder],
        env={**alone, "PYTHONPATH": str(TESTS)},
        check=True,
        capture_output=True,
        text=True,
    )
    with serving(folder) as address:
        yield lambda path="", language="en": f"{address}{language}/{made.stdout.strip()}/{path}"


@contextmanager
def serving(folder):
    """`cairn serve` on an installation, for as long as it is looked at: its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("cairn"), "serve", "--dir", folder, "--port", port]
    with subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, text=True
    ) as server:
        yield server.stdout.readline().strip()
        server.terminate()
        assert server.wait(timeout=20) == 0


@pytest.fixture(scope="session")
def chromium():
    if not shutil.which(CHROMIUM):
        pytest.skip("Debian's chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def window(chromium):
    """Open a page in a window of its own: window(address, width=360, java_script_enabled=False)."""
    contexts = []

    def opened(address, width=1280, **more):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **more)
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
