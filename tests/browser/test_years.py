"""The pages over the years as a browser shows them: on a phone and a desk, in each direction, on paper."""

import pytest

from browser.sweep import OVERFLOW, sweep

pytestmark = pytest.mark.browser

PAGES = ("cohorts/", "cohorts/?place=qarasu", "places/qarasu/story/", "places/kunlun/story/")


@pytest.mark.parametrize("language", ["en", "zh-hans", "ug", "ky-arab"])
def test_every_page_fits_its_window_and_asks_nobody_else(served, window, language):
    page = window(served("", language), java_script_enabled=False)

    assert sweep(page, [served(path, language) for path in PAGES]) == {}


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("en", 360, "light"), ("en", 1280, "dark"), ("ug", 360, "dark"), ("zh-hans", 1280, "light")],
)
def test_axe_finds_nothing_against_wcag(served, window, language, width, scheme):
    page = window(served("", language), width, color_scheme=scheme)
    addresses = [served(path, language) for path in PAGES]

    assert sweep(page, addresses, widths=[width], axe=True) == {}


@pytest.mark.parametrize("language", ["en", "ug"])
def test_words_of_pictures_stay_within_them_and_can_be_read(served, window, language):
    for path, picture in (("cohorts/", "svg.steps"), ("places/qarasu/story/", "svg.timeline")):
        for width in (360, 1280):
            page = window(served(path, language), width, java_script_enabled=False)

            out, sizes = page.locator(picture).first.evaluate(
                """svg => {
                    const frame = svg.getBoundingClientRect()
                    const words = [...svg.querySelectorAll('text')]
                    const boxes = words.map(one => one.getBoundingClientRect())
                    return [
                        boxes.filter(one => one.left < frame.left - 1 || one.right > frame.right + 1)
                            .length,
                        boxes.map(one => one.height),
                    ]
                }"""
            )
            assert out == 0, (path, width)
            assert 10 <= min(sizes) <= max(sizes) <= 30, (path, width, sizes)


def test_a_bar_grows_from_where_reading_begins(served, window):
    first = "svg.stack rect"
    starts = {}
    for language in ("en", "ug"):
        page = window(served("cohorts/", language), 1280, java_script_enabled=False)
        bar = page.locator(".beside svg.stack").first.bounding_box()
        part = page.locator(f".beside {first}").first.bounding_box()
        starts[language] = (
            part["x"] - bar["x"],
            bar["x"] + bar["width"] - part["x"] - part["width"],
        )

    assert abs(starts["en"][0]) < 2
    assert abs(starts["ug"][1]) < 2


def test_on_paper_pictures_are_whole_and_filters_are_gone(served, window):
    page = window(served("cohorts/"), 794, java_script_enabled=False)
    page.emulate_media(media="print")

    assert not page.locator("form.filters").is_visible()
    assert page.locator("svg.steps").first.is_visible()
    assert page.locator("#counted").is_visible()
    assert page.evaluate(OVERFLOW) <= 0
