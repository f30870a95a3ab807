"""A log's side of C2SP tlog-witness: asks one witness to cosign a checkpoint.

A witness that is ahead of the log, or refuses a proof that is right, has seen another history of
it. Then the checkpoint that it serves is fetched: with the log's own signature on it, it is proof.
"""

import http.client
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NoReturn
from urllib.parse import urlsplit

from cairn.merkle.checkpoint import Checkpoint, decode_decimal, open_checkpoint
from cairn.merkle.note import Note, NotSignedError, Signature, Verifier
from cairn.merkle.policy import Witness
from cairn.merkle.proof import HashAt, consistency_proof, frontier_of
from cairn.values import CairnError
from cairn.witness.wire import MAX_BYTES, AddCheckpoint

ATTEMPTS: Final = 4
"""With size 0, with the size told, and again should others of the same log ask at the same time."""

PORTS: Final = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}


class NotCosignedError(CairnError):
    """A witness did not cosign; its message says why."""


class ForkError(CairnError):
    """A witness has seen another history of the log. `evidence` is what it said and serves.

    `proven` where that bears the log's own signature; else there is only the witness's word.
    """

    def __init__(self, message: str, evidence: bytes, *, proven: bool) -> None:
        super().__init__(message)
        self.evidence = evidence
        self.proven = proven


@dataclass(frozen=True, slots=True)
class Tree:
    """A log's newest checkpoint, its keys, retired ones too, and the tree it is of."""

    note: Note
    checkpoint: Checkpoint
    keys: Sequence[Verifier]
    hash_at: HashAt

    def request(self, old: int) -> AddCheckpoint:
        """What a witness is sent that last cosigned `old` entries."""
        size = self.checkpoint.size
        proof = consistency_proof(old=old, new=size, hash_at=self.hash_at)
        return AddCheckpoint(old, tuple(proof), self.note)

    def continues(self, other: Checkpoint) -> bool:
        """Whether another checkpoint of this log is of this tree, or an earlier one of it."""
        if other.size > self.checkpoint.size:
            return False
        return frontier_of(other.size, self.hash_at).root == other.root


def cosignature_of(witness: Witness, tree: Tree, *, timeout: float) -> Signature:
    """Ask a witness for its cosignature, and check it.

    `timeout` is in seconds, for each wait. Raises NotCosignedError, ForkError, and MalformedError,
    OSError, ValueError and http.client.HTTPException for a witness that is none or not there.
    """
    if witness.url is None:
        raise NotCosignedError("the list gives no address for it")
    with closing(_Line(witness.url, timeout)) as line:
        old = tree.checkpoint.size if _has_cosigned(witness, tree) else 0
        for _attempt in range(ATTEMPTS):
            status, body = line.post("/add-checkpoint", bytes(tree.request(old)))
            if status == http.client.OK:
                return _verified(witness, tree, body)
            if status != http.client.CONFLICT:
                break
            old = decode_decimal(body.decode("ascii").removesuffix("\n"), "the size it told")
            if old > tree.checkpoint.size:
                _disagree(line, witness, tree, f"says that it cosigned {old} entries")
        if status == http.client.UNPROCESSABLE_ENTITY:
            _disagree(line, witness, tree, f"refuses the proof from {old} entries")
        said = body.decode(errors="replace").partition("\n")[0]
        raise NotCosignedError(f"it answered {status}: {said:.200}")


def _has_cosigned(witness: Witness, tree: Tree) -> bool:
    try:
        return bool(tree.note.verify([witness.key]))
    except NotSignedError:
        return False


def _verified(witness: Witness, tree: Tree, body: bytes) -> Signature:
    """Of the lines answered, the one by this witness's key; others are passed over."""
    answered = Note.parse(tree.note.text + b"\n" + body)
    return answered.verify([witness.key])[-1][1]


def _disagree(line: "_Line", witness: Witness, tree: Tree, said: str) -> NoReturn:
    """Look at what a witness serves, and say which of the two it speaks against."""
    path = f"/{sha256(tree.checkpoint.origin.encode()).hexdigest()}/checkpoint"
    status, served = line.get(path)
    held: Checkpoint | None = None
    if status == http.client.OK:
        try:
            held = open_checkpoint(Note.parse(served), tree.keys)
        except CairnError:
            held = None  # kept below all the same, as what it is: bytes that the witness serves
    if held and tree.continues(held):
        raise NotCosignedError(f"it {said}, and serves a checkpoint that this log continues")
    size = tree.checkpoint.size
    message = f"{witness.name} {said}; this log has {size}, and "
    message += (
        f"does not continue the one of {held.size} that its own key has signed."
        if held
        else "there is no proof but the witness's word."
    )
    evidence = (
        f"{message}\n\nIts key: {witness.key}\nIts address: {witness.url}\n\n"
        "== the checkpoint that it was asked to cosign\n\n"
    ).encode(errors="replace")
    evidence += bytes(tree.note) + b"\n== what it serves for this log\n\n" + served
    raise ForkError(message, evidence, proven=held is not None)


class _Line:
    """One connection, kept alive; no redirection is followed, no proxy asked."""

    def __init__(self, url: str, timeout: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise NotCosignedError(f"‘{url}’ is no http or https address")
        self._prefix = parts.path.rstrip("/")
        self._http = PORTS[parts.scheme](parts.hostname, parts.port, timeout=timeout)

    def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        return self._ask("POST", path, body)

    def get(self, path: str) -> tuple[int, bytes]:
        return self._ask("GET", path, None)

    def _ask(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        self._http.request(method, self._prefix + path, body)
        response = self._http.getresponse()
        answered = response.read(MAX_BYTES + 1)
        if len(answered) > MAX_BYTES:
            raise NotCosignedError(f"its answer is longer than {MAX_BYTES} bytes")
        return response.status, answered

    def close(self) -> None:
        self._http.close()
