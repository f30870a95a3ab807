"""A programme's log: signed from what is durable, never against what was published."""

import shutil
import threading
from pathlib import Path

import pytest
from django.db import connection

from cairn.catalog import journal
from cairn.journal import keys
from cairn.journal.checks import answers
from cairn.journal.durable import locked, write_durably
from cairn.journal.heads import entries, position_of
from cairn.journal.log import ContradictionError, Log, NoKeyError, WrongKeyError, hold_all, logs
from cairn.journal.models import Head
from cairn.journal.readonly import ReadOnlyError, why_read_only
from cairn.merkle.checkpoint import Checkpoint, open_checkpoint
from cairn.merkle.hashing import leaf_hash
from cairn.merkle.note import Signer
from cairn.merkle.policy import Policy
from cairn.merkle.tile import Tile, tiles_of
from cairn.programme.facts import OrganisationJoined, OrganisationRole
from cast import Pen, named


class StoppedError(Exception):
    """The machine went down."""


@pytest.fixture
def signer(cast):
    keys.make(cast.programme, origin=f"cairn.example/{cast.programme}")
    return keys.signer_of(cast.programme)


@pytest.fixture
def log(cast, signer):
    return Log(cast.programme)


@pytest.fixture
def tamper(db):
    """Run a statement as somebody who owns the database and took the triggers off."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in ("no_update", "no_delete", "no_gap", "no_replace"):
                cursor.execute(f"DROP TRIGGER journal_entry_{name}")
        else:
            cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
            cursor.execute("GRANT UPDATE, DELETE ON journal_entry TO CURRENT_USER")

    def run(statement, *parameters):
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)

    return run


def more(pen, count, called="office"):
    pen.batch(
        *(
            pen.draft(
                OrganisationJoined(
                    organisation=f"{called}-{n}", name=named(called), role=OrganisationRole.OFFICE
                )
            )
            for n in range(count)
        )
    )


def head(pen):
    return Head.objects.get(programme=pen.programme)


def proves(log, position):
    """Whether the receipt of an entry convinces somebody who has only the key."""
    proof = log.receipt(position)
    body = next(entries(log.programme, after=position - 1)).body
    proof.verify(leaf_hash(bytes(body)), Policy(logs=(log.verifier,)))
    return True


def test_what_is_signed_is_the_tree_of_the_journal(cast, log, signer):
    checkpoint = log.sign(signer)

    assert checkpoint == open_checkpoint(log.note(), [log.verifier])
    assert checkpoint.origin == f"cairn.example/{cast.programme}"
    assert (checkpoint.size, checkpoint.root) == (position_of(cast.programme), head(cast).tree.root)


def test_a_log_grows_in_any_steps_to_the_files_it_should_have(cast, log, signer):
    for step, count in enumerate((0, 1, 5, 250, 300, 1)):
        more(cast, count, f"step-{step}")
        size = log.sign(signer).size

    files = {str(path.relative_to(log.folder)) for path in log.folder.rglob("tile/**/*.*")}
    files |= {str(path.relative_to(log.folder)) for path in log.folder.rglob("tile/**/[0-9]*")}
    kept = {name for name in files if (log.folder / name).is_file()}
    assert kept == {tile.path for tile in tiles_of(size)}
    assert list(log.tiles.bodies(size)) == [bytes(e.body) for e in entries(cast.programme)]
    assert log.hold(head(cast)).size == size


def test_a_receipt_proves_its_entry_and_is_none_until_a_checkpoint_covers_it(cast, log, signer):
    assert log.receipt(1) is None
    size = log.sign(signer).size
    more(cast, 1)

    assert proves(log, 1)
    assert proves(log, size)
    assert log.receipt(size + 1) is None
    assert log.receipt(0) is None
    log.sign(signer)
    assert proves(log, size + 1)


def test_where_nothing_is_new_nothing_is_written(cast, log, signer):
    first = log.sign(signer)

    def never(path, content):
        raise AssertionError(path)

    assert Log(cast.programme, write=never).sign(signer) == first


def test_a_checkpoint_over_nothing_is_continued(db):
    pen = Pen()
    log = Log(pen.programme)
    signer = Signer(f"cairn.example/{pen.programme}", bytes(32))
    log.adopt(signer.verifier)

    assert log.sign(signer).size == 0
    Pen.opened(pen.programme)
    assert log.sign(signer).size == 1


def test_another_key_than_the_log_s_signs_nothing(cast, log, signer):
    with pytest.raises(WrongKeyError, match="is not the one of the log"):
        log.sign(Signer(signer.name, bytes(32)))

    assert log.note() is None


def test_a_programme_without_a_key_says_how_to_make_one(cast):
    with pytest.raises(NoKeyError, match=f"cairn keys make {cast.programme}"):
        Log(cast.programme).sign(Signer("x", bytes(32)))


# Interrupted


@pytest.mark.parametrize("written", range(7))
def test_a_signing_that_was_interrupted_anywhere_is_done_again(cast, log, signer, written):
    before = log.sign(signer)
    more(cast, 300)
    done = []

    def breaking(path, content):
        if len(done) == written:
            raise StoppedError
        done.append(path)
        write_durably(path, content)

    stopped = False
    try:
        Log(cast.programme, write=breaking).sign(signer)
    except StoppedError:
        stopped = True

    # Two bundles, two tiles, the one above them, the checkpoint.
    assert stopped == (written < 6)
    if stopped:
        assert log.hold(head(cast)) == before
        assert proves(log, before.size)
    after = log.sign(signer)
    assert after.size == before.size + 300
    assert log.hold(head(cast)) == after
    assert proves(log, after.size)


def test_tiles_that_nobody_signed_are_written_anew(cast, log, signer):
    log.sign(signer)
    more(cast, 300)

    def torn(path, content):
        if path.name == "checkpoint":
            raise StoppedError
        write_durably(path, content[: len(content) // 2] if "tile/0" in str(path) else content)

    with pytest.raises(ContradictionError, match="tiles are damaged"):
        Log(cast.programme, write=torn).sign(signer)


def test_nobody_else_holds_the_lock_while_a_log_is_signed(cast, log, signer):
    waiting, order = threading.Event(), []

    def other():
        waiting.set()
        with locked(log.folder / "lock"):
            order.append("another")

    another = threading.Thread(target=other)

    def slow(path, content):
        if not another.is_alive():
            another.start()
            waiting.wait(5)
        order.append("this")
        write_durably(path, content)

    Log(cast.programme, write=slow).sign(signer)
    another.join()

    assert order == [*["this"] * (len(order) - 1), "another"]


# The database says something else than the log


def cut_off(pen, tamper, count):
    """The database as if its last facts had never been: what a torn WAL leaves, or a backup."""
    position = position_of(pen.programme) - count
    tamper(
        "DELETE FROM journal_entry WHERE programme = %s AND position > %s", pen.programme, position
    )
    kept = head(pen)
    tree = Log(pen.programme).tiles.tree(position) if position else kept.tree
    kept.tree = tree
    kept.save()


def test_a_tail_that_is_gone_makes_the_programme_read_only(cast, log, signer, tamper):
    more(cast, 5)
    size = log.sign(signer).size
    cut_off(cast, tamper, 3)

    found = dict(hold_all())

    assert f"holds {size - 3} facts" in found[cast.programme]
    assert "3 are missing" in why_read_only(cast.programme)
    with pytest.raises(ReadOnlyError, match=f"cairn log recover {cast.programme}"):
        more(cast, 1, "later")
    with pytest.raises(ContradictionError, match="3 are missing"):
        log.sign(signer)


def test_it_stays_read_only_even_when_the_tail_comes_back(cast, log, signer):
    log.sign(signer)
    kept = head(cast)
    Head.objects.filter(programme=cast.programme).update(position=0, frontier=b"")
    assert cast.programme in dict(hold_all())
    kept.save()

    assert cast.programme in dict(hold_all())
    with pytest.raises(ContradictionError):
        log.sign(signer)


def test_a_backup_that_took_other_facts_is_caught(cast, log, signer, tamper):
    more(cast, 5)
    log.sign(signer)
    cut_off(cast, tamper, 3)
    for table in journal.tables.values():
        table.objects.filter(programme=cast.programme, id__startswith="office-").delete()
    more(cast, 8, "other")

    with pytest.raises(ContradictionError, match="are not those that the checkpoint"):
        log.sign(signer)
    assert why_read_only(cast.programme)


def test_a_programme_that_is_gone_altogether_is_missed(cast, log, signer):
    log.sign(signer)
    Head.objects.filter(programme=cast.programme).delete()

    assert "holds 0 facts" in dict(hold_all())[cast.programme]


def test_what_was_published_counts_where_the_folder_here_is_older(cast, log, signer, tmp_path):
    log.sign(signer)
    older = tmp_path / "older"
    shutil.copytree(log.folder, older)
    more(cast, 4)
    log.sign(signer)
    published = tmp_path / "published"
    shutil.copytree(log.folder, published)
    shutil.rmtree(log.folder)
    shutil.copytree(older, log.folder)
    log.was_published_in(published)

    assert log.hold(head(cast)).size == position_of(cast.programme) - 4
    before = head(cast)
    before.tree = log.tiles.tree(before.position - 4)
    before.save()
    with pytest.raises(ContradictionError, match=f"{published} is over .*: 4 are missing"):
        log.sign(signer)


def test_a_published_checkpoint_may_be_given_to_the_signer_alone(cast, log, signer, tmp_path):
    more(cast, 4)
    log.sign(signer)
    shutil.copytree(log.folder, tmp_path / "out")
    shutil.rmtree(log.folder)
    log.adopt(signer.verifier)
    kept = head(cast)
    kept.tree = type(kept.tree)()
    kept.save()

    with pytest.raises(ContradictionError, match="are missing"):
        log.sign(signer, publish=tmp_path / "out")


def test_where_it_is_published_is_remembered(cast, log, signer, tmp_path):
    log.sign(signer, publish=tmp_path / "out")
    assert log.copies() == [], "nothing is there yet"
    shutil.copytree(log.folder, tmp_path / "out")

    (copy,) = log.copies()
    assert copy.note() == log.note()


@pytest.mark.parametrize("said", [b"", b"nonsense\n", b"x.example/y\n9\n"])
def test_a_copy_that_this_log_never_signed_stops_nobody(cast, log, signer, tmp_path, said):
    log.sign(signer, publish=tmp_path)
    other = Signer(signer.name, bytes(32))
    text = log.checkpoint().text.replace(b"\n", b"\n9", 1)
    raw = said or bytes(log.note().__class__(text, (other.sign(text),)))
    (tmp_path / "checkpoint").write_bytes(raw)
    more(cast, 1)

    assert log.sign(signer).size == position_of(cast.programme)


def test_another_history_that_was_published_stops_the_log(cast, log, signer, tmp_path):
    log.sign(signer, publish=tmp_path)
    fork = Checkpoint(signer.name, 3, bytes(32)).text
    (tmp_path / "checkpoint").write_bytes(bytes(log.note().__class__(fork, (signer.sign(fork),))))

    with pytest.raises(ContradictionError, match="is over other facts than the log's first 3"):
        log.sign(signer)


@pytest.mark.parametrize("damage", ["checkpoint", "tile", "verifier", "frontier"])
def test_a_log_that_is_damaged_is_not_continued(cast, log, signer, damage):
    log.sign(signer)
    more(cast, 2)
    if damage == "checkpoint":
        raw = (log.folder / "checkpoint").read_bytes()
        (log.folder / "checkpoint").write_bytes(raw.replace(b"\n2", b"\n3", 1))
    elif damage == "tile":
        (log.folder / next(tiles_of(log.checkpoint().size)).path).unlink()
        (log.folder / Tile(0, 0, log.checkpoint().size).path).unlink()
    elif damage == "verifier":
        (log.folder / "verifier").unlink()
    else:
        Head.objects.filter(programme=cast.programme).update(frontier=b"half a hash")

    assert cast.programme in dict(hold_all())
    assert why_read_only(cast.programme)


def test_a_log_that_continues_is_left_alone(cast, log, signer):
    log.sign(signer)
    more(cast, 2)

    assert cast.programme not in dict(hold_all())
    assert cast.programme in {each.programme for each in logs()}
    more(cast, 1, "later")


def test_holding_reads_only_what_no_checkpoint_covers(cast, log, signer, django_assert_num_queries):
    more(cast, 300)
    log.sign(signer)
    more(cast, 2, "later")
    at = head(cast)

    with django_assert_num_queries(1) as asked:
        log.hold(at)

    assert f'"position" > {at.position - 2}' in asked.captured_queries[0]["sql"]


def test_a_checkpoint_signed_after_the_head_was_read_is_no_contradiction(cast, log, signer):
    stale = head(cast)
    more(cast, 3)
    size = log.sign(signer).size

    assert log.hold(stale).size == size


# cairn check


def wrong(pen):
    return {each.holds: each.wrong for each in answers(journal, pen.programme) if each.wrong}


def test_all_of_it_holds(cast, log, signer):
    log.sign(signer)
    more(cast, 2)

    assert wrong(cast) == {}


def test_an_entry_rewritten_is_named_though_nothing_was_signed(cast, tamper):
    body = bytes(next(entries(cast.programme, after=1)).body)
    tamper(
        "UPDATE journal_entry SET body = %s WHERE programme = %s AND position = 2",
        body.replace(b"Kunlun", b"Kunlon"),
        cast.programme,
    )

    assert "the entries hash to" in wrong(cast)["the tree over the entries is the head's"][0]


def test_an_entry_rewritten_with_its_tree_contradicts_the_checkpoint(cast, log, signer, tamper):
    log.sign(signer)
    body = bytes(next(entries(cast.programme, after=1)).body)
    tamper(
        "UPDATE journal_entry SET body = %s WHERE programme = %s AND position = 2",
        body.replace(b"Kunlun", b"Kunlon"),
        cast.programme,
    )
    kept = head(cast)
    tree = type(kept.tree)()
    kept.tree = tree.with_leaves(leaf_hash(bytes(e.body)) for e in entries(cast.programme))
    kept.save()

    (place,) = wrong(cast)["the database continues what its log published"]
    assert "are not those that the checkpoint" in place


def test_a_head_whose_tree_is_damaged_is_named(cast):
    Head.objects.filter(programme=cast.programme).update(frontier=b"x" * 32)

    assert "is damaged" in wrong(cast)["the tree over the entries is the head's"][0]


def test_a_programme_that_is_read_only_does_not_pass(cast, log, signer):
    log.write(log.folder / "read-only", b"somebody pulled the plug.\n")

    (place,) = wrong(cast)["the database continues what its log published"]
    assert place.startswith("somebody pulled the plug. The programme takes no facts until")


def test_every_programme_page_says_that_it_is_read_only(client, cast, log):
    from cairn.following.snapshot import bring_up_to_date  # noqa: PLC0415 - Numba loads here

    bring_up_to_date(cast.programme)
    before = client.get(f"/en/{cast.programme}/grants/").content.decode()
    log.write(log.folder / "read-only", b"3 are missing.\n")

    for page in ("", "grants/", "projects/", "grants/water-2025/"):
        shown = client.get(f"/en/{cast.programme}/{page}").content.decode()
        assert "takes no facts for now" in shown
        assert "3 are missing." in shown
    assert "takes no facts" not in before


def test_a_folder_that_is_no_log_is_passed_over(cast, log):
    stray = log.folder.with_name("stray")
    stray.mkdir()

    assert "stray" not in {each.programme for each in logs()}
    assert Path(stray).is_dir()
