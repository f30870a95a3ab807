"""A resident at 360 px, without JavaScript, in each language: answers a notice, says whether it is so, reads the figures."""

import pytest
from django.conf import settings

from browser.conftest import make, serving
from browser.sweep import OVERFLOW, sweep

pytestmark = pytest.mark.browser

MAKE = """
import sys
from datetime import date, timedelta
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from cairn.following.snapshot import bring_up_to_date
from cairn.values import Text
from cairn.voice.facts import *
from cast import Pen
from posted import notice, tell_notices
from cairn.notices.facts import VersionPublished
from told import programme_told
programme = programme_told()
pen = Pen(programme)
tell_notices(pen)
day = date(2025, 6, 1)
# The last of each step of five: wherever the installation's secret has steps begin, they show 10, 5 and 0.
for number, times in ((1, 14), (2, 9), (3, 4)):
    for _time in range(times):
        pen.record(QuestionAnswered(notice="which-well", number=number), on=day)
for nth in range(12):
    pen.record(ClaimConfirmed(notice="well-runs", claimed=Claimed.SO), on=day + timedelta(nth))
found = Text(en="Water ran at six and at nine", zh_hans="六点和九点都有水")
pen.record(ClaimLookedInto(notice="well-runs", found=Found.IN_PART, what=found), on=day)
pen.record(notice("open", question="What is missing at the well?"), on=day)
pen.record(VersionPublished(version="open.en"), on=day)
bring_up_to_date(programme)
print(programme)
"""

PAGES = (
    "notices/which-well/",
    "notices/which-well/answer/",
    "notices/which-well/so/",
    "notices/well-runs/",
    "notices/open/",
    "places/qarasu/board/",
)
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """The address of a page of a programme whose notices residents have answered."""
    folder = tmp_path_factory.mktemp("answered")
    made = make(MAKE, folder)
    with serving(folder) as address:
        yield lambda path="", language="en": f"{address}{language}/{made.strip()}/{path}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_resident_answers_from_the_board_and_says_whether_it_is_so(answered, window, language):
    page = window(answered("places/qarasu/board/", language), 360, java_script_enabled=False)
    page.click('a.button[href$="/notices/which-well/answer/"]')
    page.check('input[name="choice"][value="2"]')
    page.click("main button")
    assert page.locator("p[role=status]").count() == 1
    assert page.evaluate(OVERFLOW) <= 0

    page.goto(answered("notices/which-well/", language))
    page.click('button[name="claimed"][value="not-so"]')
    assert page.locator("p[role=status]").count() == 1
    assert page.evaluate(OVERFLOW) <= 0
    assert "not-so" not in page.url
    assert page.context.cookies() == []


def test_a_form_without_a_choice_is_not_sent(answered, window):
    page = window(answered("notices/which-well/"), 360, java_script_enabled=False)
    page.click(".residents form button[type=submit]")

    assert page.url.endswith("/notices/which-well/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_a_phone(answered, window, language):
    page = window(answered("", language), java_script_enabled=False)

    assert sweep(page, [answered(path, language) for path in PAGES]) == {}


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [
        ("en", 360, "light"),
        ("zh-hans", 1280, "dark"),
        ("ug", 360, "dark"),
        ("ky", 360, "light"),
        ("ky-arab", 1280, "light"),
    ],
)
def test_axe_finds_nothing_against_wcag(answered, window, language, width, scheme):
    page = window(answered("", language), width, color_scheme=scheme)
    addresses = [answered(path, language) for path in PAGES]

    assert sweep(page, addresses, widths=[width], axe=True) == {}


@pytest.mark.parametrize(("language", "begins"), [("en", "left"), ("ug", "right")])
def test_bars_begin_where_reading_does_and_are_as_long_as_what_is_sure(
    answered, window, language, begins
):
    page = window(answered("notices/which-well/", language), 360)
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('.bars svg')].map(one => {
            const [svg, sure] = [one, one.querySelector('.sure')].map(it => it.getBoundingClientRect());
            return {of: svg.width, sure: sure.width, left: sure.left - svg.left, right: svg.right - sure.right};
        })"""
    )

    assert [round(20 * one["sure"] / one["of"]) for one in boxes] == [10, 5, 0]
    assert all(abs(one[begins]) < 1.5 for one in boxes[:2])


def test_what_is_printed_has_figures_and_no_form(answered, window):
    page = window(answered("notices/which-well/"), 1280)
    page.emulate_media(media="print")

    assert page.locator(".bars b").first.is_visible()
    assert not page.locator(".residents form").first.is_visible()
