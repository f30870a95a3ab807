"""A resident's day in the demo, at 360 px, in each language: a notice, a voice, its code, its answer.

And the office that answers it, at its own desk. Without JavaScript; in two languages once more with,
so that axe can look at every page on the way.
"""

import re
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from browser.at_work import AtWork, with_codes
from browser.conftest import CAIRN
from browser.test_notices import printed

pytestmark = pytest.mark.browser

TOWNSHIP = "township-accountant.hongliu-township"
VILLAGE, NOTICE = "shimen", "bridge-money"
SAID = {
    "en": "The bridge has no railing on the school's side",
    "zh-hans": "学校那边的桥没有护栏",
    "ug": "مەكتەپ تەرەپتىكى كۆۋرۈكنىڭ رىشاتكىسى يوق",
    "ky": "Мектеп жактагы көпүрөнүн тосмосу жок",
    "ky-arab": "مەكتەپ جاقتاعى كۅپۉرۅنۉن توسموسۇ جوق",
}
ANSWERED = {
    "en": "It is welded on Friday",
    "zh-hans": "周五焊上",
    "ug": "جۈمە كۈنى كەپشەرلىنىدۇ",
    "ky": "Жума күнү ширетилет",
    "ky-arab": "جۇما كۉنۉ شىرەتىلەت",
}
A_DAY_PASSES = """
import sys
from datetime import timedelta
from pathlib import Path
from django.db.models import F
from cairn.config.installation import installation
installation(Path(sys.argv[1]))
from cairn.voice.models import Waiting
Waiting.objects.update(said_on=F("said_on") - timedelta(1))
"""

LANGUAGES = [code for code, _name in settings.LANGUAGES]
WALKS = [*((code, False) for code in LANGUAGES), ("en", True), ("ug", True)]


@pytest.mark.parametrize(("language", "scripts"), WALKS)
def test_what_a_resident_says_is_answered(demo, window, tmp_path, language, scripts):
    base = demo[TOWNSHIP].partition("/en/")[0]
    opened = {"java_script_enabled": scripts, "has_touch": True}
    resident = AtWork(
        window(f"{base}/{language}/", 360, **opened), language, 360, "resident", scripts
    )
    office = AtWork(window(f"{base}/healthz", 360, **opened), language, 360, "office", scripts)

    read_a_notice_and_hear_it(resident, f"{base}/{language}/demo/")
    code = say_something(resident)
    assert SAID[language] not in what_became_of_it(resident, code)

    a_day_passes(tmp_path / "demo")
    with_codes(office, demo[TOWNSHIP])
    answer_at_the_desk(office, f"{base}/{language}/~desk/")

    assert ANSWERED[language] in what_became_of_it(resident, code)
    read_it_on_the_board(resident)
    for_paper = window(f"{base}/{language}/demo/places/{VILLAGE}/board/", 1280)
    sheets = printed(for_paper).pages
    assert [round(float(side)) for side in sheets[0].mediabox[2:]] == [595, 842]
    assert "86" in "".join(sheet.extract_text() for sheet in sheets)

    for who in (resident, office):
        assert {urlsplit(url).netloc for url in who.page.asked if url[:5] != "data:"} == {
            urlsplit(base).netloc
        }
        assert who.page.said == []
    assert resident.page.context.cookies() == []
    assert not [url for url in resident.page.asked if code in url or code.replace("-", "") in url]


def read_a_notice_and_hear_it(resident, site):
    page = resident.page
    page.goto(f"{site}places/{VILLAGE}/")
    resident.look()
    resident.tap(page.locator(f'a.button[href$="/places/{VILLAGE}/board/"]'))
    page.locator(f'article h2 a[href$="/notices/{NOTICE}/"]').click()
    resident.look()
    shown = page.locator("section.notice")
    assert shown.locator(".says").get_attribute("lang") == resident.language
    sound = shown.locator("audio")
    assert sound.is_visible()
    assert sound.get_attribute("controls") is not None
    heard = page.request.get(sound.evaluate("sound => sound.src"))
    assert (heard.status, heard.headers["content-type"][:6]) == (200, "audio/")


def say_something(resident):
    page = resident.page
    page.locator(f'a[href$="/places/{VILLAGE}/"]').first.click()
    resident.look()
    resident.tap(page.locator('a.button[href$="/say/"]'))
    page.check('input[name="category"][value="roads"]')
    page.fill("textarea", SAID[resident.language])
    resident.tap(page.locator('button[value="send"]'))
    code = page.locator(".code bdi").inner_text()
    assert re.fullmatch(r"([0-9A-Z]{4}-){6}[0-9A-Z]{4}", code)
    return code


def what_became_of_it(resident, code):
    page = resident.page
    page.goto(re.sub(r"/demo/.*", "/demo/~code/", page.url))
    page.fill("#code", code.lower().replace("-", " "))
    resident.tap(page.locator('form.recording button[type="submit"]'))
    assert page.locator(".lead").count() == 1
    return page.inner_text("main")


def a_day_passes(folder):
    """What was said this morning is from yesterday, and is taken in: by this, or by the server's own worker."""
    subprocess.run([sys.executable, "-c", A_DAY_PASSES, folder], check=True)
    subprocess.run([CAIRN, "voices", "--dir", folder], check=True)


def answer_at_the_desk(office, desk):
    """The township looks at it, gives it to itself, and answers."""
    page, said = office.page, SAID[office.language]
    page.goto(f"{desk}voices/?state=received")
    office.look()
    page.locator("li").filter(has_text=said).get_by_role("link").first.click()
    office.look()
    voice = page.url
    office.tap(page.locator('a.button[href*="voice.voice-screened"]'))
    recorded(office)
    page.goto(voice)
    office.tap(page.locator('a.button[href*="voice.voice-routed"]'))
    page.locator("select[name=asked]").select_option(TOWNSHIP)
    recorded(office)
    page.goto(voice)
    office.tap(page.locator('a.button[href*="voice.voice-answered"]'))
    page.locator("[name=outcome]").select_option("done")
    page.fill(f"[name=answer_{office.language.replace('-', '_')}]", ANSWERED[office.language])
    recorded(office)


def recorded(office):
    office.tap(office.page.locator('button[name=do][value="record"]'))
    assert "/recorded/" in office.page.url, office.page.inner_text("main")


def read_it_on_the_board(resident):
    page = resident.page
    page.goto(re.sub(r"/demo/.*", f"/demo/places/{VILLAGE}/answers/", page.url))
    resident.look()
    assert ANSWERED[resident.language] in page.inner_text("main")
    assert SAID[resident.language] not in page.content()
