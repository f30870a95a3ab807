"""A village committee's morning at the desk: confirm, pay with a photo, put right. Keyboard and phone."""

import re
from urllib.parse import urlsplit

import pytest

from browser.conftest import make, serving
from browser.test_desk import BY_AXE, SEEN, add_passkey, looked_at, take_up, with_keys
from cast import a_picture

pytestmark = pytest.mark.browser

MAKE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from cairn.following.snapshot import bring_up_to_date
from cairn.money.facts import MoneySent
from cairn.web.desk.inviting import link
from cast import cny
from people.desks import Desks
desks = Desks.opened()
for amount in ("1000.00", "250.00"):
    desks.pen.record(MoneySent(source="county-office", target="qarasu-committee", amount=cny(amount)))
bring_up_to_date(desks.programme)
for _time in range(4):
    print(link(desks.programme, "committee", now=datetime.now(UTC), base="HERE"))
"""
PAGES = (
    "",
    "money/",
    "record/",
    "record/?q=nothing-like-it",
    "record/money.money-confirmed/",
    "record/money.money-spent/",
    "record/money.account-opened/",
    "record/works.project-proposed/",
    "record/money.evidence-withdrawn/",
    "spend/",
)
WORDS = {
    "en": ("Confirm", "How much arrived?", "Record it", "On record"),
    "zh-hans": ("确认", "收到多少？", "记录", "已记录"),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A served installation with money on its way to a village, and links to its committee."""
    folder = tmp_path_factory.mktemp("recording")
    made = make(MAKE, folder)
    links = iter(made.split())
    with serving(folder) as address:
        base = address.replace("127.0.0.1", "localhost").rstrip("/")
        yield base, lambda: next(links).replace("HERE", base)


@pytest.fixture(scope="module")
def state(desk, chromium):
    """Somebody of the committee, signed in with a passkey."""
    _base, link = desk
    page = chromium.new_context().new_page()
    with_keys(page)
    take_up(page, link(), "bek")
    add_passkey(page)
    kept = page.context.storage_state()
    page.context.close()
    return kept


@SEEN
def test_each_page_of_recording_fits_its_window_and_axe_finds_nothing(
    desk, window, state, language, width
):
    base, _link = desk
    page = window(f"{base}/healthz", width, storage_state=state)
    for path in PAGES:
        assert page.goto(f"{base}/{language}/~desk/{path}").status == 200, path
        looked_at(page, f"recording-{language}-{width}-{path}", axe=(language, width) in BY_AXE)
    page.get_by_role("button").last.scroll_into_view_if_needed()
    page.locator("form.recording button[value=record]").click()
    page.wait_for_selector("#errors")
    looked_at(page, f"recording-{language}-{width}-refused")
    assert page.evaluate("document.activeElement.id") == "errors"
    assert not [said for said in page.said if "Content Security Policy" in said]


@pytest.mark.parametrize(("language", "width"), [("en", 360), ("zh-hans", 1280)])
def test_what_is_owed_is_confirmed_with_the_keyboard_alone(desk, window, state, language, width):
    base, _link = desk
    confirm, question, record, on_record = WORDS[language]
    page = window(f"{base}/{language}/~desk/", width, storage_state=state)
    owed = page.get_by_role("link", name=re.compile(rf"^{confirm}\s*:"))
    before = owed.count()

    reach(page, owed.first)
    page.keyboard.press("Enter")
    page.wait_for_selector("form.recording")
    amount = page.get_by_label(question)
    assert amount.input_value() in {"1000.00", "250.00"}
    reach(page, page.get_by_role("button", name=record, exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url("**/recorded/**")
    assert page.locator("h1").inner_text() == on_record
    looked_at(page, f"recording-{language}-{width}-receipt")
    page.goto(f"{base}/{language}/~desk/")
    assert owed.count() == before - 1


def test_a_payment_is_typed_kept_and_recorded_with_its_photo(desk, window, state, tmp_path):
    base, _link = desk
    photo = tmp_path / "receipt.png"
    photo.write_bytes(a_picture())
    page = window(f"{base}/en/~desk/spend/", 360, storage_state=state)

    page.get_by_label("How much?").fill("18.50")
    with page.expect_response("**/draft/") as kept:
        page.get_by_label("How much?").press("0")
    assert kept.value.status == 204
    page.goto(f"{base}/en/~desk/spend/")
    assert page.get_by_label("How much?").input_value() == "18.500"
    page.get_by_label("How much?").fill("18.50")
    page.get_by_label("Which photo or document shows it?").set_input_files(photo)
    page.get_by_role("button", name="Record it").click()
    page.wait_for_url("**/recorded/**")
    assert "18.50" in page.locator(".told").first.inner_text()
    assert {urlsplit(url).hostname for url in page.asked} == {"localhost"}


def test_it_all_goes_without_a_script(desk, window, state):
    base, _link = desk
    page = window(
        f"{base}/en/~desk/record/works.project-started/",
        360,
        storage_state=state,
        java_script_enabled=False,
    )

    page.get_by_role("button", name="Record it").click()
    page.get_by_role("link", name="A step of a project was recorded by mistake").click()
    page.get_by_label("What was wrong?").fill("It begins in May")
    page.get_by_role("button", name="Record it").click()
    assert "was taken back" in page.locator(".told").first.inner_text()


def reach(page, wanted):
    """Go by Tab until something has the focus."""
    handle = wanted.element_handle()
    for _press in range(80):
        page.keyboard.press("Tab")
        if handle.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"no Tab reaches {wanted}")
