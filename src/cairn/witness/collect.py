"""A programme's side: asks every witness it lists, and keeps what they signed on its checkpoint.

log/PROGRAMME/witnesses     whom it asks, and how many must cosign: a C2SP tlog-policy
log/PROGRAMME/checkpoint    gets a line for each cosignature
log/PROGRAMME/evidence/     what witnesses said that have seen another history

Any witness that speaks tlog-witness will do; it need not be a Cairn's.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

from cairn.journal.durable import locked
from cairn.journal.log import Log
from cairn.merkle.checkpoint import Checkpoint
from cairn.merkle.cosignature import cosigned_at
from cairn.merkle.note import Note, Signature
from cairn.merkle.policy import Policy, Witness
from cairn.merkle.tile import hashes_in
from cairn.values import CairnError
from cairn.witness.asking import ForkError, Tree, cosignature_of
from cairn.witness.standing import enough, policy_of

TIMEOUT_SECONDS: Final = 20.0

Heard = tuple[Witness, Signature | Exception]


class NothingToCosignError(CairnError):
    """A programme that has signed no checkpoint yet, or lists no witness."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of asking one witness: when it cosigned, in seconds since 1970, or why not."""

    witness: str
    cosigned_at: int | None = None
    problem: str = ""
    evidence: Path | None = None


@dataclass(frozen=True, slots=True)
class Collected:
    """A checkpoint, what each witness said, and whether those that cosigned it are the quorum."""

    checkpoint: Checkpoint
    asked: tuple[Asked, ...]
    enough: bool

    @property
    def forks(self) -> list[Asked]:
        """Witnesses that have seen another history."""
        return [each for each in self.asked if each.evidence]


def _in_a_thread(ask: Callable[[], None]) -> None:
    # Daemons: one that hangs in a name server or drips bytes must not keep the command either.
    threading.Thread(target=ask, daemon=True).start()


def collect(
    log: Log,
    *,
    now: datetime,
    timeout: float = TIMEOUT_SECONDS,
    begin: Callable[[Callable[[], None]], None] = _in_a_thread,
) -> Collected:
    """Ask all witnesses that a programme lists to cosign its newest checkpoint, at the same time.

    Each cosignature is on the checkpoint as soon as it came; whoever has not answered after
    `timeout` seconds is left behind. `now` dates evidence; `begin` begins to ask one. Raises NothingToCosignError, and what
    reading the log's files does.
    """
    tree, policy = _tree(log), policy_of(log)
    if policy is None or not policy.witnesses:
        raise NothingToCosignError(
            f"‘{log.programme}’ lists no witness in {log.folder / 'witnesses'}; "
            "docs/how-to/witness.md says how."
        )
    heard: SimpleQueue[Heard] = SimpleQueue()
    for witness in policy.witnesses.values():
        begin(partial(_ask, witness, tree, timeout, heard))
    asked: dict[str, Asked] = {}
    deadline = time.monotonic() + timeout
    while len(asked) < len(policy.witnesses):
        try:
            witness, said = heard.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            break
        asked[witness.name] = _take(log, tree, witness, said, now)
    silent = f"it has not answered in {timeout:g} seconds"
    return Collected(
        tree.checkpoint,
        tuple(asked.get(name) or Asked(name, problem=silent) for name in policy.witnesses),
        _is_enough(log, tree, policy),
    )


def _tree(log: Log) -> Tree:
    note, checkpoint = log.note(), log.checkpoint()
    if note is None or checkpoint is None:
        raise NothingToCosignError(
            f"‘{log.programme}’ has signed no checkpoint yet; run `cairn log sign {log.programme}`."
        )
    hash_at = hashes_in(log.read, size=checkpoint.size)
    return Tree(note, Checkpoint.parse(note.text), log.verifiers, hash_at)


def _ask(witness: Witness, tree: Tree, timeout: float, heard: SimpleQueue[Heard]) -> None:
    try:
        heard.put((witness, cosignature_of(witness, tree, timeout=timeout)))
    except (CairnError, OSError, ValueError, HTTPException) as error:
        heard.put((witness, error))


def _take(
    log: Log, tree: Tree, witness: Witness, said: Signature | Exception, now: datetime
) -> Asked:
    if isinstance(said, Signature):
        if _add(log, tree, witness, said):
            return Asked(witness.name, cosigned_at=cosigned_at(said.value))
        return Asked(witness.name, problem="meanwhile a newer checkpoint was signed; ask again")
    if isinstance(said, ForkError):
        if not _is_newest(log, tree):
            return Asked(witness.name, problem="meanwhile a newer checkpoint was signed; ask again")
        return Asked(witness.name, problem=str(said), evidence=_keep(log, said, now))
    return Asked(witness.name, problem=str(said) or type(said).__name__)


def _add(log: Log, tree: Tree, witness: Witness, cosignature: Signature) -> bool:
    """Put a cosignature on the checkpoint, in the place of an older one by the same key."""
    with locked(log.folder / "lock"):  # as signing does: it must not be overwritten by an older
        note = log.note()
        if note is None or note.text != tree.note.text:
            return False
        key = (witness.key.name, witness.key.id)
        others = [each for each in note.signatures if (each.name, each.key_id) != key]
        log.write(log.folder / "checkpoint", bytes(Note(note.text, (*others, cosignature))))
    return True


def _is_newest(log: Log, tree: Tree) -> bool:
    note = log.note()
    return note is not None and note.text == tree.note.text


def _is_enough(log: Log, tree: Tree, policy: Policy) -> bool:
    note = log.note()
    return note is not None and _is_newest(log, tree) and enough(policy, log.verifier, note)


def _keep(log: Log, fork: ForkError, now: datetime) -> Path:
    """Keep what a witness said, once: asking every hour must not fill the disk."""
    path = log.folder / "evidence" / f"{sha256(fork.evidence).hexdigest()[:16]}.txt"
    if not path.exists():
        log.write(path, f"{now:%Y-%m-%d %H:%M:%SZ}\n".encode() + fork.evidence)
    return path
