"""What is looked at on each page: that it fits its window, asks nobody else, and what axe has against it."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

AXE = Path(__file__).parents[2] / "front/node_modules/axe-core/axe.min.js"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDTHS = (360, 1280)
"""Of a phone and a desk, in pixels."""

RUN = """() => axe.run({
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    resultTypes: ["violations"],
}).then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html.slice(0, 120))]))"""
"""Answers with what it finds alone: all that it looked at is megabytes."""


def axe_finds(page):
    """What axe has against a page, through the debugger, past the page's own policy. Skips where it is not there."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci in front/")
    page.evaluate(AXE.read_text())
    return page.evaluate(RUN)


def sweep(page, addresses, *, widths=WIDTHS, axe=False, missing=()):
    """What is wrong with pages, by address, in one window, each drawn once and then made as wide as each width.

    `missing` are the addresses of which the browser may say that they are not there.
    """
    host, wrong = urlsplit(page.url).netloc, {}
    for address in addresses:
        page.said.clear()
        page.asked.clear()
        page.goto(address)
        found = {
            "said": [] if address in missing else [*page.said],
            "asked": [url for url in page.asked if urlsplit(url).netloc != host],
            "cookies": page.context.cookies(),
        }
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            found[f"too wide for {width}"] = max(0, page.evaluate(OVERFLOW))
        if axe:
            found["axe"] = axe_finds(page)
        if any(found.values()):
            wrong[address] = {what: each for what, each in found.items() if each}
    return wrong
