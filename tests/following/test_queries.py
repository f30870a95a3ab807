"""Pages' figures, held against movements that can be added up by hand."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from cairn.following import queries
from cairn.following.snapshot import NotTracedYetError, bring_up_to_date
from cairn.money.facts import (
    BankFeeCharged,
    EvidenceAttached,
    GiftInKindGiven,
    GrantPledged,
    InterestReceived,
    MoneyConfirmed,
    MoneyExchanged,
    MoneyReceived,
    MoneyReturned,
    MoneySent,
    MoneySpent,
    MovementReversed,
    OpeningBalanceStated,
    SendingVoided,
)
from cairn.trace.policy import Kind
from cairn.values import Money, Text, UnknownThingError
from cast import DAY, cny, named

TODAY = date(2025, 6, 30)
COUNTY, VILLAGE, WELL = "county-office", "qarasu-committee", "qarasu-well"


def received(pen, amount, grant="water-2025", account=COUNTY, on=DAY):
    return pen.movement(MoneyReceived(grant=grant, account=account, amount=cny(amount)), on=on)


def sent(pen, amount, grant=None, on=DAY):
    fact = MoneySent(source=COUNTY, target=VILLAGE, amount=cny(amount), grant=grant)
    return pen.movement(fact, on=on)


def arrived(pen, movement, amount, on=DAY):
    return pen.movement(MoneyConfirmed(movement=movement, amount=cny(amount)), on=on)


def spent(pen, amount, grant=None, on=DAY):
    fact = MoneySpent(account=VILLAGE, project=WELL, amount=cny(amount), grant=grant)
    return pen.movement(fact, on=on)


def followed(pen):
    bring_up_to_date(pen.programme)
    return {"programme": pen.programme}


def grant(pen, id="water-2025"):
    return queries.follow_grant(**followed(pen), grant=id, today=TODAY)


def account(pen, id=VILLAGE, **filters):
    return queries.follow_account(**followed(pen), account=id, **filters)


def test_a_programme_that_nobody_traced_says_so(cast):
    with pytest.raises(NotTracedYetError, match="look again soon"):
        queries.programme_totals(programme=cast.programme, today=TODAY)


def test_what_is_not_on_record_is_unknown(cast):
    at = followed(cast)

    for ask in (
        lambda: queries.programme_totals(programme="nowhere", today=TODAY),
        lambda: queries.follow_grant(**at, grant="nothing", today=TODAY),
        lambda: queries.follow_project(**at, project="nothing", today=TODAY),
        lambda: queries.follow_place(**at, place="nothing", today=TODAY),
        lambda: queries.follow_account(**at, account="nothing"),
    ):
        with pytest.raises(UnknownThingError):
            ask()


def test_a_programme_without_money_has_pages_that_say_so(cast):
    at = followed(cast)

    page = grant(cast, "unexplained")

    assert (page.edges, page.shares, page.row.spent) == ((), (), 0)
    assert queries.programme_totals(**at, today=TODAY).unexplained == ()
    assert account(cast).lines == ()
    assert queries.exceptions(**at)[0] == queries.in_transit(**at, today=TODAY)[0] == ()


def test_a_page_says_how_far_it_reaches(cast):
    received(cast, "10.00")
    at = followed(cast)
    traced = queries.programme_totals(**at, today=TODAY).as_of
    received(cast, "10.00")
    behind = queries.programme_totals(**at, today=TODAY).as_of

    assert (traced.position, traced.policy) == (traced.head, "grant-fifo")
    assert (behind.position, behind.head) == (traced.position, traced.head + 1)


def test_a_journal_put_back_from_a_backup_is_traced_anew(cast):
    with transaction.atomic():
        received(cast, "100.00")
        assert grant(cast).row.received == 10000
        transaction.set_rollback(True)
    behind = grant(cast).row.received
    received(cast, "70.00")

    assert (behind, grant(cast).row.received) == (0, 7000)


def test_each_stage_holds_what_came_so_far_however_many_accounts_it_passed(cast):
    received(cast, "1000.00")
    first = sent(cast, "600.00")
    arrived(cast, first, "550.00")
    payment = spent(cast, "300.00")
    cast.record(EvidenceAttached(movement=payment, sha256="0" * 64, caption=named("pump")))
    spent(cast, "100.00")

    (stages,) = queries.programme_totals(**followed(cast), today=TODAY).stages

    assert (stages.pledged, stages.received, stages.sent) == (200000000, 100000, 60000)
    assert (stages.confirmed, stages.spent, stages.evidenced) == (55000, 40000, 30000)


def test_a_short_confirmation_leaves_the_rest_in_transit(cast):
    received(cast, "1000.00")
    first = sent(cast, "600.00", on=DAY)
    arrived(cast, first, "550.00", on=DAY + timedelta(3))

    rows, page = queries.in_transit(**followed(cast), today=DAY + timedelta(10))

    assert [(row.amount, row.left, row.days, page.total) for row in rows] == [(60000, 5000, 10, 1)]


def test_a_grant_is_followed_to_its_project(cast):
    received(cast, "1000.00")
    arrived(cast, sent(cast, "600.00"), "600.00")
    spent(cast, "250.00")

    page = grant(cast)

    assert [(edge.kind, edge.source.id, edge.target.id, edge.amount) for edge in page.edges] == [
        (Kind.RECEIVE, "water-bureau", COUNTY, 100000),
        (Kind.SEND, COUNTY, VILLAGE, 60000),
        (Kind.SPEND, VILLAGE, WELL, 25000),
    ]
    assert [(row.account.id, row.standing) for row in page.standing] == [
        (COUNTY, 40000),
        (VILLAGE, 35000),
    ]
    assert [(share.project.id, share.amount) for share in page.shares] == [(WELL, 25000)]


def test_money_of_one_grant_paid_for_what_another_was_named_for_is_a_breach(cast):
    received(cast, "100.00", grant="seeds-2025", account=VILLAGE)
    spent(cast, "40.00", grant="water-2025")

    (seen,) = grant(cast, "seeds-2025").exceptions
    (named_for,) = grant(cast, "water-2025").exceptions

    assert (seen.what, seen.amount, seen.named.id) == ("breach", 4000, "water-2025")
    assert named_for == seen


def test_money_spent_outside_its_restriction_is_off_purpose(cast):
    cast.record(
        GrantPledged(
            grant="roads",
            name=named("roads"),
            sponsor="water-bureau",
            amount=cny("500.00"),
            places=("石桥村",),
            until=DAY,
        )
    )
    received(cast, "500.00", grant="roads", account=VILLAGE)
    spent(cast, "20.00", on=DAY + timedelta(1))

    page = grant(cast, "roads")

    assert [(one.what, one.reasons, one.amount) for one in page.exceptions] == [
        ("off purpose", ("place", "until"), 2000)
    ]
    assert (page.row.off_purpose, page.shares[0].off_reasons) == (2000, ("place", "until"))


def test_what_no_receipt_covers_is_unexplained_and_can_be_followed(cast):
    cast.movement(OpeningBalanceStated(account=VILLAGE, amount=cny("5.00")))
    spent(cast, "8.00")

    totals = queries.programme_totals(**followed(cast), today=TODAY)
    page = grant(cast, "unexplained")

    (row,) = totals.unexplained
    assert (row.arisen, row.spent, row.standing) == (800, 800, 0)
    assert [(edge.source.id, edge.target.id, edge.amount) for edge in page.edges] == [
        ("~opening", VILLAGE, 500),
        (VILLAGE, WELL, 800),
    ]


def test_a_statement_runs_from_line_to_line_and_keeps_what_was_reversed(cast):
    received(cast, "100.00", account=VILLAGE)
    wrong = spent(cast, "30.00")
    cast.record(MovementReversed(movement=wrong, reason="Entered twice"))
    cast.record(BankFeeCharged(account=VILLAGE, amount=cny("1.00")))

    lines = account(cast).lines[::-1]

    assert [(line.came_in, line.went_out, line.balance, line.reversed) for line in lines] == [
        (10000, 0, 10000, False),
        (0, 3000, 10000, True),
        (0, 100, 9900, False),
    ]


def test_a_line_says_what_it_was_made_of_also_when_only_part_arrived(cast):
    received(cast, "100.00", grant="water-2025")
    received(cast, "100.00", grant="seeds-2025")
    both = sent(cast, "150.00")
    arrived(cast, both, "70.00")
    arrived(cast, both, "60.00", on=DAY + timedelta(1))
    cast.record(SendingVoided(movement=both, reason="Closed"), on=DAY + timedelta(2))

    village = account(cast).lines
    county = account(cast, COUNTY).lines

    parts = [[(part.grant.id, part.amount) for part in line.parts] for line in village]
    assert parts == [[("water-2025", 3000), ("seeds-2025", 3000)], [("water-2025", 7000)]]
    back = county[0]
    assert (back.came_in, [(part.grant.id, part.amount) for part in back.parts]) == (
        2000,
        [("seeds-2025", 2000)],
    )


def test_a_statement_is_filtered_by_date_and_grant(cast):
    received(cast, "100.00", account=VILLAGE)
    received(cast, "50.00", account=VILLAGE, grant="seeds-2025", on=DAY + timedelta(5))

    late = account(cast, since=DAY + timedelta(1)).lines
    early = account(cast, until=DAY).lines
    seeds = account(cast, grant="seeds-2025").lines

    assert [line.came_in for line in late] == [5000]
    assert [line.came_in for line in early] == [10000]
    assert [line.came_in for line in seeds] == [5000]


def test_money_changed_into_another_currency_goes_on_in_that_one(cast):
    dollars = Money.of("100.00", "USD")
    cast.record(MoneyReceived(grant="water-2025", account="county-dollars", amount=dollars))
    cast.record(
        MoneyExchanged(
            source="county-dollars",
            target=COUNTY,
            grant="water-2025",
            amount=dollars,
            arrived=cny("711.00"),
            rate="7.11",
        )
    )

    at = followed(cast)
    rows = {row.currency: row for row in queries.grants(**at) if row.grant.id == "water-2025"}
    other = queries.follow_grant(**at, grant="water-2025", today=TODAY, currency="USD")

    assert (rows["USD"].received, rows["USD"].spent, rows["CNY"].standing) == (10000, 10000, 71100)
    assert other.row.currency == "USD"
    assert other.other_currencies == ("CNY",)
    stages = {one.currency: one for one in queries.programme_totals(**at, today=TODAY).stages}
    assert (stages["USD"].exchanged, stages["CNY"].exchanged) == (10000, 0)


def test_what_no_sponsor_paid_is_not_said_to_come_from_one(cast):
    dollars = Money.of("100.00", "USD")
    cast.record(
        MoneyExchanged(
            source="county-dollars",
            target=COUNTY,
            grant="water-2025",
            amount=dollars,
            arrived=cny("711.00"),
            rate="7.11",
        )
    )
    for fact in (OpeningBalanceStated, InterestReceived):
        cast.movement(fact(account=COUNTY, amount=cny("1.00"), grant="water-2025"))
    received(cast, "10.00")

    ends = ["water-bureau", "~interest", "~opening", "~exchange"]
    assert [line.other.id for line in account(cast, COUNTY).lines] == ends
    assert {edge.source.id for edge in grant(cast).edges} == set(ends)


def test_a_place_holds_what_is_within_it(cast):
    received(cast, "100.00", account=VILLAGE)
    spent(cast, "30.00")

    page = queries.follow_place(**followed(cast), place="hongliu", today=TODAY)

    (row,) = page.rows
    assert (row.projects, row.spent, row.standing) == (1, 3000, 7000)
    assert [inner.place.id for inner in page.within] == ["qarasu", "石桥村"]
    assert [place.id for place in page.above] == ["kunlun"]
    assert [(share.grant.id, share.amount) for share in page.shares] == [("water-2025", 3000)]


def test_gifts_in_kind_stand_apart_from_money(cast):
    pipe = Text(en="pipe")
    cast.record(
        GiftInKindGiven(
            sponsor="seed-company",
            project=WELL,
            what=pipe,
            quantity=3,
            unit="m",
            worth=cny("90.00"),
        )
    )

    page = queries.follow_project(**followed(cast), project=WELL, today=TODAY)
    totals = queries.programme_totals(**followed(cast), today=TODAY)

    assert (page.row.in_kind, page.row.spent, page.gifts[0].worth) == (9000, 0, 9000)
    assert totals.in_kind == (("CNY", 9000),)
    assert totals.stages[0].received == 0


def test_a_project_lists_its_payments_and_who_paid(cast):
    received(cast, "100.00", account=VILLAGE)
    spent(cast, "30.00")
    spent(cast, "20.00", on=DAY + timedelta(1))

    page = queries.follow_project(**followed(cast), project=WELL, today=TODAY, size=1)

    assert [(pay.amount, pay.parts[0].grant.id) for pay in page.payments] == [(2000, "water-2025")]
    assert (page.page.total, page.row.spent, page.shares[0].amount) == (2, 5000, 5000)


def test_a_project_shows_the_evidence_of_its_payments_that_stand(cast):
    received(cast, "100.00", account=VILLAGE)
    first, second, wrong = (spent(cast, "10.00") for _ in range(3))
    for payment, shows in ((first, "pump"), (second, "pipe"), (wrong, "roof")):
        fact = EvidenceAttached(movement=payment, sha256="0" * 64, caption=named(shows))
        cast.record(fact)
    cast.record(MovementReversed(movement=wrong, reason="Entered twice"))

    page = queries.follow_project(**followed(cast), project=WELL, today=TODAY, evidence=1)

    assert [(one.caption, one.amount) for one in page.evidence] == [({"en": "pipe"}, 1000)]
    assert page.evidence_count == 2


def test_money_that_was_given_back_stands_at_once(cast):
    received(cast, "100.00", account=VILLAGE)
    cast.record(MoneyReturned(source=VILLAGE, target=COUNTY, amount=cny("40.00"), reason="cheaper"))

    rows, _page = queries.accounts(**followed(cast))

    standing = {row.account.id: row.standing for row in rows}
    assert (standing[VILLAGE], standing[COUNTY]) == (6000, 4000)
