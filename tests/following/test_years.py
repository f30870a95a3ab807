"""Cohorts side by side, held against what can be counted by hand, and against other pages."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cairn.assets.facts import (
    AssetHandedOver,
    AssetInspected,
    AssetRepaired,
    AssetServiced,
    AssetTakenOutOfUse,
    Condition,
)
from cairn.following import queries
from cairn.following.promises import CONFIRM_WITHIN
from cairn.following.snapshot import bring_up_to_date
from cairn.journal.entry import Draft
from cairn.journal.files import keep
from cairn.lessons.facts import (
    Answer,
    DebriefCalled,
    Ending,
    RecommendationAnswered,
    RecommendationClaimed,
    RecommendationClosed,
    RecommendationConfirmed,
    RecommendationDrafted,
    RecommendationPut,
    RecommendationVerified,
)
from cairn.money.facts import (
    BankFeeCharged,
    InterestReceived,
    MoneyConfirmed,
    MoneyExchanged,
    MoneyReceived,
    MoneySent,
    MoneySpent,
    MovementReversed,
    SendingVoided,
)
from cairn.money.models import Account, Movement
from cairn.programme.facts import (
    CohortClosed,
    CohortOpened,
    PlaceAdded,
    PlaceLevel,
    PostOpened,
    PostRole,
)
from cairn.trace.policy import Kind
from cairn.values import Money, Text
from cairn.works.facts import (
    MilestonePlanned,
    MilestoneReached,
    NeedMetElsewhere,
    NeedRaised,
    ProjectCancelled,
)
from cairn.works.facts import Theme as Themes
from cast import a_picture, cny, named, new_id
from told import programme_told

TODAY = date(2027, 1, 31)
COUNTY, VILLAGE, WELL, QARASU = "county-office", "qarasu-committee", "qarasu-well", "qarasu"
FIRST, SECOND, BETWEEN = "2025", "2026", None


@pytest.fixture
def two(cast):
    """Two cohorts: of 2025 until 20 December, and of 2026 from 15 January."""
    cast.now = datetime(2027, 1, 31, tzinfo=UTC)
    cast.record(CohortClosed(cohort="2025"), on=date(2025, 12, 20))
    opened = CohortOpened(cohort="2026", name=named("Cohort of 2026"), ends_on=date(2026, 12, 31))
    cast.record(opened, on=date(2026, 1, 15))
    return cast


def years(pen, **more):
    bring_up_to_date(pen.programme)
    return queries.cohort_years(programme=pen.programme, today=TODAY, **more)


def of(rows):
    """Rows by the id of their cohort; of no cohort's days under None."""
    return {row.turn.cohort.id if row.turn else None: row for row in rows}


def promised(pen, sort, **more):
    """(kept, broken, open) of a sort, by cohort."""
    rows = [row for row in years(pen, **more).promises if row.sort == sort]
    return {key: (row.kept, row.broken, row.open) for key, row in of(rows).items()}


def received(pen, amount, on, **more):
    fact = MoneyReceived(grant="water-2025", account=COUNTY, amount=cny(amount))
    return pen.movement(fact, on=on)


def spent(pen, amount, on):
    fact = MoneySpent(account=COUNTY, project=WELL, amount=cny(amount), grant="water-2025")
    return pen.movement(fact, on=on)


def test_money_is_of_the_days_on_which_it_came_and_went(two):
    received(two, "100.00", date(2025, 2, 1))
    spent(two, "30.00", date(2025, 12, 20))
    spent(two, "10.00", date(2026, 1, 2))
    spent(two, "25.00", date(2026, 1, 15))
    received(two, "7.00", date(2026, 12, 31))
    spent(two, "2.00", date(2027, 1, 1))
    fee = BankFeeCharged(account=COUNTY, amount=cny("1.00"), grant="water-2025")
    two.record(fee, on=date(2026, 3, 1))

    found = of(years(two).money)
    assert [
        (row.before, row.received, row.spent, row.elsewhere, row.unspent)
        for row in (found[FIRST], found[SECOND])
    ] == [(0, 10000, 3000, 0, 7000), (6000, 700, 2500, 100, 4100)]
    assert (found[BETWEEN].received, found[BETWEEN].spent, found[BETWEEN].unspent) == (
        0,
        1200,
        None,
    )


def test_what_was_reversed_never_happened(two):
    received(two, "100.00", date(2025, 2, 1))
    wrong = spent(two, "30.00", date(2025, 3, 1))
    two.record(MovementReversed(movement=wrong, reason="Entered twice"), on=date(2026, 3, 1))

    found = of(years(two).money)
    assert (found[FIRST].spent, found[FIRST].unspent) == (0, 10000)


def test_interest_is_of_no_grant_and_pays_beside_them(two):
    two.record(InterestReceived(account=COUNTY, amount=cny("5.00")), on=date(2025, 2, 1))
    paid = MoneySpent(account=COUNTY, project=WELL, amount=cny("9.00"))
    two.record(paid, on=date(2025, 3, 1))

    row = of(years(two).money)[FIRST]
    assert (row.received, row.spent, row.beside, row.unspent) == (0, 900, 900, 0)


def test_currencies_are_rows_of_their_own_and_never_added(two):
    received(two, "100.00", date(2025, 2, 1))
    changed = MoneyExchanged(
        source=COUNTY,
        target="county-dollars",
        amount=cny("70.00"),
        arrived=Money.of("10.00", "USD"),
        grant="water-2025",
        rate="7.0",
    )
    two.record(changed, on=date(2025, 3, 1))

    rows = [row for row in years(two).money if row.turn and row.turn.cohort.id == FIRST]
    assert [(row.currency, row.received, row.elsewhere, row.unspent) for row in rows] == [
        ("CNY", 10000, 7000, 3000),
        ("USD", 1000, 0, 1000),
    ]
    only = years(two, currency="USD").money
    assert {row.currency for row in only} == {"USD"}


def test_figures_add_up_to_those_of_other_pages_and_to_each_other(db):
    programme = programme_told()
    today = date(2025, 6, 30)
    found = queries.cohort_years(programme=programme, today=today)

    totals = queries.programme_totals(programme=programme, today=today)
    for stage in totals.stages:
        rows = [row for row in found.money if row.currency == stage.currency]
        assert sum(row.received for row in rows) == stage.received
        assert sum(row.spent - row.beside for row in rows) == stage.spent
    for row in found.money:
        if row.turn:
            flow = row.received - (row.spent - row.beside) - row.elsewhere
            assert row.before + flow == row.unspent
    for place in ("qarasu", "石桥村", "kunlun"):
        here = queries.follow_place(programme=programme, place=place, today=today).rows[0]
        there = queries.cohort_years(programme=programme, today=today, place=place)
        assert sum(row.spent for row in there.money) == here.spent
        assert sum(row.spent for row in there.villages) == here.spent
    assert sum(row.spent for row in found.villages) == sum(row.spent for row in found.money)
    assert sum(row.handed for row in found.villages) == sum(r.curve.of for r in found.standing)
    for part in ("kept", "broken", "open"):
        by_place = sum(getattr(row, part) for row in found.villages)
        assert by_place == sum(getattr(row, part) for row in found.promises)


def handed(pen, asset, on, **more):
    fact = AssetHandedOver(asset=asset, name=named(asset), place=QARASU, keeper=VILLAGE, **more)
    pen.record(fact, on=on)


def seen(pen, asset, condition, on, **more):
    pen.record(AssetInspected(asset=asset, condition=condition, **more), on=on)


def test_an_asset_is_of_the_days_in_which_it_was_handed_over_and_ends_when_it_is_out_or_gone(two):
    for asset in ("stands", "out", "lost", "found"):
        handed(two, asset, date(2025, 6, 1))
    handed(two, "later", date(2026, 6, 1))
    out = AssetTakenOutOfUse(asset="out", reason="The spring has dried up")
    two.record(out, on=date(2025, 9, 9))
    for asset, day in (("lost", 1), ("found", 1), ("lost", 20)):
        seen(two, asset, Condition.GONE, date(2026, 7, day))
    seen(two, "found", Condition.GOOD, date(2026, 8, 1))

    found = of(years(two).standing)
    curve = found[FIRST].curve
    assert (curve.of, found[FIRST].ended, found[FIRST].standing) == (4, 2, 2)
    assert [(fall.days, fall.at_risk, fall.ended) for fall in curve.falls] == [
        (100, 4, 1),
        (395, 3, 1),
    ]
    assert [(one.at_risk, one.standing) for one in curve.after] == [(3, 0.75), (0, None), (0, None)]
    assert found[FIRST].unseen == 1
    assert (found[SECOND].curve.of, found[SECOND].ended) == (1, 0)


def test_money_sent_is_confirmed_in_time_or_not(two):
    received(two, "900.00", date(2025, 2, 1))

    def send(on):
        sent = MoneySent(source=COUNTY, target=VILLAGE, amount=cny("10.00"))
        return two.movement(sent, on=on)

    def confirm(sent, amount, on):
        two.record(MoneyConfirmed(movement=sent, amount=cny(amount)), on=on)

    confirm(send(date(2025, 3, 1)), "10.00", date(2025, 3, 15))
    confirm(send(date(2025, 3, 1)), "10.00", date(2025, 3, 16))
    short = send(date(2025, 3, 1))
    confirm(short, "4.00", date(2025, 3, 2))
    confirm(short, "6.00", date(2025, 4, 2))
    taken_back = send(date(2025, 12, 18))
    two.record(SendingVoided(movement=taken_back, reason="Astray"), on=date(2025, 12, 30))
    send(date(2026, 3, 1))
    send(date(2027, 1, 25))

    assert promised(two, "confirm") == {
        FIRST: (1, 2, 0),
        SECOND: (0, 1, 0),
        BETWEEN: (1, 0, 1),
    }


def test_sendings_counted_in_columns_are_those_counted_one_by_one(db):
    programme, today = programme_told(), date(2025, 6, 30)
    account = {row.id: row for row in Account.objects.filter(programme=programme)}
    answers = Movement.objects.filter(programme=programme, reversed_by="").exclude(of="")
    counted: Counter[tuple[str, str]] = Counter()
    for sent in Movement.objects.filter(programme=programme, kind=Kind.SEND, reversed_by=""):
        due = sent.happened_on + timedelta(CONFIRM_WITHIN)
        mine = [one for one in answers.filter(of=sent.id) if one.happened_on <= due]
        whole = sum(one.amount_minor for one in mine) == sent.amount_minor
        kept = whole or any(one.kind == Kind.VOID for one in mine)
        state = "kept" if kept else "broken" if due < today else "open"
        counted[account[sent.target].place, state] += 1

    for place in ("qarasu", "石桥村"):
        rows = queries.cohort_years(programme=programme, today=today, place=place).promises
        for state in ("kept", "broken", "open"):
            got = sum(getattr(row, state) for row in rows if row.sort == "confirm")
            assert got == counted[place, state]
    assert counted


def test_milestones_needs_and_repairs_are_kept_by_their_day_or_broken(two):
    for due, reached in (
        (date(2025, 5, 1), date(2025, 4, 30)),
        (date(2025, 6, 1), date(2025, 6, 2)),
        (date(2026, 6, 1), None),
    ):
        planned = MilestonePlanned(project=WELL, name=named("A step"), due_on=due)
        step = two.movement(planned, on=date(2025, 3, 1))
        if reached:
            photo = keep(two.programme, a_picture())
            shown = MilestoneReached(milestone=step, sha256=photo, caption=named("Seen"))
            two.record(shown, on=reached)
    for need, answered in (("bridge", date(2025, 3, 20)), ("road", None)):
        raised = NeedRaised(need=need, name=named(need), place=QARASU, theme=Themes.ROAD)
        two.record(raised, on=date(2025, 3, 1))
        if answered:
            met = NeedMetElsewhere(need=need, what=named("By the county"))
            two.record(met, on=answered)
    handed(two, "pump", date(2025, 3, 1), every_months=12)
    for day, by in ((1, 10), (11, 20)):
        seen(
            two, "pump", Condition.BROKEN, date(2025, 5, day),
            mender=VILLAGE, mend_by=date(2025, 5, by),
        )  # fmt: skip
    repaired = AssetRepaired(asset="pump", what=named("New seal"), condition=Condition.GOOD)
    two.record(repaired, on=date(2025, 5, 20))
    two.record(AssetServiced(asset="pump"), on=date(2026, 2, 1))

    assert promised(two, "milestone") == {FIRST: (1, 1, 0), SECOND: (0, 1, 0)}
    assert promised(two, "need") == {FIRST: (1, 1, 0)}
    assert promised(two, "mend") == {FIRST: (1, 1, 0)}
    assert promised(two, "upkeep") == {SECOND: (1, 0, 0), BETWEEN: (0, 0, 1)}
    assert promised(two, "milestone", place="石桥村") == {}


def test_what_a_project_that_was_given_up_promised_for_later_is_no_promise(two):
    for due in (date(2025, 4, 1), date(2025, 9, 1)):
        planned = MilestonePlanned(project=WELL, name=named("A step"), due_on=due)
        two.record(planned, on=date(2025, 3, 1))
    two.record(ProjectCancelled(project=WELL, reason="No water"), on=date(2025, 6, 1))

    assert promised(two, "milestone") == {FIRST: (0, 1, 0)}


def recommended(pen, on, *steps):
    """A recommendation that was confirmed and put on a day, and what followed, each (on, fact)."""
    drafted = RecommendationDrafted(debrief="close", text=Text(en="List every warranty"))
    one = pen.movement(drafted, on=on)
    first = ((on, RecommendationConfirmed, {}), (on, RecommendationPut, {"asked": "township"}))
    for day, step, more in (*first, *steps):
        pen.append(Draft(new_id(), day, "township", step(recommendation=one, **more)))


def test_recommendations_are_carried_over_answered_and_done_by_the_day_promised(two):
    role = PostRole.TOWNSHIP
    post = PostOpened(post="township", name=named("Township"), role=role, place="hongliu")
    two.record(post, on=date(2025, 2, 1))
    held = date(2025, 12, 18)
    called = DebriefCalled(
        debrief="close", cohort="2025", place="kunlun", name=named("Close"), chair="township", on=held
    )  # fmt: skip
    two.record(called, on=held)
    why = {"reason": named("So it is")}
    yes = {"answer": Answer.ACCEPTED, "by": date(2026, 6, 1), **why}
    no = {"answer": Answer.REJECTED, **why}
    done, ended = {"shows": named("The list")}, {"ending": Ending.IMPLEMENTED}
    recommended(
        two, held,
        (date(2026, 1, 16), RecommendationAnswered, yes),
        (date(2026, 5, 31), RecommendationClaimed, done),
        (date(2026, 6, 10), RecommendationVerified, {}),
        (date(2026, 8, 1), RecommendationClosed, ended),
    )  # fmt: skip
    recommended(two, held, (date(2026, 2, 20), RecommendationAnswered, yes))
    recommended(
        two, held,
        (date(2025, 12, 19), RecommendationAnswered, no),
        (date(2025, 12, 20), RecommendationClosed, {"ending": Ending.NOT_IMPLEMENTED, **why}),
    )  # fmt: skip

    found = years(two)
    first, second = found.learned
    assert (first.made, first.carried, first.answered, first.accepted) == (3, 2, 3, 2)
    assert (first.implemented, first.open) == (1, 1)
    assert second.made == 0
    assert promised(two, "answer") == {FIRST: (1, 0, 0), SECOND: (1, 1, 0)}
    assert promised(two, "carry-out") == {SECOND: (1, 1, 0)}


def test_a_cohort_that_goes_on_has_carried_nothing_over(cast):
    bring_up_to_date(cast.programme)

    found = queries.cohort_years(programme=cast.programme, today=date(2025, 6, 30))
    assert found.learned[0].carried is None


def test_places_stand_in_the_order_of_the_tree_each_with_as_many_rows(db):
    programme = programme_told()
    found = queries.cohort_years(programme=programme, today=date(2025, 6, 30)).villages

    paths = [row.place.id for row in found]
    tree = ["kunlun", "hongliu", "qarasu", "石桥村"]
    assert list(dict.fromkeys(paths)) == [one for one in tree if one in paths]
    assert {"qarasu", "石桥村"} <= set(paths)
    assert len(set(Counter(paths).values())) == 1


def test_more_of_everything_asks_no_more_questions(two):
    def asked():
        bring_up_to_date(two.programme)
        with CaptureQueriesContext(connection) as found:
            queries.cohort_years(programme=two.programme, today=TODAY)
        return len(found)

    handed(two, "pump-0", date(2025, 3, 1), every_months=1)
    seen(two, "pump-0", Condition.GONE, date(2025, 5, 1))
    received(two, "100.00", date(2025, 2, 1))
    few = asked()
    for nth in range(1, 6):
        handed(two, f"pump-{nth}", date(2025, 3, nth), every_months=1)
        seen(two, f"pump-{nth}", Condition.GONE, date(2025, 5, nth))
        received(two, "100.00", date(2025, 2, nth))
        spent(two, "1.00", date(2025, 4, nth))

    assert asked() <= few
    assert few <= 24


def test_a_programme_of_which_nothing_is_on_record_yet_has_its_pages(pen):
    opened = PlaceAdded(place="lone", name=named("Lone"), level=PlaceLevel.VILLAGE)
    pen.record(opened, on=date(2025, 2, 1))
    bring_up_to_date(pen.programme)

    found = queries.cohort_years(programme=pen.programme, today=TODAY)
    told = queries.place_story(programme=pen.programme, place="lone", today=date(2025, 2, 1))
    assert (found.turns, found.money, found.standing, found.promises) == ((), (), (), ())
    assert found.villages == ()
    assert (told.chapters, told.built) == ((), ())
    assert [(one.spent, one.assets, one.needs) for one in told.quarters] == [(0, 0, 0)]
