"""A team leader's Monday in the demo, from its printed link to an engineer's promise: phone and desk."""

import re
from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import expect

from browser.at_work import AtWork, with_a_passkey, with_codes

pytestmark = pytest.mark.browser

LEADER, COUNTY = "team.qarasu-2026", "county-office.qumbulaq-county"
FUND, TAPS, PUMP = "qarasu-team-fund", "qarasu-tap-stands", "qarasu-school-well-pump"

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


class Officer(AtWork):
    """Somebody of the programme, who looks for things by their words."""

    def __getitem__(self, word):
        return WORDS[self.language][word]

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
    leader = Officer(window(f"{base}/healthz", width, **phone), language, width, "leader")
    county = Officer(window(f"{base}/healthz", width, **phone), language, width, "county")
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
    leader = Officer(page, "en", 360, "leader", scripts=False)

    with_codes(leader, demo[LEADER])
    see_what_is_owed(leader)
    confirm_a_short_arrival(leader)
    pay_with_a_photo(leader)
    inspect_the_pump(leader)
    ask_for_an_engineer(leader, in_days(14))

    hosts = {urlsplit(url).netloc for url in page.asked if not url.startswith("data:")}
    assert hosts == {urlsplit(base).netloc}
