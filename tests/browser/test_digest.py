"""The digest in a browser: asked for, confirmed by a mail that `cairn serve` sends, turned off."""

import re
import time

import pytest

from browser.conftest import make, serving
from browser.test_desk import MAKE, add_passkey, looked_at, take_up, with_keys

pytestmark = pytest.mark.browser

WORKER_IS_THERE_WITHIN = 60


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A served installation whose mails go to a folder; a link to its office; and that folder."""
    folder, mails = tmp_path_factory.mktemp("desk"), tmp_path_factory.mktemp("mails")
    made = make(MAKE, folder)
    with serving(folder, CAIRN_MAIL=str(mails)) as address:
        base = address.replace("127.0.0.1", "localhost").rstrip("/")
        yield base, made.split()[0].replace("HERE", base), mails


def path_in_a_mail(mails, route):
    """The path of a link, once the mail is there."""
    until = time.monotonic() + WORKER_IS_THERE_WITHIN
    while time.monotonic() < until:
        text = "".join(path.read_text() for path in mails.iterdir())
        if found := re.search(rf"http://localhost:8000(/en/~desk/digest/{route}/\S+)", text):
            return found[1]
        time.sleep(0.2)
    raise AssertionError("no mail came")


def test_it_is_asked_for_and_confirmed_and_each_page_fits_and_axe_finds_nothing(desk, window):
    base, link, mails = desk
    page = window(f"{base}/healthz")
    with_keys(page)
    take_up(page, link, "amina")
    add_passkey(page)

    def look(path, name):
        for language in ("en", "zh-hans"):
            for width in (360, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(f"{base}{path.replace('/en/', f'/{language}/')}")
                looked_at(page, f"digest-{name}-{language}-{width}")
        page.goto(f"{base}{path}")

    look("/en/~desk/account/", "account")
    page.get_by_role("link", name="Have the numbers of this post").click()
    page.wait_for_url("**/digest/")
    look("/en/~desk/digest/", "none")
    page.get_by_label("E-mail address").fill("nobody@")
    page.locator("form").first.evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Send me the digest").click()
    page.locator(".field .wrong").wait_for()
    looked_at(page, "digest-wrong")
    page.get_by_label("E-mail address").fill("a-long-name.of-somebody@post-office.example.org")
    page.get_by_role("button", name="Send me the digest").click()
    page.get_by_text("Not confirmed yet").wait_for()
    look("/en/~desk/digest/", "asked")

    confirm = path_in_a_mail(mails, "confirm")
    look(confirm, "confirm")
    page.get_by_role("button", name="Yes, send it to me").click()
    page.get_by_role("heading", name="The address is confirmed").wait_for()
    looked_at(page, "digest-on")
    look("/en/~desk/digest/", "confirmed")
    page.get_by_role("button", name="Turn it off and forget the address").click()
    page.get_by_role("button", name="Send me the digest").wait_for()
    assert "a-long-name" not in page.content()
