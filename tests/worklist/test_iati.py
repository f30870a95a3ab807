"""What a programme that publishes lacks: on its office's worklist exactly where the export would refuse."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.exchange.iati.record import LacksError, NotPublishedError, Record
from cairn.following.snapshot import bring_up_to_date
from cairn.money.facts import AccountOpened, GrantPledged
from cairn.programme.facts import (
    LegalForm,
    OrganisationIdentified,
    PublisherRegistered,
    PublisherWithdrawn,
)
from cairn.values import Money
from cast import Pen, assemble, named
from people.desks import Desks
from worklist.open_things import JUNE, listed


def of_iati(desks):
    return [one for one in listed(desks) if one.sort.startswith("iati")]


def refused(programme):
    """What the export says is lacking."""
    bring_up_to_date(programme)
    try:
        Record.of(programme)
    except LacksError as lacking:
        return {(one.sort, one.of) for one in lacking.found}
    return set()


def test_whoever_does_not_publish_is_not_asked(desks):
    assert of_iati(desks) == []
    bring_up_to_date(desks.programme)
    with pytest.raises(NotPublishedError, match="Nobody publishes"):
        Record.of(desks.programme)


def test_the_office_is_asked_for_the_identifier_with_the_form_that_mends_it(desks):
    office = desks.seat("office")
    desks.record(office, PublisherRegistered(organisation="water-bureau", country="CN"), on=JUNE)

    (one,) = of_iati(desks)
    assert [post.id for post in one.owed_by] == ["office"]
    assert one.of.id == "water-bureau"
    assert one.ways[0].kind == OrganisationIdentified.kind
    assert one.ways[0].answers == {"organisation": "water-bureau"}
    assert refused(desks.programme) == {("iati-ref", ("organisation", "water-bureau"))}

    known = OrganisationIdentified(
        organisation="water-bureau", ref="CN-USCI-1", legal_form=LegalForm.LOCAL_GOVERNMENT
    )
    desks.record(office, known, on=JUNE)
    assert of_iati(desks) == []
    assert refused(desks.programme) == set()


def test_what_is_lacking_is_said_with_the_question_that_answers_it(desks):
    office = desks.seat("office")
    desks.record(office, PublisherRegistered(organisation="water-bureau", country="CN"), on=JUNE)
    bring_up_to_date(desks.programme)

    with pytest.raises(LacksError) as lacking:
        Record.of(desks.programme)

    assert (
        "organisation ‘water-bureau’ has no identifier in IATI: `ref` of "
        "programme.organisation-identified" in str(lacking.value)
    )


CHANGES = {
    "publish": lambda: PublisherRegistered(organisation="water-bureau", country="CN"),
    "publish other": lambda: PublisherRegistered(organisation="seed-company", country="CN"),
    "stop": lambda: PublisherWithdrawn(reason="No more"),
    "identify": lambda: OrganisationIdentified(
        organisation="water-bureau", ref="CN-USCI-1", legal_form=LegalForm.FOUNDATION
    ),
    "account": lambda: AccountOpened(
        account="guilders", name=named("Guilders"), holder="county-office", currency="XCG"
    ),
    "grant": lambda: GrantPledged(
        grant="guilders",
        name=named("Guilders"),
        sponsor="seed-company",
        amount=Money(minor=100, currency="ZWG"),
    ),
}


@given(st.lists(st.sampled_from(sorted(CHANGES)), max_size=8))
@settings(max_examples=15)
def test_the_worklist_says_nothing_exactly_where_the_export_refuses_nothing(db, changes):
    pen = Pen.opened()
    assemble(pen)
    desks = Desks(pen)
    for change in changes:
        pen.batch(pen.draft(CHANGES[change]()))
        on_list = {(one.sort, (one.what, one.of.id)) for one in of_iati(desks)}
        try:
            assert on_list == refused(pen.programme)
        except NotPublishedError:
            assert on_list == set()
