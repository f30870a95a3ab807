"""`cairn publish` at a terminal."""

import time
from contextlib import suppress
from pathlib import Path

from cairn.following.queries import programmes
from cairn.journal.keys import KeyUnreadableError
from cairn.journal.log import Log, NoKeyError
from cairn.programme import log_keys
from cairn.publish.record import Drawn, NotSignedYetError, NotSteadyError, Published, publish
from cairn.values import CairnError


class WhichProgrammeError(CairnError):
    """There is more than one programme, or none of that name."""


def run(out: Path, *, programme: str | None, watch: int | None) -> None:
    """Publish once, or every `watch` seconds until somebody ends it."""
    chosen, drawn = _chosen(programme), Drawn()
    while True:
        try:
            done = publish(chosen, out, sign=lambda: _sign(chosen, out), drawn=drawn)
            print(told(done, out), flush=True)  # noqa: T201 - the command's own voice
        except (NotSteadyError, NotSignedYetError) as error:
            if watch is None:
                raise
            print(error, flush=True)  # noqa: T201 - likewise
        if watch is None:
            return
        time.sleep(watch)


def told(done: Published, out: Path) -> str:
    """What was done, in a sentence."""
    return (
        f"{out}: {done.position} entries, {done.files} files; "
        f"{len(done.written)} written, {len(done.removed)} removed."
    )


def _chosen(programme: str | None) -> str:
    there = [one.id for one in programmes()]
    if programme is not None and programme in there:
        return programme
    if programme is None and len(there) == 1:
        return there[0]
    raise WhichProgrammeError(
        f"There is no programme ‘{programme}’ here."
        if programme
        else f"Say which with --programme: {', '.join(there) or 'there is none yet'}."
    )


def _sign(programme: str, out: Path) -> None:
    """Sign what is recorded, if whoever publishes may; else what is signed is published."""
    try:
        log_keys.sign(programme, publish=out)
    except (NoKeyError, KeyUnreadableError):
        with suppress(PermissionError):  # where even that is the signer's
            Log(programme).was_published_in(out)
