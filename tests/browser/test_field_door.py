"""Who opens the field app, and when it shuts: the passkey, the five minutes, a token that acts no more, a full phone."""

# ruff: noqa: F811 - fixtures that are imported are parameters

import re
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from browser.test_desk import looked_at, with_keys
from browser.test_field import (  # noqa: F401 - fixtures
    ANOTHER,
    PIN,
    at,
    entries,
    leader,
    opened,
    phone,
    record,
    unlocked,
    until,
    village,
)

pytestmark = pytest.mark.browser


def typed_and_recorded(page, what):
    at(page, "#/record/works.need-raised")
    page.get_by_label("What is needed?").fill(what)
    page.get_by_label("What is it about?").select_option("road")
    record(page)


def with_a_prf(page, **more):
    """Give the phone passkeys that answer with a secret; its CDP session and the authenticator's id."""
    return with_keys(page, hasPrf=True, **more)


def opens_by_passkey(page, pin=PIN):
    """In the settings: the passkey opens it, too."""
    at(page, "#/settings")
    page.get_by_role("link", name="Open with a passkey too").tap()
    page.locator("#pin").fill(pin)
    page.get_by_role("button", name="Open with a passkey too").tap()


def locked(page):
    at(page, "#/settings")
    page.get_by_role("button", name="Lock now").tap()
    expect(page.locator("#pin")).to_be_visible()


TYPED_AT_ONCE = """async says => {
  [...document.querySelectorAll("main button")].find(one => one.textContent === says).click();
  for (let step = 0; step < 1000; step++) await null;
  const pin = document.querySelector("#pin");
  pin.value = "1";
  await new Promise(done => setTimeout(done, 500));
  return [pin.isConnected, document.querySelector("#pin").value, location.hash];
}"""
"""Types as soon as the door stands, before the browser does anything else: as what fills in PINs does."""


def test_whoever_types_as_soon_as_it_is_locked_does_not_have_it_drawn_away(village, phone, leader):
    page = phone(leader)
    at(page, "#/settings")
    assert page.evaluate(TYPED_AT_ONCE, "Lock now") == [True, "1", "#/"]
    unlocked(page)


def test_a_passkey_opens_the_phone_without_network_and_the_pin_does_so_still(
    village, phone, leader
):
    page = phone(leader)
    keys, _key = with_a_prf(page)
    opens_by_passkey(page)
    expect(page.get_by_text("The passkey opens it now, and so does the PIN.")).to_be_visible(
        timeout=20_000
    )
    page.context.set_offline(True)
    typed_and_recorded(page, "A rail on the footbridge")
    locked(page)
    page.get_by_role("button", name="Unlock with the passkey").tap()
    expect(page.locator("main .status .count")).to_have_text(
        "Waiting on this phone to be sent: 1", timeout=20_000
    )
    locked(page)
    unlocked(page)
    locked(page)
    page.locator("#pin").fill("111222")
    page.get_by_role("button", name="Unlock", exact=True).tap()
    expect(page.get_by_text("Tries left: 4.")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Unlock with the passkey").tap()
    expect(page.locator("main .status")).to_be_visible(timeout=20_000)

    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 1
    assert len(keys.send("WebAuthn.getCredentials", {"authenticatorId": _key})["credentials"]) == 1
    assert page.said == []


def test_whoever_the_phone_does_not_recognise_and_a_passkey_that_is_gone_leave_the_pin(
    village, phone, leader
):
    page = phone(leader)
    keys, key = with_a_prf(page)
    opens_by_passkey(page, pin="111222")
    expect(page.get_by_text("This is not the PIN. Tries left: 4.")).to_be_visible(timeout=20_000)
    page.locator("#pin").fill(PIN)
    page.get_by_role("button", name="Open with a passkey too").tap()
    expect(page.get_by_text("The passkey opens it now")).to_be_visible(timeout=20_000)
    locked(page)
    keys.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.get_by_role("button", name="Unlock with the passkey").tap()
    expect(page.get_by_text("The passkey did not open it. Use the PIN.")).to_be_visible(
        timeout=60_000
    )
    keys.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    page.get_by_role("button", name="Unlock with the passkey").tap()
    expect(page.get_by_role("button", name="Unlock with the passkey")).to_be_enabled(timeout=60_000)
    expect(page.get_by_text("The passkey did not open it. Use the PIN.")).to_be_visible()
    unlocked(page)
    at(page, "#/settings")
    page.get_by_role("button", name="Open with the PIN alone").tap()
    expect(page.get_by_text("Only the PIN opens it now.")).to_be_visible()
    locked(page)

    assert page.get_by_role("button", name="Unlock with the passkey").count() == 0
    unlocked(page)
    assert page.said == []


def test_five_wrong_pins_bar_the_passkey_too(village, phone, leader):
    page = phone(leader)
    with_a_prf(page)
    opens_by_passkey(page)
    expect(page.get_by_text("The passkey opens it now")).to_be_visible(timeout=20_000)
    page.context.set_offline(True)
    locked(page)
    for _try in range(5):
        page.locator("#pin").fill("111222")
        page.get_by_role("button", name="Unlock", exact=True).tap()
        until(page, "!document.querySelector('main form button:disabled')")
    expect(page.get_by_text("Too many wrong PINs.")).to_be_visible(timeout=20_000)

    assert page.get_by_role("button", name="Unlock with the passkey").count() == 0
    assert page.said == []


def test_a_phone_without_such_a_passkey_is_offered_none(village, phone, leader):
    page = phone(leader)
    at(page, "#/settings")
    assert page.get_by_role("link", name="Open with a passkey too").count() == 0
    at(page, "#/")
    keys, _key = with_keys(page)
    opens_by_passkey(page)

    expect(page.get_by_text("The passkeys of this phone cannot do that.")).to_be_visible(
        timeout=20_000
    )
    keys.send("WebAuthn.disable")
    locked(page)
    unlocked(page)
    assert page.said == []


HIDDEN = """(state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
"""What a phone says when another app comes to the front: headless Chromium never does."""


def test_it_locks_by_itself_after_five_minutes_in_which_nobody_looked_at_it(village, phone, leader):
    held = phone(leader).context
    held.set_offline(True)
    page = held.new_page()
    page.said = []
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.clock.install(time=datetime.now(UTC))
    page.goto(f"{village.base}/field/")
    expect(page.locator("#pin")).to_be_visible()
    unlocked(page)
    page.evaluate(HIDDEN, "hidden")
    page.clock.run_for(4 * 60_000)
    page.evaluate(HIDDEN, "visible")
    expect(page.locator("main .status")).to_be_visible()
    page.clock.run_for(6 * 60_000)
    expect(page.locator("main .status")).to_be_visible()
    page.evaluate(HIDDEN, "hidden")
    page.clock.run_for(5 * 60_000 + 1000)
    expect(page.locator("#pin")).to_be_visible()
    assert "Qarasu" not in page.locator("body").inner_text()
    unlocked(page)

    # As on a phone that let the tab sleep: no clock ran, and it locks once somebody looks again.
    page.evaluate(HIDDEN, "hidden")
    page.clock.set_system_time(datetime.now(UTC) + timedelta(365))
    expect(page.locator("main .status")).to_be_attached()
    page.evaluate(HIDDEN, "visible")
    expect(page.locator("#pin")).to_be_visible()
    assert page.said == []


def test_a_phone_whose_token_acts_no_more_acts_again_after_a_sign_in_with_all_that_waited(
    village, phone, leader
):
    page = phone(leader)
    before = entries(village)
    page.context.set_offline(True)
    typed_and_recorded(page, "A gate for the sluice")
    at(page, "#/")
    forget_tokens(village)
    page.context.set_offline(False)
    page.get_by_text("This phone does not act for its post any more.").wait_for(timeout=30_000)
    page.get_by_role("link", name="Let this phone act again").tap()
    page.locator("#pin").fill("111222")
    page.get_by_role("button", name="Let this phone act again").tap()
    expect(page.get_by_text("Tries left: 4.")).to_be_visible(timeout=20_000)
    assert entries(village) == before
    page.locator("#pin").fill(PIN)
    page.get_by_role("button", name="Let this phone act again").tap()

    expect(page.get_by_text("Everything recorded here has been sent.")).to_be_visible(
        timeout=30_000
    )
    assert entries(village) - before == 1
    at(page, "#/outbox")
    expect(page.get_by_text("A gate for the sluice")).to_be_visible()
    locked(page)
    unlocked(page)
    assert page.said == []


def forget_tokens(village):
    """No token is known any more, and none was revoked: as after a restore from before they were given."""
    with sqlite3.connect(village.folder / "cairn.sqlite3", timeout=20) as database:
        database.execute("UPDATE people_devicetoken SET digest = hex(randomblob(32))")


REMEMBERED_MS = 31_000
"""For half a minute Chromium goes by the room that there was."""


def test_a_full_phone_says_that_room_must_be_made_first_and_opens_once_there_is(
    village, phone, leader
):
    page = phone(leader)
    with_a_prf(page)
    opens_by_passkey(page)
    expect(page.get_by_text("The passkey opens it now")).to_be_visible(timeout=20_000)
    page.context.set_offline(True)
    typed_and_recorded(page, "A tap by the school")
    locked(page)
    quota = page.context.new_cdp_session(page)
    quota.send("Storage.overrideQuotaForOrigin", {"origin": village.base, "quotaSize": 1})
    page.wait_for_timeout(REMEMBERED_MS)
    page.locator("#pin").fill(PIN)
    page.get_by_role("button", name="Unlock", exact=True).tap()
    expect(page.get_by_text("Make room first")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("button", name="Unlock", exact=True)).to_be_enabled()
    page.get_by_role("button", name="Unlock with the passkey").tap()
    expect(page.locator("main .status .count")).to_be_visible(timeout=20_000)
    locked(page)
    quota.send("Storage.overrideQuotaForOrigin", {"origin": village.base})

    unlocked(page)
    expect(page.locator("main .status .count")).to_have_text("Waiting on this phone to be sent: 1")
    assert page.said == []


def test_a_text_that_may_show_somebody_comes_back_and_is_put_right_by_a_new_fact(
    village, phone, leader
):
    page = phone(leader)
    before = entries(village)
    page.context.set_offline(True)
    for what in ("A roof; ask 13800138000", "A well; the office has 13900139000"):
        typed_and_recorded(page, what)
    page.context.set_offline(False)
    at(page, "#/outbox")
    expect(page.get_by_role("heading", name="Refused: put right by a new fact")).to_be_visible(
        timeout=30_000
    )
    until(page, "document.querySelectorAll('main ul.rows .loud').length === 2")
    assert entries(village) == before

    page.locator("main li", has_text="A roof").get_by_role("link").tap()
    expect(page.locator("dd", has_text="A roof").locator(".wrong")).to_have_text(SHOWS)
    page.get_by_role("link", name="Put it right by a new fact").tap()
    expect(page.locator("#answer-name-wrong")).to_have_text(SHOWS)
    looked_at(page, "field-shows")
    page.get_by_label("What is needed?").fill("A roof; ask at the committee")
    page.get_by_role("button", name="Record it", exact=True).tap()
    expect(page.get_by_role("heading", name="On record")).to_be_visible(timeout=30_000)
    at(page, "#/outbox")
    page.locator("main li", has_text="A well").get_by_role("link").tap()
    page.get_by_role("button", name="Record it as it is").tap()
    expect(page.get_by_role("heading", name="On record")).to_be_visible(timeout=30_000)

    assert entries(village) - before == 2
    at(page, "#/outbox")
    assert page.locator("main ul.rows .loud").count() == 0
    with sqlite3.connect(f"file:{village.folder / 'cairn.sqlite3'}?mode=ro", uri=True) as database:
        bodies = database.execute("SELECT body FROM journal_entry ORDER BY position DESC LIMIT 2")
        assert not any(b"13800138000" in bytes(body) for (body,) in bodies)
    assert page.said == []


SHOWS = re.compile("This may show who somebody is: a telephone number or account.")
