"""When a trace on disk is of the journal as it is, and when it must be made anew."""

import os
import shutil

import pytest
from django.db import transaction

from cairn.following.snapshot import bring_up_to_date, latest
from cairn.journal.heads import position_of
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


def test_every_file_of_a_trace_is_on_the_disk_before_it_has_its_name(
    cast, tmp_path, settings, monkeypatch
):
    settings.CAIRN_DIR = tmp_path
    cast.batch(received(cast, "1.00"))
    really, synced = os.fsync, set()

    def fsync(descriptor):
        if not list((tmp_path / "traces" / cast.programme).glob("[0-9]*-*")):
            synced.add(os.fstat(descriptor).st_ino)
        really(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    bring_up_to_date(cast.programme)

    [made] = (tmp_path / "traces" / cast.programme).glob("[0-9]*-*")
    assert {path.stat().st_ino for path in made.iterdir()} <= synced


def test_a_snapshot_that_a_crash_left_half_removed_is_not_taken_for_the_newest(
    cast, tmp_path, settings, monkeypatch
):
    settings.CAIRN_DIR = tmp_path

    def dies(folder, **_options):
        for path in folder.glob("*.npy"):
            path.unlink()
            raise KeyboardInterrupt

    for amount in ("1.00", "2.00"):
        cast.batch(received(cast, amount))
        bring_up_to_date(cast.programme)
    cast.batch(received(cast, "3.00"))
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", dies)
        with pytest.raises(KeyboardInterrupt):
            bring_up_to_date(cast.programme)

    assert latest(cast.programme).position == position_of(cast.programme)
    cast.batch(received(cast, "4.00"))
    assert bring_up_to_date(cast.programme)
    assert len(list((tmp_path / "traces" / cast.programme).glob("*/"))) == 2
