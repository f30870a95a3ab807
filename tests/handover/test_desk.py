"""A handover at the desk, from its beginning to the next team's first page, as browsers without scripts send it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cairn.assets.facts import AssetHandedOver
from cairn.catalog import journal
from cairn.following.snapshot import bring_up_to_date
from cairn.money.facts import MoneyReceived
from cairn.pack import pack_of, sha256_of
from cairn.programme.facts import CohortOpened, PostOpened, PostRole, TeamPlaced
from cast import a_picture, cny, named
from people.desks import Desks
from security.visitors import invited

OLD, NEW = "qarasu-old", "qarasu-new"


@pytest.fixture
def desks(db, settings, tmp_path):
    """One team whose cohort ends in three weeks, and the one that comes after it."""
    settings.CAIRN_DIR = tmp_path
    found = Desks.opened()
    found.pen.now = datetime.now(UTC)  # sessions go by the clock
    today = found.pen.today
    for team, ends in ((OLD, today + timedelta(20)), (NEW, today + timedelta(400))):
        found.pen.record(CohortOpened(cohort=team, name=named(team), ends_on=ends))
        placed = TeamPlaced(team=team, cohort=team, place="qarasu", sponsor="water-bureau")
        found.pen.record(placed)
        lead = PostOpened(
            post=f"{team}-lead", name=named(f"{team} lead"), role=PostRole.TEAM_LEADER, team=team
        )
        found.pen.record(lead)
    handed = AssetHandedOver(
        asset="pump", name=named("Pump"), place="qarasu", keeper="qarasu-committee"
    )
    found.record(found.seat("county"), handed)
    received = MoneyReceived(account="qarasu-committee", grant="water-2025", amount=cny("50.00"))
    found.pen.record(received)
    return found


@pytest.fixture
def at(desks):
    """A browser at a post."""
    kept = {}

    def signed_in(post):
        if post not in kept:
            kept[post] = invited(desks, post, post)
        return kept[post]

    return signed_in


def page(visitor, route="desk:handover", *args, status=200):
    response = visitor.client.get(
        reverse(route, args=[] if route == "desk:handovers" else args or [OLD])
    )
    assert response.status_code == status, response.status_code
    return response.content.decode()


def press(visitor, do, *, key="", status=302, **typed):
    """Send a form of the handover's page, or of a line's."""
    route = ("desk:handover-line", [OLD, key]) if key else ("desk:handover", [OLD])
    shown = visitor.client.get(reverse(route[0], args=route[1])).content.decode()
    hidden = re.findall(rf'type="hidden" name="({do}\d-id)" value="([^"]*)"', shown)
    sent = {"do": do, **dict(hidden), **typed}
    response = visitor.client.post(reverse(route[0], args=route[1]), sent)
    assert response.status_code == status, re.findall(
        r'class="wrong.*?</', response.content.decode()
    )
    return response.content.decode()


def fill(visitor, name, **answers):
    """Open a form from its button on the handover's page, and record what it asks."""
    said = page(visitor)
    address = next(
        found.replace("&amp;", "&")
        for found in re.findall(r'href="([^"]+)"', said)
        if f"/record/{name}/" in found
    )
    form = visitor.client.get(address).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', form))
    hidden.pop("csrfmiddlewaretoken", None)
    chosen = dict(
        re.findall(r'name="([\w-]+)"[^>]*?value="([^"]*)"', form)
        + [
            (select, option)
            for select, options in re.findall(
                r'<select name="([\w-]+)".*?>(.*?)</select>', form, re.DOTALL
            )
            for option in re.findall(r'value="([^"]+)" selected', options)
        ]
    )
    chosen.pop("csrfmiddlewaretoken", None)
    chosen.pop("do", None)
    response = visitor.client.post(
        address.partition("?")[0], {**chosen, **hidden, **answers, "do": "record"}
    )
    assert response.status_code == 302, re.findall(
        r'class="wrong.*?</', response.content.decode(), re.DOTALL
    )


def lines_of(desks):
    return {
        row.key: row
        for row in journal.tables["handover-line"].objects.filter(programme=desks.programme)
    }


def test_a_handover_is_walked_from_its_beginning_to_the_next_teams_first_page(desks, at):
    goes, township, comes = at(f"{OLD}-lead"), at("township"), at(f"{NEW}-lead")
    assert "No handover has begun." in page(goes)
    fill(goes, "handover.handover-opened")
    fill(goes, "handover.advice-left", text_en="Order seed before the snow goes")
    fill(township, "handover.successor-named", team=NEW, incoming=f"{NEW}-lead")

    bring_up_to_date(desks.programme)
    assert "lines could be accepted as they stand" in page(goes)
    press(goes, "freeze")
    row = desks.pen.the("handover", OLD)
    assert (row.state, len(row.sha256)) == ("frozen", 64)
    assert {"asset/pump", "balance/qarasu-committee/CNY"} <= set(lines_of(desks))

    said = page(comes, "desk:handover-line", OLD, "asset/pump")
    assert "Go to it" in said
    photo = SimpleUploadedFile("pump.png", a_picture(), "image/png")
    press(
        comes,
        "seek",
        key="asset/pump",
        **{"seek0-sight": "seen", "seek1-condition": "worn", "seek1-sha256": photo},
    )
    assert lines_of(desks)["asset/pump"].sight == "seen"
    assert desks.pen.the("asset", "pump").condition == "worn"
    wrong = {"check0-stated": "49.00", "check0-stated_currency": "CNY"}
    press(comes, "check", key="balance/qarasu-committee/CNY", **wrong)
    assert "does not agree" in page(comes)
    right = {"check0-stated": "50.00", "check0-stated_currency": "CNY"}
    press(comes, "check", key="balance/qarasu-committee/CNY", **right)

    by = (desks.today + timedelta(60)).isoformat()
    press(
        comes,
        "except",
        key="asset/pump",
        **{"except0-exception_en": "The seal leaks", "except0-by": by},
    )
    rest = [line.id for line in lines_of(desks).values() if not line.answer]
    press(comes, "accept", line=rest)
    fill(comes, "handover.plan-written", risk_en="The seal", plan_en="Meet the committee")
    fill(goes, "handover.outgoing-signed")
    fill(township, "handover.handover-witnessed")
    fill(comes, "handover.incoming-signed")

    assert desks.pen.the("handover", OLD).state == "accepted"
    assert goes.client.get(reverse("desk:home")).status_code == 302  # nobody acts for it any more
    first = page(comes, "desk:first-days", NEW)
    assert "Order seed before the snow goes" in first
    assert "Meet the committee" in first
    assert "Pump" in first.partition("puts right")[2]


def test_the_hash_that_is_signed_is_that_of_the_pack_on_record(desks, at):
    goes = at(f"{OLD}-lead")
    fill(goes, "handover.handover-opened")
    bring_up_to_date(desks.programme)
    pack = pack_of(programme=desks.programme, team=OLD, journal=journal)
    press(goes, "freeze")
    row = desks.pen.the("handover", OLD)
    assert (row.sha256, row.upto) == (sha256_of(pack), pack.as_of.position)


def test_nothing_is_frozen_while_the_money_is_still_followed(desks, at):
    goes = at(f"{OLD}-lead")
    fill(goes, "handover.handover-opened")
    said = press(goes, "freeze", status=422)
    assert "try again in a moment" in said


def test_a_form_that_is_not_for_this_post_is_neither_shown_nor_taken(desks, at):
    goes, committee = at(f"{OLD}-lead"), at("committee")
    fill(goes, "handover.handover-opened")
    bring_up_to_date(desks.programme)
    press(goes, "freeze")
    assert 'value="freeze"' not in page(committee)
    assert 'value="seek"' not in page(committee, "desk:handover-line", OLD, "asset/pump")
    press(committee, "seek", key="asset/pump", status=200, **{"seek0-sight": "not-seen"})
    assert lines_of(desks)["asset/pump"].sight == ""


def test_what_is_wrong_with_a_line_is_said_beside_it(desks, at):
    goes, township, comes = at(f"{OLD}-lead"), at("township"), at(f"{NEW}-lead")
    fill(goes, "handover.handover-opened")
    fill(township, "handover.successor-named", team=NEW, incoming=f"{NEW}-lead")
    bring_up_to_date(desks.programme)
    press(goes, "freeze")
    said = press(comes, "accept", line=[f"{OLD}/asset/pump"], status=422)
    assert "Go to each asset first" in said
    said = press(comes, "except", key="asset/pump", status=422)
    assert "This must be answered." in said
    shows = {"refuse0-reason_en": "Ask 13800138000"}
    said = press(comes, "refuse", key="asset/pump", status=422, **shows)
    assert "may show who somebody is" in said
    press(comes, "refuse", key="asset/pump", anyway="yes", **shows)
    assert lines_of(desks)["asset/pump"].answer == "refused"


def test_every_team_is_listed_its_own_first(desks, at):
    said = page(at(f"{NEW}-lead"), "desk:handovers")
    assert said.index(f"/handovers/{NEW}/") < said.index(f"/handovers/{OLD}/")


def test_whether_an_asset_was_there_is_said_in_the_readers_language(desks, at):
    goes = at(f"{OLD}-lead")
    fill(goes, "handover.handover-opened")
    bring_up_to_date(desks.programme)
    press(goes, "freeze")
    press(goes, "seek", key="asset/pump", **{"seek0-sight": "not-seen"})
    assert "<dd>not seen</dd>" in page(goes, "desk:handover-line", OLD, "asset/pump")
    address = reverse("desk:handover-line", args=[OLD, "asset/pump"])
    chinese = goes.client.get(address.replace("/en/", "/zh-hans/")).content.decode()
    assert "<dd>未见实物</dd>" in chinese
