"""Every page as a browser shows it: on a phone and a desk, in each language, without scripts."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from browser.sweep import OVERFLOW, WIDTHS, sweep

pytestmark = pytest.mark.browser

REVIEWED = {"en", "zh-hans"}
"""Languages that people have read."""

WELL, VILLAGE = "qarasu-well", "qarasu-committee"
PAGES = (
    "",
    "grants/",
    "grants/water-2025/",
    "grants/water-2025/report/",
    "grants/unexplained/",
    "projects/",
    f"projects/{WELL}/",
    "places/",
    "places/kunlun/",
    "accounts/",
    f"accounts/{VILLAGE}/",
    f"accounts/{VILLAGE}/cash-book/",
    f"accounts/{VILLAGE}/reconciliation/",
    "budgets/",
    "in-transit/",
    "exceptions/",
    "exceptions/?what=late",
    "exceptions/?what=reversed",
    "~entries/9/",
    "~sample/?seed=dice",
    "~difference/",
    "~as-known/",
    "assets/",
    "assets/qarasu-pump/",
    "places/hongliu/map/",
    "needs/",
    "needs/footbridge/",
    "enterprises/",
    "enterprises/qarasu-bakery/",
    "teams/",
    "teams/qarasu-2025/pack/",
    "data/",
    "reported/",
    "~search/?q=qarasu",
    "~log/",
    "no/such/page/",
    "../~guarantees/",
)
each_language = pytest.mark.parametrize("language", ["en", "zh-hans"])
each_width = pytest.mark.parametrize("width", WIDTHS)


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_a_page_fits_its_window_and_asks_nobody_else(served, window, language):
    page = window(served("", language), java_script_enabled=False)
    missing = served("no/such/page/", language)

    wrong = sweep(page, [served(path, language) for path in PAGES], missing=[missing])
    assert "too wide" not in wrong, wrong
    assert "asked" not in wrong, wrong
    assert "said" not in wrong, wrong
    assert "cookies" not in wrong, wrong
    assert wrong == {}  # nor what the sweep may look at one day


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [
        ("en", 360, "light"),
        ("en", 1280, "dark"),
        ("ug", 360, "dark"),
        ("ky", 360, "light"),
        ("ky-arab", 1280, "dark"),
    ],
)
def test_axe_finds_nothing_against_wcag(served, window, language, width, scheme):
    page = window(served("", language), width, color_scheme=scheme)
    missing = served("no/such/page/", language)
    for path in PAGES:
        address = served(path, language)
        assert sweep(page, [address], widths=[width], axe=True, missing=[missing]) == {}
        drafted = page.locator(".drafted").count()
        assert drafted == (language not in REVIEWED), (path, "says whether a machine translated it")


@pytest.mark.parametrize(
    ("language", "letters"),
    [("en", set()), ("zh-hans", set()), ("ug", {"arabic"}), ("ky", {"cyrillic"})],
)
def test_letters_are_fetched_where_a_page_is_written_in_them(served, window, language, letters):
    page = window(served("grants/", language), java_script_enabled=False)

    page.wait_for_load_state("networkidle")
    fonts = [Path(urlsplit(url).path).name for url in page.asked if url.endswith(".woff2")]
    assert {one.removeprefix("noto-sans-").split("-")[0] for one in fonts} == letters


@pytest.mark.parametrize("language", ["ug", "ky-arab"])
def test_from_right_to_left_digits_still_stand_under_each_other(served, window, language):
    page = window(served("grants/", language), 1280, java_script_enabled=False)

    ends = page.locator("#grants td.number:nth-of-type(3) bdi").evaluate_all(
        "cells => cells.map(cell => Math.round(cell.getBoundingClientRect().right))"
    )
    assert len(ends) > 1
    assert len(set(ends)) == 1


def test_the_keyboard_reaches_the_content_first_and_then_the_filters(served, window):
    page = window(served("projects/"), java_script_enabled=False)

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _press in range(3):  # past the way to the budgets, and the choice of a place
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "theme"
    page.keyboard.type("road")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "theme=road" in page.url
    assert page.locator("#projects tbody tr").count() == 2


def test_the_flow_picture_can_be_scrolled_by_keyboard_on_a_phone(served, window):
    page = window(served("grants/water-2025/"), 360)

    region = page.locator(".flow .scroll")
    region.focus()
    page.keyboard.press("ArrowRight")
    for _look in range(100):  # not wait_for_function, which the page's policy forbids to poll
        if region.evaluate("scrolled => scrolled.scrollLeft") > 0:
            break
        page.wait_for_timeout(50)
    assert region.evaluate("scrolled => scrolled.scrollLeft") > 0


def test_the_language_switch_stays_on_the_page_and_keeps_its_filters(served, window):
    page = window(served("exceptions/") + "?what=breach", java_script_enabled=False)

    page.get_by_role("link", name="简体中文").click()
    assert page.url == served("exceptions/", "zh-hans") + "?what=breach"
    assert page.locator("h1").inner_text() == "异常"


@each_language
def test_the_report_is_one_sheet_of_paper(served, window, language):
    page = window(served("grants/water-2025/report/", language))

    paper = page.pdf(prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") == 1


@each_language
@each_width
def test_a_past_is_made_while_its_page_waits_and_fits_its_window(served, window, language, width):
    front = served(language=language).rstrip("/")
    page = window(f"{front}@9/~difference/", width, java_script_enabled=False)

    page.locator(".known").wait_for(timeout=30_000)
    assert page.evaluate(OVERFLOW) <= 0
    page.locator(".known a").first.click()
    assert "@" not in page.url


def test_a_day_is_chosen_under_a_page_without_scripts(served, window):
    page = window(served("grants/water-2025/"), java_script_enabled=False)

    page.locator("#as-known-on").fill("2100-01-01")
    page.locator(".as-known button").click()
    page.locator(".known").wait_for(timeout=30_000)
    assert "/grants/water-2025/" in page.url
    assert "@" in page.url


def test_the_map_draws_what_its_table_says_and_asks_nobody_else(served, window):
    page = window(served("places/hongliu/map/"))

    page.wait_for_selector(".leaflet-interactive")
    assert page.locator(".leaflet-interactive").count() == 2
    assert page.locator("#places tbody tr").count() == 2
    assert {urlsplit(url).netloc for url in page.asked} == {urlsplit(served()).netloc}
    assert not page.said


def test_without_its_script_the_map_is_a_table(served, window):
    page = window(served("places/hongliu/map/"), java_script_enabled=False)

    assert not page.locator("#map").is_visible()
    assert page.locator("#places tbody tr").count() == 2
