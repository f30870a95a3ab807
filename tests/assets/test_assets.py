"""Assets: what is refused, and what of many late facts stands."""

from datetime import date

import pytest

from cairn.assets.facts import (
    AssetHandedOver,
    AssetInspected,
    AssetRepaired,
    AssetServiced,
    AssetTakenOutOfUse,
    Condition,
    EnterpriseAccounted,
    EnterpriseClosed,
    EnterpriseForm,
    EnterpriseOpened,
    KeeperChanged,
    UpkeepPlanned,
)
from cairn.catalog import journal
from cairn.money.facts import MoneySent, MoneySpent, MovementReversed
from cairn.values import Text
from cast import DAY, cny, named

PUMP, DRILLER = "pump", "kunlun-drilling"
WORDS = Text(en="New seal")


@pytest.fixture
def pump(cast):
    cast.record(
        AssetHandedOver(
            asset=PUMP, name=named("Pump"), place="qarasu", keeper="county-office", every_months=6
        ),
        on=date(2025, 1, 31),
    )
    return cast


def seen(condition, mender=None, mend_by=None):
    return AssetInspected(asset=PUMP, condition=condition, mender=mender, mend_by=mend_by)


def test_what_was_seen_last_stands_however_late_the_rest_is_told(pump):
    pump.record(seen(Condition.BROKEN, DRILLER, date(2025, 4, 1)), on=date(2025, 3, 1))
    pump.record(seen(Condition.GOOD), on=date(2025, 2, 1))

    asset = pump.the("asset", PUMP)
    assert (asset.condition, asset.seen_on) == ("broken", date(2025, 3, 1))
    assert (asset.mender, asset.mend_by) == (DRILLER, date(2025, 4, 1))


def test_a_repair_keeps_the_promise_and_says_how_it_is_now(pump):
    pump.record(seen(Condition.BROKEN, DRILLER, date(2025, 4, 1)), on=date(2025, 3, 1))
    pump.record(
        AssetRepaired(asset=PUMP, what=WORDS, condition=Condition.WORN), on=date(2025, 3, 20)
    )

    asset = pump.the("asset", PUMP)
    assert (asset.condition, asset.mender, asset.mend_by) == ("worn", "", None)


def test_upkeep_is_due_so_many_months_after_it_was_last_done(pump):
    assert pump.the("asset", PUMP).due_on == date(2025, 7, 31)

    pump.record(AssetServiced(asset=PUMP), on=date(2025, 3, 31))
    assert pump.the("asset", PUMP).due_on == date(2025, 9, 30)

    pump.record(AssetServiced(asset=PUMP), on=date(2025, 2, 10))
    assert pump.the("asset", PUMP).due_on == date(2025, 9, 30)

    pump.record(UpkeepPlanned(asset=PUMP, every_months=1), on=date(2025, 4, 1))
    assert pump.the("asset", PUMP).due_on == date(2025, 4, 30)


def test_the_last_keeper_stands_however_late_the_others_are_told(pump):
    pump.record(
        KeeperChanged(asset=PUMP, keeper="qarasu-committee", reason="Near"), on=date(2025, 3, 1)
    )
    pump.record(KeeperChanged(asset=PUMP, keeper=DRILLER, reason="For now"), on=date(2025, 2, 1))

    assert pump.the("asset", PUMP).keeper == "qarasu-committee"
    assert pump.objections(
        KeeperChanged(asset=PUMP, keeper="qarasu-committee", reason="Again"), on=date(2025, 3, 2)
    ) == {"keeper": "This organisation keeps it already."}


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        (
            seen(Condition.GOOD, DRILLER, date(2025, 4, 1)),
            {"mender": "What is in good condition is not mended."},
        ),
        (
            seen(Condition.GONE, DRILLER, date(2025, 4, 1)),
            {"mender": "What is gone is not mended; take it out of use."},
        ),
        (
            seen(Condition.WORN, None, date(2025, 4, 1)),
            {"mender": "Say which organisation will mend it."},
        ),
        (seen(Condition.WORN, DRILLER), {"mend_by": "Say by which day it will be mended."}),
        (
            seen(Condition.WORN, DRILLER, date(2025, 2, 1)),
            {"mend_by": "It is to be mended after it was seen."},
        ),
        (seen(Condition.BROKEN), {}),
    ],
)
def test_what_is_to_be_mended_says_by_whom_and_when(pump, fact, says):
    assert pump.objections(fact) == says


def test_nothing_happens_to_an_asset_before_it_was_handed_over_or_after_it_ended(pump):
    assert pump.objections(seen(Condition.GOOD), on=date(2025, 1, 30)) == {
        "happened_on": "This asset was handed over only on 2025-01-31."
    }

    pump.record(AssetTakenOutOfUse(asset=PUMP, reason="Rust"), on=DAY)
    ended = {"asset": "This asset was taken out of use on 2025-03-01."}
    assert pump.objections(seen(Condition.GOOD), on=date(2025, 3, 2)) == ended
    assert pump.objections(AssetTakenOutOfUse(asset=PUMP, reason="Rust"), on=DAY) == ended
    assert not pump.objections(seen(Condition.WORN), on=date(2025, 2, 2))


def test_a_repair_is_paid_for_by_a_payment_that_stands(pump):
    sent = pump.movement(
        MoneySent(source="county-office", target="qarasu-committee", amount=cny("9.00"))
    )
    spent = pump.movement(
        MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("5.00"))
    )

    def repaired(movement):
        return AssetRepaired(asset=PUMP, what=WORDS, condition=Condition.GOOD, movement=movement)

    assert pump.objections(repaired(sent)) == {"movement": "Name a payment: this movement is none."}
    assert not pump.objections(repaired(spent))
    pump.record(MovementReversed(movement=spent, reason="Twice"))
    assert pump.objections(repaired(spent)) == {"movement": "This movement was reversed already."}


def test_a_warranty_is_not_over_before_it_begins(cast):
    over = AssetHandedOver(
        asset="x",
        name=named("X"),
        place="qarasu",
        keeper="county-office",
        warranty_until=date(2025, 2, 1),
    )

    assert cast.objections(over) == {
        "warranty_until": "A warranty ends after the asset is handed over."
    }


# Enterprises


@pytest.fixture
def bakery(cast):
    cast.record(
        EnterpriseOpened(
            enterprise="bakery",
            name=named("Bakery"),
            form=EnterpriseForm.WORKSHOP,
            place="qarasu",
            holder="qarasu-committee",
        )
    )
    return cast


def told(year=2025, **amounts):
    return EnterpriseAccounted(enterprise="bakery", year=year, **amounts)


def test_a_year_told_once_more_replaces_what_was_told(bakery):
    bakery.record(told(income=cny("10.00"), costs=cny("4.00")))
    bakery.record(told(income=cny("11.00"), shared_out=cny("2.00")))

    year = bakery.the("enterprise-year", "bakery/2025")
    assert (year.income_minor, year.costs_minor, year.shared_minor) == (1100, None, 200)


def test_an_enterprise_accounts_for_a_year_that_it_has_had(bakery):
    assert bakery.objections(told()) == {"income": "Say at least one amount."}
    assert bakery.objections(told(2026, income=cny("1.00"))) == {
        "year": "That year has not come yet."
    }
    assert bakery.objections(told(2024, income=cny("1.00"))) == {
        "year": "This enterprise was opened only on 2025-03-01."
    }
    bakery.record(EnterpriseClosed(enterprise="bakery", reason="Sold"), on=date(2025, 4, 1))
    assert not bakery.objections(told(income=cny("1.00")), on=date(2025, 5, 1))
    assert bakery.objections(
        EnterpriseClosed(enterprise="bakery", reason="Sold"), on=date(2025, 5, 1)
    ) == {"enterprise": "This enterprise was closed on 2025-04-01."}


def test_read_models_are_the_same_when_folded_anew(pump):
    pump.record(seen(Condition.BROKEN, DRILLER, date(2025, 4, 1)))
    pump.record(AssetRepaired(asset=PUMP, what=WORDS, condition=Condition.GOOD))
    before = pump.tables()

    journal.rebuild(pump.programme)

    assert pump.tables() == before
