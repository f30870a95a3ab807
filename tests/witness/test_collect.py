"""A programme asks its witnesses over loopback, and keeps what they signed on its checkpoint."""

import threading
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cairn.journal.log import Log
from cairn.merkle.checkpoint import open_checkpoint
from cairn.merkle.cosignature import Cosigner, cosigned_at
from cairn.merkle.note import SignatureError
from cairn.witness.collect import NothingToCosignError, collect
from cairn.witness.record import Record
from cairn.witness.service import Application, Witness
from cairn.witness.standing import State, standing_of
from merkle.signers import AUDITOR, COLLEGE, COUNTY, LOG
from witness.conftest import NOW
from witness.history import THAT, serving
from witness.watched import with_key

AT = datetime(2025, 6, 30, tzinfo=UTC)
WITNESSES = {"county": COUNTY, "auditor": AUDITOR, "college": COLLEGE}


@pytest.fixture
def log(pen, tmp_path, settings):
    """A log of one entry with a checkpoint over it, in an installation of its own: some spoil it."""
    settings.CAIRN_DIR = tmp_path / "installation"
    log = with_key(pen.programme)
    log.sign(LOG)
    return log


@pytest.fixture
def standing_by(tmp_path):
    """Start witnesses that serve, each with a record of its own: standing_by(COUNTY)."""
    with ExitStack() as servers:

        def start(cosigner, *, clock=lambda: NOW):
            record = Record(tmp_path / cosigner.name.replace("/", "-"))
            record.make()
            record.trust(LOG.verifier)
            witness = Witness(record, cosigner, clock)
            return witness, servers.enter_context(serving(Application(witness)))

        yield start


def lists(log, quorum="quorum both\n", **addresses):
    """Write the programme's list of witnesses, each by the name that the policy gives it."""
    lines = [
        f"witness {name} {WITNESSES[name].verifier} {address}\n"
        for name, address in addresses.items()
    ]
    (log.folder / "witnesses").write_text("".join([*lines, quorum]))


def ask(log, timeout=5.0):
    return collect(log, now=AT, timeout=timeout)


def problems(collected):
    return {each.witness: each.problem for each in collected.asked if each.problem}


ALL = "group both all county auditor\nquorum both\n"
ANY = "group both any county auditor\nquorum both\n"
TWO = "group some 2 county auditor college\nquorum some\n"


def test_two_witnesses_cosign_each_new_checkpoint(log, pen, cast, standing_by):
    (_, county), (_, auditor) = standing_by(COUNTY), standing_by(AUDITOR)
    lists(log, ALL, county=county, auditor=auditor)

    first = ask(log)
    log.sign(LOG)
    between = standing_of(log)
    second = ask(log)

    assert (first.checkpoint.size, first.enough, problems(first)) == (1, True, {})
    assert between.state is State.WAITING
    assert second.checkpoint.size > 1
    assert (second.enough, problems(second)) == (True, {})
    assert {each.cosigned_at for each in second.asked} == {NOW}
    assert len(log.note().signatures) == 3
    assert standing_of(log).state is State.WITNESSED


def test_a_checkpoint_cosigned_again_bears_the_newer_time_alone(log, standing_by):
    times = iter([NOW, NOW + 60])
    _, county = standing_by(COUNTY, clock=lambda: next(times))
    lists(log, "quorum county\n", county=county)

    ask(log)
    ask(log)

    own, cosignature = log.note().signatures
    assert own.name == LOG.name
    assert cosigned_at(cosignature.value) == NOW + 60


def test_one_that_is_down_leaves_the_others_and_the_policy_says_whether_that_is_enough(
    log, standing_by
):
    _, county = standing_by(COUNTY)
    down = "http://127.0.0.1:9/"

    lists(log, ANY, county=county, auditor=down)
    any_of_two = ask(log)
    lists(log, ALL, county=county, auditor=down)
    all_of_two = ask(log)

    assert any_of_two.enough
    assert not all_of_two.enough
    assert "refused" in problems(all_of_two)["auditor"]
    assert standing_of(log).state is State.WAITING
    assert standing_of(log).cosigned == 1


def test_two_of_three_are_enough_where_the_policy_says_two(log, standing_by):
    (_, county), (_, college) = standing_by(COUNTY), standing_by(COLLEGE)
    lists(log, TWO, county=county, auditor="http://127.0.0.1:9", college=college)

    collected = ask(log)

    (group,) = standing_of(log).groups
    assert collected.enough
    assert (group.needed, len(group.members), group.reached) == (2, 3, True)


def test_a_slow_witness_holds_nobody_up(log, standing_by):
    over, answered = threading.Event(), []

    def slow(environ, start):
        over.wait(60)
        answered.append(environ["PATH_INFO"])
        start("500 Slow", [])
        return [b""]

    _, county = standing_by(COUNTY)
    with serving(slow) as auditor:
        lists(log, ANY, county=county, auditor=auditor)
        try:
            collected = ask(log, timeout=2)
            assert answered == [], "it was waited for"
        finally:
            over.set()

    assert collected.enough
    assert "2 seconds" in problems(collected)["auditor"] or "timed out" in str(collected)


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        ("200 OK", b""),
        ("200 OK", b"\xff\xfe"),
        ("200 OK", "— county.example/witness AAAAAAAA\n".encode()),
        ("200 OK", b"x" * 200_000),
        ("409 Conflict", b"many\n"),
        ("409 Conflict", b"\xff"),
        ("409 Conflict", b"0\n"),
        ("404 Not Found", b"who?\n"),
        ("503 Service Unavailable", b""),
    ],
)
def test_whatever_a_witness_answers_the_checkpoint_stays_as_it_was(log, status, answer):
    def odd(environ, start):
        start(status, [("Content-Length", str(len(answer)))])
        return [answer]

    before = log.note()
    with serving(odd) as county:
        lists(log, "quorum county\n", county=county)
        collected = ask(log)

    assert not collected.enough
    assert problems(collected)["county"]
    assert collected.forks == []
    assert log.note() == before


def test_a_cosignature_by_another_key_is_ignored(log, standing_by):
    """It answers under the name of the witness that is listed, with a key that is not."""
    _, county = standing_by(Cosigner(COUNTY.name, b"x" * 32))
    lists(log, "quorum county\n", county=county)

    collected = ask(log)

    assert "none of the signatures" in problems(collected)["county"]
    assert len(log.note().signatures) == 1


@pytest.mark.parametrize(
    "address", ["", "ftp://county.example", "http://", "http://[::1", "http://x:y"]
)
def test_an_address_that_is_none_is_said(log, address):
    lists(log, "quorum county\n", county=address)

    assert problems(ask(log))["county"]


# Another history


def test_a_witness_that_is_ahead_is_evidence_and_kept_once(log, standing_by):
    witness, county = standing_by(COUNTY)
    witness.add_checkpoint(THAT.request(0, 9))
    lists(log, "quorum county\n", county=county)

    (fork,) = ask(log).forks
    (again,) = ask(log).forks

    kept = fork.evidence.read_bytes()
    assert fork.evidence == again.evidence
    assert "its own key has signed" in fork.problem
    assert bytes(log.note()) in kept
    assert bytes(THAT.note(9)) in kept
    assert len(log.note().signatures) == 1


def test_a_witness_that_saw_another_tree_of_the_same_size_is_evidence(log, standing_by):
    witness, county = standing_by(COUNTY)
    witness.add_checkpoint(THAT.request(0, 1))
    lists(log, "quorum county\n", county=county)

    collected = ask(log)

    assert not collected.enough
    assert bytes(THAT.note(1)) in collected.forks[0].evidence.read_bytes()
    assert witness.record.contradictions()[0].text == log.note().text


def test_a_witness_that_only_claims_to_be_ahead_is_told_from_one_that_proves_it(log):
    def ahead(environ, start):
        start("409 Conflict", [("Content-Length", "2")])
        return [b"9\n"]

    with serving(ahead) as county:
        lists(log, "quorum county\n", county=county)
        (fork,) = ask(log).forks

    assert "no proof but the witness's word" in fork.problem


def test_a_witness_that_refuses_what_it_ought_to_accept_is_no_evidence(log, standing_by):
    witness, _ = standing_by(COUNTY)
    witness.add_checkpoint(THIS_OF(log))
    application = Application(witness)

    def refusing(environ, start):
        if environ["REQUEST_METHOD"] == "GET":
            return application(environ, start)
        start("422 Unprocessable Entity", [("Content-Length", "0")])
        return [b""]

    with serving(refusing) as county:
        lists(log, "quorum county\n", county=county)
        collected = ask(log)

    assert collected.forks == []
    assert "this log continues" in problems(collected)["county"]


def THIS_OF(log):  # noqa: N802 - beside THAT
    return b"old 0\n\n" + bytes(log.note())


# What is there to begin with


def test_without_a_list_or_a_checkpoint_there_is_nobody_to_ask(log, pen):
    with pytest.raises(NothingToCosignError, match="lists no witness"):
        ask(log)
    lists(log, "quorum none\n")
    with pytest.raises(NothingToCosignError, match="lists no witness"):
        ask(log)
    (log.folder / "checkpoint").unlink()
    with pytest.raises(NothingToCosignError, match="no checkpoint yet"):
        ask(log)


def test_a_programme_that_nobody_watches_stands_alone(log):
    alone = standing_of(log)
    lists(log, "quorum none\n", county="http://127.0.0.1:9")
    listed = standing_of(log)

    assert alone.state is State.ALONE
    assert listed.state is State.WAITING
    assert standing_of(Log("nobody")).state is State.ALONE
    assert alone.checkpoint == open_checkpoint(log.note(), [LOG.verifier])
    assert alone.root.startswith(alone.short_root)


def test_the_quorum_stands_first_and_a_single_witness_may_be_it(log):
    lists(log, "quorum county\n", county="http://127.0.0.1:9")
    (single,) = standing_of(log).groups
    nested = "group inner any county\ngroup outer all inner auditor\nquorum outer\n"
    lists(log, nested, county="", auditor="")
    both = standing_of(log).groups

    assert (single.name, single.needed, single.members) == ("county", 1, ("county",))
    assert [group.name for group in both] == ["outer", "inner"]


def test_names_that_are_no_utf_8_can_be_shown(log):
    listed = b"witness \xff\xfe %s http://127.0.0.1:9\nquorum \xff\xfe\n"
    (log.folder / "witnesses").write_bytes(listed % str(COUNTY.verifier).encode())

    assert standing_of(log).watchers[0].name == "\ufffd\ufffd"
    assert standing_of(log).groups[0].name == "\ufffd\ufffd"


@pytest.mark.parametrize("name", ["verifier", "checkpoint", "witnesses"])
def test_files_that_hold_anything_never_break_a_page(log, name):
    (log.folder / name).write_bytes(b"\xff\xfe\n")

    assert standing_of(log).state is State.DAMAGED


def test_a_log_whose_files_contradict_each_other_is_called_damaged(log):
    note = log.note()
    wrong = replace(note.signatures[0], value=bytes(64))
    log.write(log.folder / "checkpoint", bytes(replace(note, signatures=(wrong,))))

    assert standing_of(log).state is State.DAMAGED
    with pytest.raises(SignatureError):
        ask(log)
