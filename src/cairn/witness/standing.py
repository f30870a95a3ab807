"""What a programme's newest checkpoint amounts to: who cosigned it, when, and whether that is enough.

Read from the log's files, and kept until one of them changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Final

from cairn.journal.log import Log, NoKeyError
from cairn.merkle.checkpoint import Checkpoint
from cairn.merkle.note import Note, Verifier, encode_base64
from cairn.merkle.policy import NONE, Policy, QuorumError
from cairn.values import CairnError

FILES: Final = ("verifier", "checkpoint", "witnesses")


class State(Enum):
    """Who vouches for the record."""

    ALONE = "alone"
    """Its operator, and nobody else: no checkpoint, or no witness listed."""
    WAITING = "waiting"
    """The witnesses listed have not cosigned the newest checkpoint, or too few of them have."""
    WITNESSED = "witnessed"
    """As many as its policy asks for, and one at least."""
    DAMAGED = "damaged"
    """Its files contradict each other: nothing should be believed before somebody has looked."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """A witness that a programme lists, and when it cosigned the newest checkpoint, if it did."""

    name: str
    key: str
    cosigned_at: datetime | None


@dataclass(frozen=True, slots=True)
class Quorum:
    """A group of the policy: how many of its members must have cosigned, and whether they have."""

    name: str
    needed: int
    members: tuple[str, ...]
    reached: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a programme's log stands."""

    state: State
    key: str = ""
    checkpoint: Checkpoint | None = None
    note: str = ""
    watchers: tuple[Watcher, ...] = ()
    groups: tuple[Quorum, ...] = ()
    problem: str = ""

    @property
    def root(self) -> str:
        """The root of the newest checkpoint, as its note writes it."""
        return encode_base64(self.checkpoint.root) if self.checkpoint else ""

    @property
    def short_root(self) -> str:
        """Enough of the root to compare by eye: 72 bits, against chance and not against an attack.

        A page that prints it can be held against the log by whoever kept the paper.
        """
        return self.root[:12]

    @property
    def cosigned(self) -> int:
        """How many witnesses have cosigned."""
        return sum(each.cosigned_at is not None for each in self.watchers)


def standing_of(log: Log) -> Standing:
    """How a programme's log stands now. It raises nothing: damage is an answer too."""
    return _standing(log.programme, log.folder, stamps_of(log.folder))


def stamps_of(folder: Path, *more: str) -> tuple[tuple[int, int, int] | None, ...]:
    """What is equal as long as none of a log's files changes of which a standing is read, nor one of `more`."""
    return tuple(_stamp(folder / name) for name in (*FILES, *more))


def policy_of(log: Log) -> Policy | None:
    """The witnesses that a programme lists, or None. Raises MalformedPolicyError."""
    try:
        return Policy.parse((log.folder / "witnesses").read_bytes())
    except FileNotFoundError:
        return None


def enough(policy: Policy, key: Verifier, note: Note, quorum: str | None = None) -> bool:
    """Whether a log's checkpoint has the cosignatures that a policy, or one of its groups, asks for.

    Raises what Policy.accept does, except QuorumError.
    """
    try:
        replace(policy, logs=(key,), quorum=quorum or policy.quorum).accept(note)
    except QuorumError:
        return False
    return True


@lru_cache(maxsize=256)
def _standing(
    programme: str, folder: Path, stamps: tuple[tuple[int, int, int] | None, ...]
) -> Standing:
    del folder, stamps  # what an answer is kept for
    log = Log(programme)
    try:
        return _read(log)
    except NoKeyError:
        return Standing(State.ALONE)
    except (CairnError, OSError, UnicodeDecodeError) as error:
        return Standing(State.DAMAGED, problem=legible(str(error)))


def _read(log: Log) -> Standing:
    key, note, policy = log.verifier, log.note(), policy_of(log) or Policy()
    if note is None:
        return Standing(State.ALONE, str(key), watchers=_watchers(policy, {}))
    accepted = replace(policy, logs=(key,), quorum=NONE).accept(note)
    groups = tuple(
        Quorum(legible(name), needed, tuple(map(legible, members)), enough(policy, key, note, name))
        for name, needed, members in _groups(policy)
    )
    state = State.WAITING if policy.witnesses else State.ALONE
    if accepted.cosigned_at and enough(policy, key, note):
        state = State.WITNESSED
    watchers = _watchers(policy, accepted.cosigned_at)
    return Standing(state, str(key), accepted.checkpoint, bytes(note).decode(), watchers, groups)


def _watchers(policy: Policy, cosigned_at: Mapping[str, int]) -> tuple[Watcher, ...]:
    return tuple(
        Watcher(
            legible(name),
            str(each.key),
            moment(cosigned_at[name]) if name in cosigned_at else None,
        )
        for name, each in policy.witnesses.items()
    )


def _groups(policy: Policy) -> list[tuple[str, int, tuple[str, ...]]]:
    """The groups of a policy, the one that is asked for first; a single witness is one as well."""
    found = [(name, group.needed, group.members) for name, group in policy.groups.items()]
    if policy.quorum in policy.witnesses:
        found.append((policy.quorum, 1, (policy.quorum,)))
    return sorted(found, key=lambda group: group[0] != policy.quorum)


def legible(name: str) -> str:
    """A name as a page can show it: those of a policy may be octets that are no UTF-8."""
    return name.encode(errors="surrogateescape").decode(errors="replace")


def moment(seconds: int) -> datetime:
    """The time that a witness gave, or the last that a calendar holds if it is past that."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.max.replace(tzinfo=UTC)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
