"""The waiting room and the day's batch: nothing of when, in which order, or by whom."""

import json
from random import Random

import pytest
from django.db import connection

from cairn.catalog import journal
from cairn.journal import sealing
from cairn.journal.journal import RefusedError
from cairn.journal.models import Entry
from cairn.voice import upkeep, waiting
from cairn.voice.facts import BlankReceived, VoiceReceived
from cairn.voice.models import Slip, Turned, Voice, VoiceText, Waiting
from voice.conftest import SAID, work

PRIVATE = (Waiting, Slip, Turned)


def entries(desks):
    kinds = (VoiceReceived.kind, BlankReceived.kind)
    rows = Entry.objects.filter(programme=desks.programme, kind__in=kinds)
    return list(rows.order_by("position"))


def test_nothing_private_has_a_column_for_a_moment_or_a_sender():
    columns = {model.__name__: {f.name for f in model._meta.fields} for model in PRIVATE}

    assert columns == {
        "Waiting": {"key", "programme", "said_on", "about", "said", "slip", "sound"},
        "Slip": {"digest", "key"},
        "Turned": {"category", "times"},
    }
    assert not {f.get_internal_type() for m in PRIVATE for f in m._meta.fields} & {
        "DateTimeField",
        "TimeField",
        "AutoField",
        "BigAutoField",
        "ForeignKey",
        "GenericIPAddressField",
    }


def test_no_rowid_counts_who_came_first(db, sqlite):
    with connection.cursor() as cursor:
        for model in PRIVATE:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [model._meta.db_table])
            assert cursor.fetchone()[0].rstrip().endswith("WITHOUT ROWID")
            with pytest.raises(Exception, match="no such column"):
                cursor.execute(f"SELECT rowid FROM {model._meta.db_table}")  # noqa: S608 - our own


def test_on_postgresql_no_column_of_the_system_tells_the_last_one(desks, say, postgresql):
    for text in ("one", "two", "three"):
        say(text, chance=Random(text))  # noqa: S311

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM voice_waiting")
        assert cursor.fetchone() == (1,)


def test_what_was_said_waits_until_its_day_is_over(desks, say):
    key = say()

    assert work(desks) == []
    assert Waiting.objects.count() == 1
    assert not Voice.objects.filter(programme=desks.programme).exists()

    work(desks, days=1)
    row = desks.pen.the("voice", str(key))
    assert (row.place, row.category, row.state) == ("qarasu", "water", "received")
    assert not Waiting.objects.exists()


def test_a_day_is_over_where_the_programme_is(desks, say):
    say()

    desks.later(hours=11, minutes=59)  # 23:59 in Shanghai
    assert work(desks) == []
    desks.later(minutes=2)
    assert [done.appended for done in work(desks)] == [5]


def test_a_batch_is_padded_so_that_nobody_counts_it(desks, say):
    for number in range(6):
        say(f"voice {number}")

    work(desks, days=1)

    leaves = [json.loads(bytes(entry.body)) for entry in entries(desks)]
    assert len(leaves) == 10
    assert {leaf["post"] for leaf in leaves} == {"~withheld"}
    assert {len(entry.body) for entry in entries(desks)} == {len(entries(desks)[0].body)}
    assert {leaf["happened_on"] for leaf in leaves} == {"2025-06-30"}
    assert len({leaf["recorded_at"] for leaf in leaves}) == 1
    assert VoiceText.objects.filter(programme=desks.programme, voice="").count() == 4


def test_an_id_tells_no_time(desks, say):
    say()
    work(desks, days=1)

    assert {entry.id.version for entry in entries(desks)} == {4}


def test_a_batch_done_twice_is_done_once(desks, say):
    say()

    assert [done.appended for done in work(desks, days=1)] == [5]
    assert work(desks) == []


def test_the_order_of_a_batch_is_that_of_the_shuffle_and_not_of_coming(desks, say):
    keys = [say(f"voice {n}", chance=Random(n)) for n in range(10)]  # noqa: S311
    work(desks, days=1, seed=3)

    came = [entry.id for entry in entries(desks)]
    assert set(came) == set(keys)
    assert came != keys


def test_a_batch_that_breaks_off_leaves_everything_waiting(desks, say, monkeypatch):
    say()
    desks.later(days=1)

    def broken(*_args, **_more):
        raise OSError("no space left")

    monkeypatch.setattr(upkeep.Slip.objects, "beside", broken)
    with pytest.raises(OSError, match="no space"):
        work(desks)
    monkeypatch.undo()

    assert Waiting.objects.count() == 1
    assert entries(desks) == []
    assert [done.appended for done in work(desks)] == [5]


def test_what_is_too_sensitive_does_not_come_in_at_all(desks, say):
    say(category="abuse")
    work(desks, days=1)

    assert not Voice.objects.filter(programme=desks.programme).exists()
    assert not Waiting.objects.exists()


def test_no_post_records_a_voice(desks):
    with pytest.raises(RefusedError):
        desks.record(
            desks.seat("office"), VoiceReceived(place="qarasu", category="water", text=SAID)
        )


def test_a_village_has_its_share_of_a_day_and_no_more(desks, say, monkeypatch):
    monkeypatch.setattr(waiting, "MOST_ALIKE", 2)
    say()
    say()

    with pytest.raises(waiting.FullError):
        say()
    say(place="石桥村")


def test_what_was_said_is_sealed_under_a_salt_of_its_own(desks, say):
    keys = [say(), say()]
    work(desks, days=1)

    at = Entry.objects.filter(id__in=keys).values_list("position", flat=True)
    parts = [part["text"] for part in sealing.parts_at(desks.programme, list(at)).values()]
    assert [json.loads(part.value) for part in parts] == [SAID, SAID]
    assert len({part.salt for part in parts}) == 2
    assert {len(part.salt) for part in parts} == {32}
    assert journal.read(Entry.objects.get(id=keys[0])).fact.text is None
