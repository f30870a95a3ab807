"""A team leader's Monday in the demo, from its printed link to an engineer's promise: phone and desk."""

import base64
import hmac
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import expect

from browser.test_desk import looked_at, with_keys
from browser.test_pages import OVERFLOW
from people.desks import PASSWORD

pytestmark = pytest.mark.browser

CAIRN = Path(sys.executable).with_name("cairn")
LEADER, COUNTY = "team.qarasu-2026", "county-office.qumbulaq-county"
FUND, TAPS, PUMP = "qarasu-team-fund", "qarasu-tap-stands", "qarasu-school-well-pump"
THUMB = 44
"""Pixels: nothing that a team leader taps is lower."""

WORDS = {
    "en": {
        "worklist": "Worklist",
        "money": "Money",
        "requests": "Requests",
        "record": "Record it",
        "on record": "On record",
        "confirm": "Confirm",
        "pay": "A payment with its receipt",
        "inspect": "Inspect",
        "ask": "Ask for help",
        "accept": "I will do it",
        "to me": "Owed to me",
        "came back": "It came back",
        "accepted": "accepted",
        "fund": "Team fund, Qarasu",
        "pump": "Pump of the school well, Qarasu",
        "taps": "Tap stands at the school well, Qarasu",
        "county": "Qumbulaq County Rural Works Office, head",
        "engineer": "An engineer to look at the cracked well ring",
        "short": "45,000.00",
        "day": "{day.day} {month} {day.year}",
    },
    "zh-hans": {
        "worklist": "待办清单",
        "money": "资金",
        "requests": "请求",
        "record": "记录",
        "on record": "已记录",
        "confirm": "确认",
        "pay": "付款及收据",
        "inspect": "查看",
        "ask": "请求协助",
        "accept": "我来办",
        "to me": "等别人办的",
        "came back": "已退回",
        "accepted": "已接受",
        "fund": "喀拉苏村工作队经费户",
        "pump": "喀拉苏村小学水井水泵",
        "taps": "喀拉苏村小学水井取水点",
        "county": "库木布拉克县乡村工程办主任",
        "engineer": "请工程师查看开裂的井圈",
        "short": "45,000.00",
        "day": "{day.year}年{day.month}月{day.day}日",
    },
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The demo on record: each Monday begins from a copy of it."""
    folder = tmp_path_factory.mktemp("monday") / "demo"
    subprocess.run([CAIRN, "demo", "--no-serve", "--dir", folder], env=_alone(), check=True)
    return folder


@pytest.fixture
def demo(told, tmp_path):
    """`cairn demo`, as it runs for whoever starts it: the links that it prints, by post."""
    folder = tmp_path / "demo"
    shutil.copytree(told, folder)
    with running(folder) as links:
        yield links


@contextmanager
def running(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [CAIRN, "demo", "--dir", folder, "--port", str(port)]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    said: list[str] = []
    with subprocess.Popen(command, env=_alone(), **streams) as server:
        listening = threading.Thread(target=lambda: said.extend(server.stderr), daemon=True)
        listening.start()
        try:
            assert server.stdout.readline().startswith("http"), said
            yield dict(re.findall(r"^  (\S+)  (http\S+)$", "".join(said), re.MULTILINE))
        finally:
            server.send_signal(signal.SIGINT)
            ended = server.wait(timeout=30)
            listening.join(timeout=10)
    assert (ended, "Traceback" in "".join(said)) == (0, False)


def _alone():
    return {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}


@dataclass
class AtWork:
    """Somebody at a desk: taps what they see, and looks at every page on the way."""

    page: object
    language: str
    width: int
    name: str
    scripts: bool = True
    taps: int = 0

    def __getitem__(self, word):
        return WORDS[self.language][word]

    def tap(self, what):
        """Tap a thing that is large enough for a thumb, and look at what comes."""
        what.scroll_into_view_if_needed()
        assert what.bounding_box()["height"] >= THUMB, what.inner_text()
        with self.page.expect_navigation():
            what.tap() if self.width < 500 else what.click()
        self.taps += 1
        self.look()

    def look(self):
        self.page.wait_for_load_state()
        if not self.scripts:  # axe is one
            assert self.page.evaluate(OVERFLOW) <= 0
            return
        where = urlsplit(self.page.url).path.partition("/~desk/")[2]
        name = re.sub(r"[\w-]{36,}", "x", where)
        looked_at(self.page, f"monday-{self.language}-{self.width}-{self.name}-{name}")

    def go(self, word):
        """To a page that the head of each page names."""
        self.tap(self.page.locator("nav.sections").get_by_role("link", name=self[word], exact=True))

    def owed(self, about):
        """The row of the worklist about a thing."""
        return self.page.locator("li.owed").filter(has_text=about)

    def begin(self):
        """Stand at the worklist, from where taps are counted."""
        self.go("worklist")
        self.taps = 0

    def record(self):
        """Send the form, from which the worklist was at most two taps away; the receipt."""
        assert self.taps <= 2
        self.tap(self.page.get_by_role("button", name=self["record"], exact=True))
        expect(self.page.locator("h1")).to_have_text(self["on record"])
        receipt = self.page.locator("dl.receipt code").inner_text()
        assert re.fullmatch("[0-9a-f]{64}", receipt)
        return self.page.locator(".told").first.inner_text()

    def fill(self, name, value):
        self.page.locator(f"[name={name}]").fill(value)

    def choose(self, name, value):
        self.page.locator(f"select[name={name}]").select_option(value)

    def attach(self, name, photo):
        sent = {"name": "IMG_2041.jpg", "mimeType": "image/jpeg", "buffer": photo}
        self.page.locator(f"input[type=file][name={name}]").set_input_files(sent)


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


def a_photo(colour):
    """A photo as a phone takes it: many pixels, and where it was taken."""
    image = Image.effect_noise((1800, 1200), 60).convert("RGB")
    image.paste(colour, (400, 300, 1400, 900))
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (39.0, 28.0, 12.0), 3: "E", 4: (75.0, 59.0, 24.0)}
    out = BytesIO()
    image.save(out, "JPEG", quality=85, exif=exif)
    return out.getvalue()


def in_days(days):
    return (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days)).date()


def see_what_is_owed(leader):
    leader.begin()
    for thing in ("fund", "pump", "taps"):
        assert leader.owed(leader[thing]).count() >= 1, thing
    assert "60,000.00" in leader.owed(leader["fund"]).inner_text()


def confirm_a_short_arrival(leader):
    """Fifteen thousand are missing: they go on being on their way, and whoever sent them owes the rest."""
    leader.begin()
    leader.tap(leader.owed(leader["fund"]).locator(".button", has_text=leader["confirm"]).first)
    assert leader.page.locator("[name=amount]").input_value() == "60000.00"
    leader.fill("amount", "45000")
    assert leader["short"] in leader.record()

    leader.begin()
    assert leader.owed(leader["fund"]).count() == 0
    leader.page.goto(f"{leader.page.url.partition('?')[0]}?view=to-me")
    assert "15,000.00" in leader.owed(leader["fund"]).inner_text()


def pay_with_a_photo(leader):
    leader.begin()
    leader.tap(leader.page.get_by_role("link", name=leader["pay"], exact=True))
    leader.choose("account", FUND)
    leader.choose("project", TAPS)
    leader.fill("amount", "1280.50")
    leader.attach("evidence-sha256", a_photo("tan"))
    assert "1,280.50" in leader.record()


def inspect_the_pump(leader):
    leader.begin()
    rows = leader.owed(leader["pump"])
    looking = rows.filter(has=leader.page.locator("a[href*='asset-inspected']"))
    before = rows.count()
    leader.tap(looking.locator(".button", has_text=leader["inspect"]).first)
    leader.choose("condition", "worn")
    leader.attach("sha256", a_photo("teal"))
    assert leader["pump"] in leader.record()

    leader.begin()
    assert rows.count() == before - 1


def ask_for_an_engineer(leader, needed):
    leader.begin()
    leader.tap(leader.page.get_by_role("link", name=leader["ask"], exact=True))
    offered = leader.page.locator("select[name=asked] option").all_inner_texts()
    assert leader["county"] in offered[1:8]  # its own county, before a hundred others
    leader.page.locator("select[name=asked]").select_option(label=leader["county"])
    leader.choose("help", "expertise")
    leader.fill(f"what_{leader.language.replace('-', '_')}", leader["engineer"])
    leader.fill("by", needed.isoformat())
    assert leader.page.locator("[name=place]").input_value() == "qarasu"
    assert leader["engineer"] in leader.record()

    leader.begin()
    leader.tap(leader.page.locator(".views").get_by_role("link", name=leader["to me"]))
    assert leader.owed(leader["engineer"]).count() == 1


def answer_for_the_county(county, promised):
    """The request stands on the county's list; so does what of its money has not arrived."""
    county.begin()
    county.tap(county.owed(county["engineer"]).locator(".button", has_text=county["accept"]).first)
    county.fill("by", promised.isoformat())
    assert county["engineer"] in county.record()
    county.begin()
    assert county.owed(county["engineer"]).locator("a[href*='request-accepted']").count() == 1

    county.go("money")
    left = county.page.locator("li").filter(has_text="15,000.00").filter(has_text=county["fund"])
    assert left.get_by_role("link", name=county["came back"]).count() == 1


def see_the_promise(leader, promised):
    leader.go("requests")
    row = leader.page.locator("li").filter(has_text=leader["engineer"])
    assert leader["accepted"] in row.inner_text()
    row.get_by_role("link").click()
    leader.look()
    said = leader.page.locator(".lead").inner_text()
    day = leader["day"].format(day=promised, month=promised.strftime("%b"))
    assert (leader["accepted"] in said, day in said) == (True, True), said


def see_the_payment_in_public(leader, base):
    """What was paid stands on the project's page, with its picture, as soon as the money was followed."""
    page = leader.page
    address = f"{base}/{leader.language}/demo/projects/{TAPS}/"
    for _try in range(60):
        page.goto(address)
        if "1,280.50" in page.content():
            break
        page.wait_for_timeout(500)
    assert "1,280.50" in page.content()
    assert page.locator("main img").count() >= 4


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_team_leaders_monday(demo, window, language, width):
    base = demo[LEADER].partition("/en/")[0]
    phone = {"has_touch": True} if width < 500 else {}
    leader = AtWork(window(f"{base}/healthz", width, **phone), language, width, "leader")
    county = AtWork(window(f"{base}/healthz", width, **phone), language, width, "county")
    needed, promised = in_days(14), in_days(10)

    with_a_passkey(leader, demo[LEADER])
    see_what_is_owed(leader)
    confirm_a_short_arrival(leader)
    pay_with_a_photo(leader)
    inspect_the_pump(leader)
    ask_for_an_engineer(leader, needed)
    with_a_passkey(county, demo[COUNTY])
    answer_for_the_county(county, promised)
    see_the_promise(leader, promised)
    see_the_payment_in_public(leader, base)

    for who in (leader, county):
        assert {urlsplit(url).netloc for url in who.page.asked} == {urlsplit(base).netloc}
        assert not [said for said in who.page.said if "Content Security Policy" in said]


def test_the_same_monday_without_a_script(demo, window):
    base = demo[LEADER].partition("/en/")[0]
    page = window(f"{base}/healthz", 360, java_script_enabled=False, has_touch=True)
    leader = AtWork(page, "en", 360, "leader", scripts=False)

    with_codes(leader, demo[LEADER])
    see_what_is_owed(leader)
    confirm_a_short_arrival(leader)
    pay_with_a_photo(leader)
    inspect_the_pump(leader)
    ask_for_an_engineer(leader, in_days(14))

    hosts = {urlsplit(url).netloc for url in page.asked if not url.startswith("data:")}
    assert hosts == {urlsplit(base).netloc}
