"""When a trace on disk is of the journal as it is, when it goes on, and when it must be made anew."""

import os
import shutil
from dataclasses import fields
from datetime import timedelta

import numpy as np
import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cairn.following import snapshot
from cairn.following.compute import in_order
from cairn.following.home import home_of, make_anew
from cairn.following.snapshot import PARTS, bring_up_to_date, latest, make
from cairn.journal.entry import Receipt
from cairn.journal.files import keep
from cairn.journal.heads import position_of
from cairn.money.facts import (
    EvidenceWithdrawn,
    MoneyReceived,
    MoneySpent,
    MovementReversed,
    PaymentEvidenced,
)
from cairn.programme.facts import PolicyChosen
from cairn.trace import kernel, lot_state
from cairn.trace.policy import Policy
from cast import DAY, Pen, a_picture, assemble, cny, named
from following.test_adds_up import fact, steps


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


@given(st.lists(st.tuples(*(st.integers(-(2**k), 2**k) for k in (3, 20, 62))), max_size=30))
def test_packed_keys_are_sorted_as_they_are_one_by_one(rows):
    for width in (2, 3):  # of which three do not fit into one number
        keys = np.array(rows, dtype=np.int64).reshape(-1, 3).T[:width]
        assert keys[:, in_order(*keys)].tolist() == keys[:, np.lexsort(keys)].tolist()


# Going on


def assert_same(one, other):
    """Everything that pages read, to the last column."""
    for name in ("accounts", "grants", "projects", "facts", "places", "kinds"):
        assert getattr(one, name) == getattr(other, name), name
    for part, kind in PARTS.items():
        for field in fields(kind):
            mine, theirs = (getattr(getattr(each, part), field.name) for each in (one, other))
            assert mine.dtype == theirs.dtype, (part, field.name)
            assert np.array_equal(mine, theirs), (part, field.name)


batches = st.lists(st.tuples(steps(), st.none() | st.sampled_from(Policy)), max_size=5)


@given(batches=batches)
@hypothesis_settings(max_examples=15)
def test_a_snapshot_that_went_on_is_the_one_that_is_made_from_nothing(
    db, tmp_path_factory, batches
):
    """Late facts, reversals, evidence, other policies: whatever a journal takes, in any order."""
    _goes_on(tmp_path_factory.mktemp("goes-on"), batches)


@pytest.mark.long
@given(batches=batches)
@hypothesis_settings(max_examples=40)
def test_snapshots_go_on_for_long(db, tmp_path_factory, batches):
    _goes_on(tmp_path_factory.mktemp("goes-on"), batches)


def _goes_on(folder, batches):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("django.conf.settings.CAIRN_DIR", folder)
        patched.setattr(lot_state, "NEAREST", 2)  # so that a few movements have several
        pen = Pen.opened()
        assemble(pen)
        movements = []
        for chosen, policy in batches:
            if policy:
                pen.record(PolicyChosen(policy=policy))
            for step in chosen:
                draft = pen.draft(fact(step, movements), on=DAY + timedelta(step[1]))
                (verdict,) = pen.batch(draft)
                if isinstance(verdict, Receipt):
                    movements.append(str(draft.id))
            bring_up_to_date(pen.programme)
            assert_same(latest(pen.programme), make(pen.programme, position_of(pen.programme)))


@pytest.fixture
def traced_from(monkeypatch):
    """After how many movements each trace began."""
    starts = []
    really = kernel.trace_on

    def trace_on(start, *arguments, **named):
        starts.append(start.movements)
        return really(start, *arguments, **named)

    monkeypatch.setattr(kernel, "trace_on", trace_on)
    return starts


@pytest.fixture
def followed(cast, tmp_path, settings, monkeypatch):
    """Twelve receipts, a day after the other, followed; with lot states not far from each other."""
    settings.CAIRN_DIR = tmp_path
    monkeypatch.setattr(lot_state, "NEAREST", 2)
    for day in range(12):
        cast.record(
            MoneyReceived(grant="water-2025", account="county-office", amount=cny("100.00")),
            on=DAY + timedelta(2 * day),
        )
    bring_up_to_date(cast.programme)
    return cast


def spend(day):
    return (
        MoneySpent(account="county-office", project="qarasu-well", amount=cny("5.00")),
        DAY + timedelta(day),
    )


def goes_on(cast):
    bring_up_to_date(cast.programme)
    found = latest(cast.programme)
    assert_same(found, make(cast.programme, position_of(cast.programme)))
    return found


def test_a_later_fact_is_traced_on_from_the_end(followed, traced_from):
    followed.record(spend(30)[0], on=spend(30)[1])

    goes_on(followed)
    assert traced_from[0] == 12


def test_a_late_fact_is_traced_on_from_before_its_day(followed, traced_from):
    followed.record(spend(17)[0], on=spend(17)[1])  # before the tenth receipt

    goes_on(followed)
    assert traced_from[0] == 8


def test_a_reversal_is_traced_on_from_before_what_it_reverses(followed, traced_from):
    movement = followed.movement(spend(30)[0], on=spend(30)[1])
    bring_up_to_date(followed.programme)
    followed.record(MovementReversed(movement=movement, reason="twice"), on=DAY + timedelta(31))

    goes_on(followed)
    assert traced_from[:2] == [12, 12]


def test_facts_recorded_while_it_is_made_do_not_keep_the_next_from_going_on(
    followed, traced_from, monkeypatch
):
    really = snapshot.read_places

    def meanwhile(*arguments):
        monkeypatch.setattr(snapshot, "read_places", really)
        followed.record(spend(31)[0], on=spend(31)[1])
        return really(*arguments)

    monkeypatch.setattr(snapshot, "read_places", meanwhile)
    followed.record(spend(30)[0], on=spend(30)[1])

    bring_up_to_date(followed.programme)
    goes_on(followed)
    assert traced_from[:2] == [12, 13]


def test_another_policy_and_another_grant_are_traced_anew(followed, traced_from):
    followed.record(PolicyChosen(policy=Policy.FIFO))
    goes_on(followed)
    followed.record(MoneyReceived(grant="seeds-2025", account="county-office", amount=cny("1.00")))
    goes_on(followed)

    assert set(traced_from) == {0}


def test_what_was_made_before_the_tables_were_made_anew_is_not_taken_over(followed, traced_from):
    make_anew(followed.programme)

    assert bring_up_to_date(followed.programme)
    assert not bring_up_to_date(followed.programme)
    assert traced_from == [0]


@pytest.mark.parametrize(
    "column", ["columns-grant", "columns-id", "attributions-amount", "recorded-at"]
)
def test_a_snapshot_that_a_disk_has_damaged_is_not_gone_on_with(followed, traced_from, column):
    folder = newest(followed.programme)
    path = folder / f"{column}.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\x07")
    followed.record(spend(30)[0], on=spend(30)[1])

    goes_on(followed)
    assert traced_from[0] == 0


def test_a_lot_state_that_a_disk_has_damaged_gives_way_to_an_earlier_one(followed, traced_from):
    path = newest(followed.programme) / "12.lots"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    followed.record(spend(30)[0], on=spend(30)[1])

    found = goes_on(followed)
    assert traced_from[0] == 10
    assert found.lots.after() == [8, 10, 12, 13]


def test_a_lot_state_of_another_programme_is_not_used(followed, traced_from):
    folder = newest(followed.programme)
    shutil.copyfile(folder / "8.lots", folder / "12.lots")
    followed.record(spend(30)[0], on=spend(30)[1])

    goes_on(followed)
    assert traced_from[0] == 10


def test_evidence_of_payments_taken_over_is_counted_again(followed):
    payment = followed.movement(spend(30)[0], on=spend(30)[1])
    bring_up_to_date(followed.programme)
    file = keep(followed.programme, a_picture())
    shown = PaymentEvidenced(movement=payment, sha256=file, caption=named("A pump"))
    evidence = str(followed.record(shown).id)

    assert goes_on(followed).columns.evidence.sum() == 1
    followed.record(EvidenceWithdrawn(evidence=evidence, reason="Another pump"))
    assert goes_on(followed).columns.evidence.sum() == 0


def newest(programme):
    [folder] = home_of(programme).glob("[0-9]*-*")
    return folder
