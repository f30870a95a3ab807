"""Debian's Chromium without its own windows, looking at a programme that `cairn serve` serves."""

import os
import re
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from once import made_once

CHROMIUM = "/usr/bin/chromium-headless-shell"
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
CAIRN = Path(sys.executable).with_name("cairn")
PRINTED = "printed.txt"
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


def make(code, folder):
    """Run a program that makes an installation in a folder; what it prints."""
    made = subprocess.run(
        [sys.executable, "-c", code, folder],
        env={**_alone(), "PYTHONPATH": str(TESTS)},
        check=True,
        capture_output=True,
        text=True,
    )
    return made.stdout


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """The address of a programme's pages, without the language: as `cairn serve` printed it."""
    made = made_once(tmp_path_factory, "installation", _make_served)
    programme = (made / "programme").read_text()
    folder = tmp_path_factory.mktemp("served") / "installation"
    shutil.copytree(made, folder)
    with serving(folder) as address:
        yield lambda path="", language="en": f"{address}{language}/{programme}/{path}"


def _make_served(folder):
    (folder / "programme").write_text(make(MAKE, folder).strip())


@contextmanager
def serving(folder, stderr=None, **settings):
    """`cairn serve` on an installation, for as long as it is looked at: its address.

    Of what starts with CAIRN_ it is told these settings, and nothing of this process's own.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [CAIRN, "serve", "--dir", folder, "--port", port]
    words = [str(part) for part in command]
    env = {**_alone(), **settings}
    streams = {"stdout": subprocess.PIPE, "stderr": stderr, "text": True}
    with subprocess.Popen(words, env=env, **streams) as server:
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()
            ended = server.wait(timeout=20)
    assert ended == 0


@pytest.fixture(scope="session")
def chromium():
    if not shutil.which(CHROMIUM):
        pytest.skip("Debian's chromium-headless-shell is not installed")
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


@pytest.fixture(scope="session")
def told(tmp_path_factory):
    """The demo on record, and what was printed when it was told: each day begins from a copy of it."""
    return made_once(tmp_path_factory, "told", _tell)


def _tell(folder):
    command = [CAIRN, "demo", "--no-serve", "--dir", folder]
    done = subprocess.run(command, env=_alone(), check=True, stderr=subprocess.PIPE, text=True)
    (folder / PRINTED).write_text(done.stderr)


@pytest.fixture
def demo(told, tmp_path):
    """The demo, served: the links that it printed, by post."""
    folder = tmp_path / "demo"
    shutil.copytree(told, folder)
    with running(folder) as links:
        yield links


@contextmanager
def running(folder):
    """`cairn serve` on a copy of the demo: the links, at the address where it is served."""
    links = re.findall(
        r"^  (\S+)  http://localhost:\d+(/\S+)$", (folder / PRINTED).read_text(), re.MULTILINE
    )
    log = folder.with_suffix(".log")
    with log.open("w") as said, serving(folder, stderr=said) as address:
        # By this name, and not by a number, a browser keeps a passkey.
        base = address.rstrip("/").replace("127.0.0.1", "localhost")
        yield {post: f"{base}{path}" for post, path in links}
    assert "Traceback" not in log.read_text()


def _alone():
    return {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
