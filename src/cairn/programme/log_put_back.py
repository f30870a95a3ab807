"""Whether a log was put back, with its database, from before its key changed.

Such a log is at one with its database, and does not know the key that has signed since: to it what was
published is a stranger's. Two who may outlive it tell: the key, which remembers what it signed last, where this
process may read it; and a published copy, whose own entries lead from a key known here to the one it is
signed with. If neither is on this machine, only a witness knows.
"""

import json
from collections.abc import Iterator

from cairn.journal import keys
from cairn.journal.keys import KeyUnreadableError
from cairn.journal.log import ContradictionError, Log, NoKeyError, logs
from cairn.journal.readonly import make_read_only, why_read_only
from cairn.journal.tile_folder import TileFolder
from cairn.merkle.checkpoint import Checkpoint, open_checkpoint
from cairn.merkle.note import Note, Verifier
from cairn.programme.facts import LogKeyRotated
from cairn.programme.key_chain import keys_after
from cairn.values import CairnError


def hold_all(group: str | None = None) -> Iterator[tuple[str, str]]:
    """Programmes, or those of a group, that take no facts from now on, for this reason, and why.

    Raises ContradictionError where that cannot be written down, as hold_all in journal/log.py does.
    """
    for log in logs(group):
        if not why_read_only(log.programme):
            try:
                hold_or_stop(log.programme)
            except ContradictionError as error:
                yield log.programme, str(error)
            except OSError as error:
                raise ContradictionError(
                    f"The log of ‘{log.programme}’ was put back from before its key changed, and "
                    f"{log.folder} cannot be written to say so: {error}."
                ) from error


def hold_or_stop(programme: str) -> None:
    """Make a programme read-only whose log its key has left behind. Raises ContradictionError then."""
    log = Log(programme)
    if log.has_key:
        reason = _by_its_key(log) or _by_a_copy(log)
        if reason:
            make_read_only(programme, reason)
            raise ContradictionError(reason)


def _by_its_key(log: Log) -> str:
    try:
        signers = [keys.signer_of(log.programme), keys.next_signer(log.programme)]
        note = TileFolder(keys.signed_folder(log.programme)).note()
    except (NoKeyError, KeyUnreadableError, OSError):
        return ""  # whoever serves pages may not read keys, and should not
    known = log.verifiers
    if note is None or any(signer and signer.verifier in known for signer in signers):
        return ""
    signed = _signed(note, [signer.verifier for signer in signers if signer])
    return _said(signed, "the key that signs has") if signed else ""


def _by_a_copy(log: Log) -> str:
    for copy in log.copies():
        try:
            note = copy.note()
            if note is None or _signed(note, log.verifiers):
                continue  # what a key that is known here signed is held in log.py
            size = Checkpoint.parse(note.text).size
            signed = _signed(
                note, keys_after(log.verifier, _changes(copy, size), programme=log.programme)
            )
        except (CairnError, OSError, ValueError):
            continue  # what nobody can read proves nothing
        if signed:
            return _said(signed, f"a later key of this log has, in {copy.path},")
    return ""


def _signed(note: Note, by: list[Verifier]) -> Checkpoint | None:
    try:
        return open_checkpoint(note, by)
    except CairnError:
        return None


def _changes(copy: TileFolder, size: int) -> Iterator[LogKeyRotated]:
    """What the entries of a copy say of changes of its key; each is signed, or leads nowhere."""
    for body in copy.bodies(size):
        if LogKeyRotated.kind.encode() in body:
            entry = json.loads(body)
            if entry["kind"] == LogKeyRotated.kind:
                yield LogKeyRotated.model_validate(entry["fact"])


def _said(signed: Checkpoint, who: str) -> str:
    return (
        f"{who} signed a checkpoint over {signed.size} facts, and the log here does not know that "
        "key: it was put back, with its database, from before the key changed."
    )
