"""The journal: append facts, read them back, rebuild the read models, check every invariant.

Rules, steps and read models come from the capabilities; catalog.py puts them together.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from types import ModuleType
from typing import Any
from uuid import UUID

from pydantic import ValidationError

import cairn.journal.facts
from cairn.journal import sealing, seeking, spread
from cairn.journal.batch import (
    Batch,
    named,
    objections_to_references,
    objections_to_what_is_left_out,
)
from cairn.journal.codec import canonical
from cairn.journal.columns import IN_ONE_QUERY, Columns, in_chunks
from cairn.journal.entry import (
    Draft,
    Envelope,
    Inside,
    Receipt,
    Refused,
    Verdict,
    Withheld,
    recorded_of,
)
from cairn.journal.fact import Fact, Visibility, kinds_in
from cairn.journal.heads import CHUNK, entries, lock
from cairn.journal.models import Entry, Head
from cairn.journal.past import Past
from cairn.journal.projection import Objection, ReadModel, Recorded, Rows, marked_in, read_models_in
from cairn.journal.readonly import refuse_if_read_only
from cairn.journal.sealing import WHOLE, WITHHELD, Salt
from cairn.journal.shredding import shred_again
from cairn.values import SLUG, CairnError, nfc


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


def receipt_in(verdict: Verdict) -> Receipt:
    """The receipt that a verdict is. Raises ConflictError and RefusedError where it is none."""
    if isinstance(verdict, Refused):
        if verdict.conflict:
            raise ConflictError(verdict.objections[0].message)
        raise RefusedError(verdict.objections)
    return verdict


@dataclass(frozen=True, eq=False)
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

    def build(self) -> None:
        """Build what reads and writes each kind, which else its first use does: before threads use it."""
        for kind in (*self.kinds.values(), *self.envelopes.values()):
            kind.model_rebuild()

    # Appending

    def append(self, programme: str, draft: Draft, *, now: datetime) -> Receipt:
        """Record one fact, or answer the receipt it already has.

        Raises RefusedError and ConflictError; then nothing was written.
        """
        return receipt_in(self.append_batch(programme, [draft], now=now)[0])

    def append_batch(
        self,
        programme: str,
        drafts: Sequence[Draft],
        *,
        now: datetime,
        all_or_none: bool = False,
    ) -> list[Verdict]:
        """Record facts in order, in one transaction; a verdict for each.

        Each is judged with those before it already recorded. Those refused are left out; with
        `all_or_none` one refusal leaves out all, and the refusals alone are the answer.
        Raises ProgrammeIdError and ReadOnlyError.
        """
        with self.batch(programme, now=now) as batch:
            verdicts = batch.judge(drafts)
            refused: list[Verdict] = [said for said in verdicts if isinstance(said, Refused)]
            if all_or_none and refused:
                batch.leave_out_all()
                return refused
        return verdicts

    @contextmanager
    def batch(self, programme: str, *, now: datetime) -> Iterator[Batch]:
        """A transaction that holds a programme's lock from its first statement on, for one append.

        Who judges by more than the rules reads `batch.rows` for it. What stood when this ends is
        written; nothing, where it ends with an error. Raises ProgrammeIdError and ReadOnlyError.
        """
        if not re.fullmatch(SLUG, programme) or programme != nfc(programme):
            raise ProgrammeIdError(
                f"‘{programme}’ cannot be a programme's id; use letters, digits, -"
            )
        refuse_if_read_only(programme)
        recorded_at = now.astimezone(UTC).replace(microsecond=0)
        with spread.atomic(programme):
            head = lock(programme)
            batch = Batch(self, Rows(programme, self.tables), head.position, recorded_at)
            yield batch
            if batch.entries:
                batch.write()
                head.tree = head.tree.with_leaves(batch.leaves)
                Columns.of(Head).upsert(programme, [head])
            elif not head.position:
                # Else the lock of a programme that nobody opened would stay as a row.
                spread.roll_back(programme)

    def objections(self, recorded: Recorded[Fact], rows: Rows) -> list[Objection]:
        """Why this fact cannot be recorded now; empty when it can."""
        found = list(objections_to_references(recorded.fact, rows))
        found += objections_to_what_is_left_out(recorded.fact)
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

    def posts_of(self, programme: str, ids: Collection[UUID]) -> dict[UUID, str]:
        """Which post recorded each of these facts, as far as they are on record and to be read."""
        found: dict[UUID, str] = {}
        for chunk in in_chunks(sorted(ids)):
            entries = Entry.objects.filter(programme=programme, id__in=list(chunk))
            said = list(entries.values_list("id", "kind", "body"))
            found |= {id: json.loads(bytes(body))["post"] for id, _kind, body in said}  # noqa: A001
            held_back = [id for id, kind, _body in said if self._is_withheld(kind)]  # noqa: A001
            if held_back:
                found |= dict.fromkeys(held_back, "")
                whole = list(entries.filter(id__in=held_back))
                found |= {said.id: said.post for said in self._read(whole, lost=False)}
        return found

    def _read(self, chunk: Sequence[Entry], *, lost: bool = True) -> Iterator[Recorded[Fact]]:
        """Entries of one programme. Those that nobody can read are left out unless `lost`."""
        withheld = [entry for entry in chunk if self._is_withheld(entry.kind)]
        parts = (
            sealing.parts_at(chunk[0].programme, [e.position for e in withheld]) if withheld else {}
        )
        for entry in chunk:
            if not self._is_withheld(entry.kind):
                said = self.envelope(entry.kind, bytes(entry.body))
                yield recorded_of(said, said.post, said.fact)
                continue
            said = self.envelope(WITHHELD, bytes(entry.body))
            whole = parts.get(entry.position, {}).get(WHOLE)
            if whole:
                inside = Inside.model_validate_json(whole.value)
                fact = self.fact(inside.kind, canonical(inside.fact))
                yield recorded_of(said, inside.post, fact)
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
        """Drop every read model of a programme and fold its journal anew. Returns the position.

        Its pasts are dropped with them, and come back when somebody asks.
        """
        with spread.atomic(programme):
            head = lock(programme)
            for past in self.pasts(programme):
                self.drop(past.key)
            for table in self.tables.values():
                table.objects.filter(programme=programme).delete()
            seeking.forget(programme)
            self.refold(programme, into=programme, progress=progress)
            shred_again(programme)
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
            with spread.atomic(programme):
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
        """The pasts that have rows in the read models: of one programme, or of all that answer."""
        known = self.tables["programme"].objects
        of = spread.groups_that_answer() if programme is None else [spread.group_of(programme)]
        keys = (key for one in of for key in known.using(one).values_list("programme", flat=True))
        found = [past for past in map(Past.parse, keys) if past]
        return [past for past in found if programme in (None, past.programme)]

    def drop(self, past: str) -> None:
        """Drop the read models of a past, a chunk at a time, so that no append waits for long.

        The row by which `pasts` finds it goes last: interrupted, it is found again.
        """
        seeking.forget(past)
        for table in sorted(self.tables.values(), key=lambda table: table.called == "programme"):
            rows = table.objects.filter(programme=past)
            while ids := list(rows.values_list("id", flat=True)[:IN_ONE_QUERY]):
                rows.filter(id__in=ids).delete()
