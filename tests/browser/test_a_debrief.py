"""A county's debrief in the demo: held, its minutes read from a paper, drafts ticked, one stood by and put to a post."""

import pytest

from browser.at_work import AtWork, with_a_passkey, with_codes

pytestmark = pytest.mark.browser

COUNTY = "county-office.qumbulaq-county"
MINUTES = """2026年驻村工作中期总结会纪要
时间：2026年12月10日
喀拉苏村工作队队长说道：“水泵已经修好。建议红柳乡乡村工程办2027年3月底前备齐密封圈。”
玉西铁热克村工作队队长表示，路已修通。他还提出，希望县里把图纸存一份。
有人主张给每户打分排队。
"""


@pytest.mark.parametrize(
    ("language", "width", "scripts"),
    [("en", 360, True), ("zh-hans", 1280, True), ("ug", 360, True), ("ky", 360, False)],
)
def test_a_county_holds_its_debrief(demo, window, language, width, scripts):
    base = demo[COUNTY].partition("/en/")[0]
    opened = {"java_script_enabled": scripts, "has_touch": width < 500}
    page = window(f"{base}/healthz", width, **opened)
    county = AtWork(page, language, width, "debrief", scripts)
    (with_a_passkey if scripts else with_codes)(county, demo[COUNTY])

    page.goto(f"{base}/{language}/~desk/debriefs/half-way-2026/")
    county.look()
    county.tap(page.locator('a.button[href*="lessons.debrief-held"]'))
    page.locator("[name=posts]").first.select_option([COUNTY, "team.qarasu-2026"])
    page.fill("[name=present]", "12")
    recorded(county)
    read_the_minutes(county, f"{base}/{language}/~desk/debriefs/half-way-2026/")
    take_what_was_meant(county)
    stand_by_it_and_ask(county)

    page.goto(f"{base}/{language}/demo/debriefs/half-way-2026/")
    county.look()
    assert "密封圈" in page.inner_text("main")


def recorded(county):
    county.tap(county.page.locator('button[name=do][value="record"]'))
    assert "/recorded/" in county.page.url, county.page.inner_text("main")


def read_the_minutes(county, debrief):
    page = county.page
    page.goto(debrief)
    county.look()
    paper = {"name": "minutes.txt", "mimeType": "text/plain", "buffer": MINUTES.encode("gb18030")}
    page.set_input_files("input[name=paper]", paper)
    county.tap(page.locator('button[name=do][value="read"]'))
    assert "密封圈" in page.locator("[name=text]").input_value()
    recorded(county)
    page.goto(debrief)
    county.look()


def take_what_was_meant(county):
    page = county.page
    proposed = page.locator("input[name=take]")
    assert proposed.count() == 2
    assert "打分" not in page.locator("form:has(input[name=take])").inner_text()
    assert "打分" in page.inner_text("main")
    proposed.first.check()
    county.tap(page.locator("form:has(input[name=take]) button[type=submit]"))
    assert page.locator("input[name=take]").count() == 1


def stand_by_it_and_ask(county):
    page = county.page
    here = page.url
    county.tap(page.locator('a.button[href*="lessons.recommendation-confirmed"]').first)
    recorded(county)
    page.goto(here)
    county.tap(page.locator('a.button[href*="lessons.recommendation-put"]').first)
    page.locator("select[name=asked]").select_option("township-accountant.hongliu-township")
    recorded(county)
    page.goto(here)
    county.look()
