"""Notices as a browser shows, plays and prints them: on a phone, without scripts, in each language there is."""

import io

import pytest
from django.conf import settings
from pypdf import PdfReader

from browser.sweep import sweep

pytestmark = pytest.mark.browser

BOARD = "places/qarasu/board/"
READ_IN = ("en", "zh-hans", "ug", "ky", "ky-arab")
"""The languages in which the notice is published, whichever the pages are in."""

PAGES = (
    BOARD,
    "places/石桥村/board/",
    "places/qarasu/",
    "notices/",
    "notices/which-well/",
    "notices/well-runs/",
    "notices/clinic/",
    "notices/market/",
    "notices/draft/",
    *(f"notices/which-well/print/{code}/" for code in READ_IN),
)


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_page_fits_its_window_without_scripts(served, window, language):
    page = window(served("", language), java_script_enabled=False)

    assert sweep(page, [served(path, language) for path in PAGES]) == {}


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_axe_finds_nothing_against_wcag(served, window, width, scheme):
    page = window(served(), width, color_scheme=scheme)

    assert sweep(page, [served(path) for path in PAGES], widths=[width], axe=True) == {}


def test_a_recording_is_asked_for_when_somebody_plays_it_and_not_before(served, window):
    page = window(served("notices/which-well/"), 360)
    assert not [url for url in page.asked if "/files/" in url]

    play = """async () => {
        const sound = document.querySelector("audio");
        sound.muted = true;
        await sound.play();
        return [sound.duration, sound.error];
    }"""
    duration, error = page.evaluate(play)
    assert duration == pytest.approx(0.2, abs=0.05)
    assert error is None


def printed(page):
    """The page on paper."""
    page.emulate_media(media="print")
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize(
    ("path", "least"),
    [
        *((f"notices/which-well/print/{code}/", 28) for code in READ_IN),
        ("notices/well-runs/print/zh-hans/", 28),
        ("notices/clinic/print/en/", 24),
        ("notices/long/print/zh-hans/", 12),
    ],
)
def test_a_notice_is_one_sheet_of_a4_in_letters_for_two_metres(served, window, path, least):
    page = window(served(path), 1280)
    paper = printed(page)

    (sheet,) = paper.pages
    assert [round(float(side)) for side in sheet.mediabox[2:]] == [595, 842]
    points = page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.poster .line')).fontSize) * 0.75"
    )
    assert points > least - 0.01
    assert "/notices/" in sheet.extract_text().replace("\n", "")


def test_a_board_on_paper_has_what_it_says_and_the_checkpoint_and_no_player(served, window):
    page = window(served(BOARD), 1280)
    text = "".join(sheet.extract_text() for sheet in printed(page).pages)

    assert "At the mill" in text
    assert "checkpoint of" in text
    assert not page.locator("audio").first.is_visible()
