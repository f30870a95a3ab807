"""How the key of a programme's public log is made and changed, and told in the journal.

Each step leaves something that works, and running the command again goes on where it stopped:

    1. the new key is kept as keys/PROGRAMME~next; the old one still signs
    2. the fact is recorded, signed by both
    3. a checkpoint over that fact is signed by both: whoever knows only the old key sees the change
    4. the log names the new key as its verifier; that checkpoint passes under either
    5. the new key takes the place of the old, which is gone
"""

from datetime import datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from cairn.journal import keys
from cairn.journal.entry import Draft
from cairn.journal.fact import Fact
from cairn.journal.journal import Journal
from cairn.journal.log import Log
from cairn.journal.readonly import refuse_if_read_only
from cairn.merkle.checkpoint import Checkpoint
from cairn.merkle.note import Signer, Verifier, encode_base64
from cairn.programme.facts import LogKeyMade, LogKeyRotated, statement
from cairn.programme.log_put_back import hold_or_stop
from cairn.programme.projections import THE_PROGRAMME, Programme


def make(journal: Journal, programme: str, *, origin: str, post: str, now: datetime) -> Verifier:
    """Make the first key of a programme's log, and tell it. Raises as keys.begin does."""
    with keys.held(programme):
        refuse_if_read_only(programme)
        signer = keys.begin(programme, origin=origin)
        _tell_first(journal, programme, signer, post=post, now=now)
        Log(programme).adopt(signer.verifier)
        keys.finish(programme)
    return signer.verifier


def rotate(journal: Journal, programme: str, *, post: str, now: datetime) -> Verifier:
    """Change the key of a programme's log, and tell it. Finishes a change that was begun.

    Raises NoKeyError, KeyUnreadableError, ReadOnlyError, ContradictionError.
    """
    with keys.held(programme):
        refuse_if_read_only(programme)
        old = keys.signer_of(programme)
        _tell_first(journal, programme, old, post=post, now=now)
        new = keys.begin_next(programme, origin=old.name)
        if told(programme)[-1] != str(new.verifier):
            text = statement(programme, new.verifier, old=old.verifier)
            fact = LogKeyRotated(
                old=str(old.verifier),
                new=str(new.verifier),
                signed_by_old=_signature(old, text),
                signed_by_new=_signature(new, text),
            )
            _record(journal, programme, fact, post=post, now=now)
        _sign(programme)
    return new.verifier


def sign(programme: str, *, publish: Path | None = None) -> Checkpoint:
    """Sign a checkpoint over what is on record, with the key of the log; see Log.sign.

    Raises NoKeyError and KeyUnreadableError too.
    """
    keys.signer_of(programme)  # before a folder for its lock is made
    with keys.held(programme):
        return _sign(programme, publish=publish)


def told(programme: str) -> list[str]:
    """The verifier keys that the journal tells of, the present one last."""
    rows = Programme.objects.filter(programme=programme, id=THE_PROGRAMME)
    return list(rows.values_list("log_keys", flat=True).first() or [])


def _sign(programme: str, *, publish: Path | None = None) -> Checkpoint:
    """Sign; before that steps 3 to 5, where a change of keys is on record and they are not done."""
    log, signer = Log(programme), keys.signer_of(programme)
    hold_or_stop(programme)
    following = keys.next_signer(programme)
    against = [keys.signed_folder(programme)]
    if following and told(programme)[-1:] == [str(following.verifier)]:
        if log.verifier != following.verifier:
            log.sign(signer, also=[following], publish=publish, against=against)
            log.adopt(following.verifier)
        keys.finish(programme)
        signer = following
    checkpoint = log.sign(signer, publish=publish, against=against)
    keys.remember(programme)
    return checkpoint


def _tell_first(
    journal: Journal, programme: str, signer: Signer, *, post: str, now: datetime
) -> None:
    if not told(programme):
        signature = _signature(signer, statement(programme, signer.verifier))
        fact = LogKeyMade(key=str(signer.verifier), signature=signature)
        _record(journal, programme, fact, post=post, now=now)


def _record(journal: Journal, programme: str, fact: Fact, *, post: str, now: datetime) -> None:
    zone = Programme.objects.get(programme=programme, id=THE_PROGRAMME).timezone
    today = now.astimezone(ZoneInfo(zone)).date()
    journal.append(programme, Draft(uuid4(), today, post, fact), now=now)


def _signature(signer: Signer, text: bytes) -> str:
    return encode_base64(signer.sign(text).value)
