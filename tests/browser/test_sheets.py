"""A sheet's whole walk at the desk of a committee, on a phone without scripts and on a wide screen with them."""

import pytest

from browser.at_work import AtWork, with_a_passkey, with_codes
from browser.conftest import make, serving

pytestmark = pytest.mark.browser

MAKE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from cairn.web.desk.inviting import link
from people.desks import Desks
desks = Desks.opened()
for _each in range(3):
    print(link(desks.programme, "committee", now=datetime.now(UTC), base="HERE", language="en"))
"""
SHEET = (
    "凭证号,付款日期,付款账户,项目名称,村,供应商,金额,身份证号\n"
    "V-{0}1,2025-04-11,qarasu-committee,Deep well,Qarasu,kunlun-drilling,18500.00,65\n"
    "V-{0}2,2025-04-31,qarasu-committee,Deep well,Qarasu,kunlun-drilling,5.00,65\n"
    "V-{0}3,2025-04-12,qarasu-committee,Deep well,Qarasu,kunlun-driling,7.00,65\n"
    "V-{0}4,2025-04-12,county-office,Deep well,Qarasu,kunlun-drilling,9.00,65\n"
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A served installation, and links to its committee."""
    folder = tmp_path_factory.mktemp("sheets")
    links = iter(make(MAKE, folder).split())
    with serving(folder) as address:
        base = address.replace("127.0.0.1", "localhost").rstrip("/")
        yield base, lambda: next(links).replace("HERE", base)


@pytest.mark.parametrize(
    ("language", "width", "scripts"),
    [("zh-hans", 360, False), ("en", 1280, True), ("ug", 1280, True)],
)
def test_a_sheet_is_sent_mended_judged_and_recorded(desk, chromium, language, width, scripts):
    base, link = desk
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=scripts, has_touch=width < 500
    )
    who = AtWork(context.new_page(), language, width, f"clerk{width}{language}", scripts)
    (with_a_passkey if scripts else with_codes)(who, link())
    page = who.page

    page.goto(f"{base}/{language}/~desk/sheets/")
    who.look()
    assert page.locator("a[href$='money-spent.zh-hans.xlsx']").count() == 1
    text = SHEET.format(language[0])
    page.locator("#file").set_input_files(
        {"name": "四月支出.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    who.tap(page.locator("main form button").first)
    until(page, ".sheet-form", scripts=scripts)
    who.name = "mapped"
    who.look()
    who.name = "judging"
    assert "身份证号" in page.locator(".columns").inner_text()
    assert page.locator("tr:has(th:text('身份证号')) select").count() == 0

    who.tap(page.locator("button[value=check]"))
    until(page, ".verdict-rows", scripts=scripts)
    who.name = "judged"
    who.look()
    assert page.locator("li.good").count() == 1
    assert page.locator("li.refused").count() == 2
    assert page.locator("li.question").count() == 1
    page.locator("select[name=q0]").select_option("kunlun-drilling")
    who.tap(page.locator("button[value=answer]"))
    until(page, ".verdict-rows", scripts=scripts)
    assert page.locator("li.good").count() == 2

    who.tap(page.locator("button[value=import]"))
    until(page, "li.good a", scripts=scripts)
    who.name = "recorded"
    who.look()
    page.goto(page.url.partition("#")[0].partition("?")[0] + "?rows=refused")
    who.look()
    assert page.locator("li.refused").count() == 2
    assert page.locator("a[href$='refused.csv']").count() == 1
    page.goto(page.url.partition("?")[0])
    page.locator("li.good a").first.click()
    assert page.locator("dl.receipt code").count() == 1
    context.close()


def until(page, what, *, scripts):
    """Wait for a step: the script turns the page; without one, somebody looks again."""
    for _time in range(40):
        if page.locator(what).count():
            return
        page.wait_for_timeout(500)
        if not scripts:
            page.reload()
    raise AssertionError(f"{what} never came: {page.locator('main').inner_text()}")
