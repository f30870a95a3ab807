"""The journal: append facts, read them back, rebuild the read models, check every invariant.

Rules, steps and read models come from the capabilities; catalog.py puts them together.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import islice
from types import ModuleType
from typing import Any, Generic
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, ValidationError

from cairn.journal.codec import canonical
from cairn.journal.fact import Fact, kinds_in
from cairn.journal.models import Entry, Head
from cairn.journal.past import Past, programme_of
from cairn.journal.projection import (
    IN_ONE_QUERY,
    Columns,
    F_co,
    Objection,
    ReadModel,
    Recorded,
    Rows,
    marked_in,
    read_models_in,
)
from cairn.journal.readonly import refuse_if_read_only
from cairn.merkle.hashing import leaf_hash
from cairn.merkle.tile import MAX_ENTRY_BYTES
from cairn.values import SLUG, CairnError, nfc

CHUNK = 1000
"""Entries folded at a time when a programme is rebuilt or read from one end to the other."""


class ConflictError(CairnError):
    """An id that is already taken by a fact with other bytes. Nothing was written."""


class ProgrammeIdError(CairnError):
    """An id that no address or file name could hold."""


class UnknownKindError(CairnError):
    """A kind of fact that this version of Cairn does not know."""


class RefusedError(CairnError):
    """A fact that rules object to. Nothing was written. `objections` says why, per field."""

    def __init__(self, objections: Sequence[Objection]) -> None:
        super().__init__("; ".join(objection.message for objection in objections))
        self.objections = tuple(objections)


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact that a post wants to record.

    The id is the client's (UUIDv7): it makes the append idempotent, so that a phone may send
    again whatever it is not sure of.
    """

    id: UUID
    happened_on: date
    post: str
    fact: Fact

    def said(self) -> dict[str, Any]:
        """What the client says, and what makes two appends the same."""
        return {
            "fact": self.fact.body(),
            "happened_on": self.happened_on.isoformat(),
            "id": str(self.id),
            "kind": self.fact.kind,
            "post": self.post,
        }


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a fact is on record: where, and the RFC 6962 hash of its entry."""

    programme: str
    position: int
    id: UUID
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """A batch's answer for a fact that was not written, and why."""

    id: UUID
    objections: tuple[Objection, ...]
    conflict: bool = False
    """Whether the id is on record already and says something else."""


Verdict = Receipt | Refused


class Envelope(BaseModel, Generic[F_co]):
    """An entry as its canonical bytes say it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    programme: str
    position: int
    id: UUID
    kind: str
    happened_on: date
    recorded_at: datetime
    post: str
    fact: F_co


@dataclass(frozen=True)
class Journal:
    """Everything that can happen, and what follows from it.

    Built once, from the modules of each capability, by catalog.py.
    """

    kinds: dict[str, type[Fact]]
    tables: dict[str, type[ReadModel]]
    rules: dict[type[Fact], list[Callable[[Recorded[Any], Rows], Iterator[Objection]]]]
    steps: dict[type[Fact], list[Callable[[Recorded[Any], Rows], None]]]
    envelopes: dict[str, type[Envelope[Any]]] = field(default_factory=dict)

    @classmethod
    def of(cls, *capabilities: tuple[ModuleType, ModuleType, ModuleType]) -> "Journal":
        """Put capabilities together, each given as its modules (facts, rules, projections)."""
        journal = cls({}, {}, defaultdict(list), defaultdict(list))
        for facts, rules, projections in capabilities:
            journal.kinds.update({kind.kind: kind for kind in kinds_in(facts)})
            journal.tables.update({model.called: model for model in read_models_in(projections)})
            for kind, rule in marked_in(rules):
                journal.rules[kind].append(rule)
            for kind, step in marked_in(projections):
                journal.steps[kind].append(step)
        for name, kind in journal.kinds.items():
            journal.envelopes[name] = Envelope[kind]  # type: ignore[valid-type]  # made at run time
        return journal

    # Appending

    def append(self, programme: str, draft: Draft, *, now: datetime) -> Receipt:
        """Record one fact, or answer the receipt it already has.

        Raises RefusedError and ConflictError; then nothing was written.
        """
        verdict = self.append_batch(programme, [draft], now=now)[0]
        if isinstance(verdict, Refused):
            if verdict.conflict:
                raise ConflictError(verdict.objections[0].message)
            raise RefusedError(verdict.objections)
        return verdict

    def append_batch(
        self, programme: str, drafts: Sequence[Draft], *, now: datetime, all_or_none: bool = False
    ) -> list[Verdict]:
        """Record facts in order, in one transaction; a verdict for each.

        Each is judged with those before it already recorded. Those refused are left out; with
        `all_or_none` one refusal leaves out all, and the refusals alone are the answer.
        Raises ProgrammeIdError, ReadOnlyError.
        """
        if not re.fullmatch(SLUG, programme) or programme != nfc(programme):
            raise ProgrammeIdError(
                f"‘{programme}’ cannot be a programme's id; use letters, digits, -"
            )
        refuse_if_read_only(programme)
        with transaction.atomic():
            head = lock(programme)
            batch = _Batch(self, programme, head.position, now)
            verdicts = batch.judge(drafts)
            refused: list[Verdict] = [said for said in verdicts if isinstance(said, Refused)]
            if all_or_none and refused:
                batch.entries, verdicts = [], refused
            if not batch.entries:
                # Else the lock of a programme that nobody opened would stay as a row.
                transaction.set_rollback(True)
                return verdicts
            batch.write()
            head.tree = head.tree.with_leaves(batch.leaves)
            head.save(update_fields=["position", "frontier"])
        return verdicts

    def objections(self, recorded: Recorded[Fact], rows: Rows) -> list[Objection]:
        """Why this fact cannot be recorded now; empty when it can."""
        found = list(_objections_to_references(recorded.fact, rows))
        if found:
            return found  # the rules may rely on every thing named being there
        rules = [*self.rules[Fact], *self.rules[type(recorded.fact)]]
        return [objection for rule in rules for objection in rule(recorded, rows)]

    def fold(self, recorded: Recorded[Fact], rows: Rows) -> None:
        """Take a fact into the read models."""
        for step in self.steps[type(recorded.fact)]:
            step(recorded, rows)

    # Reading

    def read(self, entry: Entry) -> Recorded[Fact]:
        """An entry from its bytes. Raises UnknownKindError."""
        said = self._envelope(entry.kind).model_validate_json(bytes(entry.body))
        return Recorded(
            programme=said.programme,
            position=said.position,
            id=said.id,
            happened_on=said.happened_on,
            recorded_at=said.recorded_at,
            post=said.post,
            fact=said.fact,
        )

    def _envelope(self, kind: str) -> type[Envelope[Any]]:
        try:
            return self.envelopes[kind]
        except KeyError as error:
            raise UnknownKindError(f"This Cairn knows no kind of fact called ‘{kind}’") from error

    def fact(self, kind: str, body: bytes) -> Fact:
        """Read a fact from JSON. Raises UnknownKindError, RefusedError naming each field."""
        self._envelope(kind)
        try:
            return self.kinds[kind].model_validate_json(body)
        except ValidationError as error:
            raise RefusedError(
                [
                    Objection(".".join(str(part) for part in item["loc"]), item["msg"])
                    for item in error.errors()
                ]
            ) from error

    def facts(
        self, programme: str, *, after: int = 0, until: int | None = None
    ) -> Iterator[Recorded[Fact]]:
        """A programme's facts in order, in flat memory."""
        for entry in entries(programme, after=after, until=until):
            yield self.read(entry)

    # Rebuilding

    def rebuild(self, programme: str, *, progress: Callable[[int], None] | None = None) -> int:
        """Drop every read model of a programme and fold its journal anew. Returns the position.

        Its pasts are dropped with them, and come back when somebody asks.
        """
        with transaction.atomic():
            head = lock(programme)
            for past in self.pasts(programme):
                self.drop(past.key)
            for table in self.tables.values():
                table.objects.filter(programme=programme).delete()
            self.refold(programme, into=programme, progress=progress)
        return head.position

    def refold(
        self,
        programme: str,
        *,
        into: str,
        until: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Fold a programme's journal into the read models of `into`, which must be empty.

        In flat memory: the rows that a chunk touches are read before it and written after it, in a
        transaction of its own where none is under way.
        """
        facts = self.facts(programme, until=until)
        while chunk := list(islice(facts, CHUNK)):
            with transaction.atomic():
                rows = Rows(into, self.tables)
                rows.load(
                    (called, value) for said in chunk for _field, called, value in named(said.fact)
                )
                for recorded in chunk:
                    self.fold(replace(recorded, programme=into), rows)
                rows.flush()
            if progress:
                progress(chunk[-1].position)

    def pasts(self, programme: str | None = None) -> list[Past]:
        """The pasts that have rows in the read models: of one programme, or of all."""
        keys = self.tables["programme"].objects.values_list("programme", flat=True)
        found = [past for past in map(Past.parse, keys) if past]
        return [past for past in found if programme in (None, past.programme)]

    def drop(self, past: str) -> None:
        """Drop the read models of a past, a chunk at a time, so that no append waits for long.

        The row by which `pasts` finds it goes last: interrupted, it is found again.
        """
        for table in sorted(self.tables.values(), key=lambda table: table.called == "programme"):
            rows = table.objects.filter(programme=past)
            while ids := list(rows.values_list("id", flat=True)[:IN_ONE_QUERY]):
                rows.filter(id__in=ids).delete()


@dataclass
class _Batch:
    """One append in the making: judges drafts in order, then writes what stood."""

    journal: Journal
    programme: str
    position: int
    now: datetime
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    """Rows of the entry table, in the order of its columns."""

    def __post_init__(self) -> None:
        self.rows = Rows(self.programme, self.journal.tables)
        self.taken: dict[UUID, bytes] = {}
        self.leaves: list[bytes] = []

    def judge(self, drafts: Sequence[Draft]) -> list[Verdict]:
        self.taken = _bodies(self.programme, [draft.id for draft in drafts])
        self.rows.load(
            (called, value) for draft in drafts for _field, called, value in named(draft.fact)
        )
        return [self._judge(draft) for draft in drafts]

    def _judge(self, draft: Draft) -> Verdict:
        taken = self.taken.get(draft.id)
        if taken is not None:
            return self._again(draft, taken)
        recorded = Recorded(
            programme=self.programme,
            position=self.position + 1,
            id=draft.id,
            happened_on=draft.happened_on,
            recorded_at=self.now.astimezone(UTC).replace(microsecond=0),
            post=draft.post,
            fact=draft.fact,
        )
        objections = self.journal.objections(recorded, self.rows)
        if not re.fullmatch(SLUG, draft.post) or draft.post != nfc(draft.post):
            message = _("A post is named by its id, like county-accountant; never by a person.")
            objections.append(Objection("post", message))
        if objections:
            return Refused(draft.id, tuple(objections))
        body = body_of(recorded, draft)
        if len(body) > MAX_ENTRY_BYTES:
            message = _("It is too long to be one fact: {size} bytes, of {most} at most.")
            said = message.format(size=len(body), most=MAX_ENTRY_BYTES)
            return Refused(draft.id, (Objection("fact", said),))
        self.journal.fold(recorded, self.rows)
        self.position += 1
        self.taken[draft.id] = body
        self.entries.append(
            (self.programme, self.position, draft.id, draft.fact.kind, draft.happened_on, body)
        )
        self.leaves.append(leaf_hash(body))
        return Receipt(self.programme, self.position, draft.id, self.leaves[-1])

    def _again(self, draft: Draft, body: bytes) -> Verdict:
        """The same id once more: the receipt it has, where it says the same."""
        stored = json.loads(body)
        if canonical({key: stored[key] for key in draft.said()}) == canonical(draft.said()):
            return Receipt(self.programme, stored["position"], draft.id, leaf_hash(body))
        message = _("The id {id} is already on record, and says something else.")
        return Refused(draft.id, (Objection("id", message.format(id=draft.id)),), conflict=True)

    def write(self) -> None:
        Columns.of(Entry).insert(self.entries)
        self.rows.flush()


def entries(programme: str, *, after: int = 0, until: int | None = None) -> Iterator[Entry]:
    """A programme's entries in order, read a chunk at a time."""
    while True:
        chunk = Entry.objects.filter(programme=programme, position__gt=after)
        if until is not None:
            chunk = chunk.filter(position__lte=until)
        found = list(chunk.order_by("position")[:CHUNK])
        yield from found
        if len(found) < CHUNK:
            return
        after = found[-1].position


def position_of(programme: str) -> int:
    """How many facts a programme's journal holds; those of a past, where it reaches so far."""
    heads = Head.objects.filter(programme=programme_of(programme))
    head = heads.values_list("position", flat=True).first() or 0
    past = Past.parse(programme)
    if past is None:
        return head if programme == programme_of(programme) else 0
    return past.position if past.position <= head else 0


def lock(programme: str) -> Head:
    """Take the programme's lock until the transaction ends (SQLite has locked the file already)."""
    heads = Head.objects.select_for_update().filter(programme=programme)
    head = heads.first()
    if head is None:
        Head.objects.get_or_create(programme=programme)
        head = heads.get()
    return head


def _bodies(programme: str, ids: Sequence[UUID]) -> dict[UUID, bytes]:
    found: dict[UUID, bytes] = {}
    for start in range(0, len(ids), IN_ONE_QUERY):
        known = Entry.objects.filter(programme=programme, id__in=ids[start : start + IN_ONE_QUERY])
        found.update({id: bytes(body) for id, body in known.values_list("id", "body")})  # noqa: A001
    return found


def body_of(recorded: Recorded[Fact], draft: Draft) -> bytes:
    """The canonical bytes of an entry: the leaf of the programme's log."""
    return canonical(
        draft.said()
        | {
            "position": recorded.position,
            "programme": recorded.programme,
            "recorded_at": recorded.recorded_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )


def named(fact: Fact) -> Iterator[tuple[str, str, str]]:
    """The things on record that a fact names, as (field, read model, id)."""
    for name, called in (*fact.references(), *fact.brings()):
        value = getattr(fact, name)
        for id in value if isinstance(value, tuple) else (value,):  # noqa: A001
            if id is not None:
                yield name, called, id


def _objections_to_references(fact: Fact, rows: Rows) -> Iterator[Objection]:
    new = set(fact.brings())
    for name, called, id in named(fact):  # noqa: A001
        there = rows.find(called, id) is not None
        if there and (name, called) in new:
            yield Objection(name, _("‘{id}’ is already taken; choose another id.").format(id=id))
        elif not there and (name, called) not in new:
            message = _("There is no {thing} ‘{id}’ in this programme.")
            yield Objection(name, message.format(thing=called, id=id))
