"""What a witness answers: C2SP tlog-witness, `add-checkpoint` and the newest checkpoint of a log.

    POST /add-checkpoint
    GET  /SHA-256-OF-ORIGIN/checkpoint

`sign-subtree`, which is optional, is not here. Nothing of who asks is read or logged.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from cairn.merkle.checkpoint import Checkpoint, UnknownLogError, open_checkpoint
from cairn.merkle.cosignature import Cosigner
from cairn.merkle.note import MalformedError, Note, NotSignedError, SignatureError, Verifier
from cairn.merkle.proof import ConsistencyError, verify_consistency
from cairn.witness.record import Latest, Record
from cairn.witness.wire import MAX_BYTES, AddCheckpoint, MalformedRequestError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PLAIN: Final = "text/plain; charset=utf-8"
SIZE: Final = "text/x.tlog.size"

log = logging.getLogger("cairn.witness")


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and a body of the type it says."""

    status: HTTPStatus
    body: bytes
    content_type: str = PLAIN

    @classmethod
    def because(cls, status: HTTPStatus, reason: object) -> "Answer":
        """Answer with a sentence for whoever looks into it."""
        return cls(status, f"{reason}\n".encode(errors="replace"))


@dataclass(frozen=True, slots=True)
class Witness:
    """Cosigns whatever continues what it cosigned before. `clock` gives seconds since 1970."""

    record: Record
    cosigner: Cosigner
    clock: Callable[[], int]

    def add_checkpoint(self, body: bytes) -> Answer:
        """Cosign a checkpoint, or say with which status of the specification it is refused."""
        try:
            asked = AddCheckpoint.parse(body)
            keys = self.record.keys(Checkpoint.parse(asked.note.text).origin)
            checkpoint = open_checkpoint(asked.note, keys)
            if asked.old > checkpoint.size:
                raise MalformedRequestError(f"size {checkpoint.size} is below the old {asked.old}")
        except UnknownLogError as error:
            return Answer.because(HTTPStatus.NOT_FOUND, error)
        except (SignatureError, NotSignedError) as error:
            return Answer.because(HTTPStatus.FORBIDDEN, error)
        except MalformedError as error:
            return Answer.because(HTTPStatus.BAD_REQUEST, error)
        latest = self.record.latest(checkpoint.origin)
        if asked.old != latest.size:
            return _conflict(latest)
        try:
            self._hold(asked, checkpoint, latest)
        except ConsistencyError as error:
            return Answer.because(HTTPStatus.UNPROCESSABLE_ENTITY, error)
        return self._cosign(asked, checkpoint, latest, keys)

    def _hold(self, asked: AddCheckpoint, checkpoint: Checkpoint, latest: Latest) -> None:
        """Hold a checkpoint against the last one. Raises ConsistencyError."""
        if checkpoint.size == latest.size and checkpoint.root != latest.root:
            self.record.keep_contradiction(checkpoint, asked.note)
            log.warning("%s signed two trees of size %d", checkpoint.origin, checkpoint.size)
        verify_consistency(
            old=asked.old,
            new=checkpoint.size,
            old_root=latest.root,
            new_root=checkpoint.root,
            proof=asked.proof,
        )

    def _cosign(
        self, asked: AddCheckpoint, checkpoint: Checkpoint, latest: Latest, keys: list[Verifier]
    ) -> Answer:
        cosignature = self.cosigner.cosign(checkpoint, at=self.clock())
        by_the_log = asked.note.verify(keys)
        signatures = (*(signature for _key, signature in by_the_log), cosignature)
        note = Note(asked.note.text, tuple(dict.fromkeys(signatures)))
        # Only now may anybody see the cosignature: what it says is on the disk.
        if not self.record.advance(checkpoint, note, since=latest):
            return _conflict(self.record.latest(checkpoint.origin))
        return Answer(HTTPStatus.OK, bytes(cosignature))

    def checkpoint(self, origin_hash: str) -> Answer:
        """The newest checkpoint of a log, by the SHA-256 of its origin, as it was cosigned."""
        for latest in self.record.logs():
            if latest.note and sha256(latest.origin.encode()).hexdigest() == origin_hash:
                return Answer(HTTPStatus.OK, latest.note)
        return Answer.because(HTTPStatus.NOT_FOUND, "no checkpoint of such a log was cosigned")


def _conflict(latest: Latest) -> Answer:
    return Answer(HTTPStatus.CONFLICT, f"{latest.size}\n".encode(), SIZE)


@dataclass(frozen=True, slots=True)
class Application:
    """The witness in WSGI."""

    witness: Witness

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answer a request, whatever it is."""
        try:
            answer = self._answer(environ)
        except sqlite3.Error as error:  # a full disk, a lock that was held too long
            log.exception("the record could not be read or written")
            answer = Answer.because(HTTPStatus.SERVICE_UNAVAILABLE, f"nothing cosigned: {error}")
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(answer.body)))]
        if answer.status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers.append(("Allow", answer.body.decode().strip()))
        start(f"{answer.status.value} {answer.status.phrase}", headers)
        return [answer.body]

    def _answer(self, environ: "WSGIEnvironment") -> Answer:
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        if path == "/add-checkpoint":
            if method != "POST":
                return Answer(HTTPStatus.METHOD_NOT_ALLOWED, b"POST\n")
            body = _body(environ)
            return body if isinstance(body, Answer) else self.witness.add_checkpoint(body)
        match path.split("/"):
            case ["", origin_hash, "checkpoint"] if method == "GET":
                return self.witness.checkpoint(origin_hash)
            case ["", _, "checkpoint"]:
                return Answer(HTTPStatus.METHOD_NOT_ALLOWED, b"GET\n")
        return Answer.because(HTTPStatus.NOT_FOUND, "a witness answers POST /add-checkpoint")


def _body(environ: "WSGIEnvironment") -> bytes | Answer:
    """The body, of which no more is ever held than a request may have."""
    said = str(environ.get("CONTENT_LENGTH") or "")
    if said and not (said.isascii() and said.isdecimal() and len(said) < 20):
        return Answer.because(HTTPStatus.BAD_REQUEST, "the Content-Length is no number")
    if not said and "HTTP_TRANSFER_ENCODING" not in environ:
        return b""
    wanted = int(said) if said else MAX_BYTES + 1
    if said and wanted > MAX_BYTES:
        return _too_large()
    body = _read(environ["wsgi.input"], wanted)
    if len(body) > MAX_BYTES:
        return _too_large()
    return body


def _read(stream: Any, wanted: int) -> bytes:  # noqa: ANN401 - whatever the server reads from
    """Read as many bytes, or what there is: a server may give them in pieces."""
    pieces: list[bytes] = []
    while wanted > 0 and (piece := stream.read(wanted)):
        pieces.append(piece)
        wanted -= len(piece)
    return b"".join(pieces)


def _too_large() -> Answer:
    return Answer.because(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a request has {MAX_BYTES} bytes at most"
    )
