"""A log that only grows, another that tells its past differently, and servers for witnesses."""

from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from cairn.merkle.checkpoint import Checkpoint
from cairn.merkle.note import Note
from cairn.witness.wire import AddCheckpoint
from merkle.reference import mth, proof
from merkle.signers import LOG, note_of


@dataclass(frozen=True)
class History:
    """A log of entries that anybody can compute."""

    tells: str = "this"

    def entries(self, size):
        return [f"{self.tells} {number}".encode() for number in range(size)]

    def checkpoint(self, size):
        return Checkpoint(LOG.name, size, mth(self.entries(size)))

    def note(self, size, *signers):
        return note_of(self.checkpoint(size), *(signers or (LOG,)))

    def request(self, old, size, *, note=None, proved=None):
        """From `old` to `size` entries, as a log asks; or with another note, or another proof."""
        if proved is None:
            proved = proof(old, self.entries(size)) if 0 < old < size else []
        return bytes(AddCheckpoint(old, tuple(proved), note or self.note(size)))


THIS, THAT = History("this"), History("that")


def size_told(answer):
    assert answer.status is HTTPStatus.CONFLICT
    assert answer.content_type == "text/x.tlog.size"
    return int(answer.body.decode().removesuffix("\n"))


def cosignatures(answer, text):
    assert answer.status is HTTPStatus.OK, answer.body
    return Note.parse(text + b"\n" + answer.body).signatures


class _Quiet(WSGIRequestHandler):
    def log_message(self, *said):
        pass


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def serving(application):
    """Serve an application over loopback while the block lasts: its address."""
    server = make_server("127.0.0.1", 0, application, _Threads, _Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
