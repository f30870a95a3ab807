"""A resident at 360 px, without JavaScript: says something, keeps the code, reads the board.

And what `cairn serve` leaves on its disk of all that.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from browser.conftest import make, serving
from browser.sweep import sweep

pytestmark = pytest.mark.browser

MAKE = """
import sys
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from cairn.following.snapshot import bring_up_to_date
from cairn.values import Text
from cairn.voice.facts import *
from cast import Pen, named
from django.conf import settings
from cairn.voice.labels import label_code
from told import programme_told
programme = programme_told()
pen = Pen(programme)
for category, door in (("water", None), ("roads", None), ("abuse", Text(en="Ring 110", zh_hans="拨打110"))):
    name = Text(en=category.title(), zh_hans=category)
    pen.record(CategoryOffered(category=category, name=name, door=door))
voice = str(pen.record(VoiceReceived(place="qarasu", category="water", text="No water")).id)
bring_up_to_date(programme)
print(programme, label_code(programme, "project/qarasu-well", secret=settings.SECRET_KEY))
"""
AGENT = "Canary/41.7 of nobody"
TEXT = "The pump by the school, canary-7f3a, stands still"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """An installation that asks for voices: its folder, the address of its pages, and a label's code."""
    folder = tmp_path_factory.mktemp("voices")
    made = make(MAKE, folder)
    programme, label = made.split()
    with serving(folder) as address:
        yield (
            folder,
            lambda path="", language="en": f"{address}{language}/{programme}/{path}",
            label,
        )


@pytest.fixture
def phone(chromium):
    context = chromium.new_context(
        viewport={"width": 360, "height": 640}, java_script_enabled=False, user_agent=AGENT
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_resident_says_something_and_looks_what_became_of_it(installed, phone, language):
    _folder, at, _label = installed
    asked = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(at("places/qarasu/", language))
    phone.click('a.button[href$="/say/"]')
    phone.check('input[name="category"][value="water"]')
    phone.fill("textarea", "Call 13812345678")
    phone.click('button[value="send"]')
    assert phone.locator("mark").inner_text() == "13812345678"
    phone.fill("textarea", TEXT)
    phone.click('button[value="send"]')
    code = phone.locator(".code bdi").inner_text()
    assert re.fullmatch(r"([0-9A-Z]{4}-){6}[0-9A-Z]{4}", code)

    phone.goto(at("~code/", language))
    phone.fill("#code", code.lower())
    phone.click('form.recording button[type="submit"]')
    assert phone.locator(".lead").count() == 1
    assert code not in phone.url
    phone.goto(at("places/qarasu/answers/", language))
    assert phone.locator("dl.figures dd").count() == 5
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(at()).netloc}
    assert phone.context.cookies() == []


def test_what_is_sensitive_is_shown_the_door(installed, phone):
    _folder, at, _label = installed
    phone.goto(at("places/qarasu/say/"))
    phone.check('input[name="category"][value="abuse"]')
    phone.fill("textarea", "He hits her")
    phone.click('button[value="send"]')

    assert "Ring 110" in phone.inner_text("main")
    assert "He hits her" not in phone.content()


def test_whoever_scans_a_label_says_with_one_tap_whether_its_thing_works(installed, phone):
    _folder, at, label = installed
    phone.goto(at("projects/qarasu-well/works/") + f"?label={label.replace('-', '')}")
    assert phone.input_value("#label") == label.replace("-", "")
    phone.press("#label", "Enter")
    assert "Choose one of those offered." in phone.inner_text("main")
    phone.click('button[value="works"]')

    assert "Thank you" in phone.inner_text("main")
    assert label.replace("-", "") not in phone.url


def test_whoever_comes_without_a_label_is_told_what_to_do(installed, phone):
    _folder, at, _label = installed
    phone.goto(at("projects/qarasu-well/"))
    phone.click('a[href="works/"]')
    phone.fill("#label", "7KQ2 M0ZD")
    phone.click('button[value="not-there"]')
    assert "compare it with the label" in phone.inner_text("main")
    assert phone.locator('button[value=""]').is_hidden()
    phone.click('main .wrong a[href$="/say/"]')

    phone.locator("textarea").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_axe_finds_nothing_and_nothing_overflows(installed, window, language, scheme):
    _folder, at, _label = installed
    paths = (
        "places/qarasu/say/",
        "~code/",
        "places/qarasu/answers/",
        "projects/qarasu-well/works/",
    )
    page = window(at("", language), 360, color_scheme=scheme)

    assert sweep(page, [at(path, language) for path in paths], widths=[360], axe=True) == {}


def test_the_disk_of_the_installation_holds_nothing_of_the_sender(installed, phone):
    folder, at, _label = installed
    phone.goto(at("places/qarasu/say/"))
    phone.check('input[name="category"][value="roads"]')
    phone.fill("textarea", TEXT)
    phone.click('button[value="send"]')
    code = phone.locator(".code bdi").inner_text()

    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    held = b"".join(path.read_bytes() for path in files)
    assert b"canary-7f3a" in held
    for canary in (AGENT, "Chrome/", code, code.replace("-", ""), "13812345678", "127.0.0.1"):
        assert canary.encode() not in held, canary
