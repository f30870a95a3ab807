"""Tasks for the processes that writers.py forks: publish a record and be killed, or read one."""

import json
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

from cairn.catalog import journal
from cairn.journal.log import Log
from cairn.merkle.note import Note
from cairn.programme import log_keys
from cairn.publish import record
from cairn.verify.files import Folder
from cairn.verify.record import HALF_WAY, Trusted, verify
from cairn.verify.wrong import WrongError
from cast import POST
from publish.few_pages import few_pages_of


def say(**said):
    os.write(1, f"{json.dumps(said)}\n".encode())


def make_key(*, programme):
    origin = f"record.example/{programme}"
    log_keys.make(journal, programme, origin=origin, post=POST, now=datetime.now(UTC))


def publish(*, programme, out, place=None, change=None):
    """Sign and publish. Die before a file in this `place` is put there or removed, or before the
    `change`th of all files is."""  # fmt: skip
    left = change or 10**9

    def dies(really):
        def changed(path, *more, **named):
            nonlocal left
            left -= 1
            if left == 0 or (place and place in str(more[0] if more else path)):
                os.kill(os.getpid(), signal.SIGKILL)
            really(path, *more, **named)

        return changed

    os.replace, os.unlink = dies(os.replace), dies(os.unlink)
    out = Path(out)
    done = record.publish(
        programme,
        out,
        sign=lambda: log_keys.sign(programme, publish=out),
        drawn=record.Drawn(few_pages_of),
    )
    say(published=done.position)


def read(*, programme, out, since=None):
    """Verify what is published, as whoever knows the key and kept a checkpoint."""
    kept = Note.parse(since.encode()) if since else None
    try:
        found = verify(Folder(Path(out)), Trusted((Log(programme).verifier,), kept))
    except WrongError as error:
        say(holds=0, half_way=HALF_WAY in str(error), wrong=str(error))
    else:
        note = Path(out, "checkpoint").read_text()
        say(holds=found.checkpoint.size, half_way=False, wrong="", note=note)
