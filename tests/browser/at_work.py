"""Somebody in front of the demo: taps what they see, and looks at every page on the way."""

import base64
import hmac
import re
import struct
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from browser.test_desk import looked_at, with_keys
from people.desks import PASSWORD

THUMB = 44
"""Pixels: nothing that is tapped is lower."""


@dataclass
class AtWork:
    """Somebody with a window; `scripts` says whether their browser runs any."""

    page: object
    language: str
    width: int
    name: str
    scripts: bool = True
    taps: int = 0

    def tap(self, what):
        """Tap a thing that is large enough for a thumb, and look at what comes."""
        what.scroll_into_view_if_needed()
        assert what.bounding_box()["height"] >= THUMB, what.inner_text()
        with self.page.expect_navigation():
            what.tap() if self.width < 500 else what.click()
        self.taps += 1
        self.look()

    def look(self):
        """Nothing overflows, axe finds nothing; a picture where somebody wants some."""
        where = urlsplit(self.page.url).path.strip("/").partition("/")[2]
        name = re.sub(r"[\w-]{36,}", "x", where)
        looked_at(self.page, f"{self.name}-{self.language}-{self.width}-{name}", axe=self.scripts)


def take_up(who, link):
    """Open the printed link, in the language that is wanted, and take up the post."""
    page = who.page
    page.goto(link)
    page.locator(f"nav.languages a[lang={who.language}]").click()
    who.look()
    page.locator("#id_sign_in_name").first.fill(who.name)
    page.locator("#id_password").first.fill(PASSWORD)
    who.tap(page.locator("main form button").first)


def with_a_passkey(who, link):
    page = who.page
    with_keys(page)
    take_up(who, link)
    who.tap(page.locator("a.button[href$='/passkeys/add/']"))
    page.get_by_role("checkbox").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/factors/codes/")
    who.tap(page.locator("main a.button"))
    assert page.url.endswith("/~desk/")


def with_codes(who, link):
    """As somebody whose browser runs no scripts: an app shows a code every half minute."""
    page = who.page
    take_up(who, link)
    who.tap(page.locator("a.button[href$='/factors/app/']"))
    secret = page.locator(".secret code").inner_text()
    page.get_by_role("textbox").fill(code_of(secret))
    who.tap(page.locator("main form button"))
    who.tap(page.locator("main a.button"))
    while "/~desk/factors/again/" in page.url or "/~desk/sign-in/again/" in page.url:
        page.get_by_role("textbox").fill(code_of(secret, ahead=1))
        who.tap(page.locator("main form button").first)
    assert page.url.endswith("/~desk/")


def code_of(secret, *, ahead=0):
    """The code that an app shows (RFC 6238), now or half a minute ahead."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    step = struct.pack(">Q", int(time.time()) // 30 + ahead)
    digest = hmac.digest(key, step, "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF) % 10**6:06}"
