"""What must hold of every programme, and where it does not: the work of `cairn check`.

Nothing is changed. The read models are folded anew beside the live ones, in a transaction that is
rolled back, and compared; memory stays flat. On SQLite, appends wait until that is done.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from types import ModuleType
from typing import Any

from django.db import DatabaseError, connection, connections, transaction

from cairn.journal import files, sealing, spread
from cairn.journal.batch import named
from cairn.journal.codec import NotCanonicalError, canonical
from cairn.journal.entry import Envelope, Inside
from cairn.journal.fact import Fact
from cairn.journal.heads import CHUNK, entries, lock
from cairn.journal.journal import Journal, LostPartError, UnknownKindError
from cairn.journal.log import ContradictionError, Log
from cairn.journal.models import Entry, Head, SealedPart
from cairn.journal.projection import ReadModel, Recorded, Rows
from cairn.journal.readonly import why_read_only
from cairn.journal.sealing import WHOLE, WITHHELD, Part
from cairn.merkle.frontier import Frontier, FrontierError
from cairn.merkle.hashing import leaf_hash

SHOWN = 5
"""How many of the places where an invariant fails are named; the rest are counted."""

BESIDE = "@~"
"""What the programme is called under which read models are folded anew: no programme can be, and no past."""

CONTINUES = "the database continues what its log published"
"""One answer that a sound backup may fail: it is older than what it replaces."""

FILES = "every file that a sealed part names is kept, whole, and no other is doomed"
"""The other: a file may have been shredded while the backup was made."""

SHREDDING_SECONDS = 1.0
"""In which a shredding that is durable has deleted its files."""

Advance = Callable[[int], None]
Invariant = Callable[[str], Iterator[str]]
"""Given a programme, yields what is wrong and where. Its docstring is the sentence that holds."""


@dataclass
class Answer:
    """One invariant: whether it holds, and the first places where it does not."""

    holds: str
    wrong: list[str] = field(default_factory=list)
    more: int = 0

    @classmethod
    def of(cls, holds: str, found: Iterable[str]) -> "Answer":
        """Take in everything found wrong, keeping the first."""
        answer = cls(holds)
        for place in found:
            answer.add(place)
        return answer

    def add(self, place: str) -> None:
        """Note one place where it does not hold."""
        if len(self.wrong) < SHOWN:
            self.wrong.append(place)
        else:
            self.more += 1


def beside(programme: str) -> str:
    """The programme under which the read models of another are folded anew."""
    return f"{programme}{BESIDE}"


def programmes() -> list[str]:
    """Every programme that anything is recorded of, where its database can be reached."""
    return sorted(
        programme
        for group in spread.groups_that_answer()
        for programme in _recorded_in(group)
        if spread.group_of(programme) == group
    )


def _recorded_in(group: str) -> list[str]:
    heads = Head.objects.using(group).values_list("programme")
    return [one for (one,) in heads.union(Entry.objects.using(group).values_list("programme"))]


def database_answers(group: str = spread.DEFAULT) -> Iterator[Answer]:
    """What holds of the database of a group, whichever programmes it keeps."""
    yield Answer.of("triggers guard the entries", _missing_triggers(group))
    yield Answer.of("entries can be neither changed nor deleted", _what_changes_an_entry(group))
    if len(spread.groups()) > 1:
        yield Answer.of("it keeps facts of its own programmes alone", _strangers(group))


def _strangers(group: str) -> Iterator[str]:
    """Programmes that are on record where nobody looks for them: groups.toml says otherwise."""
    for programme in _recorded_in(group):
        if spread.group_of(programme) != group:
            yield f"‘{programme}’ is of the group ‘{spread.group_of(programme)}’"


def answers(
    journal: Journal,
    programme: str,
    *,
    invariants: Sequence[Invariant] = (),
    progress: Advance = lambda _position: None,
) -> Iterator[Answer]:
    """What holds of a programme, one answer after the other; others may record meanwhile."""
    yield from _Entries(journal, programme).check(progress)
    yield Answer.of(FILES, _files_not_kept(programme))
    yield Answer.of(CONTINUES, _contradictions(programme))
    anew = "read models are what a rebuild makes of the journal"
    yield Answer.of(anew, _differences(journal, programme, progress))
    for invariant in invariants:
        with spread.at_one_moment(programme):
            found = Answer.of(_sentence(invariant), invariant(programme))
        yield found


def _sentence(invariant: Invariant) -> str:
    sentence = str(invariant.__doc__).rstrip(".")
    return sentence[0].lower() + sentence[1:]


def invariants_in(module: ModuleType) -> list[Invariant]:
    """The invariants of a capability: the public functions of its checks.py."""
    return [
        thing
        for name, thing in vars(module).items()
        if callable(thing)
        and not name.startswith("_")
        and getattr(thing, "__module__", None) == module.__name__
    ]


# Entries


class _Entries:
    """One walk over a programme's entries up to its head, judging each of them in every way.

    They never change, so they are read a chunk at a time; what others record meanwhile is for the next check.
    """

    def __init__(self, journal: Journal, programme: str) -> None:
        self.journal = journal
        self.programme = programme
        self.gaps = Answer("positions have no gaps, up to the head")
        self.known = Answer("every kind is known")
        self.bytes = Answer("every entry is its canonical bytes")
        self.columns = Answer("columns say what the bytes say")
        self.ids = Answer("an id is recorded once")
        self.named = Answer("everything a fact names is on record")
        self.parts = Answer("every sealed part is what its entry commits to, or a fact erased it")
        self.shreds = sealing.shreds_in(programme)
        self.tree = Answer("the tree over the entries is the head's")

    def check(self, progress: Advance) -> list[Answer]:
        expected, tree, head = 1, Frontier(), _head(self.programme)
        found = entries(self.programme, until=head.position)
        while chunk := list(islice(found, CHUNK)):
            for entry in chunk:
                if entry.position != expected:
                    self.gaps.add(f"position {expected} is followed by {entry.position}")
                expected = entry.position + 1
            tree = tree.with_leaves(leaf_hash(bytes(entry.body)) for entry in chunk)
            self._hold_parts(chunk)
            self._resolve([said for entry in chunk if (said := self._read(entry))])
            progress(expected - 1)
        if head.position != expected - 1:
            self.gaps.add(f"the head stands at {head.position}, the last entry at {expected - 1}")
        self._look_beyond()
        for id in _ids_taken_twice(self.programme):  # noqa: A001 - it is the id
            self.ids.add(f"id {id} stands more than once")
        self._compare(tree, head)
        return [
            self.gaps,
            self.known,
            self.bytes,
            self.columns,
            self.ids,
            self.named,
            self.parts,
            self.tree,
        ]

    def _head(self) -> Head:
        return Head.objects.filter(programme=self.programme).first() or Head(
            programme=self.programme
        )

    def _look_beyond(self) -> None:
        """The last entry of all is the head's, also where nobody looked that far."""
        with spread.at_one_moment(self.programme):
            head, every = _head(self.programme), Entry.objects.filter(programme=self.programme)
            last = every.order_by("-position").values_list("position", flat=True).first() or 0
        if last > head.position:
            self.gaps.add(f"the head stands at {head.position}, the last entry at {last}")

    def _compare(self, tree: Frontier, head: Head) -> None:
        """Where the head is of another position, it was said already: no tree can be the same."""
        try:
            if head.position == tree.size and head.tree != tree:
                self.tree.add(f"the entries hash to {tree.root.hex()}, not {head.tree.root.hex()}")
        except FrontierError as error:
            self.tree.add(f"the head's tree is damaged: {error}")

    def _read(self, entry: Entry) -> Recorded[Fact] | None:
        """The fact of an entry, where it can be read. Its bytes must be those it would have."""
        where, body = f"position {entry.position}", bytes(entry.body)
        try:
            said = self.journal.read(entry)
            written = self._written(entry)
        except UnknownKindError as error:
            self.known.add(f"{where}: {error}")
            return None
        except LostPartError as error:
            self.parts.add(f"{where}: {error}")
            return None
        except ValueError as error:
            self.bytes.add(f"{where}: {_why_unreadable(body) or error}")
            return None
        if _written(written) != body:
            self.bytes.add(
                f"{where}: {_why_unreadable(body) or 'it says what its kind leaves out'}"
            )
        columns = (entry.programme, entry.position, entry.id, entry.kind, entry.happened_on)
        kind = entry.kind if _kind_in(body) == WITHHELD else _kind_in(body)
        inside = (said.programme, said.position, said.id, kind, said.happened_on)
        for name, column, value in zip(_COLUMNS, columns, inside, strict=True):
            if column != value:
                self.columns.add(f"{where}: {name} is {column}, its bytes say {value}")
        return said

    def _written(self, entry: Entry) -> Envelope[Any]:
        body = bytes(entry.body)
        kind = WITHHELD if b'"kind":"~withheld"' in body else entry.kind
        return self.journal.envelope(kind, body)

    def _hold_parts(self, chunk: list[Entry]) -> None:
        """Hold what is kept beside the journal against the entries, both ways.

        What seems wrong may be a shredding since: it is looked at again, and the shreddings with it.
        """
        if any(self._wrong_parts(chunk)):
            with spread.at_one_moment(self.programme):
                self.shreds = sealing.shreds_in(self.programme)
                wrong = list(self._wrong_parts(chunk))
            for place in wrong:
                self.parts.add(place)

    def _wrong_parts(self, chunk: list[Entry]) -> Iterator[str]:
        kept = sealing.parts_at(self.programme, [entry.position for entry in chunk])
        for entry in chunk:
            parts = kept.get(entry.position, {})
            for field_name, commitment in _commitments(bytes(entry.body), parts).items():
                part = parts.pop(field_name, None)
                where = f"position {entry.position}: its ‘{field_name or 'whole'}’"
                if part is not None and part.commitment != commitment:
                    yield f"{where} is not what was committed to"
                if part is None and (entry.id, field_name) not in self.shreds:
                    yield f"{where} is missing, and no fact says that it was erased"
                if part is not None and (entry.id, field_name) in self.shreds:
                    yield f"{where} is still here, and a fact says that it was erased"
            for field_name in parts:
                yield f"position {entry.position} commits to no ‘{field_name}’"

    def _resolve(self, facts: list[Recorded[Fact]]) -> None:
        rows = Rows(self.programme, self.journal.tables)
        rows.load((called, id) for said in facts for _field, called, id in named(said.fact))  # noqa: A001
        for said in facts:
            for field_name, called, id in named(said.fact):  # noqa: A001
                if rows.find(called, id) is None:
                    self.named.add(
                        f"position {said.position}: {field_name} names no {called} ‘{id}’"
                    )


def _files_not_kept(programme: str) -> Iterator[str]:
    """Files that are missing or damaged, each by its id. All of them are read.

    What seems wrong may be a shredding under way: it is looked at again, once that has had its time, while
    nobody can shred.
    """
    rows = SealedPart.objects.filter(programme=programme).exclude(file="")
    named = rows.values_list("file", flat=True).distinct().order_by("file")
    seem_wrong = [file for file in named.iterator() if _why_not_kept(programme, file)]
    doomed = files.doomed_in(programme)
    if not seem_wrong and not doomed:
        return
    time.sleep(SHREDDING_SECONDS)
    with spread.atomic(programme):
        lock(programme)
        for file in seem_wrong:
            if rows.filter(file=file).exists() and (why := _why_not_kept(programme, file)):
                yield f"{file} {why}"
        if doomed & files.doomed_in(programme):
            yield "some that nothing names wait to be deleted: start Cairn anew"
        spread.roll_back(programme)


def _why_not_kept(programme: str, file: str) -> str:
    try:
        content = files.path_of(programme, file).read_bytes()
    except FileNotFoundError:
        return "is missing"
    return "" if sha256(content).hexdigest() == file else "is not as it was kept"


def _contradictions(programme: str) -> Iterator[str]:
    reason = why_read_only(programme)
    if reason:
        yield f"{reason} The programme takes no facts until `cairn log recover {programme}` is run."
        return
    try:
        Log(programme).hold(_head(programme))
    except ContradictionError as error:
        yield str(error)


def _head(programme: str) -> Head:
    """A programme's head as it stands, damaged or not; of position 0 where there is none."""
    return Head.objects.filter(programme=programme).first() or Head(programme=programme)


_COLUMNS = ("programme", "position", "id", "kind", "happened_on")


def _commitments(body: bytes, parts: dict[str, Part]) -> dict[str, str]:
    """What an entry commits to, by field; of one that is withheld also what its whole does."""
    if b'"sealed":{' not in body:
        return {}
    try:
        found: dict[str, str] = dict(json.loads(body)["sealed"])
        if WHOLE in found and WHOLE in parts:
            found |= Inside.model_validate_json(parts[WHOLE].value).sealed
    except (ValueError, KeyError, TypeError):
        return {}  # bytes that nobody can read are found wrong elsewhere
    return found


def _written(envelope: Envelope[Any]) -> bytes:
    """The bytes of an entry once more; none where it has no canonical ones."""
    try:
        return bytes(envelope)
    except NotCanonicalError:
        return b""


def _kind_in(body: bytes) -> object:
    return json.loads(body)["kind"]


def _why_unreadable(body: bytes) -> str:
    """What is wrong with bytes, before any kind is asked; empty when nothing is."""
    try:
        return "" if canonical(json.loads(body)) == body else "its bytes are not canonical"
    except (ValueError, NotCanonicalError) as error:
        return str(error)


def _ids_taken_twice(programme: str) -> list[str]:
    with spread.connection_of(programme).cursor() as cursor:
        cursor.execute(
            "SELECT id FROM journal_entry WHERE programme = %s GROUP BY id HAVING count(*) > 1",
            [programme],
        )
        return [str(id) for (id,) in cursor.fetchall()]  # noqa: A001


# Read models

Row = dict[str, Any]


def _differences(journal: Journal, programme: str, progress: Advance) -> Iterator[str]:
    """Rows in which the live read models and those folded anew differ, table by table."""
    with spread.atomic(programme):
        lock(programme)
        try:
            journal.refold(programme, into=beside(programme), progress=progress)
        except Exception as error:  # noqa: BLE001 - a journal that cannot be folded is the finding
            yield f"the journal cannot be folded: {type(error).__name__}: {error}"
        else:
            for table in journal.tables.values():
                yield from _different_rows(table, programme)
        spread.roll_back(programme)


def _different_rows(table: type[ReadModel], programme: str) -> Iterator[str]:
    """Each anew row against the live one of its id, then live rows that nothing made."""
    for fresh, live in _pairs(table, beside(programme), programme):
        for name, expected in fresh.items():
            if live is None:
                yield f"{table.called} {fresh['id']} is missing"
                break
            if name != "programme" and live[name] != expected:
                yield f"{table.called} {fresh['id']}: {name} is {live[name]!r}, not {expected!r}"
                break
    for row, made in _pairs(table, programme, beside(programme)):
        if made is None:
            yield f"{table.called} {row['id']} follows from no fact"


def _pairs(table: type[ReadModel], one: str, other: str) -> Iterator[tuple[Row, Row | None]]:
    """Each row of one programme, with the row of the same id in the other."""
    after = ""
    rows: Any = table.objects.order_by("id")
    while chunk := list(rows.filter(programme=one, id__gt=after).values()[:CHUNK]):
        first, after = chunk[0]["id"], chunk[-1]["id"]
        beside = rows.filter(programme=other, id__gte=first, id__lte=after).values()
        by_id = {row["id"]: row for row in beside}
        for row in chunk:
            yield row, by_id.get(row["id"])


# The database

_TRIGGERS = {
    "sqlite": (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_entry'",
        {"no_update", "no_delete", "no_gap", "no_replace"},
    ),
    "postgresql": (
        """
        SELECT tgname FROM pg_trigger
        WHERE tgrelid = 'journal_entry'::regclass AND tgenabled IN ('O', 'A')
        """,
        {"no_change", "no_truncate"},
    ),
}


def _missing_triggers(group: str) -> Iterator[str]:
    query, expected = _TRIGGERS[connection.vendor]
    with connections[group].cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    for name in sorted(expected):
        if f"journal_entry_{name}" not in there:
            yield f"the trigger journal_entry_{name} is gone or off"


def _what_changes_an_entry(group: str) -> Iterator[str]:
    """Try it on one entry, and take back what should not have worked."""
    one = Entry.objects.using(group).order_by().first()
    if one is None:
        return
    where = "WHERE programme = %s AND position = %s"
    for statement in (
        f"UPDATE journal_entry SET kind = kind {where}",  # noqa: S608 - a fixed text
        f"DELETE FROM journal_entry {where}",  # noqa: S608 - likewise
    ):
        try:
            with transaction.atomic(using=group), connections[group].cursor() as cursor:
                cursor.execute(statement, [one.programme, one.position])
                transaction.set_rollback(True, using=group)
        except DatabaseError:
            continue
        yield f"{statement.split()[0]} of an entry was not refused"
