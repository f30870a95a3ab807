"""Chosen rows of movements and of what is said of each: the ones that reading all would have left, found by few.

The reference in this file goes through every row, by what its cells say.
"""

from datetime import date
from itertools import chain

import pytest
from django.db import connection

from cairn.exchange.tables import money
from cairn.exchange.tables.chosen import Choice
from cairn.exchange.tables.declared import Chosen
from cairn.exchange.tables.money import ATTRIBUTIONS, EVIDENCE, MOVEMENTS, places_of
from cairn.following.queries.reading import read
from cairn.following.snapshot import bring_up_to_date
from cairn.journal.files import keep
from cairn.money.facts import (
    EvidenceWithdrawn,
    MoneyConfirmed,
    MoneyExchanged,
    MoneyReceived,
    MoneySent,
    MoneySpent,
    MovementReversed,
    PaymentEvidenced,
    SendingVoided,
)
from cairn.values import Money, Text
from cast import Pen, a_picture, assemble, cny
from told import COUNTY, VILLAGE, WELL, tell_a_year

pytestmark = pytest.mark.django_db

JANUARY, APRIL = date(2025, 1, 20), date(2025, 4, 2)

TABLES = (MOVEMENTS, ATTRIBUTIONS, EVIDENCE)
CHOSEN = (
    Chosen(place="kunlun"),
    Chosen(place="qarasu"),
    Chosen(place="石桥村"),
    Chosen(project=WELL),
    Chosen(project="cmd"),
    Chosen(since="2025-03-01"),
    Chosen(until="2025-02-28"),
    Chosen(since="2025-01-20", until="2025-01-20"),
    Chosen(since="2025-01-01", until="2025-12-31"),
    Chosen(place="qarasu", since="2025-04-01"),
    Chosen(place="hongliu", project=WELL),
    Chosen(place="kunlun", project=WELL, since="2025-03-01", until="2025-03-31"),
    Chosen(place="石桥村", project=WELL),
    Chosen(since="2030-01-01"),
)


@pytest.fixture
def pen():
    """A year, and after it things of earlier days, an exchange, reversals, evidence withdrawn."""
    pen = Pen.opened()
    assemble(pen)
    tell_a_year(pen)
    dollars = Money.of("700.00", "USD")
    pen.movement(
        MoneyReceived(grant="water-2025", account="county-dollars", amount=dollars), on=JANUARY
    )
    exchanged = MoneyExchanged(
        source="county-dollars", target=COUNTY, grant="water-2025", amount=Money.of("100.00", "USD"),
        arrived=cny("711.00"), rate="7.11",
    )  # fmt: skip
    pen.movement(exchanged, on=JANUARY)
    sent = pen.movement(MoneySent(source=COUNTY, target=VILLAGE, amount=cny("90.00")), on=APRIL)
    came = pen.movement(MoneyConfirmed(movement=sent, amount=cny("50.00")), on=APRIL)
    pen.movement(MovementReversed(movement=came, reason="Counted wrongly"), on=APRIL)
    back = pen.movement(
        MoneySent(source=COUNTY, target="石桥村委会", amount=cny("80.00")), on=APRIL
    )
    pen.movement(SendingVoided(movement=back, reason="Never left"), on=APRIL)
    for project, day in ((WELL, APRIL), ("lane", JANUARY)):
        paid = pen.movement(
            MoneySpent(account=VILLAGE, project=project, amount=cny("10.00")), on=day
        )
        shown(pen, paid, "red")
    pen.record(EvidenceWithdrawn(evidence=shown(pen, paid, "blue"), reason="Another's"))
    return pen


def shown(pen, payment, colour):
    """Evidence of a payment: its id."""
    photo = keep(pen.programme, a_picture(colour))
    caption = Text(en=f"It is {colour}")
    return str(pen.record(PaymentEvidenced(movement=payment, sha256=photo, caption=caption)).id)


def traced(pen):
    bring_up_to_date(pen.programme)
    return read(pen.programme)


def rows_of(reading, table, chosen, *, after=0):
    return [tuple(row) for row in Choice(reading, chosen).rows(table, after=after)]


def reference(reading, table, chosen):
    """Every row of a table, without those whose movement is not chosen."""
    wanted = movements_by_their_cells(reading, chosen)
    at = table.place["id" if table is MOVEMENTS else "movement"]
    return [tuple(row) for row in table.read(reading) if row[at] in wanted]


def movements_by_their_cells(reading, chosen):
    rows = {row[0]: dict(zip(MOVEMENTS.place, row, strict=True)) for row in MOVEMENTS.read(reading)}
    wanted = set(rows)
    if chosen.place:
        inside, place = set(reading.within(chosen.place)), places_of(reading)
        wanted &= and_what_follows(
            rows,
            {
                id_
                for id_, row in rows.items()
                for table, cell in (
                    ("accounts", "from_account"), ("accounts", "to_account"), ("projects", "project"),
                )
                if place[table].get(row[cell]) in inside
            },
        )  # fmt: skip
    if chosen.project:
        paid = {id_ for id_, row in rows.items() if row["project"] == chosen.project}
        wanted &= and_what_follows(rows, paid)
    since, until = chosen.since or "0000", chosen.until or "9999"
    return {id_ for id_ in wanted if since <= rows[id_]["happened_on"] <= until}


def and_what_follows(rows, wanted):
    for _step in range(2):
        wanted = wanted | {id_ for id_, row in rows.items() if row["of"] in wanted}
    return wanted


@pytest.mark.parametrize("at_once", [2, 900])
def test_chosen_rows_are_those_that_all_rows_would_have_left_in_their_order(
    pen, monkeypatch, at_once
):
    monkeypatch.setattr(money, "IN_ONE_QUERY", at_once)
    monkeypatch.setattr(money, "AT_ONCE", at_once + 1)
    reading = traced(pen)
    counts = {}

    for table in TABLES:
        for chosen in CHOSEN:
            expected = reference(reading, table, chosen)
            rows = rows_of(reading, table, chosen)
            counts[table.name, chosen] = len(rows)

            assert rows == expected, (table.name, chosen)
            for after in (1, 3, len(rows)):
                assert rows_of(reading, table, chosen, after=after) == expected[after:]
            if table is MOVEMENTS:
                assert Choice(reading, chosen).movements == len(rows)
    assert not any(counts[table.name, CHOSEN[-1]] for table in TABLES)
    assert all(counts[table.name, Chosen(place="qarasu")] > 2 for table in TABLES)


def test_what_was_recorded_since_the_snapshot_is_in_no_chosen_rows_of_money(pen):
    reading = traced(pen)
    chosen = Chosen(project=WELL)
    before = rows_of(reading, MOVEMENTS, chosen)
    pen.movement(MoneySpent(account=VILLAGE, project=WELL, amount=cny("1.00")))

    assert rows_of(reading, MOVEMENTS, chosen) == before
    assert len(rows_of(traced(pen), MOVEMENTS, chosen)) == len(before) + 1


@pytest.mark.parametrize("chosen", [Chosen(place="qarasu"), Chosen(project=WELL)])
def test_no_more_is_read_for_a_programme_that_is_larger_elsewhere(pen, chosen):
    before = [read_of(traced(pen), table, chosen) for table in TABLES]
    for nth in range(60):
        fact = MoneySpent(account="county-cash", project="lane", amount=cny("2.00"))
        paid = pen.movement(fact, on=(JANUARY, APRIL)[nth % 2])
        shown(pen, paid, "teal")
    reading = traced(pen)

    assert [read_of(reading, table, chosen) for table in TABLES] == before
    assert len(rows_of(reading, EVIDENCE, Chosen())) > 60


def read_of(reading, table, chosen):
    """How many rows the database gives for a table's chosen ones, and to how many statements."""
    choice = Choice(reading, chosen)
    asked = statements_of(choice, table)
    with connection.cursor() as cursor:
        return sum(len(cursor.execute(*one).fetchall()) for one in asked), len(asked)


def statements_of(choice, table):
    """What is asked for them, once names are known."""
    list(choice.rows(table))
    asked = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        list(choice.rows(table))
    return asked


@pytest.mark.usefixtures("sqlite")
def test_a_full_stretch_of_ids_is_looked_up_by_an_index(pen):
    """Of 900 ids SQLite may think otherwise than of a few: with ORDER BY it went through all rows."""
    choice = Choice(traced(pen), Chosen(place="qarasu"))
    plans = []
    for sql, params in chain.from_iterable(statements_of(choice, table) for table in TABLES):
        few = len(params) - 1
        many = sql.replace(", ".join(["%s"] * few), ", ".join(["%s"] * 900))
        with connection.cursor() as cursor:
            cursor.execute(
                f"EXPLAIN QUERY PLAN {many}", [params[0], *[f"x{n}" for n in range(900)]]
            )
            plans.append(cursor.fetchall()[0][3])

    assert len(plans) == 3
    assert all("programme=? AND id=?" in plan or "movement=?" in plan for plan in plans), plans
