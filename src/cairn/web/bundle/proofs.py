"""What proves a bundle: entries of the journal, and for each the way to the newest checkpoint."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from cairn.handover.facts import HandoverOpened
from cairn.handover.models import Handover
from cairn.journal.columns import in_chunks
from cairn.journal.log import Log
from cairn.journal.models import Entry
from cairn.merkle.checkpoint import Checkpoint, open_checkpoint
from cairn.merkle.note import Note
from cairn.merkle.proof import inclusion_proof
from cairn.merkle.tile import hashes_in
from cairn.merkle.tlog_proof import TlogProof
from cairn.values import CairnError
from cairn.verify import bundle_manifest as manifest

KINDS: Final = "handover."
OPENED: Final = HandoverOpened.kind


class NotSignedYetError(CairnError):
    """Entries that a bundle rests on are under no checkpoint yet."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """The pack that both sides of a handover sign, as an entry froze it."""

    entry: int
    upto: int
    sha256: str


@dataclass(frozen=True)
class Proofs:
    """The entries of a programme under its newest checkpoint."""

    log: Log
    note: Note
    checkpoint: Checkpoint

    @classmethod
    def of(cls, programme: str, *, reach: int) -> "Proofs | None":
        """Those of a programme's log; None where it has none. Raises NotSignedYetError below `reach`."""
        log = Log(programme)
        if not log.has_key:
            return None
        note = log.note()
        checkpoint = open_checkpoint(note, [log.verifier]) if note else None
        if note is None or checkpoint is None or checkpoint.size < reach:
            covered = checkpoint.size if checkpoint else 0
            raise NotSignedYetError(
                f"Entry {reach} of ‘{programme}’ is under no checkpoint yet, which reaches entry {covered}: "
                f"run `cairn log sign {programme}` as the user whose keys sign, then make the bundle."
            )
        return cls(log, note, checkpoint)

    def files(self, positions: Collection[int]) -> Iterator[tuple[str, bytes]]:
        """The checkpoint with its key, and each entry with its proof, as (file, bytes)."""
        yield manifest.CHECKPOINT, bytes(self.note)
        yield manifest.VERIFIER, f"{self.log.verifier}\n".encode()
        size = self.checkpoint.size
        hash_at = hashes_in(self.log.read, size=size)
        for position, body in _bodies(self.log.programme, positions):
            path = inclusion_proof(index=position - 1, size=size, hash_at=hash_at)
            yield manifest.entry_path(position), body
            yield manifest.proof_path(position), bytes(TlogProof(position - 1, path, self.note))


def frozen_of(programme: str, team: str) -> Frozen | None:
    """The pack of a team that is frozen now; None where none is."""
    row = Handover.objects.filter(programme=programme, id=team).exclude(frozen="").first()
    if row is None:
        return None
    entry = Entry.objects.get(programme=programme, id=row.frozen)
    fact = json.loads(bytes(entry.body))["fact"]
    return Frozen(entry.position, fact["upto"], fact["sha256"])


def of_handover(programme: str, team: str) -> Iterator[int]:
    """Where the entries of a team's handover are: each step, each line's answer, each signature."""
    rows = Entry.objects.filter(programme=programme, kind__startswith=KINDS)
    found = rows.order_by("position").values_list("position", "kind", "body")
    for position, kind, body in found.iterator():
        fact = json.loads(bytes(body))["fact"]
        if _is_of(fact, team) or (kind == OPENED and fact["team"] == team):
            yield position


def _is_of(fact: dict[str, Any], team: str) -> bool:
    """Whether it names the handover, or a line of it."""
    lines = [fact.get("line", ""), *(fact.get("lines") or ())]
    own = any(isinstance(line, str) and line.startswith(f"{team}/") for line in lines)
    return own or fact.get("handover") == team


def _bodies(programme: str, positions: Collection[int]) -> Iterator[tuple[int, bytes]]:
    for chunk in in_chunks(sorted(positions)):
        rows = Entry.objects.filter(programme=programme, position__in=chunk).order_by("position")
        for position, body in rows.values_list("position", "body"):
            yield position, bytes(body)
