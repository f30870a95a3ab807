"""One append in the making: judges drafts in order, then writes what stood."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from cairn.journal import files, sealing, spread
from cairn.journal.codec import canonical
from cairn.journal.columns import Columns
from cairn.journal.entry import Draft, Receipt, Refused, Verdict, written
from cairn.journal.fact import Fact
from cairn.journal.facts import PartShredded
from cairn.journal.models import Entry
from cairn.journal.projection import Objection, Recorded, Rows
from cairn.journal.sealing import WHOLE, WITHHELD, Part
from cairn.journal.shredding import shred
from cairn.merkle.hashing import leaf_hash
from cairn.merkle.tile import MAX_ENTRY_BYTES
from cairn.values import SLUG, nfc

if TYPE_CHECKING:
    from cairn.journal.journal import Journal


May = Callable[[Draft, Rows], Sequence[Objection]]
"""What is said against a draft before any rule is asked: that whoever sends it may not record it."""


@dataclass
class Batch:
    """One append in the making: judges drafts in order; the journal writes what stood."""

    journal: "Journal"
    rows: Rows
    position: int
    recorded_at: datetime
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    """Rows of the entry table, in the order of its columns."""

    def __post_init__(self) -> None:
        self.programme = self.rows.programme
        self.taken: dict[UUID, bytes] = {}
        self._looked_up: set[UUID] = set()
        self.posts: dict[UUID, str] = {}
        """Which post recorded each of what stood: no table has them yet."""
        self.leaves: list[bytes] = []
        self.parts: list[tuple[int, Part]] = []
        self.known: dict[int, dict[str, Part]] = {}
        """The parts of entries whose ids may be sent once more, by position and field."""
        self.open: dict[tuple[UUID, str], tuple[int, str]] = {}
        """The (position, file) of parts that could be shredded here, by id of entry and field."""
        self.shredded: list[tuple[int, str]] = []

    def judge(self, drafts: Sequence[Draft], may: May | None = None) -> list[Verdict]:
        """A verdict for each, with those before it taken as recorded; `may` is asked first.

        Raises whatever `may` does.
        """
        self.look_up(drafts)
        return [self._judge(draft, may) for draft in drafts]

    def look_up(self, drafts: Sequence[Draft]) -> None:
        """Read at once what these ask about: whether their ids were sent before, and what they name."""
        drafts = [draft for draft in drafts if draft.id not in self._looked_up]
        if not drafts:
            return
        self._looked_up |= {draft.id for draft in drafts}
        before = _bodies(self.programme, [draft.id for draft in drafts])
        self.taken |= before
        self.rows.load(thing for draft in drafts for thing in things(draft.fact.upcast()))
        self._look_for_parts(before, drafts)

    def _look_for_parts(self, before: Mapping[UUID, bytes], drafts: Sequence[Draft]) -> None:
        sealed = [body for body in before.values() if b'"sealed":{' in body]
        if sealed:
            positions = [json.loads(body)["position"] for body in sealed]
            self.known |= sealing.parts_at(self.programme, positions)
        named_by = [_entry_of(d.fact) for d in drafts if isinstance(d.fact, PartShredded)]
        if shreds := {entry for entry in named_by if entry}:
            found = sealing.parts_of_ids(self.programme, shreds)
            gone = set(self.shredded)
            self.open |= {
                (id_, name): at for (id_, name), at in found.items() if (at[0], name) not in gone
            }

    def _judge(self, draft: Draft, may: May | None) -> Verdict:
        taken = self.taken.get(draft.id)
        if taken is not None:
            return self._again(draft, taken)
        if may and (forbids := may(draft, self.rows)):
            return Refused(draft.id, tuple(forbids))
        recorded = Recorded(
            programme=self.programme,
            position=self.position + 1,
            id=draft.id,
            happened_on=draft.happened_on,
            recorded_at=self.recorded_at,
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
        body, parts = written(
            draft,
            programme=self.programme,
            position=recorded.position,
            recorded_at=recorded.recorded_at,
            salt=self.journal.salt,
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
        self.taken[draft.id], self.posts[draft.id] = body, draft.post
        self.entries.append(
            (self.programme, self.position, draft.id, draft.fact.kind, draft.happened_on, body)
        )
        self.leaves.append(leaf_hash(body))
        return Receipt(self.programme, self.position, draft.id, self.leaves[-1])

    def _again(self, draft: Draft, body: bytes) -> Verdict:
        """The same id once more: the receipt it has, where it says the same."""
        stored = json.loads(body)
        if self._says_the_same(draft, stored):
            position = stored["position"]
            return Receipt(self.programme, position, draft.id, leaf_hash(body), again=True)
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
        for name, mark in fact.files().items():
            file = getattr(fact, name)
            here = files.kept(self.programme, file) if file is not None else None
            if file is not None and here is None:
                message = _("There is no file of this hash here; send the file first.")
                yield Objection(name, message, waits_for=(("file", file),))
            elif here and here.is_recording != mark.heard:
                message = (
                    _("This is no recording; choose one.")
                    if mark.heard
                    else _("This is a recording; choose a picture or a PDF.")
                )
                yield Objection(name, message)

    def _objections_to_shredding(self, fact: PartShredded) -> Iterator[Objection]:
        if (_entry_of(fact), fact.field) not in self.open:
            message = _(
                "The entry {entry} has no sealed answer ‘{field}’, or it was erased already."
            )
            yield Objection("field", message.format(entry=fact.entry, field=fact.field))

    def leave_out_all(self) -> None:
        """Have nothing written, of what stood and whatever else the transaction wrote; it is over."""
        self.entries = []
        spread.roll_back(self.programme)

    def write(self) -> None:
        """Insert what stood, write the rows that it changed, and erase what it shredded."""
        Columns.of(Entry).insert(self.programme, self.entries)
        self.rows.flush()
        sealing.keep(self.programme, self.parts)
        if self.shredded:
            shred(self.programme, self.shredded)


def _entry_of(fact: PartShredded) -> UUID | None:
    """The entry that it names; None where what it has is no id, and so names none."""
    try:
        return UUID(fact.entry)
    except ValueError:
        return None


def _bodies(programme: str, ids: Sequence[UUID]) -> dict[UUID, bytes]:
    return {entry.id: bytes(entry.body) for entry in Columns.of(Entry).find(programme, ids)}


def named(fact: Fact) -> Iterator[tuple[str, str, str]]:
    """The things on record that a fact names, as (field, read model, id)."""
    for name, called in (*fact.references(), *fact.brings()):
        value = getattr(fact, name)
        for id in value if isinstance(value, tuple) else (value,):  # noqa: A001
            if id is not None:
                yield name, called, id


def things(fact: Fact) -> Iterator[tuple[str, str]]:
    """The same as (read model, id)."""
    return ((called, id) for _field, called, id in named(fact))  # noqa: A001


def objections_to_what_is_left_out(fact: Fact) -> Iterator[Objection]:
    """A sealed question may be open in an entry, where it was shredded; not in a new one."""
    for name, mark in fact.seals().items():
        if mark.needed and getattr(fact, name) is None:
            yield Objection(name, _("This must be answered."))


def objections_to_references(fact: Fact, rows: Rows) -> Iterator[Objection]:
    """What a fact names must be on record, and what it brings must be new."""
    new = set(fact.brings())
    for name, called, id in named(fact):  # noqa: A001
        there = rows.find(called, id) is not None
        if there and (name, called) in new:
            yield Objection(name, _("‘{id}’ is already taken; choose another id.").format(id=id))
        elif not there and (name, called) not in new:
            message = _("There is no {thing} ‘{id}’ in this programme.")
            said = message.format(thing=called, id=id)
            yield Objection(name, said, waits_for=((called, id),))
