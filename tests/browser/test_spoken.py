"""A resident who does not write, and a post that listens: on a phone of 360 px, without JavaScript."""

import pytest

from browser.conftest import make, serving
from browser.sweep import OVERFLOW, axe_finds
from browser.test_desk import add_passkey, take_up, with_keys
from cast import a_recording

pytestmark = pytest.mark.browser

MAKE = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from cairn.following.snapshot import bring_up_to_date
from cairn.journal.files import keep
from cairn.values import Text
from cairn.voice.facts import CategoryOffered, VoiceSpoken
from cairn.web.desk.inviting import link
from cast import a_recording
from people.desks import Desks
desks = Desks.opened()
name = Text(en="Water", zh_hans="用水", ug="سۇ", ky="Суу")
desks.pen.record(CategoryOffered(category="water", name=name))
file = keep(desks.programme, a_recording(seconds=2))
desks.pen.now = datetime.now(UTC)
yesterday = (desks.pen.now - timedelta(days=1)).date()
said = VoiceSpoken(place="qarasu", category="water", text=file)
voice = desks.pen.record(said, on=yesterday).id
bring_up_to_date(desks.programme)
print(desks.programme, voice, link(desks.programme, "township", now=datetime.now(UTC), base="HERE"))
"""
WORDS = "The pump has stood still for a week"
LANGUAGES = ("en", "zh-hans", "ug", "ky", "ky-arab")
PLAY = """() => new Promise((played, failed) => {
    const audio = document.querySelector("audio");
    audio.oncanplay = () => played(audio.duration);
    audio.onerror = () => failed(audio.error.message);
    audio.preload = "auto";
    audio.load();
})"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Where the pages of an installation are, its programme, a recording in it, and a township's link."""
    folder = tmp_path_factory.mktemp("spoken")
    made = make(MAKE, folder)
    programme, voice, link = made.split()
    with serving(folder) as address:
        local = address.replace("127.0.0.1", "localhost")  # by which a browser keeps passkeys
        yield local, programme, voice, link.replace("HERE", local.rstrip("/"))


@pytest.fixture(scope="module")
def township(installed, chromium):
    """Whoever looks at voices, signed in, as a browser would keep them."""
    _address, _programme, _voice, link = installed
    page = chromium.new_context().new_page()
    with_keys(page)
    take_up(page, link, "maryam")
    add_passkey(page)
    kept = page.context.storage_state()
    page.context.close()
    return kept


def flaws(page):
    """What axe finds, and by how much the page is too wide."""
    return axe_finds(page), max(0, page.evaluate(OVERFLOW))


@pytest.mark.parametrize(  # a village takes three recordings at once
    ("language", "by"), [("en", "#say-sound"), ("ug", "#say-chosen")]
)
def test_a_resident_sends_a_recording_and_keeps_the_code(installed, window, language, by):
    address, programme, _voice, _link = installed
    at = f"{address}{language}/{programme}/places/qarasu/say/"
    phone = window(at, width=360, java_script_enabled=False)
    assert phone.get_attribute("#say-sound", "accept") == "audio/*"
    assert phone.get_attribute("#say-sound", "capture") is not None
    phone.check('input[name="category"][value="water"]')
    sent = {"name": "Recording 1.wav", "mimeType": "audio/wav", "buffer": a_recording(seconds=1)}
    phone.set_input_files(by, [sent])
    phone.click('button[value="send"]')

    assert phone.locator(".code bdi").inner_text()
    assert phone.context.cookies() == []


def test_what_is_no_sound_is_refused_and_the_choice_stays(installed, window):
    address, programme, _voice, _link = installed
    at = f"{address}en/{programme}/places/石桥村/say/"
    phone = window(at, width=360, java_script_enabled=False)
    phone.check('input[name="category"][value="water"]')
    sent = {"name": "song.mp3", "mimeType": "audio/mpeg", "buffer": b"no sound at all" * 99}
    phone.set_input_files("#say-sound", [sent])
    phone.click('button[value="send"]')

    assert "no recording that can be heard" in phone.inner_text('[role="alert"]')
    assert phone.is_checked('input[name="category"][value="water"]')


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_has_no_flaw_and_fits_a_phone(installed, window, language):
    address, programme, _voice, _link = installed
    at = f"{address}{language}/{programme}/places/qarasu/say/"

    assert flaws(window(at, width=360)) == ([], 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_whoever_listens_has_no_flaw_and_fits_a_phone(
    installed, township, window, language
):
    address, _programme, voice, _link = installed
    at = f"{address}{language}/~desk/voices/{voice}/"

    assert flaws(window(at, width=360, storage_state=township)) == ([], 0)


def test_it_plays_at_the_desk(installed, township, window):
    address, _programme, voice, _link = installed
    page = window(f"{address}en/~desk/voices/{voice}/", width=360, storage_state=township)
    played = page.evaluate(PLAY)

    assert played == pytest.approx(2, abs=0.05)


def test_whoever_listened_writes_it_down_and_nobody_hears_it_again(installed, township, window):
    address, _programme, voice, _link = installed
    at = f"{address}en/~desk/voices/{voice}/"
    page = window(at, width=360, java_script_enabled=False, storage_state=township)
    page.fill("#heard", WORDS)
    page.click('button[value="record"]')
    page.goto(at)

    assert page.locator("blockquote").inner_text() == WORDS
    assert page.locator("audio").count() == 0
    assert page.request.get(f"{at}sound/").status == 404
