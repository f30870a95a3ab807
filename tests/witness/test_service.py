"""`add-checkpoint` answers as C2SP tlog-witness says, whoever asks, and however many at once."""

import io
import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.merkle.checkpoint import Checkpoint
from cairn.merkle.cosignature import cosigned_at
from cairn.merkle.note import Note, Signature, Signer
from cairn.merkle.policy import Policy
from cairn.merkle.policy import Witness as Listed
from cairn.witness.record import NotTrustedError
from cairn.witness.service import Application, Witness
from cairn.witness.wire import MAX_BYTES, AddCheckpoint
from merkle.reference import proof
from merkle.signers import AUDITOR, COUNTY, LOG, note_of
from shared_data import shared
from witness.conftest import NOW
from witness.history import THAT, THIS, History, cosignatures, size_told

OTHER_KEY = Signer(LOG.name, b"o" * 32)
CHILD = """
import os, sys
from pathlib import Path
from cairn.witness.record import Record
from cairn.witness.service import Witness
from merkle.signers import COUNTY
from witness.history import THIS
answer = Witness(Record(Path(sys.argv[1])), COUNTY, clock=lambda: 1).add_checkpoint(THIS.request(0, 4))
assert answer.status == 200
os.kill(os.getpid(), 9)
"""


def test_the_first_checkpoint_of_a_log_is_cosigned(witness):
    answer = witness.add_checkpoint(THIS.request(0, 5))

    (cosignature,) = cosignatures(answer, THIS.note(5).text)
    assert answer.body.startswith("— county.example/witness ".encode())
    assert answer.body.endswith(b"\n")
    assert COUNTY.verifier.verifies(THIS.note(5).text, cosignature.value)
    assert cosigned_at(cosignature.value) == NOW


@pytest.mark.parametrize(("old", "size"), [(1, 2), (3, 8), (4, 8), (5, 13), (6, 6), (0, 0)])
def test_a_checkpoint_that_continues_the_last_is_cosigned(witness, old, size):
    witness.add_checkpoint(THIS.request(0, old))

    assert witness.add_checkpoint(THIS.request(old, size)).status is HTTPStatus.OK
    assert witness.record.latest(LOG.name).size == size


def test_an_old_size_that_is_not_the_last_is_told_the_last(witness):
    assert size_told(witness.add_checkpoint(THIS.request(3, 5))) == 0
    witness.add_checkpoint(THIS.request(0, 5))

    assert size_told(witness.add_checkpoint(THIS.request(0, 9))) == 5
    assert size_told(witness.add_checkpoint(THIS.request(3, 4))) == 5
    assert size_told(witness.add_checkpoint(THIS.request(6, 9))) == 5


def test_an_unknown_log_is_not_found(witness):
    stranger = Signer("example.com/stranger", b"s" * 32)
    checkpoint = replace(THIS.checkpoint(5), origin=stranger.name)

    answer = witness.add_checkpoint(THIS.request(0, 5, note=note_of(checkpoint, stranger)))

    assert answer.status is HTTPStatus.NOT_FOUND


def test_a_checkpoint_that_no_trusted_key_signed_is_forbidden(witness):
    answer = witness.add_checkpoint(THIS.request(0, 5, note=THIS.note(5, OTHER_KEY)))

    assert answer.status is HTTPStatus.FORBIDDEN


def test_a_wrong_signature_of_a_trusted_key_is_forbidden_even_beside_a_right_one(witness):
    wrong = Signature(LOG.name, LOG.verifier.id, b"\0" * 64)
    alone = Note(THIS.note(5).text, (wrong,))

    for note in (alone, THIS.note(5).with_signatures(wrong)):
        answer = witness.add_checkpoint(THIS.request(0, 5, note=note))
        assert answer.status is HTTPStatus.FORBIDDEN


def test_signatures_of_unknown_keys_are_ignored(witness):
    note = THIS.note(5, OTHER_KEY, LOG).with_signatures(AUDITOR.cosign(THIS.checkpoint(5), at=1))

    assert witness.add_checkpoint(THIS.request(0, 5, note=note)).status is HTTPStatus.OK


def test_any_of_two_trusted_keys_will_do_while_a_log_changes_its_key(witness):
    witness.record.trust(OTHER_KEY.verifier)
    assert witness.add_checkpoint(THIS.request(0, 5)).status is HTTPStatus.OK
    witness.record.distrust(LOG.verifier)

    by_the_new = witness.add_checkpoint(THIS.request(5, 6, note=THIS.note(6, OTHER_KEY)))
    by_the_old = witness.add_checkpoint(THIS.request(6, 7))

    assert by_the_new.status is HTTPStatus.OK
    assert by_the_old.status is HTTPStatus.FORBIDDEN
    with pytest.raises(NotTrustedError):
        witness.record.distrust(LOG.verifier)


def test_an_old_size_above_the_checkpoints_is_a_bad_request(witness):
    witness.add_checkpoint(THIS.request(0, 5))

    assert witness.add_checkpoint(THIS.request(5, 4)).status is HTTPStatus.BAD_REQUEST


def test_a_proof_that_does_not_lead_there_is_unprocessable(witness):
    witness.add_checkpoint(THIS.request(0, 5))
    right = proof(5, THIS.entries(9))

    for wrong in ([], right[:-1], [*right, right[0]], right[::-1], [bytes(32)] * len(right)):
        answer = witness.add_checkpoint(THIS.request(5, 9, proved=wrong))
        assert answer.status is HTTPStatus.UNPROCESSABLE_ENTITY
    assert witness.record.latest(LOG.name).size == 5


def test_a_proof_from_nothing_must_be_empty(witness):
    answer = witness.add_checkpoint(THIS.request(0, 5, proved=[bytes(32)]))

    assert answer.status is HTTPStatus.UNPROCESSABLE_ENTITY


def test_an_empty_tree_has_one_root(witness):
    false = note_of(Checkpoint(LOG.name, 0, bytes(32)), LOG)

    answer = witness.add_checkpoint(THIS.request(0, 0, note=false))

    assert answer.status is HTTPStatus.UNPROCESSABLE_ENTITY


def test_another_history_is_unprocessable_and_of_the_same_size_kept_as_proof(witness):
    witness.add_checkpoint(THIS.request(0, 5))

    longer = witness.add_checkpoint(THAT.request(5, 9))
    equal = witness.add_checkpoint(THAT.request(5, 5))
    again = witness.add_checkpoint(THAT.request(5, 5))

    assert {longer.status, equal.status, again.status} == {HTTPStatus.UNPROCESSABLE_ENTITY}
    assert witness.record.contradictions() == [THAT.note(5)]
    assert witness.record.latest(LOG.name).root == THIS.checkpoint(5).root


def test_the_newest_checkpoint_is_served_with_the_logs_signature_and_the_cosignature(witness):
    unknown = AUDITOR.cosign(THIS.checkpoint(5), at=1)
    answer = witness.add_checkpoint(THIS.request(0, 5, note=THIS.note(5).with_signatures(unknown)))
    origin_hash = sha256(LOG.name.encode()).hexdigest()

    served = witness.checkpoint(origin_hash)

    assert served.body == bytes(THIS.note(5)) + answer.body
    policy = Policy((LOG.verifier,), {"w": Listed("w", COUNTY.verifier)}, quorum="w")
    assert policy.accept(Note.parse(served.body)).cosigned_at == {"w": NOW}


def test_no_checkpoint_is_served_of_a_log_that_was_never_cosigned(witness):
    origin_hash = sha256(LOG.name.encode()).hexdigest()

    assert witness.checkpoint(origin_hash).status is HTTPStatus.NOT_FOUND
    assert witness.checkpoint("0" * 64).status is HTTPStatus.NOT_FOUND


def test_the_request_in_the_specification_is_read_as_it_is_meant(witness):
    specification = shared("data/vectors/c2sp/tlog-witness.md").read_text()
    example = re.search(r"Example request body:\n\n((?:    .*\n|\n)+)", specification).group(1)
    body = re.sub(r"(?m)^    ", "", example).rstrip("\n").encode() + b"\n"

    asked = AddCheckpoint.parse(body)
    unknown = witness.add_checkpoint(body)
    witness.record.trust(Signer("example.com/behind-the-sofa", b"k" * 32).verifier)
    not_signed = witness.add_checkpoint(body)

    assert (asked.old, len(asked.proof), len(asked.note.signatures)) == (20852014, 4, 2)
    assert bytes(asked) == body
    assert unknown.status is HTTPStatus.NOT_FOUND
    assert not_signed.status is HTTPStatus.FORBIDDEN


# At once, and after a crash


def test_of_many_requests_from_the_same_size_exactly_one_is_cosigned(witness):
    witness.add_checkpoint(THIS.request(0, 4))
    together = Barrier(8)

    def ask(size):
        body = THIS.request(4, size)
        together.wait()
        return size, witness.add_checkpoint(body)

    with ThreadPoolExecutor(8) as threads:
        answers = dict(threads.map(ask, range(5, 13)))

    (won,) = [size for size, answer in answers.items() if answer.status is HTTPStatus.OK]
    assert {size_told(answer) for size, answer in answers.items() if size != won} == {won}
    assert witness.record.latest(LOG.name).size == won


def test_of_two_histories_at_once_one_is_cosigned(witness):
    for size in range(1, 12):
        together = Barrier(2)
        known = replace(witness, record=witness.record)

        def ask(history, size=size, together=together, known=known):
            body = history.request(size - 1, size)
            together.wait()
            return known.add_checkpoint(body)

        with ThreadPoolExecutor(2) as threads:
            statuses = [answer.status for answer in threads.map(ask, (THIS, THAT))]
        assert statuses.count(HTTPStatus.OK) == 1
        if witness.record.latest(LOG.name).root == THAT.checkpoint(size).root:
            return  # from here on THIS is the other history


def test_a_request_that_was_overtaken_while_it_was_checked_never_rolls_the_log_back(witness):
    witness.add_checkpoint(THIS.request(0, 4))
    before = witness.record.latest(LOG.name)
    witness.add_checkpoint(THIS.request(4, 9))

    late = witness.record.advance(THIS.checkpoint(6), THIS.note(6), since=before)

    assert not late
    assert witness.record.latest(LOG.name).size == 9


def test_what_was_cosigned_is_known_after_a_restart(witness):
    witness.add_checkpoint(THIS.request(0, 5))

    again = Witness(witness.record, COUNTY, clock=lambda: NOW + 1)

    assert size_told(again.add_checkpoint(THAT.request(0, 9))) == 5
    assert again.add_checkpoint(THIS.request(5, 9)).status is HTTPStatus.OK


def test_a_witness_killed_before_it_could_answer_remembers_and_cosigns_again(witness):
    killed = subprocess.run(
        [sys.executable, "-c", CHILD, witness.record.path],
        env={"PYTHONPATH": str(Path(__file__).parents[1])},
        check=False,
    )

    assert killed.returncode == -9
    assert size_told(witness.add_checkpoint(THIS.request(0, 4))) == 4
    assert witness.add_checkpoint(THIS.request(4, 4)).status is HTTPStatus.OK


def test_nothing_is_answered_that_could_not_be_kept(witness):
    with sqlite3.connect(witness.record.path) as db:
        db.execute("CREATE TRIGGER full BEFORE UPDATE ON log BEGIN SELECT RAISE(FAIL, 'full'); END")
    db.close()

    status, _, body = asking(Application(witness), body=THIS.request(0, 5))

    assert status == "503 Service Unavailable"
    assert "—".encode() not in body
    assert witness.record.latest(LOG.name).size == 0


# However it is written


GOOD = THIS.request(2, 5)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n",
        b"\n\n",
        b"old 0",
        b"old 0\n\n",
        GOOD.replace(b"old 2", b"old 02"),
        GOOD.replace(b"old 2", b"old -2"),
        GOOD.replace(b"old 2", b"old  2"),
        GOOD.replace(b"old 2", b"old 2 "),
        GOOD.replace(b"old 2", "old ٢".encode()),
        GOOD.replace(b"old 2", b"OLD 2"),
        GOOD.replace(b"old 2", b"old 9223372036854775808"),
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"=\n", b"\n", 1),
        GOOD.replace(b"\n\n", b"\n", 1),
        GOOD[:-1],
        GOOD + b"\n",
        GOOD.replace(b"\n5\n", b"\n05\n"),
        GOOD.replace(b"\n5\n", b"\n\n"),
        History().request(2, 5, proved=[bytes(32)] * 64),
        History().request(2, 5, proved=[bytes(31)]),
    ],
)
def test_what_is_not_written_as_specified_is_a_bad_request(witness, body):
    assert witness.add_checkpoint(body).status is HTTPStatus.BAD_REQUEST


@st.composite
def spoiled(draw):
    """A good request with some of its bytes changed, left out or doubled."""
    body = bytearray(GOOD)
    for _change in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(body)))
        body[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(body)


@given(st.one_of(spoiled(), st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
@settings(max_examples=150)
def test_no_body_is_answered_with_a_crash(witness, body):
    status, headers, answered = asking(Application(witness), body=body)

    assert status[:3] in {"400", "403", "404", "409"}
    assert dict(headers)["Content-Length"] == str(len(answered))


# In HTTP


def asking(application, method="POST", path="/add-checkpoint", body=b"", **environ):
    """Ask an application as a server does: (status, headers, body)."""
    said = []
    asked = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **environ,
    }
    answered = b"".join(application(asked, lambda *start: said.extend(start)))
    return said[0], said[1], answered


def test_the_statuses_and_types_are_those_of_the_specification(witness):
    application = Application(witness)

    cosigned = asking(application, body=THIS.request(0, 5))
    conflict = asking(application, body=THIS.request(0, 5))

    assert cosigned[0] == "200 OK"
    assert conflict[0] == "409 Conflict"
    assert ("Content-Type", "text/x.tlog.size") in conflict[1]
    assert conflict[2] == b"5\n"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/add-checkpoint", "405 Method Not Allowed"),
        ("POST", f"/{'0' * 64}/checkpoint", "405 Method Not Allowed"),
        ("GET", f"/{'0' * 64}/checkpoint", "404 Not Found"),
        ("GET", "/", "404 Not Found"),
        ("POST", "/sign-subtree", "404 Not Found"),
    ],
)
def test_other_methods_and_addresses_are_refused(witness, method, path, status):
    assert asking(Application(witness), method, path)[0] == status


@pytest.mark.parametrize("said", ["many", "-1", "1" * 30, "٣"])
def test_a_length_that_is_no_number_is_a_bad_request(witness, said):
    assert asking(Application(witness), CONTENT_LENGTH=said)[0] == "400 Bad Request"


def test_a_body_that_is_too_long_is_never_read_whole(witness):
    class Endless(io.RawIOBase):
        read_so_far = 0

        def read(self, size=-1):
            self.read_so_far += size
            return b"x" * size

    said, streamed = Endless(), Endless()
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    application = Application(witness)
    too_long = str(MAX_BYTES + 1)

    by_length = asking(application, CONTENT_LENGTH=too_long, **{"wsgi.input": said})
    by_reading = asking(application, **chunked, **{"wsgi.input": streamed})

    assert by_length[0] == by_reading[0] == "413 Request Entity Too Large"
    assert said.read_so_far == 0
    assert streamed.read_so_far == MAX_BYTES + 1


def test_a_body_that_comes_in_pieces_is_read_whole(witness):
    class Dripping(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 7))

    body = THIS.request(0, 5)

    status, _, _ = asking(Application(witness), body=body, **{"wsgi.input": Dripping(body)})

    assert status == "200 OK"
