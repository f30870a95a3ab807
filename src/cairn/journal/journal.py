"""The journal: append facts, read them back, rebuild the read models, check every invariant.

Rules, steps and read models come from the capabilities; catalog.py puts them together.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from types import ModuleType
from typing import Any, Generic
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, ValidationError

import cairn.journal.facts
from cairn.journal import files, sealing, seeking
from cairn.journal.codec import canonical
from cairn.journal.fact import Fact, Visibility, kinds_in
from cairn.journal.facts import PartShredded
from cairn.journal.models import Entry, Head
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
from cairn.journal.sealing import WHOLE, WITHHELD, Part, Salt
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


class LostPartError(CairnError):
    """A fact that is not public, and whose sealed part is not here: nobody can read it."""


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
        """What the client says, and what makes two appends the same, but for sealed answers."""
        return {
            "fact": self.fact.unsealed().body(),
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
    sealed: dict[str, str] = {}
    """The commitment over each sealed answer, in hexadecimal, by field."""

    def __bytes__(self) -> bytes:
        """The entry once more. Raises NotCanonicalError."""
        return body_of(
            {
                "fact": self.fact.body(),
                "happened_on": self.happened_on.isoformat(),
                "id": str(self.id),
                "kind": WITHHELD if isinstance(self.fact, Withheld) else self.fact.kind,
                "post": self.post,
            },
            programme=self.programme,
            position=self.position,
            recorded_at=self.recorded_at,
            sealed=self.sealed,
        )


class Withheld(Fact, kind=WITHHELD):
    """What an entry shows of a fact that is not public: nothing."""


class Inside(BaseModel):
    """What is sealed of a fact that is not public: kind, post, answers, commitments."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    fact: dict[str, Any]
    kind: str
    post: str
    sealed: dict[str, str] = {}


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
    salt: Salt = sealing.fresh_salt
    """Where the salts of sealed answers come from."""

    @classmethod
    def of(cls, *capabilities: tuple[ModuleType, ModuleType, ModuleType]) -> "Journal":
        """Put capabilities together, each given as its modules (facts, rules, projections)."""
        journal = cls({}, {}, defaultdict(list), defaultdict(list))
        own = kinds_in(cairn.journal.facts)
        journal.kinds.update({kind.kind: kind for kind in own})
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

    def write(
        self,
        draft: Draft,
        *,
        programme: str,
        position: int,
        recorded_at: datetime,
    ) -> tuple[bytes, list[Part]]:
        """An entry as it will be hashed, and the parts that it only commits to."""
        said = draft.said()
        parts = sealing.sealed(draft.fact.held_back(), files=draft.fact.files(), salt=self.salt)
        commitments = {part.field: part.commitment for part in parts}
        if draft.fact.visibility is not Visibility.PUBLIC:
            inside = {key: said[key] for key in ("fact", "kind", "post")}
            inside |= {"sealed": commitments} if commitments else {}
            whole = Part(WHOLE, self.salt(), canonical(inside))
            parts, commitments = [*parts, whole], {WHOLE: whole.commitment}
            said |= {"fact": {}, "kind": WITHHELD, "post": WITHHELD}
        body = body_of(
            said,
            programme=programme,
            position=position,
            recorded_at=recorded_at,
            sealed=commitments,
        )
        return body, parts

    def objections(self, recorded: Recorded[Fact], rows: Rows) -> list[Objection]:
        """Why this fact cannot be recorded now; empty when it can."""
        found = list(_objections_to_references(recorded.fact, rows))
        found += _objections_to_what_is_left_out(recorded.fact)
        if found:
            return found  # the rules may rely on every thing named being there
        rules = [*self.rules[Fact], *self.rules[type(recorded.fact)]]
        return [objection for rule in rules for objection in rule(recorded, rows)]

    def fold(self, recorded: Recorded[Fact], rows: Rows) -> None:
        """Take a fact into the read models. No step sees what is sealed: nor will a table."""
        if recorded.fact.seals():
            recorded = replace(recorded, fact=recorded.fact.unsealed())
        for step in self.steps[type(recorded.fact)]:
            step(recorded, rows)

    # Reading

    def read(self, entry: Entry) -> Recorded[Fact]:
        """An entry from its bytes, without what is sealed of it, in the words of today.

        Raises UnknownKindError; LostPartError where all of it is sealed and the part not here.
        """
        return next(self._read([entry]))

    def envelope(self, kind: str, body: bytes) -> Envelope[Any]:
        """An entry as it was written. Raises UnknownKindError."""
        return self._envelope(kind).model_validate_json(body)

    def _read(self, chunk: Sequence[Entry], *, lost: bool = True) -> Iterator[Recorded[Fact]]:
        """Entries of one programme. Those that nobody can read are left out unless `lost`."""
        withheld = [entry for entry in chunk if self._is_withheld(entry.kind)]
        parts = (
            sealing.parts_at(chunk[0].programme, [e.position for e in withheld]) if withheld else {}
        )
        for entry in chunk:
            if not self._is_withheld(entry.kind):
                said = self.envelope(entry.kind, bytes(entry.body))
                yield _recorded(said, said.post, said.fact)
                continue
            said = self.envelope(WITHHELD, bytes(entry.body))
            whole = parts.get(entry.position, {}).get(WHOLE)
            if whole:
                inside = Inside.model_validate_json(whole.value)
                fact = self.fact(inside.kind, canonical(inside.fact))
                yield _recorded(said, inside.post, fact)
            elif lost:
                raise LostPartError(
                    f"The fact at position {entry.position} of ‘{entry.programme}’ is not public, "
                    "and what was sealed of it is not in this database."
                )

    def _is_withheld(self, kind: str) -> bool:
        known = self.kinds.get(kind)
        return kind == WITHHELD or (known is not None and known.visibility is not Visibility.PUBLIC)

    def _envelope(self, kind: str) -> type[Envelope[Any]]:
        if kind == WITHHELD:
            return Envelope[Withheld]
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
        """A programme's facts in order, in flat memory, each as `read` gives it.

        Those that nobody can read, as their sealed part is lost, are left out.
        """
        found = entries(programme, after=after, until=until)
        while chunk := list(islice(found, CHUNK)):
            yield from self._read(chunk, lost=False)

    # Rebuilding

    def rebuild(self, programme: str, *, progress: Callable[[int], None] | None = None) -> int:
        """Drop every read model of a programme and fold its journal anew. Returns the position."""
        with transaction.atomic():
            head = lock(programme)
            for table in self.tables.values():
                table.objects.filter(programme=programme).delete()
            seeking.forget(programme)
            self.refold(programme, into=programme, progress=progress)
            _shred_again(programme)
        return head.position

    def refold(
        self, programme: str, *, into: str, progress: Callable[[int], None] | None = None
    ) -> None:
        """Fold a programme's journal into the read models of `into`, which must be empty.

        In flat memory: the rows that a chunk touches are read before it and written after it.
        """
        facts = self.facts(programme)
        while chunk := list(islice(facts, CHUNK)):
            rows = Rows(into, self.tables)
            rows.load(
                (called, value) for said in chunk for _field, called, value in named(said.fact)
            )
            for recorded in chunk:
                self.fold(replace(recorded, programme=into), rows)
            rows.flush()
            if progress:
                progress(chunk[-1].position)


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
        self.parts: list[tuple[int, Part]] = []
        self.known: dict[int, dict[str, Part]] = {}
        """The parts of entries whose ids may be sent once more, by position and field."""
        self.open: dict[tuple[UUID, str], tuple[int, str]] = {}
        """The (position, file) of parts that could be shredded here, by id of entry and field."""
        self.shredded: list[tuple[int, str]] = []

    def judge(self, drafts: Sequence[Draft]) -> list[Verdict]:
        self.taken = _bodies(self.programme, [draft.id for draft in drafts])
        self.rows.load(
            (called, value)
            for draft in drafts
            for _field, called, value in named(draft.fact.upcast())
        )
        self._look_for_parts(drafts)
        return [self._judge(draft) for draft in drafts]

    def _look_for_parts(self, drafts: Sequence[Draft]) -> None:
        sealed = [body for body in self.taken.values() if b'"sealed":{' in body]
        if sealed:
            positions = [json.loads(body)["position"] for body in sealed]
            self.known = sealing.parts_at(self.programme, positions)
        shreds = {UUID(d.fact.entry) for d in drafts if isinstance(d.fact, PartShredded)}
        if shreds:
            self.open = sealing.parts_of_ids(self.programme, shreds)

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
            fact=draft.fact.upcast(),
        )
        objections = self.journal.objections(recorded, self.rows)
        objections += self._objections_to_files(draft.fact)
        if isinstance(draft.fact, PartShredded):
            objections += self._objections_to_shredding(draft.fact)
        if not re.fullmatch(SLUG, draft.post) or draft.post != nfc(draft.post):
            message = _("A post is named by its id, like county-accountant; never by a person.")
            objections.append(Objection("post", message))
        if objections:
            return Refused(draft.id, tuple(objections))
        body, parts = self.journal.write(
            draft,
            programme=self.programme,
            position=recorded.position,
            recorded_at=recorded.recorded_at,
        )
        if len(body) > MAX_ENTRY_BYTES:
            message = _("It is too long to be one fact: {size} bytes, of {most} at most.")
            said = message.format(size=len(body), most=MAX_ENTRY_BYTES)
            return Refused(draft.id, (Objection("fact", said),))
        self.journal.fold(recorded, self.rows)
        self.position += 1
        for part in parts:
            self.parts.append((self.position, part))
            self.known.setdefault(self.position, {})[part.field] = part
            self.open[draft.id, part.field] = (self.position, part.file)
        if isinstance(draft.fact, PartShredded):
            position, _file = self.open.pop((UUID(draft.fact.entry), draft.fact.field))
            self.shredded.append((position, draft.fact.field))
        self.taken[draft.id] = body
        self.entries.append(
            (self.programme, self.position, draft.id, draft.fact.kind, draft.happened_on, body)
        )
        self.leaves.append(leaf_hash(body))
        return Receipt(self.programme, self.position, draft.id, self.leaves[-1])

    def _again(self, draft: Draft, body: bytes) -> Verdict:
        """The same id once more: the receipt it has, where it says the same."""
        stored = json.loads(body)
        if self._says_the_same(draft, stored):
            return Receipt(self.programme, stored["position"], draft.id, leaf_hash(body))
        message = _("The id {id} is already on record, and says something else.")
        return Refused(draft.id, (Objection("id", message.format(id=draft.id)),), conflict=True)

    def _says_the_same(self, draft: Draft, stored: dict[str, Any]) -> bool:
        """Whether it was this that was recorded. What was shredded is taken to be the same."""
        held = dict(self.known.get(stored["position"], {}))
        whole = held.pop(WHOLE, None)
        if whole:
            stored |= {"sealed": {}} | json.loads(whole.value)
        elif stored["kind"] == WITHHELD:
            return True
        said, answers = draft.said(), draft.fact.held_back()
        return (
            canonical({key: stored[key] for key in said}) == canonical(said)
            and answers.keys() == stored.get("sealed", {}).keys()
            and all(canonical(answers[field]) == part.value for field, part in held.items())
        )

    def _objections_to_files(self, fact: Fact) -> Iterator[Objection]:
        for name in fact.files():
            file = getattr(fact, name)
            if file is not None and not files.is_kept(self.programme, file):
                yield Objection(name, _("There is no file of this hash here; send the file first."))

    def _objections_to_shredding(self, fact: PartShredded) -> Iterator[Objection]:
        if (UUID(fact.entry), fact.field) not in self.open:
            message = _(
                "The entry {entry} has no sealed answer ‘{field}’, or it was erased already."
            )
            yield Objection("field", message.format(entry=fact.entry, field=fact.field))

    def write(self) -> None:
        Columns.of(Entry).insert(self.entries)
        self.rows.flush()
        sealing.keep(self.programme, self.parts)
        if self.shredded:
            _shred(self.programme, self.shredded)


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
    """How many facts a programme's journal holds."""
    return Head.objects.filter(programme=programme).values_list("position", flat=True).first() or 0


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


def body_of(
    said: Mapping[str, Any],
    *,
    programme: str,
    position: int,
    recorded_at: datetime,
    sealed: Mapping[str, str],
) -> bytes:
    """The canonical bytes of an entry: the leaf of the programme's log."""
    envelope = {
        **said,
        "position": position,
        "programme": programme,
        "recorded_at": recorded_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return canonical({**envelope, "sealed": sealed} if sealed else envelope)


def _recorded(said: Envelope[Any], post: str, fact: Fact) -> Recorded[Fact]:
    return Recorded(
        programme=said.programme,
        position=said.position,
        id=said.id,
        happened_on=said.happened_on,
        recorded_at=said.recorded_at,
        post=post,
        fact=fact.upcast().unsealed(),
    )


# Shredding


def _shred(programme: str, parts: Sequence[tuple[int, str]]) -> None:
    """Erase parts, and the files that nothing names any more once that is durable."""
    files.doom(programme, sealing.erase(programme, parts))
    transaction.on_commit(partial(_after_shredding, programme))


def _after_shredding(programme: str) -> None:
    with transaction.atomic():
        lock(programme)  # else somebody could name a file between the look and the deletion
        files.bury(programme)
    sealing.after_erasing()


def _shred_again(programme: str) -> None:
    """Erase what facts say was erased: a database from an older backup has it once more."""
    shreds = sealing.shreds_in(programme)
    there = sealing.parts_of_ids(programme, {id for id, _field in shreds})  # noqa: A001
    again = [(position, key[1]) for key, (position, _file) in there.items() if key in shreds]
    if again:
        _shred(programme, again)


def finish_shredding() -> None:
    """Delete the files that a crash left doomed. Run at each start."""
    for programme in files.with_doomed():
        _after_shredding(programme)


def named(fact: Fact) -> Iterator[tuple[str, str, str]]:
    """The things on record that a fact names, as (field, read model, id)."""
    for name, called in (*fact.references(), *fact.brings()):
        value = getattr(fact, name)
        for id in value if isinstance(value, tuple) else (value,):  # noqa: A001
            if id is not None:
                yield name, called, id


def _objections_to_what_is_left_out(fact: Fact) -> Iterator[Objection]:
    """A sealed question may be open in an entry, where it was shredded; not in a new one."""
    for name, mark in fact.seals().items():
        if mark.needed and getattr(fact, name) is None:
            yield Objection(name, _("This must be answered."))


def _objections_to_references(fact: Fact, rows: Rows) -> Iterator[Objection]:
    new = set(fact.brings())
    for name, called, id in named(fact):  # noqa: A001
        there = rows.find(called, id) is not None
        if there and (name, called) in new:
            yield Objection(name, _("‘{id}’ is already taken; choose another id.").format(id=id))
        elif not there and (name, called) not in new:
            message = _("There is no {thing} ‘{id}’ in this programme.")
            yield Objection(name, message.format(thing=called, id=id))
