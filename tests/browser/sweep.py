"""What is looked at on each page: that it fits its window, asks nobody else, and what axe has against it."""

from collections import defaultdict
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
    """What is wrong with pages, each by address: in one window, drawn once and then made as wide as each width.

    `missing` are the addresses of which the browser may say that it got a 404.
    """
    host, wrong = urlsplit(page.url).netloc, defaultdict(dict)
    for address in addresses:
        page.set_viewport_size({"width": widths[0], "height": 900})
        page.said.clear()
        page.asked.clear()
        page.goto(address)
        found = {"too wide": [width for width in widths if _overflows(page, width)]}
        excused = "404" if address in missing else None
        found["said"] = [said for said in page.said if not excused or excused not in said]
        found["asked"] = [url for url in page.asked if urlsplit(url).netloc != host]
        found["cookies"] = page.context.cookies()
        assert page.asked, address  # else nothing was looked at
        if axe:
            found["axe"] = axe_finds(page)
        for what, each in found.items():
            if each:
                wrong[what][address] = each
    return dict(wrong)


def _overflows(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    return page.evaluate(OVERFLOW) > 0
