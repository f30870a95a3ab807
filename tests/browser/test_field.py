"""The field app on a phone of 360 pixels: a team leader of the demo, without network most of the time."""

import io
import re
import shutil
import sqlite3
import time
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import expect

from browser.at_work import THUMB, AtWork, with_a_passkey
from browser.conftest import make, running
from browser.test_a_handover import COMES, GOES, NEXT_COHORT, OLD
from browser.test_desk import looked_at

pytestmark = pytest.mark.browser

PIN, ANOTHER = "482915", "593026"
TEAM = "team.qarasu-2026"
COLD_MS = 1000
"""How long the app may take to open offline."""

FROZEN = (
    NEXT_COHORT
    + f"""
from secrets import randbits
from cairn.following.snapshot import bring_up_to_date
from cairn.handover.facts import HandoverOpened, PackFrozen, SuccessorNamed
from cairn.journal.entry import Draft
from cairn.pack import pack_of, sha256_of
from cairn.values import uuid7
from cairn.web.desk.handovers import frozen_line
def say(post, fact):
    journal.append("demo", Draft(uuid7(int(now.timestamp() * 1000), randbits(74)), today, post, fact), now=now)
say("{GOES}", HandoverOpened(team="{OLD}", outgoing="{GOES}", on=today))
say("township-accountant.hongliu-township", SuccessorNamed(handover="{OLD}", team="{COMES.removeprefix("team.")}", incoming="{COMES}"))
bring_up_to_date("demo")
pack = pack_of(programme="demo", team="{OLD}", journal=journal)
say("{GOES}", PackFrozen(handover="{OLD}", upto=pack.as_of.position, sha256=sha256_of(pack), lines=tuple(frozen_line(one) for one in pack.lines)))
"""
)


@pytest.fixture(scope="module")
def village(told, tmp_path_factory):
    """The demo with a pack that is being walked: where it is served, its folder, the links of its posts."""
    folder = tmp_path_factory.mktemp("field") / "demo"
    shutil.copytree(told, folder)
    secret = make(FROZEN, folder).split()[0]
    with running(folder) as links:
        there = re.match(r"(http.*/invited/)", links[GOES])[1]
        every = {**links, COMES: f"{there}{secret}/"}
        base = every[GOES].partition("/en/")[0]
        yield SimpleNamespace(base=base, folder=folder, links=every)


def signed_in(village, chromium, post):
    """Somebody who has just signed in at the desk: what their browser holds."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{village.base}/healthz")
    with_a_passkey(AtWork(page, "en", 1280, f"field-{post}"), village.links[post])
    held = context.storage_state()
    context.close()
    return held


@pytest.fixture(scope="module")
def leader(village, chromium):
    return signed_in(village, chromium, GOES)


@pytest.fixture(scope="module")
def next_leader(village, chromium):
    return signed_in(village, chromium, COMES)


@pytest.fixture
def phone(village, chromium):
    """A phone that somebody who is signed in has set up: phone(who) answers its page."""
    contexts = []

    def made(who, language="en", **more):
        context = chromium.new_context(
            storage_state=who,
            viewport={"width": 360, "height": 740},
            has_touch=True,
            is_mobile=True,
            **more,
        )
        context.add_init_script(f"localStorage.setItem('cairn-field-language', '{language}')")
        contexts.append(context)
        page = opened(context, village)
        page.locator("#pin").fill(PIN)
        page.locator("#pin-again").fill(PIN)
        page.locator("main form button[type=submit]").tap()
        expect(page.locator("main .usual").first).to_be_visible(timeout=60_000)
        page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        until(page, "Boolean(navigator.serviceWorker.controller)")
        until(page, f"caches.match('/field/words/{language}.json').then(Boolean)")
        return page

    yield made
    for context in contexts:
        context.close()


def opened(context, village):
    """The app in a new tab; what went wrong in it stands in `said`."""
    page = context.new_page()
    page.said = []
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(f"{village.base}/field/")
    expect(page.locator("main h1")).to_be_visible()
    return page


def unlocked(page, pin=PIN):
    page.locator("#pin").fill(pin)
    page.locator("main form button[type=submit]").tap()
    expect(page.locator("main .status")).to_be_visible(timeout=20_000)


def at(page, hash_):
    page.evaluate("hash => { location.hash = hash }", hash_)
    until(page, "document.activeElement.tagName === 'H1'")


def until(page, expression, *, seconds=20):
    """Until an expression holds. Playwright's own waiting evaluates text, which the app's policy forbids."""
    give_up = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < give_up, expression
        page.wait_for_timeout(50)


def record(page):
    page.get_by_role("button", name="Record it").tap()
    expect(page.get_by_role("heading", name="Kept on this phone")).to_be_visible()
    return page.url.rpartition("/")[2]


def a_photo():
    """A photo of twelve megapixels that says where it was taken."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Somebody's phone"
    Image.effect_noise((4000, 3000), 40).convert("RGB").save(out, "JPEG", exif=exif, quality=70)
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def entries(village):
    """How many facts are on record."""
    with sqlite3.connect(f"file:{village.folder / 'cairn.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute("SELECT count(*) FROM journal_entry").fetchone()[0]


def test_what_is_recorded_without_network_arrives_once_when_there_is_some(village, phone, leader):
    page = phone(leader)
    context, before = page.context, entries(village)
    context.set_offline(True)
    at(page, "#/record/works.need-raised")
    page.get_by_label("What is needed?").fill("A bridge over the lower ditch")
    page.get_by_label("What is it about?").select_option("road")
    first = record(page)
    at(page, "#/record/assets.asset-inspected?asset=qarasu-school-well-pump")
    page.get_by_label("In which condition is it?").select_option("worn")
    page.get_by_label("Which photo shows its condition?").set_input_files(a_photo())
    expect(page.locator(".preview img")).to_be_visible()
    wide, high = page.locator(".preview img").evaluate(
        "one => one.decode().then(() => [one.naturalWidth, one.naturalHeight])"
    )
    second = record(page)
    page.close()  # as when the phone kills the tab

    page = opened(context, village)
    drawn = page.evaluate("performance.getEntriesByName('cairn-drawn')[0].startTime")
    unlocked(page)
    waiting = page.locator("main .status .count").inner_text()
    asked = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    context.set_offline(False)  # and nothing is tapped
    expect(page.get_by_text("Everything recorded here has been sent.")).to_be_visible(
        timeout=30_000
    )

    assert (wide, high) == (1600, 1200)
    assert drawn < COLD_MS
    assert waiting == "Waiting on this phone to be sent: 2"
    assert entries(village) - before == 2
    for fact in (first, second):
        assert page.request.get(f"{village.base}/api/facts/{fact}").status == 200
    assert sum("/api/facts" in one for one in asked) >= 1
    assert page.said == []


def test_too_many_wrong_pins_bar_the_phone_until_somebody_signs_in_and_nothing_is_lost(
    village, phone, leader
):
    page = phone(leader)
    page.context.set_offline(True)
    at(page, "#/record/works.need-raised")
    page.get_by_label("What is needed?").fill("A roof on the bus stop")
    page.get_by_label("What is it about?").select_option("road")
    record(page)
    at(page, "#/settings")
    page.get_by_role("button", name="Lock now").tap()
    for left in (4, 3, 2, 1):
        page.locator("#pin").fill("111222")
        page.get_by_role("button", name="Unlock").tap()
        expect(page.get_by_text(f"Tries left: {left}.")).to_be_visible(timeout=20_000)
    page.locator("#pin").fill("111222")
    page.get_by_role("button", name="Unlock").tap()
    expect(page.get_by_text("Too many wrong PINs.")).to_be_visible(timeout=20_000)
    page.context.set_offline(False)
    page.reload()
    page.locator("#pin").fill(ANOTHER)
    page.locator("#pin-again").fill(ANOTHER)
    page.get_by_role("button", name="Unlock").tap()

    expect(page.get_by_text("Everything recorded here has been sent.")).to_be_visible(
        timeout=30_000
    )
    at(page, "#/outbox")
    expect(page.get_by_text("A roof on the bus stop")).to_be_visible()
    assert page.said == []


def test_a_phone_whose_access_was_taken_back_erases_itself_when_it_finds_network(
    village, phone, leader
):
    page = phone(leader)
    page.context.set_offline(True)
    at(page, "#/record/works.need-raised")
    page.get_by_label("What is needed?").fill("Shade by the road")
    page.get_by_label("What is it about?").select_option("road")
    record(page)
    desk = page.context.browser.new_context(storage_state=leader).new_page()
    desk.goto(f"{village.base}/en/~desk/account/")
    desk.locator("form[action$='/end-device/'] button").last.click()
    desk.context.close()
    page.context.set_offline(False)

    expect(page.get_by_role("heading", name="This phone was erased")).to_be_visible(timeout=30_000)
    left = page.evaluate(
        """() => new Promise(done => {
            const request = indexedDB.open("cairn-field");
            request.onsuccess = () => {
                const stores = ["facts", "files", "kept"];
                const asked = request.result.transaction(stores);
                Promise.all(stores.map(name => new Promise(found => {
                    const count = asked.objectStore(name).count();
                    count.onsuccess = () => found(count.result);
                }))).then(done);
            };
        })"""
    )
    assert left == [0, 0, 0]
    assert "Shade" not in page.locator("body").inner_text()


def test_a_half_typed_form_survives_a_killed_tab(village, phone, leader):
    page = phone(leader)
    page.context.set_offline(True)
    at(page, "#/record/works.need-raised")
    page.get_by_label("What is needed?").fill("A lamp at the crossing")
    page.get_by_label("Which photo shows it?").set_input_files(a_photo())
    expect(page.locator(".preview img")).to_be_visible()
    expect(page.get_by_text("What you typed is kept on this phone.")).to_be_visible()
    context = page.context
    page.close()

    page = opened(context, village)
    unlocked(page)
    page.locator("main .kept a").tap()
    expect(page.get_by_label("What is needed?")).to_have_value("A lamp at the crossing")
    expect(page.locator(".preview img")).to_be_visible()
    page.get_by_role("button", name="Record it").tap()
    expect(page.get_by_role("alert").get_by_text("This must be answered.")).to_be_visible()
    page.get_by_label("What is it about?").select_option("road")
    record(page)
    at(page, "#/")
    assert page.locator("main .kept").count() == 0
    assert page.said == []


def test_the_outbox_goes_from_one_phone_to_another_as_a_file(village, phone, leader, tmp_path):
    one, other = phone(leader), phone(leader)
    before = entries(village)
    one.context.set_offline(True)
    at(one, "#/record/works.need-raised")
    one.get_by_label("What is needed?").fill("A door for the pump house")
    one.get_by_label("What is it about?").select_option("water")
    record(one)
    at(one, "#/outbox")
    one.locator("main details.more summary").tap()
    with one.expect_download() as saving:
        one.get_by_role("button", name="Save the outbox to a file").tap()
    file = tmp_path / "outbox.cairn-outbox"
    saving.value.save_as(file)
    at(other, "#/outbox")
    other.locator("main details.more summary").tap()
    other.locator("#load").set_input_files(file)
    expect(other.get_by_text("A door for the pump house")).to_be_visible()
    other.get_by_role("button", name="Send now").first.tap()
    expect(other.get_by_text("Everything recorded here has been sent.")).to_be_visible(
        timeout=30_000
    )
    one.context.set_offline(False)

    expect(one.get_by_text("Everything recorded here has been sent.")).to_be_visible(timeout=30_000)
    assert entries(village) - before == 1


def test_two_phones_walk_together_without_network(village, phone, leader, next_leader):
    goes, comes = phone(leader), phone(next_leader)
    before = entries(village)
    for page in (goes, comes):
        page.context.set_offline(True)
    pump = f"{OLD}/asset/qarasu-school-well-pump"
    at(goes, f"#/walk/{OLD}")
    goes.locator(
        f'main a[href*="{quote(quote(pump, safe=""), safe="%")}"], main a[href*="{quote(pump, safe="")}"]'
    ).first.tap()
    goes.get_by_role("link", name="It is there: say how it is").tap()
    goes.get_by_label("In which condition is it?").select_option("good")
    goes.get_by_role("button", name="Record what both saw").tap()
    expect(goes.get_by_text("said with this phone, not sent yet")).to_be_visible()
    at(comes, f"#/walk/{OLD}/{quote(pump, safe='')}")
    comes.get_by_role("link", name="Refuse it").tap()
    comes.locator("#answer-reason").fill("It leaks at the flange")
    record(comes)
    at(comes, f"#/walk/{OLD}")
    projects = comes.locator("main li.line", has_text="Project").locator("input[type=checkbox]")
    projects.first.check()
    comes.get_by_role("button", name="Accept those that are ticked").tap()
    expect(comes.get_by_text("Answered: 2 of")).to_be_visible()
    for page in (goes, comes):
        page.context.set_offline(False)
    for page in (goes, comes):
        at(page, "#/outbox")
        expect(page.get_by_text("Everything recorded here has been sent.")).to_be_visible(
            timeout=30_000
        )

    assert entries(village) - before == 4
    at(goes, "#/settings")
    goes.get_by_role("button", name="Send and read now").tap()
    until(goes, "!document.querySelector('main button:disabled')")
    at(goes, f"#/walk/{OLD}")
    expect(goes.get_by_text("Answered: 2 of")).to_be_visible()


SCREENS = (
    "#/",
    "#/record",
    "#/record/assets.asset-inspected",
    "#/record/money.money-spent",
    "#/record/notices.notice-written",
    "#/owed",
    "#/projects",
    "#/assets",
    "#/accounts",
    "#/notices",
    "#/needs",
    f"#/pack/{OLD}",
    f"#/walk/{OLD}",
    "#/outbox",
    "#/settings",
    "#/settings/pin",
    "#/settings/forget",
)


@pytest.mark.parametrize("language", ["en", "zh-hans", "ug", "ky", "ky-arab"])
def test_each_screen_fits_a_phone_and_axe_finds_nothing(village, phone, leader, language):
    page = phone(leader, language)
    for hash_ in SCREENS:
        at(page, hash_)
        looked_at(page, f"field-{language}-{hash_.strip('#/') or 'home'}")
        low = page.evaluate(
            "thumb => [...document.querySelectorAll('button, select, .button, .below a, input:not([type=checkbox])')]"
            ".filter(one => one.offsetHeight && one.offsetHeight < thumb).map(one => one.outerHTML)",
            THUMB,
        )
        assert low == [], hash_
    at(page, "#/record/works.need-raised")
    page.locator("main form button[type=submit]").tap()
    looked_at(page, f"field-{language}-objections")
    page.evaluate("document.querySelector('a.mark').click()")
    at(page, "#/settings")
    page.locator("main button").nth(6).tap()
    expect(page.locator("#pin")).to_be_visible()
    looked_at(page, f"field-{language}-locked")
    assert page.evaluate("document.documentElement.lang") == language
    assert page.evaluate("document.documentElement.dir") == (
        "rtl" if language in ("ug", "ky-arab") else "ltr"
    )
    assert page.said == []


def test_the_app_can_be_used_by_keyboard_alone(village, phone, leader):
    page = phone(leader)
    at(page, "#/record/works.need-raised")
    page.keyboard.press("Tab")
    page.keyboard.type("Benches by the school")
    for _step in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "answer-theme":
            page.keyboard.type("s")
        if page.evaluate("document.activeElement.type") == "submit":
            break
    page.keyboard.press("Enter")

    expect(
        page.get_by_role("heading", name=re.compile("Kept on this phone|On record"))
    ).to_be_visible()


def test_what_the_phone_keeps_of_the_programme_is_sealed(phone, leader):
    page = phone(leader)
    page.context.set_offline(True)
    at(page, "#/record/works.need-raised")
    page.get_by_label("What is needed?").fill("Zebra crossing")
    page.get_by_label("What is it about?").select_option("road")
    record(page)

    kept = page.evaluate(
        """async () => {
            const open = await new Promise(done => {
                const request = indexedDB.open("cairn-field");
                request.onsuccess = () => done(request.result);
            });
            const stores = [...open.objectStoreNames];
            const found = await Promise.all(stores.map(name => new Promise(done => {
                const all = open.transaction(name).objectStore(name).getAll();
                all.onsuccess = () => done(all.result);
            })));
            const text = value => value instanceof Uint8Array ? new TextDecoder().decode(value)
                : value && typeof value === "object" ? Object.values(value).map(text).join(" ") : String(value);
            return [found.map(text).join(" "), Object.keys(localStorage), Object.keys(sessionStorage)];
        }"""
    )
    assert "Zebra" not in kept[0]
    assert "Qarasu" not in kept[0]
    assert kept[1:] == [["cairn-field-language"], []]
