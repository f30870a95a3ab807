"""Whatever a programme records, its IATI files are valid, and its money adds up in them."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from cairn.exchange.follow.match import Says
from cairn.exchange.follow.run import follow
from cairn.following.queries import grants
from cairn.following.snapshot import bring_up_to_date
from cairn.money.facts import GrantPledged, PledgeChanged
from cairn.programme.facts import OrganisationJoined, OrganisationRole, PlaceAdded, PlaceLevel
from cairn.values import Money, Text, Theme
from cairn.works.facts import (
    ProjectApproved,
    ProjectCancelled,
    ProjectCompleted,
    ProjectProposed,
    ProjectStarted,
)
from cast import DAY, Pen, assemble
from following.test_adds_up import recorded, steps
from iati_published import REF, activity_file, found_wrong, organisation_file, registered
from iati_texts import put

AGREE = {Says.BOTH, Says.ITSELF, Says.NO_NAME, Says.NOTHING}


def publishing():
    pen = Pen.opened()
    assemble(pen)
    registered(pen)
    return pen


@given(steps())
@settings(max_examples=15)
def test_whatever_became_of_the_money_it_is_valid_and_adds_up(db, tmp_path_factory, chosen):
    pen = publishing()
    recorded(pen, chosen)
    bring_up_to_date(pen.programme)

    data = activity_file(pen.programme)

    assert found_wrong(data)[0] == []
    assert found_wrong(organisation_file(pen.programme))[0] == []
    (path,) = put(tmp_path_factory.mktemp("iati"), data)
    assert set(follow([path]).matches.says.tolist()) - AGREE <= {Says.ONLY_SENDER}
    left = _left_in_each(data)
    for row in grants(programme=pen.programme):
        if row.sponsor.id:  # what stands for no grant, as interest, is no activity
            name = f"{REF}-{pen.programme}-grant-{row.grant.id}"
            assert left.get((name, row.currency), 0) * 100 == row.standing


def _left_in_each(data):
    """What came into each activity less what left it, by currency."""
    sums = defaultdict(Decimal)
    for activity in etree.fromstring(data):
        for one in activity.iter("transaction"):
            sign = {"1": 1, "3": -1, "4": -1}.get(one.find("transaction-type").get("code"), 0)
            value = one.find("value")
            sums[activity.findtext("iati-identifier"), value.get("currency")] += sign * Decimal(
                value.text
            )
    return sums


words = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30)
days = st.integers(0, 100).map(lambda number: DAY + timedelta(number))
letters = st.text(st.characters(categories=["Ll", "Lo", "Nd"]), min_size=1, max_size=8)
ids = st.lists(letters, min_size=1, max_size=3).map("-".join)


@st.composite
def things(draw):
    """Facts about grants, projects and places, in any order, of any name, on any day."""
    text = Text(en=draw(words), zh_hans=draw(st.none() | words), ky_arab=draw(st.none() | words))
    amount = Money(
        minor=draw(st.integers(1, 10**12)), currency=draw(st.sampled_from(["CNY", "JPY", "KWD"]))
    )
    project = draw(ids)
    return [
        OrganisationJoined(organisation=draw(ids), name=text, role=OrganisationRole.SPONSOR),
        PlaceAdded(place=draw(ids), name=text, level=PlaceLevel.COUNTY),
        GrantPledged(
            grant=draw(ids),
            name=text,
            sponsor="seed-company",
            amount=amount,
            places=draw(st.sampled_from([(), ("qarasu",), ("qarasu", "石桥村")])),
            themes=tuple(draw(st.lists(st.sampled_from(Theme), unique=True, max_size=3))),
            until=draw(st.none() | days),
        ),
        PledgeChanged(
            grant="water-2025",
            amount=amount.model_copy(update={"currency": "CNY"}),
            reason="More",
        ),
        ProjectProposed(
            project=project,
            name=text,
            place="qarasu",
            theme=draw(st.sampled_from(Theme)),
            budget=draw(st.none() | st.just(amount)),
            ends_on=draw(st.none() | days),
        ),
        ProjectApproved(project=project),
        ProjectStarted(project=project),
        draw(
            st.sampled_from(
                [ProjectCompleted(project=project), ProjectCancelled(project=project, reason="No")]
            )
        ),
    ]


@given(st.data())
@settings(max_examples=15)
def test_whatever_things_are_called_and_whenever_they_were_the_files_are_valid(db, data):
    pen = publishing()
    for fact in data.draw(things()):
        pen.batch(pen.draft(fact, on=data.draw(days)))
    bring_up_to_date(pen.programme)

    assert found_wrong(activity_file(pen.programme))[0] == []
    assert found_wrong(organisation_file(pen.programme))[0] == []
