"""When a trace on disk is of the journal as it is, and when it must be made anew."""

from django.db import transaction

from cairn.following.snapshot import bring_up_to_date, latest
from cairn.money.facts import MoneyReceived
from cast import cny


def received(cast, amount):
    return cast.draft(
        MoneyReceived(grant="water-2025", account="county-office", amount=cny(amount))
    )


def test_a_journal_put_back_from_a_backup_is_traced_anew_though_it_ends_the_same(
    cast, tmp_path, settings
):
    settings.CAIRN_DIR = tmp_path
    lost, found, last = (received(cast, amount) for amount in ("1.00", "5.00", "3.00"))
    with transaction.atomic():
        cast.batch(lost, last)
        bring_up_to_date(cast.programme)
        before = latest(cast.programme)
        transaction.set_rollback(True)
    cast.batch(found, last)

    assert bring_up_to_date(cast.programme)
    assert latest(cast.programme).position == before.position
    assert latest(cast.programme).columns.amount.sum() == before.columns.amount.sum() + 400
    assert not bring_up_to_date(cast.programme)
