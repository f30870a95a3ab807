"""From “close the year” to “the next team's first day” in the demo: three people with three browsers.

The team leader of Qarasu begins, leaves word and freezes the pack; the leader of the next team goes to
every asset, answers every line, writes its risks and its plan; the township names, witnesses; both sign.
"""

import re
import shutil

import pytest

from browser.at_work import AtWork, with_a_passkey
from browser.conftest import make, running

pytestmark = pytest.mark.browser

OLD, NEW = "qarasu-2026", "qarasu-2027"
GOES, TOWNSHIP, COMES = f"team.{OLD}", "township-accountant.hongliu-township", f"team.{NEW}"
NEXT_COHORT = f"""
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]))
from cairn.catalog import journal
from cairn.people.appointments import invite
from cairn.programme.facts import CohortOpened, PostOpened, PostRole, TeamPlaced
from cairn.values import Text
from cast import Pen
now = datetime.now(UTC)
today = now.date()
pen = Pen("demo", now)
name = Text(en="Cohort of 2027", zh_hans="2027年度工作队", ug="2027", ky="2027")
leads = Text(en="Team of Qarasu, 2027", zh_hans="喀拉苏村工作队（2027年度）", ug="2027", ky="2027")
pen.record(CohortOpened(cohort="2027", name=name, ends_on=today + timedelta(390)), on=today)
pen.record(TeamPlaced(team="{NEW}", cohort="2027", place="qarasu", sponsor="university-of-xiling"), on=today)
pen.record(PostOpened(post="{COMES}", name=leads, role=PostRole.TEAM_LEADER, team="{NEW}"), on=today)
print(invite("demo", "{COMES}", by="programme-office.xiling", journal=journal, now=now))
"""


@pytest.fixture
def year(told, tmp_path):
    """The demo with the next cohort's team placed: the links of the posts that meet here."""
    folder = tmp_path / "demo"
    shutil.copytree(told, folder)
    secret = make(NEXT_COHORT, folder).split()[-1]
    with running(folder) as links:
        there = re.match(r"(http.*/invited/)", links[GOES])[1]
        yield {**links, COMES: f"{there}{secret}/"}


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 1280), ("ug", 360)])
def test_a_team_hands_over_to_the_next(year, window, language, width):
    base = year[GOES].partition("/en/")[0]
    at = f"{base}/{language}/~desk/handovers/{OLD}/"

    def somebody(post, wide):
        page = window(f"{base}/healthz", wide, has_touch=wide < 500)
        who = AtWork(page, language, wide, f"handover-{post.replace('.', '-')}")
        with_a_passkey(who, year[post])
        return who

    goes, comes = somebody(GOES, width), somebody(COMES, width)
    township = somebody(TOWNSHIP, 1280)
    begin(goes, at)
    answered(township, at, "handover.successor-named", team=NEW, incoming=COMES)
    freeze(goes, at)
    walk(comes, at)
    answered(comes, at, "handover.plan-written", **plan(language))
    answered(goes, at, "handover.outgoing-signed")
    answered(township, at, "handover.handover-witnessed")
    answered(comes, at, "handover.incoming-signed")

    goes.page.goto(f"{base}/{language}/~desk/")
    assert (
        "/~desk/posts/" in goes.page.url or "sign-in" in goes.page.url
    )  # nobody acts for it any more
    comes.page.goto(f"{base}/{language}/~desk/handovers/{NEW}/first-days/")
    comes.look()
    assert WORD[language] in comes.page.inner_text("main")
    comes.page.goto(f"{base}/{language}/demo/teams/{OLD}/")
    comes.look()
    assert comes.page.locator("#lines .tag.excepted").count() == 1
    comes.page.goto(f"{base}/{language}/demo/teams/{OLD}/pack/")
    comes.look()


WORD = {
    "zh-hans": "化雪前订好种子",
    "ug": "قار ئېرىشتىن بۇرۇن ئۇرۇق زاكاز قىلىڭ",
}


def plan(language):
    of = language.replace("-", "_")
    return {f"risk_{of}": WORD[language], f"plan_{of}": WORD[language]}


def answered(who, at, kind, **answers):
    """Open the form behind a button of the handover's page, answer it, and record it."""
    page = who.page
    page.goto(at)
    who.tap(page.locator(f'main a.button[href*="/record/{kind}/"]').first)
    for name, said in answers.items():
        field = page.locator(f"[name={name}]").first
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(said)
        else:
            field.fill(said)
    who.tap(page.locator('button[name=do][value="record"]'))
    assert "/recorded/" in page.url, page.inner_text("main")


def begin(goes, at):
    goes.page.goto(at)
    goes.look()
    answered(goes, at, "handover.handover-opened")
    language = goes.language.replace("-", "_")
    answered(goes, at, "handover.advice-left", **{f"text_{language}": WORD[goes.language]})


def freeze(goes, at):
    """The worker follows the money meanwhile: press until it is done."""
    page = goes.page
    for _time in range(60):
        page.goto(at)
        goes.tap(page.locator('button[name=do][value="freeze"]'))
        if page.locator("ul.walk li").count():
            return
        page.wait_for_timeout(500)
    raise AssertionError("the money was not followed")


def walk(comes, at):
    """Go to every asset, hold the balances against statements, except one line, accept the others."""
    page = comes.page
    page.goto(at)
    comes.look()
    lines = page.locator("ul.walk li a").evaluate_all("all => all.map(one => one.href)")
    assets = [one for one in lines if "/lines/asset/" in one]
    assert assets
    for nth, address in enumerate(assets):
        page.goto(address)
        page.locator('[name="seek0-sight"][value=seen], select[name="seek0-sight"]').first.evaluate(
            "one => one.tagName === 'SELECT' ? (one.value = 'seen') : one.click()"
        )
        page.locator('[name="seek1-condition"]').first.evaluate(
            "one => one.tagName === 'SELECT' ? (one.value = 'good') : one.click()"
        )
        press(comes, "seek", looks=nth == 0)
    for address in (one for one in lines if "/lines/balance/" in one):
        page.goto(address)
        stands = re.sub(r"[^\d.]", "", page.locator("dl.figures dd bdi").first.inner_text())
        page.locator('[name="check0-stated"]').fill(stands)
        press(comes, "check", looks=False)
        assert page.locator("dd.wrong").count() == 0
    page.goto(assets[0])
    page.locator("details:has(button[value=except]) summary").first.click()
    text = f"except0-exception_{comes.language.replace('-', '_')}"
    page.locator(f'[name="{text}"]').fill(WORD[comes.language])
    page.locator('[name="except0-by"]').fill("2030-01-01")
    press(comes, "except", looks=True)
    page.goto(at)
    boxes = page.locator("ul.walk input[type=checkbox]")
    for nth in range(boxes.count()):
        boxes.nth(nth).check()
    comes.tap(page.locator('button[name=do][value="accept"]'))


def press(who, do, *, looks):
    page = who.page
    button = page.locator(f"button[name=do][value={do}]").first
    if looks:
        who.tap(button)
    else:
        with page.expect_navigation():
            button.click()
    assert page.locator("main .wrong[role=alert]").count() == 0, page.inner_text("main")
