"""What a pack holds: of each section a fact at least once, and nothing that is not public."""

import json
from dataclasses import fields
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema_rs import validator_for

from cairn.assets.facts import (
    AssetHandedOver,
    AssetInspected,
    AssetRepaired,
    AssetTakenOutOfUse,
    Condition,
    EnterpriseClosed,
    UpkeepPlanned,
)
from cairn.catalog import journal
from cairn.handover.facts import (
    AdviceLeft,
    AttemptTold,
    KeysLeft,
    LineNoted,
    NoteTakenBack,
    RiskNamed,
)
from cairn.journal.codec import canonical
from cairn.journal.facts import PartShredded
from cairn.journal.files import keep
from cairn.lessons.facts import Answer, MinutesWritten, RecommendationAnswered
from cairn.lessons.models import Recommendation
from cairn.money.facts import (
    GrantPledged,
    MoneyReceived,
    MoneySpent,
    PeriodClosed,
    PeriodReopeningAsked,
)
from cairn.pack import (
    UNKNOWN,
    NoSuchTeamError,
    bytes_of,
    document_of,
    pack_of,
    schema,
    sha256_of,
)
from cairn.pack.owed import NOT_SAID, STEPS
from cairn.programme.facts import PlaceAdded, PlaceLevel, PlaceLocated, TeamPlaced
from cairn.values import Theme
from cairn.voice.facts import ClaimConfirmed, Claimed, ThingConfirmed, VoiceReceived, Works
from cairn.worklist import of_requests, of_voices
from cairn.worklist.commitment import EVERYTHING
from cairn.works.facts import (
    NeedRefused,
    ProjectCancelled,
    ProjectLeftNothing,
    ProjectProposed,
)
from cairn.works.models import Need
from cast import a_picture, cny, named
from pack.conftest import LATER, TEAM, TODAY, head, packed, packed_at
from worklist.open_things import MARCH, ask, listed, send, spend

JUNE = date(2025, 6, 20)


def line(pack, key):
    (found,) = (one for one in pack.lines if one.key == key)
    return found


def section(pack, name, id_, of="of"):
    return next(one for one in getattr(pack, name) if getattr(one, of).id == id_)


# One function of journal and team


def test_the_same_record_has_the_same_pack(desks):
    first, again = packed(desks), packed(desks)

    assert first == again
    assert bytes_of(first) == bytes_of(again)
    assert first.settled


def test_the_pack_of_a_past_is_the_one_that_was_computed_then(desks):
    then, at = packed(desks), head(desks)
    desks.pen.now = LATER
    desks.pen.record(AssetInspected(asset="pump", condition=Condition.GOOD), on=TODAY)
    spend(desks, on=TODAY)

    assert sha256_of(packed_at(desks, at)) == sha256_of(then)
    assert document_of(packed_at(desks, at)) == document_of(then)
    assert sha256_of(packed(desks)) != sha256_of(then)


@pytest.mark.parametrize("back", [1, 7, 23, 41])
def test_at_every_position_the_present_and_the_past_agree(desks, back):
    at = head(desks) - back

    past = packed_at(desks, at)

    assert past.as_of.position == past.as_of.head == at
    assert past.day == TODAY  # all of it was recorded on that day
    assert sha256_of(past) == sha256_of(packed_at(desks, at))


def test_its_day_is_that_of_the_last_entry_and_no_clock_s(desks):
    before = packed(desks)
    desks.pen.now = LATER
    desks.pen.record(PlaceLocated(place="石桥村", north=4130, east=-4218), on=TODAY)

    assert (before.day, packed(desks).day) == (TODAY, date(2025, 7, 9))


def test_what_is_recorded_elsewhere_changes_no_hash(desks):
    before = packed(desks)
    desks.pen.record(PlaceLocated(place="石桥村", north=4130, east=-4218), on=TODAY)
    after = packed(desks)

    assert after.as_of.position == before.as_of.position + 1
    assert sha256_of(after) == sha256_of(before)


def test_while_the_money_is_being_followed_it_is_not_settled(desks):
    packed(desks)
    spend(desks, on=TODAY)

    behind = pack_of(programme=desks.programme, team=TEAM, journal=journal)

    assert not behind.settled
    assert packed(desks).settled


def test_a_photo_that_was_erased_since_leaves_the_pack_of_a_past_as_it_was(desks):
    photo = keep(desks.programme, a_picture())
    seen = AssetInspected(asset="pump", condition=Condition.WORN, sha256=photo)
    entry = str(desks.pen.record(seen, on=TODAY).id)
    then, at = packed(desks), head(desks)
    desks.pen.record(PartShredded(entry=entry, field="sha256", reason="A face was on it"), on=TODAY)

    assert section(then, "assets", "pump", "asset").picture == entry
    assert sha256_of(packed_at(desks, at)) == sha256_of(then)


def test_a_team_that_nobody_placed_has_no_pack(desks):
    with pytest.raises(NoSuchTeamError, match="nobody-2025"):
        packed(desks, "nobody-2025")


# Whose


def test_a_team_at_a_township_leaves_villages_to_teams_that_live_there(desks):
    desks.pen.record(
        PlaceAdded(place="aqtash", name=named("Aqtash"), level=PlaceLevel.VILLAGE, within="hongliu")
    )
    town = TeamPlaced(team="hongliu-2025", cohort="2025", place="hongliu", sponsor="seed-company")
    desks.pen.record(town)

    pack = packed(desks, "hongliu-2025")

    assert pack.overview.place.id == "hongliu"
    assert {one.id for one in pack.overview.within} == {"石桥村", "aqtash"}
    assert not any(one.key == "asset/pump" for one in pack.lines)
    assert any(one.key == "asset/pump" for one in packed(desks).lines)


# Section by section


def test_it_says_where_the_place_is_who_is_there_and_who_was(desks):
    desks.pen.record(PlaceLocated(place="qarasu", north=4130, east=-4218))
    pack = packed(desks)

    assert (pack.overview.north, pack.overview.level) == (4130, "village")
    assert [one.id for one in pack.overview.above] == ["kunlun", "hongliu"]
    assert [one.team for one in pack.overview.teams] == [TEAM]
    committee = section(pack.overview, "organisations", "qarasu-committee", "organisation")
    assert committee.does == ("account", "enterprise", "keeper", "post")
    counted = {(one.what, one.how): one.count for one in pack.overview.counts}
    assert counted["project", "started"] == 2
    assert counted["asset", "broken"] == 1


def test_it_has_every_commitment_here_that_follows_from_public_facts(desks):
    pack = packed(desks)
    hidden = {one.sort for source in (of_requests, of_voices) for one in _open(desks, source)}
    expected = {one.sort for one in listed(desks)} - hidden - NOT_SAID
    expected -= STEPS | {"hand-over"}  # of the walk, and not of what is walked
    expected -= {"reopening", "hold"}  # the county's books, and its debrief
    expected -= {"settle", "take-over"}  # of handovers at the other village
    expected -= {"iati-ref", "iati-currency"}  # the programme office's

    assert {one.sort for one in pack.owed} == expected
    mend = section(pack, "owed", "pump")
    assert mend.owed_by
    assert [one.due for one in pack.owed] == sorted(one.due for one in pack.owed)


def _open(desks, source):
    return source.owed(desks.programme, TODAY, EVERYTHING)


def test_books_that_are_to_be_reopened_are_a_promise_of_their_own_also_in_a_past(desks):
    committee = desks.seat("committee")
    closed = PeriodClosed(holder="qarasu-committee", until=MARCH)
    desks.record(committee, closed, on=TODAY)
    asked = PeriodReopeningAsked(holder="qarasu-committee", reason="A voucher was left out")
    entry = desks.record(committee, asked, on=TODAY).id

    for pack in (packed(desks), packed_at(desks, head(desks))):
        assert line(pack, f"commitment/reopening/{entry}").name == {"en": "qarasu-committee"}


def test_it_says_nothing_of_requests_minutes_or_voices(desks):
    text = bytes_of(packed(desks)).decode()

    assert "voice" not in text
    assert "request" not in text
    assert "minutes" not in text


def test_what_is_not_public_changes_nothing_of_it(desks):
    before, at = document_of(packed(desks)), head(desks)
    ask(desks)
    for fact in (
        VoiceReceived(place="qarasu", category="water", text="Still dry"),
        ThingConfirmed(project="canal", works=Works.NOT_THERE),
        ClaimConfirmed(notice="well-runs", claimed=Claimed.NOT_SO),
        MinutesWritten(debrief="close", text="County: the handover should list every key."),
    ):
        desks.pen.record(fact, on=TODAY)

    assert head(desks) == at + 5
    assert document_of(packed(desks)) == before


def test_a_project_says_its_stage_what_comes_next_and_what_is_in_its_way(desks):
    pack = packed(desks)
    canal = section(pack, "projects", "canal", "project")
    roof = section(pack, "projects", "school-roof", "project")

    assert (canal.stage, canal.next_step, canal.next_on) == (
        "started",
        "milestone",
        date(2025, 6, 10),
    )
    assert canal.blockers == ("milestone",)
    assert section(pack, "projects", "lamps", "project").blockers == ("late", "put-right")
    assert (roof.stage, roof.next_step, roof.next_on) == ("proposed", "approve", UNKNOWN)
    assert section(pack, "projects", "seed-course", "project").next_step == "say-what-is-left"


def test_money_comes_in_goes_on_is_spent_or_stands(desks):
    """The sums of each grant add up; the restriction stands beside what is unspent."""
    until = date(2025, 8, 31)
    bound = GrantPledged(
        grant="for-qarasu",
        name=named("For Qarasu"),
        sponsor="water-bureau",
        amount=cny("500.00"),
        places=("qarasu",),
        themes=(Theme.WATER,),
        until=until,
    )
    desks.pen.record(bound, on=MARCH)
    received = MoneyReceived(account="county-office", grant="for-qarasu", amount=cny("70.00"))
    desks.pen.record(received, on=JUNE)
    pack = packed(desks)

    for one in pack.grants:
        if one.grant.id != "unexplained":
            gone = one.went_on + one.in_transit + one.spent
            assert one.came_in == gone + one.standing, one.grant.id
    grant = section(pack, "grants", "for-qarasu", "grant")
    assert (grant.elsewhere, grant.until, grant.restricted) == (7_000, until, True)
    assert [one.id for one in grant.places] == ["qarasu"]
    account = section(pack, "balances", "qarasu-committee", "account")
    assert account.amount == sum(one.amount for one in account.grants)
    (way,) = (one for one in pack.transit if one.target.id == "qarasu-committee")
    assert way.movements == 2
    shown = section(pack, "unevidenced", "qarasu-well", "project")
    assert shown.payments == 1
    risk = next(one for one in pack.risks if one.sort == "spend-until")
    assert (risk.of.id, risk.on, risk.minor) == ("for-qarasu", until, 7_000)


def test_money_that_nothing_explains_is_said(desks):
    paid = MoneySpent(account="石桥村委会", project="qarasu-well", amount=cny("9.00"))
    desks.pen.record(paid, on=TODAY)

    unexplained = section(packed(desks), "grants", "unexplained", "grant")
    assert unexplained.paid_here == 900


def test_an_asset_says_its_keeper_how_it_is_and_what_is_due(desks):
    photo = keep(desks.programme, a_picture())
    desks.pen.record(
        AssetInspected(
            asset="pump",
            condition=Condition.BROKEN,
            mender="kunlun-drilling",
            mend_by=date(2025, 7, 20),
            sha256=photo,
        ),
        on=JUNE,
    )
    pump = section(packed(desks), "assets", "pump", "asset")

    assert (pump.condition, pump.seen_on, pump.pictured_on) == ("broken", JUNE, JUNE)
    assert (pump.keeper.id, pump.mender.id) == ("qarasu-committee", "kunlun-drilling")
    assert (pump.every_months, pump.next_service) == (1, date(2025, 2, 2))
    assert (pump.warranty_until, pump.keys) == (UNKNOWN, UNKNOWN)


def test_the_next_twelve_months_hold_what_falls_on_a_day(desks):
    well = AssetHandedOver(
        asset="well",
        name=named("Well"),
        place="qarasu",
        keeper="water-bureau",
        every_months=6,
        warranty_until=date(2026, 3, 31),
    )
    desks.pen.record(well, on=JUNE)
    pack = packed(desks)
    by_sort = {one.sort: one for one in pack.calendar}

    assert by_sort["warranty-ends"].on == date(2026, 3, 31)
    assert by_sort["service"].of.id == "well"
    assert by_sort["project-ends"].of.id == "canal"
    assert by_sort["account-for"].of.id == "bakery"
    assert by_sort["cohort-ends"].on == date(2025, 12, 31)
    assert by_sort["notice-ends"].on >= TODAY
    last = TODAY + timedelta(366)
    assert all(TODAY <= one.on <= last for one in pack.calendar)
    assert {"warranty-ends", "keeper-leaves"} <= {
        one.sort for one in pack.risks if one.of.id == "well"
    }


def test_what_was_tried_stands_with_why_it_failed(desks):
    desks.pen.record(ProjectCancelled(project="lamps", reason="No power line"), on=TODAY)
    left = ProjectLeftNothing(project="seed-course", reason="A course")
    desks.pen.record(left, on=TODAY)
    need = Need.objects.get(programme=desks.programme).id
    desks.pen.record(NeedRefused(need=need, reason="The road is the county's"), on=TODAY)
    desks.pen.record(EnterpriseClosed(enterprise="bakery", reason="No flour"), on=TODAY)
    desks.pen.record(AssetTakenOutOfUse(asset="pump", reason="Rusted"), on=TODAY)

    found = {one.sort: one.why for one in packed(desks).tried}

    assert set(found) == {"cancelled", "left-nothing", "refused", "closed", "out"}
    assert found["cancelled"] == {"und": "No power line"}


def test_recommendations_that_are_open_or_were_rejected_stand_with_who_owes_them(desks):
    """The cast's debrief is the county's; what the team's own leader recommended, the team leaves."""
    rejected = Recommendation.objects.filter(programme=desks.programme, state="asked").first()
    answer = RecommendationAnswered(
        recommendation=rejected.id, answer=Answer.REJECTED, reason=named("No money")
    )
    desks.record(desks.seat("township"), answer, on=TODAY)
    pack = packed(desks)

    assert len(pack.recommendations) == 6
    said = section(pack, "recommendations", rejected.id, "recommendation")
    assert (said.answer, said.reason) == ("rejected", {"en": "No money"})
    assert said.asked.id == "township"


def test_notices_say_the_languages_in_which_they_are_missing(desks):
    notices = packed(desks).notices

    assert notices
    assert any(one.missing for one in notices)


def test_contacts_are_posts_and_the_nearest_come_first(desks):
    contacts = packed(desks).contacts

    assert [one.why for one in contacts[:2]] == ["team", "team"]
    assert {one.why for one in contacts} == {"team", "here", "above", "sponsor", "programme"}
    assert "other-committee" not in {one.post.id for one in contacts}


# What teams leave word of


def test_what_the_team_wrote_stands_in_it_until_it_takes_it_back(desks):
    leader = desks.seat("leader")
    said = [
        desks.record(leader, fact, on=TODAY).id
        for fact in (
            RiskNamed(team=TEAM, text=named("the pump stops"), then=named("borrow another")),
            AttemptTold(team=TEAM, text=named("Drip hoses"), then=named("They clog")),
            AdviceLeft(team=TEAM, text=named("Order seed early")),
            LineNoted(team=TEAM, key="asset/pump", text=named("Dry after six hours")),
            LineNoted(team=TEAM, key="asset/pump", text=named("And loud")),
        )
    ]
    where = KeysLeft(asset="pump", holder="qarasu-committee", text=named("In its locker"))
    desks.record(leader, where, on=TODAY)
    pack = packed(desks)

    (risk,) = (one for one in pack.risks if one.sort == "written")
    assert (risk.if_, risk.then) == ({"en": "the pump stops"}, {"en": "borrow another"})
    (attempt,) = (one for one in pack.tried if one.sort == "attempt")
    assert (attempt.of.name, attempt.why) == ({"en": "Drip hoses"}, {"en": "They clog"})
    assert [(one.said, one.post.id) for one in pack.advice] == [
        ({"en": "Order seed early"}, "leader")
    ]
    assert line(pack, "asset/pump").note == {"en": "Dry after six hours\nAnd loud"}
    keys = section(pack, "assets", "pump", "asset").keys
    assert (keys.holder.id, keys.said) == ("qarasu-committee", {"en": "In its locker"})
    assert "keys" not in line(pack, "asset/pump").missing

    for one in said:
        desks.record(leader, NoteTakenBack(note=str(one)), on=TODAY)
    assert not packed(desks).advice
    assert line(packed(desks), "asset/pump").note == {}


def test_what_an_earlier_handover_left_to_put_right_is_a_line_and_its_own_steps_are_none(desks):
    pack = packed(desks, "team-after-settle")
    settle = [one for one in pack.owed if one.sort == "settle"]

    assert settle
    assert {"en": "As it should be"} in [one.of.name for one in settle]
    assert any(one.key.startswith("commitment/settle/team-settle/") for one in pack.lines)
    assert any(one.sort == "take-over" for one in pack.owed)
    assert not any("take-over" in one.key for one in pack.lines)
    assert not {one.sort for one in pack.owed} & STEPS


# What is unknown


def test_what_nobody_recorded_is_unknown_and_says_what_would_make_it_known(desks):
    shed = AssetHandedOver(
        asset="shed", name=named("Shed"), place="qarasu", keeper="qarasu-committee"
    )
    desks.pen.record(shed, on=JUNE)
    gaps = {(one.sort, one.of.id): one.kind for one in packed(desks).gaps}

    for sort in ("seen", "picture", "upkeep", "warranty", "keys"):
        assert (sort, "shed") in gaps
    assert gaps["upkeep", "shed"] == "assets.upkeep-planned"
    assert gaps["warranty", "shed"] == ""
    assert gaps["mender", "pump"] == "assets.asset-inspected"
    assert ("location", "qarasu") in gaps
    assert ("statement", "qarasu-committee") in gaps
    assert ("accounts", "bakery") in gaps
    assert ("ends-on", "seed-course") not in gaps
    assert ("budget", "school-roof") in gaps


def test_no_value_of_the_document_is_blank_where_something_could_be_known(desks):
    """What a thing lacks says `unknown`; null is for what there is none of, and never for a gap."""
    pack = packed(desks)

    for asset in pack.assets:
        for one in fields(asset):
            if one.name not in {"project", "mender", "mend_by", "next_service", "picture"}:
                assert getattr(asset, one.name) not in (None, ""), one.name
    for project in pack.projects:
        assert project.ends_on is not None or project.stage == "completed"
        assert project.money


# Lines


def test_a_line_is_something_that_can_be_accepted_or_refused(desks):
    keys = [one.key for one in packed(desks).lines]

    assert len(keys) == len(set(keys))
    assert {key.split("/")[0] for key in keys} == {
        "asset", "balance", "commitment", "enterprise", "notice", "project", "recommendation",
        "transit",
    }  # fmt: skip
    assert "asset/pump" in keys
    assert "balance/qarasu-committee/CNY" in keys
    assert "transit/county-office/qarasu-committee/CNY" in keys
    assert [key for key in keys if key.startswith("commitment/")] == [
        f"commitment/need/{Need.objects.get(programme=desks.programme).id}"
    ]


def test_a_line_is_ready_where_nothing_is_missing_or_late(desks):
    pack = packed(desks)

    pump = line(pack, "asset/pump")
    assert not pump.ready
    assert set(pump.missing) == {"keys", "mender", "picture"}
    assert set(pump.late) == {"inspect", "mend", "upkeep"} & set(pump.late)
    assert "mend" in pump.late
    assert pack.readiness.of == len(pack.lines)
    assert pack.readiness.ready == sum(one.ready for one in pack.lines)


CHANGES = [
    ("asset/pump", UpkeepPlanned(asset="pump", every_months=3)),
    ("asset/pump", AssetRepaired(asset="pump", what=named("Seal"), condition=Condition.GOOD)),
    ("balance/qarasu-committee/CNY", MoneySpent(
        account="qarasu-committee", project="canal", amount=cny("1.00"))),
    ("project/canal", MoneySpent(
        account="qarasu-committee", project="canal", amount=cny("1.00"))),
]  # fmt: skip


@pytest.mark.parametrize(("key", "fact"), CHANGES)
def test_a_line_s_digest_changes_with_what_it_says(desks, key, fact):
    before = packed(desks)
    desks.pen.record(fact, on=TODAY)
    after = packed(desks)

    assert line(after, key).digest != line(before, key).digest
    kept = {one.key: one.says for one in before.lines}
    for one in after.lines:
        same = one.says == kept.get(one.key)
        assert same == (
            one.digest in {other.digest for other in before.lines if other.key == one.key}
        )


def test_a_day_that_passes_changes_no_digest(desks):
    before = packed(desks)
    desks.pen.now = LATER
    desks.pen.record(PlaceLocated(place="石桥村", north=4130, east=-4218), on=TODAY)
    after = packed(desks)

    assert after.day > before.day
    then = {one.key: one.digest for one in before.lines}
    assert {key: then[key] for key in then} == {one.key: one.digest for one in after.lines}


def test_a_digest_is_of_the_canonical_json_of_what_a_line_says(desks):
    document = json.loads(bytes_of(packed(desks)))

    for one in document["lines"]:
        assert sha256(canonical(one["says"])).hexdigest()[:16] == one["digest"]


# The document


def test_the_document_follows_its_schema_and_says_no_more(desks):
    document = json.loads(bytes_of(packed(desks)))
    validator = validator_for(schema())

    validator.validate(document)
    assert not validator.is_valid(document | {"more": 1})
    for name in document:
        assert not validator.is_valid({key: document[key] for key in document if key != name}), name
    wrong = json.loads(json.dumps(document))
    wrong["assets"][0]["warranty_until"] = ""
    assert not validator.is_valid(wrong)


def test_its_hash_is_that_of_its_canonical_bytes(desks):
    pack = packed(desks)

    assert sha256_of(pack) == sha256(canonical(json.loads(bytes_of(pack)))).hexdigest()
    assert "position" not in json.loads(bytes_of(pack))


# How much is asked


def test_what_is_asked_of_the_database_does_not_grow_with_the_programme(desks):
    packed(desks)
    asked = [_asked(desks)]
    for nth in range(12):
        village = f"village-{nth}"
        level = PlaceLevel.VILLAGE
        desks.pen.record(
            PlaceAdded(place=village, name=named(village), level=level, within="hongliu")
        )
        for place in (village, "qarasu"):
            project = f"project-{nth}-{place}"
            desks.pen.record(
                ProjectProposed(project=project, name=named(project), place=place, theme=Theme.ROAD)
            )
            asset = f"asset-{nth}-{place}"
            desks.pen.record(
                AssetHandedOver(
                    asset=asset, name=named(asset), place=place, keeper="qarasu-committee"
                )
            )
            desks.pen.record(AssetInspected(asset=asset, condition=Condition.GOOD), on=MARCH)
        send(desks)
        spend(desks)
    asked.append(_asked(desks))

    assert asked[0] == asked[1] <= 90


def _asked(desks):
    packed(desks)
    with CaptureQueriesContext(connection) as queries:
        pack_of(programme=desks.programme, team=TEAM, journal=journal)
    return len(queries)
