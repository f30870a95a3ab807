"""The desk as a browser shows it: an invitation, passkeys, and every page on a phone and a desk."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from browser.conftest import make, serving
from browser.sweep import OVERFLOW, axe_finds
from people.desks import PASSWORD

pytestmark = pytest.mark.browser

MAKE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from cairn.following.snapshot import bring_up_to_date
from cairn.assets.facts import AssetHandedOver
from cairn.voice.facts import *
from cairn.web.desk.inviting import link
from cairn.works.facts import ProjectStarted
from cast import named
from people.desks import Desks
desks = Desks.opened()
pump = AssetHandedOver(asset="pump", name=named("Pump"), place="qarasu", keeper="qarasu-committee")
for fact in (pump, ProjectStarted(project="qarasu-well"), CategoryOffered(category="water", name=named("Water"))):
    desks.pen.record(fact)
for said in ("No water", "Still no water", "The pump stands still"):
    voice = str(desks.pen.record(VoiceReceived(place="qarasu", category="water", text=said)).id)
    desks.pen.record(VoiceScreened(voice=voice))
    desks.pen.record(VoiceRouted(voice=voice, asked="committee"))
bring_up_to_date(desks.programme)
for _time in range(20):
    print(link(desks.programme, "office", now=datetime.now(UTC), base="HERE"))
"""
PAGES = (
    "",
    "posts/",
    "account/",
    "people/",
    "people/county/invite/",
    "people/county/lost-factor/",
    "factors/",
    "factors/codes/",
    "factors/codes/new/",
    "factors/passkeys/",
    "factors/passkeys/add/",
    "factors/app/",
    "wordings/",
    "labels/",
    "voices/",
    "password/",
    "sign-in/again/",
    "sign-out/",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A served installation, and links to its office: localhost, by which a browser keeps passkeys."""
    folder = tmp_path_factory.mktemp("desk")
    made = make(MAKE, folder)
    links = iter(made.split())
    with serving(folder) as address:
        base = address.replace("127.0.0.1", "localhost").rstrip("/")
        yield base, lambda: next(links).replace("HERE", base)


@pytest.fixture(scope="module")
def state(desk, chromium):
    """Somebody signed in with a passkey, as a browser would keep them."""
    _base, link = desk
    page = chromium.new_context().new_page()
    with_keys(page)
    take_up(page, link(), "amina")
    add_passkey(page)
    page.goto(link())  # with a second post there is one to choose
    page.get_by_label("Sign-in name").last.fill("amina")
    page.get_by_label("Password").last.fill(PASSWORD)
    page.get_by_role("button", name="Add the post to mine").click()
    page.wait_for_url("**/~desk/posts/")
    page.get_by_role("button", name="Act as").first.click()
    page.wait_for_url(lambda url: urlsplit(url).path.endswith("/~desk/"))
    kept = page.context.storage_state()
    page.context.close()
    return kept


def with_keys(page, **more):
    """Give a browser something that keeps passkeys; its session, and the id of what keeps them."""
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        **more,
    }
    made = keys.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return keys, made["authenticatorId"]


def take_up(page, link, name):
    page.goto(link)
    page.get_by_label("Sign-in name").first.fill(name)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.get_by_role("button", name="Take up the post").click()


def add_passkey(page):
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/factors/codes/")
    page.get_by_role("link", name="Go on").click()
    page.wait_for_url(lambda url: urlsplit(url).path.endswith("/~desk/"))


def test_an_invitation_leads_to_a_desk_with_a_passkey_and_back_in_by_it_alone(desk, window):
    base, link = desk
    page = window(f"{base}/healthz")
    with_keys(page)
    take_up(page, link(), "bek")
    assert page.url == f"{base}/en/~desk/factors/"
    add_passkey(page)
    assert page.locator("h1").text_content() == "office"

    page.goto(f"{base}/en/~desk/sign-out/")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{base}/en/~desk/account/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: urlsplit(url).path.endswith("/~desk/account/"))

    refused = [said for said in page.said if "Content Security Policy" in said]
    assert not refused
    assert {urlsplit(url).hostname for url in page.asked} == {"localhost"}


def test_the_way_in_needs_no_script_but_for_passkeys(desk, window):
    base, link = desk
    page = window(f"{base}/healthz", java_script_enabled=False)
    take_up(page, link(), "chen")

    page.get_by_role("link", name="Set up an app").click()
    assert page.locator("img.square").is_visible()
    assert re.fullmatch(r"[A-Z2-7]+", page.locator("code").inner_text())
    assert not page.said


SEEN = pytest.mark.parametrize(
    ("language", "width"),
    [
        *(("en", 360), ("en", 1280), ("zh-hans", 360), ("zh-hans", 1280)),
        *(("ug", 360), ("ug", 1280), ("ky", 360), ("ky-arab", 360)),
    ],
)
"""In which languages pages are looked at, and how wide: each on a phone."""
BY_AXE = {("en", 360), ("zh-hans", 1280), ("ug", 360), ("ky-arab", 360)}
"""In which of them axe looks, too: each width, script and direction."""


@SEEN
def test_each_page_of_the_desk_fits_its_window_and_axe_finds_nothing(
    desk, window, state, language, width
):
    base, _link = desk
    scheme = "dark" if (width == 360) == (language == "en") else "light"
    page = window(f"{base}/healthz", width, storage_state=state, color_scheme=scheme)
    for path in PAGES:
        answer = page.goto(f"{base}/{language}/~desk/{path}")
        assert answer.status == 200, path
        assert path in page.url, page.url
        looked_at(page, f"{language}-{width}-{path}", axe=(language, width) in BY_AXE)


@SEEN
@pytest.mark.parametrize("what", ["sign-in/", "link", "nothing", "refused"])
def test_so_does_what_is_seen_before_signing_in(desk, window, language, width, what):
    base, link = desk
    path = {"nothing": "invited/x/", "refused": "sign-in/"}.get(what, what)
    address = link() if what == "link" else f"{base}/en/~desk/{path}"
    page = window(address.replace("/en/", f"/{language}/"), width)
    if what == "refused":
        page.locator("#id_login").fill("amina")
        page.locator("#id_password").fill("wrong")
        with page.expect_navigation():
            page.locator("main form button").first.click()

    looked_at(page, f"{language}-{width}-{what}", axe=(language, width) in BY_AXE)


def looked_at(page, name, *, axe=True):
    page.wait_for_load_state()
    page.evaluate(
        "document.fonts.ready.then(() => 0)"
    )  # until then letters of another width stand there
    assert page.evaluate(OVERFLOW) <= 0
    if os.environ.get("CAIRN_PICTURES"):
        file = re.sub(r"\W+", "-", name) + ".png"
        page.screenshot(path=Path(os.environ["CAIRN_PICTURES"]) / file, full_page=True)
    if axe:
        assert axe_finds(page) == []


def test_one_answer_serves_several_voices_by_keyboard_and_without_a_script(desk, state, chromium):
    base, _link = desk
    context = chromium.new_context(
        storage_state=state, java_script_enabled=False, viewport={"width": 360, "height": 640}
    )
    page = context.new_page()
    page.goto(f"{base}/en/~desk/voices/")
    page.locator("ul.rows-of-things a").first.click()
    page.get_by_role("link", name="Answer it").click()
    page.focus('select[name="outcome"]')
    page.keyboard.type("It is done")
    page.keyboard.press("Tab")
    page.keyboard.type("The pump runs")
    ticked = 0
    for _step in range(20):
        page.keyboard.press("Tab")
        here = page.evaluate("[document.activeElement.name, document.activeElement.value]")
        if here[0] == "also":
            page.keyboard.press("Space")
            ticked += 1
        if here == ["do", "record"]:
            page.keyboard.press("Enter")
            break
    page.wait_for_url("**/~desk/recorded/**")

    assert ticked == 2
    page.goto(f"{base}/en/~desk/voices/?state=answered")
    assert page.locator("ul.rows-of-things > li").count() == 3
    context.close()
