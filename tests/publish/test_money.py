"""The money followed from entries alone comes to what the pages say, whatever the journal took."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from cairn.following.snapshot import bring_up_to_date
from cairn.journal.heads import entries
from cairn.money.facts import EvidenceAttached, MoneyExchanged, MoneyReceived, MovementReversed
from cairn.programme.facts import PolicyChosen
from cairn.trace.policy import Policy
from cairn.values import Money as Amount
from cairn.values import Text
from cairn.verify.money import Money, NotFollowedError, is_of_money, totals
from cairn.verify.tables import hold_grants, hold_stages
from cairn.verify.wrong import WrongError
from cast import DAY, Pen, assemble, cny
from following.test_adds_up import recorded, steps
from told import tell_a_year


def followed(programme):
    money = Money()
    for one in entries(programme):
        entry = json.loads(bytes(one.body))
        if is_of_money(entry):
            money.read(entry)
    return totals(money)


def table(programme, path):
    return b"".join(Client().get(f"/en/{programme}/{path}"))


def held(programme):
    bring_up_to_date(programme)
    found = followed(programme)
    hold_grants("grants.csv", table(programme, "grants/?csv=grants"), found)
    hold_stages("stages.csv", table(programme, "?csv=stages"), found)
    return found


@pytest.mark.parametrize("policy", list(Policy))
@given(chosen=steps())
@hypothesis_settings(max_examples=6)
def test_any_movements_come_to_what_the_pages_say(db, policy, chosen):
    pen = Pen.opened()
    assemble(pen)
    pen.record(PolicyChosen(policy=policy))
    recorded(pen, chosen)

    assert held(pen.programme).grants


@pytest.mark.long
@pytest.mark.parametrize("policy", list(Policy))
@given(chosen=steps())
@hypothesis_settings(max_examples=30)
def test_any_movements_come_to_what_the_pages_say_for_long(db, policy, chosen):
    pen = Pen.opened()
    assemble(pen)
    pen.record(PolicyChosen(policy=policy))
    recorded(pen, chosen)

    assert held(pen.programme).grants


def test_an_exchange_and_its_reversal_are_followed_in_both_currencies(cast):
    tell_a_year(cast)
    dollars = Amount.of("1000.00", "USD")
    cast.record(MoneyReceived(grant="water-2025", account="county-dollars", amount=dollars))
    exchange = MoneyExchanged(
        source="county-dollars",
        target="county-office",
        grant="water-2025",
        amount=Amount.of("400.00", "USD"),
        arrived=cny("2844.00"),
        rate="7.11",
    )
    for _once, undone in ((1, False), (2, True)):
        movement = cast.movement(exchange, on=DAY + timedelta(1))
        if undone:
            cast.record(MovementReversed(movement=movement, reason="twice"), on=DAY + timedelta(2))
        found = held(cast.programme)

        assert found.grants["water-2025", "USD"]["spent"] == 400_00
        assert found.grants["water-2025", "USD"]["standing"] == 600_00


def test_what_is_evidenced_counts_once(cast):
    tell_a_year(cast)
    before = followed(cast.programme).stages["evidenced", "CNY"]
    movement = next(
        json.loads(bytes(one.body))["fact"]["movement"]
        for one in entries(cast.programme)
        if one.kind == "money.evidence-attached"
    )
    for digest in ("cd" * 32, "ef" * 32):
        photo = EvidenceAttached(movement=movement, sha256=digest, caption=Text(en="Again"))
        cast.record(photo)

    assert held(cast.programme).stages["evidenced", "CNY"] == before == 21_000_00


@pytest.mark.parametrize(
    ("was", "instead", "wrong"),
    [
        (b"water-2025,", b"water-2026,", "the entries come to 0"),
        (b",CNY,", b",USD,", "the entries come to 0"),
        (b"50000.00", b"50000.01", "received 50000.01 of water-2025 in CNY"),
        (b"50000.00", b"5e4", "is not an amount"),
        (b"spent", b"spend", "it has no column spent"),
    ],
)
def test_a_figure_that_is_not_what_entries_come_to_is_named(cast, was, instead, wrong):
    tell_a_year(cast)
    bring_up_to_date(cast.programme)
    changed = table(cast.programme, "grants/?csv=grants").replace(was, instead, 1)

    with pytest.raises(WrongError, match=wrong):
        hold_grants("grants.csv", changed, followed(cast.programme))


def test_a_line_too_few_or_too_many_is_named(cast):
    tell_a_year(cast)
    bring_up_to_date(cast.programme)
    whole, found = table(cast.programme, "grants/?csv=grants"), followed(cast.programme)
    lines = whole.splitlines(keepends=True)
    water = next(n for n, line in enumerate(lines) if line.startswith(b"water-2025"))

    with pytest.raises(WrongError, match="it has no line of water-2025 in CNY"):
        hold_grants("grants.csv", b"".join(lines[:water] + lines[water + 1 :]), found)
    with pytest.raises(WrongError, match="a second time"):
        hold_grants("grants.csv", whole + lines[water], found)


def test_a_movement_of_nothing_cannot_be_followed():
    money = Money()
    money.read(
        {
            "kind": "money.sending-voided",
            "fact": {"movement": "nothing", "reason": "lost"},
            "id": "one",
            "happened_on": "2025-01-01",
            "position": 1,
        }
    )

    with pytest.raises(NotFollowedError, match="and none is"):
        totals(money)
