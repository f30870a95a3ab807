"""`cairn log recover`: what the log holds is put back, and nothing else is."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from cairn.catalog import journal
from cairn.journal import keys
from cairn.journal.checks import answers
from cairn.journal.heads import position_of
from cairn.journal.log import Log, NoKeyError, hold_all
from cairn.journal.models import Entry, Head
from cairn.journal.readonly import why_read_only
from cairn.journal.recover import Recovery, UnrecoverableError, reason_to_recover
from cairn.merkle.tile import Tile
from cairn.programme.facts import OrganisationJoined, OrganisationRole
from cast import named

CAIRN = Path(sys.executable).with_name("cairn")
TESTS = Path(__file__).parents[1]


@pytest.fixture
def log(cast):
    """The cast's log, signed."""
    keys.make(cast.programme, origin=f"cairn.example/{cast.programme}")
    log = Log(cast.programme)
    more(cast, "before", 4)
    log.sign(keys.signer_of(cast.programme))
    return log


@pytest.fixture
def untriggered(db):
    """As whoever owns the database and took the triggers off."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in ("no_update", "no_delete"):
                cursor.execute(f"DROP TRIGGER journal_entry_{name}")
        else:
            cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
            cursor.execute("GRANT UPDATE, DELETE ON journal_entry TO CURRENT_USER")


def more(pen, called, count):
    for n in range(count):
        pen.record(
            OrganisationJoined(
                organisation=f"{called}-{n}", name=named(called), role=OrganisationRole.OFFICE
            )
        )


def lose(pen, count):
    """The database as it was before its last facts, read models and all."""
    position = position_of(pen.programme) - count
    tree = Log(pen.programme).tiles.tree(position)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM journal_entry WHERE programme = %s AND position > %s",
            [pen.programme, position],
        )
    head = Head.objects.get(programme=pen.programme)
    head.tree = tree
    head.save()
    journal.rebuild(pen.programme)


def recover(pen, *, other=None, trusted=()):
    recovery = Recovery(journal, pen.programme, trusted)
    found = recovery.look(other=other)
    recovery.mend(found)
    return found


def all_holds(pen):
    found = {each.holds: each.wrong for each in answers(journal, pen.programme) if each.wrong}
    assert found == {}
    return True


def test_a_lost_tail_comes_back_from_the_log_s_own_bundles(cast, log, untriggered):
    size, tables = position_of(cast.programme), cast.tables()
    before = list(Entry.objects.filter(programme=cast.programme).values())
    lose(cast, 3)
    assert "3 are missing" in reason_to_recover(cast.programme)

    recovery = Recovery(journal, cast.programme)
    found = recovery.look()
    missing = [entry.position for entry in recovery.missing(found)]
    recovery.mend(found)

    assert (found.missing, found.same, missing) == (3, size - 3, [size - 2, size - 1, size])
    assert cast.tables() == tables
    assert list(Entry.objects.filter(programme=cast.programme).values()) == before
    assert all_holds(cast)
    more(cast, "after", 1)
    assert log.sign(keys.signer_of(cast.programme)).size == size + 1


def test_read_models_that_were_left_behind_are_folded_anew(cast, log, untriggered):
    tables = cast.tables()
    lose(cast, 3)
    journal.tables["organisation"].objects.filter(programme=cast.programme).update(role="x")

    recover(cast)

    assert cast.tables() == tables


def test_looking_changes_nothing(cast, log, untriggered):
    lose(cast, 3)
    reason = reason_to_recover(cast.programme)
    files = sorted(log.folder.rglob("*"))
    position = position_of(cast.programme)

    Recovery(journal, cast.programme).look()

    assert (position_of(cast.programme), why_read_only(cast.programme)) == (position, reason)
    assert sorted(log.folder.rglob("*")) == files


def test_a_whole_journal_comes_back_from_a_published_copy_and_the_key(
    cast, log, untriggered, tmp_path
):
    size, tables, verifier = position_of(cast.programme), cast.tables(), log.verifier
    shutil.copytree(log.folder, tmp_path / "published")
    shutil.rmtree(log.folder)
    lose_all(cast)

    with pytest.raises(NoKeyError, match="--key"):
        recover(cast, other=tmp_path / "published")
    log.adopt(verifier)
    recover(cast, other=tmp_path / "published")

    assert position_of(cast.programme) == size
    assert cast.tables() == tables
    assert log.checkpoint().size == size
    assert all_holds(cast)


def lose_all(pen):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_entry WHERE programme = %s", [pen.programme])
    Head.objects.filter(programme=pen.programme).delete()
    for table in journal.tables.values():
        table.objects.filter(programme=pen.programme).delete()


def test_a_key_that_was_named_is_the_log_s_from_then_on(cast, log, untriggered, tmp_path):
    verifier = log.verifier
    shutil.copytree(log.folder, tmp_path / "published")
    shutil.rmtree(log.folder)
    lose_all(cast)

    recover(cast, other=tmp_path / "published", trusted=(verifier,))

    assert log.verifier == verifier
    assert all_holds(cast)


def test_what_the_log_lost_as_well_comes_from_a_newer_copy(cast, log, untriggered, tmp_path):
    older = tmp_path / "older"
    shutil.copytree(log.folder, older)
    more(cast, "later", 3)
    size = log.sign(keys.signer_of(cast.programme)).size
    published = tmp_path / "published"
    shutil.copytree(log.folder, published)
    lose(cast, 5)
    shutil.rmtree(log.folder)
    shutil.copytree(older, log.folder)
    log.was_published_in(published)
    assert cast.programme in dict(hold_all())

    recover(cast)

    assert position_of(cast.programme) == size == log.checkpoint().size
    assert all_holds(cast)


def test_a_damaged_log_is_written_anew_from_the_database(cast, log):
    size = log.checkpoint().size
    more(cast, "later", 2)
    (log.folder / Tile(0, 0, size).path).write_bytes(b"x" * 32 * size)
    (log.folder / Tile(-1, 0, size).path).unlink()
    assert "cannot be read" in reason_to_recover(cast.programme) or why_read_only(cast.programme)

    found = recover(cast)

    assert (found.source, found.missing) == (None, 0)
    assert all_holds(cast)
    assert log.sign(keys.signer_of(cast.programme)).size == size + 2


def test_a_head_that_is_damaged_is_set_by_its_entries(cast, log):
    more(cast, "later", 2)
    position = position_of(cast.programme)
    Head.objects.filter(programme=cast.programme).update(frontier=b"x" * 32, position=1)
    assert reason_to_recover(cast.programme)

    recover(cast)

    assert position_of(cast.programme) == position
    assert all_holds(cast)


def test_facts_that_contradict_the_log_are_set_aside_and_nothing_is_changed(cast, log, untriggered):
    lose(cast, 3)
    more(cast, "other", 5)
    position = position_of(cast.programme)
    assert reason_to_recover(cast.programme)
    recovery = Recovery(journal, cast.programme)

    found = recovery.look()
    with pytest.raises(UnrecoverableError, match="is not the one that was published"):
        recovery.mend(found)
    aside = recovery.set_aside(found).read_text().splitlines()

    assert found.contradicted
    assert [json.loads(line)["position"] for line in aside] == list(
        range(position - 4, position + 1)
    )
    assert position_of(cast.programme) == position
    assert why_read_only(cast.programme)


@pytest.mark.parametrize("at", [0, 9])
def test_bundles_that_do_not_hash_to_the_checkpoint_restore_nothing(cast, log, untriggered, at):
    lose(cast, 3)
    size = log.checkpoint().size
    bundle = log.folder / Tile(-1, 0, size).path
    raw = bytearray(bundle.read_bytes())
    raw[-9 - at] ^= 1
    bundle.write_bytes(raw)

    with pytest.raises(UnrecoverableError, match="Name a copy of the published log"):
        recover(cast)


def test_a_copy_by_another_key_is_no_copy(cast, log, untriggered, tmp_path):
    lose(cast, 3)
    forged = tmp_path / "forged"
    shutil.copytree(log.folder, forged)
    raw = (forged / "checkpoint").read_text().splitlines()
    raw[-1] = f"{raw[-1][:-8]}AAAAAAA="
    (forged / "checkpoint").write_text("\n".join(raw) + "\n")
    shutil.rmtree(log.folder / "tile")

    with pytest.raises(UnrecoverableError):
        recover(cast, other=forged)


def test_a_database_that_moved_since_is_looked_at_again(cast, log, untriggered):
    lose(cast, 3)
    recovery = Recovery(journal, cast.programme)
    found = recovery.look()
    more(cast, "meanwhile", 1)

    with pytest.raises(UnrecoverableError, match="look again"):
        recovery.mend(found)


def test_where_nothing_is_wrong_there_is_no_reason(cast, log):
    assert reason_to_recover(cast.programme) == ""


# With the commands, and a write-ahead log that is torn

STORY = """
import os, sys
from pathlib import Path
from datetime import UTC, date, datetime
from uuid import uuid4
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from django.db import connection
from cairn.catalog import journal
from cairn.journal.entry import Draft
from cairn.programme import log_keys
from cairn.programme.facts import OrganisationJoined, OrganisationRole, ProgrammeOpened
from cairn.values import Text
now, on = datetime.now(UTC), date(2025, 1, 1)
def record(fact):
    journal.append("teams", Draft(uuid4(), on, "office", fact), now=now)
text = Text(en="Text")
record(ProgrammeOpened(name=text, timezone="Asia/Shanghai", currency="CNY"))
log_keys.make(journal, "teams", origin="cairn.example/teams", post="office", now=now)
with connection.cursor() as cursor:
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
for n in range(10):
    record(OrganisationJoined(organisation=f"o{n}", name=text, role=OrganisationRole.OFFICE))
log_keys.sign("teams")
os._exit(0)  # as killed: the write-ahead log stays
"""
FRAME, HEAD = 24 + 4096, 32


def alone():
    return {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """An installation with ten facts in its write-ahead log and a checkpoint over them."""
    folder = tmp_path_factory.mktemp("written")
    subprocess.run([sys.executable, "-c", STORY, folder], check=True, env=alone())
    return folder


@pytest.fixture
def installed(written, tmp_path):
    """The same, to be damaged."""
    shutil.copytree(written, tmp_path / "installed")
    return tmp_path / "installed"


def cairn(*arguments, folder):
    return subprocess.run(
        [CAIRN, *arguments, "--dir", folder],
        capture_output=True,
        text=True,
        env=alone(),
        stdin=subprocess.DEVNULL,
        check=False,
    )


def positions(folder):
    with sqlite3.connect(folder / "cairn.sqlite3") as database:
        (found,) = database.execute("SELECT count(*) FROM journal_entry").fetchone()
    database.close()
    return found


def tear(folder):
    """Cut the write-ahead log at a frame. SQLite opens what is left without a word."""
    wal = folder / "cairn.sqlite3-wal"
    frames = (wal.stat().st_size - HEAD) // FRAME
    with wal.open("r+b") as file:
        file.truncate(HEAD + frames // 2 * FRAME)


def test_a_torn_write_ahead_log_is_caught_at_the_next_start_and_put_right(sqlite, installed):
    tear(installed)

    checked = cairn("check", folder=installed)
    left = positions(installed)
    recovered = cairn("log", "recover", "teams", "--yes", folder=installed)

    assert 2 < left < 12
    assert f"the database holds {left} facts, and the checkpoint is over 12" in checked.stderr
    assert "WRONG  teams: the database continues what its log published" in checked.stdout
    assert checked.returncode == 1
    assert f"To be put back: {12 - left} facts." in recovered.stderr
    assert "takes facts again" in recovered.stderr
    assert (recovered.returncode, recovered.stdout) == (0, "")
    assert positions(installed) == 12
    assert (installed / "traces/teams/anew").exists(), "what was traced of other tables goes on"


def test_a_database_copied_without_its_write_ahead_log_is_caught(sqlite, installed):
    (installed / "cairn.sqlite3-wal").unlink()
    (installed / "cairn.sqlite3-shm").unlink(missing_ok=True)

    shown = cairn("log", "show", folder=installed)

    assert "cairn: ‘teams’ takes no facts: the database holds 2 facts" in shown.stderr
    assert "read-only   the database holds 2 facts" in shown.stdout


def test_an_installation_is_made_out_of_a_published_log(sqlite, installed, tmp_path):
    new, published = tmp_path / "new", installed / "log" / "teams"
    key = (published / "verifier").read_text().strip()

    made = cairn("log", "recover", "teams", "--from", published, "--key", key, "--yes", folder=new)

    assert made.returncode == 0, made.stderr
    assert positions(new) == 12
    assert (new / "log/teams/checkpoint").read_bytes() == (published / "checkpoint").read_bytes()
