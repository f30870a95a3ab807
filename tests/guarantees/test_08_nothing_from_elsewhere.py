"""Browsers say what each page asked for (make browser); here, that no page, style or script names another origin."""

import re

import pytest

from guarantees.there import ROOT, SOURCE, templates

LOADS = re.compile(
    r'(?:src|srcset|href|action|poster|data)\s*=\s*["\']?\s*(?:https?:)?//', re.IGNORECASE
)
LOADS_IN_STYLE = re.compile(r"(?:url\(|@import)\s*['\"]?\s*(?:https?:)?//", re.IGNORECASE)
LOADS_IN_SCRIPT = re.compile(
    r"(?:fetch|importScripts|XMLHttpRequest|WebSocket|EventSource|sendBeacon)\s*\(\s*[`'\"](?:https?:|wss?:)?//"
)
ANALYSES = ("google-analytics", "googletagmanager", "matomo", "plausible", "piwik", "hm.baidu",
            "cnzz", "umeng", "sentry", "hotjar", "segment.io", "sendBeacon")  # fmt: skip

PAGES = ("", "grants/", "grants/water-2025/", "projects/qarasu-well/", "places/hongliu/map/",
         "assets/qarasu-pump/", "~log/", "~search/?q=qarasu", "no/such/page/",
         "places/qarasu/say/", "places/qarasu/answers/", "places/qarasu/board/", "~code/",
         "assets/qarasu-pump/works/", "notices/")  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_page_that_is_served_loads_from_elsewhere(look, language):
    for path in PAGES:
        answer = look(path, language)
        page = answer.content.decode()
        assert not LOADS.search(page), path
        assert "'self'" in answer["Content-Security-Policy"]
        assert "//" not in answer["Content-Security-Policy"]


def test_no_template_loads_from_elsewhere():
    found = {name: LOADS.findall(text) for name, text in templates()}

    assert LOADS.search('<img src="https://elsewhere.example/x.png">')
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_no_style_or_script_loads_from_elsewhere():
    files = [*(SOURCE / "web/static").rglob("*.css"), *(SOURCE / "web/static").rglob("*.js")]

    assert len(files) >= 4
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not LOADS_IN_STYLE.search(text), path
        assert not LOADS_IN_SCRIPT.search(text), path


def test_nothing_that_is_served_analyses_who_reads():
    files = [path for ending in ("css", "js", "html") for path in SOURCE.rglob(f"*.{ending}")]

    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace").lower()
        assert not [name for name in ANALYSES if name.lower() in text], path


def test_browsers_look_at_every_public_page():
    """The list of tests/browser names a page of every public route that shows something."""
    source = (ROOT / "tests/browser/test_pages.py").read_text(encoding="utf-8")
    listed = re.findall(r'f?"([^"]*)",', source.partition("\nPAGES = (")[2].partition("\n)")[0])
    named = {part for path in listed for part in re.findall(r"~?[a-z-]+", path.partition("?")[0])}

    assert len(listed) > 25
    for section in ("grants", "projects", "places", "accounts", "in-transit", "exceptions", "assets",
                    "needs", "enterprises", "~log", "~search", "map", "~entries"):  # fmt: skip
        assert section in named, section


HELD_BY = (
    "tests/browser/test_pages.py::test_a_page_fits_its_window_and_asks_nobody_else",
    "tests/browser/test_pages.py::test_the_map_draws_what_its_table_says_and_asks_nobody_else",
    "tests/browser/test_voices.py::test_a_resident_says_something_and_looks_what_became_of_it",
    "tests/browser/test_api_docs.py::test_14_the_page_of_the_api_is_drawn_and_asks_nobody_else",
    "tests/security/test_headers.py::test_06_to_10_on_every_route_and_for_every_refusal",
)
