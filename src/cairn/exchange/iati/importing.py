"""Importing an IATI file of other publishers: what it says that is not on record, as facts.

The file is read once, an activity at a time, beside what is on record of it; the facts that this makes
wait on disk until all of it was read, and are then recorded in one transaction: all of a file is on
record, or nothing. Memory grows with the largest activity, and a few bytes for each.
"""

import hashlib
import json
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from pydantic import ValidationError

from cairn.exchange.iati.columns import Problem
from cairn.exchange.iati.compare import Known, Pair, changes, compare
from cairn.exchange.iati.parts import Part
from cairn.exchange.iati.read import Advance
from cairn.exchange.iati.read_whole import ActivityRead, WholeReader
from cairn.journal.columns import in_chunks
from cairn.journal.entry import Draft, Refused
from cairn.journal.heads import lock
from cairn.journal.journal import Journal
from cairn.journal.models import Entry, Head
from cairn.programme.models import Programme
from cairn.reported.facts import (
    ActivityReported,
    ActivityVanished,
    FileRead,
    IndicatorReported,
    ResultReported,
    StatementVanished,
)
from cairn.reported.models import ReportedActivity, ReportedFile, ReportedStatement
from cairn.values import CairnError

CHUNK: Final = 900
MOST_LEFT_OUT: Final = 200
"""Kinds of what is left out that the fact of a file tells; one more line says how many more."""


class NotReadError(CairnError):
    """A file that cannot be read as IATI activities, or is not the one to read. Nothing was written."""


class Came(StrEnum):
    """What became of something that a file says, or said."""

    NEW = "new"
    SAME = "the same"
    CORRECTED = "corrected"
    VANISHED = "vanished"
    LEFT = "left out"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one element, and why."""

    came: Came
    what: str
    activity: str
    line: int
    why: str = ""

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "verdict": self.came.value,
            "what": self.what,
            "activity": self.activity,
            "line": self.line,
            "why": self.why,
        }


@dataclass
class Outcome:
    """What came of a file."""

    name: str
    sha256: str
    activities: int = 0
    transactions: int = 0
    replaces: str = ""
    """The name of the file of which it is taken for a newer version."""
    already: date | None = None
    """The day on which this very file was read before."""
    written: bool = False
    counts: Counter[tuple[str, Came]] = field(default_factory=Counter)
    left_out: list[tuple[str, str, int, int]] = field(default_factory=list)
    """What is not kept: (where it stands, why, how often, the first line)."""
    unread: list[Problem] = field(default_factory=list)
    """What could not be read, or not as it was written."""
    refused: list[Verdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def lost(self) -> int:
        """How many things of a kind that is kept could not be kept."""
        return sum(one.transactions for one in self.unread) + len(self.refused)


@dataclass
class IatiImport:
    """An import of one file into one programme. `on_verdict` hears what becomes of each element."""

    journal: Journal
    path: Path
    programme: str
    post: str
    now: datetime
    replaces: str | None = None
    advance: Advance = lambda _bytes: None
    on_verdict: Callable[[Verdict], None] = lambda _verdict: None

    def run(self, *, dry_run: bool = False, all_or_nothing: bool = False) -> Outcome:
        """Import; with `dry_run` judge everything and write nothing.

        Raises NotReadError for what is no file of activities, or is older than what is on record.
        """
        today = self._today()
        outcome = Outcome(self.path.name[:200], _hash_of(self.path))
        if before := self._files().filter(id=outcome.sha256).first():
            return self._read_before(outcome, before)
        since = Head.objects.get(programme=self.programme).position
        older = self._older(outcome)
        with tempfile.TemporaryFile("w+", encoding="utf-8") as waiting:
            reading = _Reading(self, outcome, waiting, self._line_of(older))
            reader = WholeReader(self.path, reading.take)
            reader.read(self.advance)
            reading.flush()
            self._refuse_what_is_not_read(reader, older)
            if older and reader.damaged:
                outcome.notes.append(
                    "The file is damaged; what it says no more is not taken to have vanished."
                )
            elif older:
                reading.say_what_vanished()
            first = self._file_read(outcome, reader, older)
            waiting.seek(0)
            drafts = self._drafts(waiting, today)
            if reading.waits:
                self._append(
                    outcome, first, drafts, today, since, dry_run=dry_run, strict=all_or_nothing
                )
        return outcome

    def _today(self) -> date:
        programme = Programme.objects.filter(programme=self.programme).first()
        if programme is None:
            raise NotReadError(f"There is no programme ‘{self.programme}’; open it first.")
        return self.now.astimezone(ZoneInfo(programme.timezone)).date()

    def _files(self) -> "QuerySet[ReportedFile]":
        return ReportedFile.objects.filter(programme=self.programme)

    def _read_before(self, outcome: Outcome, before: ReportedFile) -> Outcome:
        outcome.already = before.read_on
        outcome.activities, outcome.transactions = before.activities, before.transactions
        if before.replaced_by:
            newer = self._files().get(id=before.replaced_by)
            outcome.notes.append(
                f"A newer version of it was read on {newer.read_on}: {newer.filename}."
            )
        return outcome

    def _older(self, outcome: Outcome) -> ReportedFile | None:
        """The file of which this one is a newer version: that of the same name, or the one named."""
        name = self.replaces or outcome.name
        found = self._files().filter(filename=name, replaced_by="").order_by("-read_on").first()
        if found is None and self.replaces:
            raise NotReadError(
                f"No file called ‘{self.replaces}’ was read into {self.programme}; see `cairn import` "
                "without --replaces."
            )
        outcome.replaces = found.filename if found else ""
        return found

    def _line_of(self, file: ReportedFile | None) -> set[str]:
        """The hashes of a file and all that it is a newer version of."""
        line = {file.id} if file else set()
        while older := set(
            self._files()
            .filter(replaced_by__in=line)
            .exclude(id__in=line)
            .values_list("id", flat=True)
        ):
            line |= older
        return line

    def _refuse_what_is_not_read(self, reader: WholeReader, older: ReportedFile | None) -> None:
        if not reader.source.read:
            reason = reader.published.problems[-1].reason
            raise NotReadError(
                f"{self.path.name} cannot be imported: {reason}. Nothing was written."
            )
        made, before = _moment(reader.generated), _moment(older.generated if older else "")
        if older and made and before and made < before:
            raise NotReadError(
                f"{self.path.name} says that it was made at {reader.generated}, before the version on "
                f"record ({older.filename}, {older.generated}). Nothing was written."
            )

    def _file_read(
        self, outcome: Outcome, reader: WholeReader, older: ReportedFile | None
    ) -> FileRead:
        outcome.activities, outcome.transactions = (
            reader.source.activities,
            reader.source.transactions,
        )
        outcome.unread = [*reader.published.problems, *outcome.unread]
        found = reader.left_out.found
        outcome.left_out = sorted(
            (where, why, times, line) for (where, why), (times, line) in found.items()
        )
        return FileRead(
            sha256=outcome.sha256,
            name=outcome.name,
            version=reader.source.version.strip()[:200] or None,
            generated=reader.generated or None,
            lines=reader.source.lines,
            activities=outcome.activities,
            transactions=outcome.transactions,
            replaces=older.id if older else None,
            left_out=tuple(_told_left_out(outcome)),
        )

    def _drafts(self, waiting: IO[str], today: date) -> Iterator[Draft]:
        for line in waiting:
            kind, id_, body = json.loads(line)
            fact = self.journal.kinds[kind].model_validate_json(json.dumps(body))
            yield Draft(UUID(id_), today, self.post, fact)

    def _append(
        self,
        outcome: Outcome,
        first: FileRead,
        drafts: Iterator[Draft],
        today: date,
        since: int,
        *,
        dry_run: bool,
        strict: bool,
    ) -> None:
        with transaction.atomic():
            lock(self.programme)
            if Entry.objects.filter(
                programme=self.programme, position__gt=since, kind__startswith="reported."
            ).exists():
                raise NotReadError("Something else was imported meanwhile; import this file again.")
            id_ = _uuid(self.programme, outcome.sha256, FileRead.kind)
            self._append_some(outcome, [Draft(id_, today, self.post, first)])
            while chunk := list(islice(drafts, CHUNK)):
                self._append_some(outcome, chunk)
            outcome.written = not dry_run and not (strict and outcome.lost())
            if not outcome.written:
                transaction.set_rollback(True)

    def _append_some(self, outcome: Outcome, drafts: list[Draft]) -> None:
        judged = self.journal.append_batch(self.programme, drafts, now=self.now)
        for draft, said in zip(drafts, judged, strict=True):
            if isinstance(said, Refused):
                why = "; ".join(f"{one.field}: {one.message}" for one in said.objections)
                line = getattr(draft.fact, "line", 0)
                outcome.refused.append(Verdict(Came.LEFT, _what(draft.fact.kind), "", line, why))


@dataclass
class _Reading:
    """The activities of a file as they come, held beside what is on record some at a time."""

    importing: IatiImport
    outcome: Outcome
    waiting: IO[str]
    older: set[str]
    """The hashes of the files of which this one is a newer version."""
    some: list[ActivityRead] = field(default_factory=list)
    size: int = 0
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    """The line of each activity so far, by its id and publisher."""

    waits: int = 0
    """How many facts wait. A file that says nothing new leaves nothing on record."""

    def take(self, activity: ActivityRead) -> None:
        """Hear of an activity."""
        key = (activity.identifier, activity.publisher)
        if first := self.seen.get(key):
            why = f"line {first} has this activity too, and that copy counts"
            self._leave(activity, activity.line, "activity", why, len(activity.parts))
            return
        if len(activity.identifier) > 200:
            why = "its id is longer than 200 signs"
            self._leave(activity, activity.line, "activity", why, len(activity.parts))
            return
        self.seen[key] = activity.line
        self.some.append(activity)
        self.size += 1 + len(activity.parts)
        if self.size >= CHUNK:
            self.flush()

    def flush(self) -> None:
        """Hold what came beside what is on record, and let the facts that makes wait."""
        known = self._known()
        statements = self._statements([row.id for row in known.values()])
        for activity in self.some:
            row = known.get((activity.identifier, activity.publisher))
            said = statements[row.id] if row else {}
            self._judge(activity, row, said)
        self.some, self.size = [], 0

    def say_what_vanished(self) -> None:
        """The activities of the older version that this one does not tell of."""
        rows = ReportedActivity.objects.filter(
            programme=self.importing.programme, file__in=self.older, gone=""
        ).order_by("identifier", "publisher")
        for row in rows.iterator():
            if (row.identifier, row.publisher) not in self.seen:
                self._wait(ActivityVanished.kind, ("gone", row.id), {"line": 0, "activity": row.id})
                self._say(Came.VANISHED, ActivityVanished.kind, row.identifier, row.line)

    def _known(self) -> dict[tuple[str, str], ReportedActivity]:
        rows = ReportedActivity.objects.filter(programme=self.importing.programme)
        found: dict[tuple[str, str], ReportedActivity] = {}
        for ids in in_chunks([one.identifier for one in self.some]):
            some = rows.filter(identifier__in=ids)
            found |= {(row.identifier, row.publisher): row for row in some}
        return found

    def _statements(self, activities: list[str]) -> dict[str, dict[str, list[Known]]]:
        rows = ReportedStatement.objects.filter(programme=self.importing.programme, gone="")
        found: dict[str, dict[str, list[Known]]] = defaultdict(lambda: defaultdict(list))
        for ids in in_chunks(activities):
            some = rows.filter(activity__in=ids).order_by("place")
            values = some.values_list("activity", "kind", "id", "said", "line")
            for activity, kind, id_, said, line in values.iterator():
                found[activity][kind].append(Known(id_, said, line))
        return found

    def _judge(
        self,
        activity: ActivityRead,
        row: ReportedActivity | None,
        on_record: dict[str, list[Known]],
    ) -> None:
        id_ = row.id if row else str(self._id(activity, ActivityReported.kind))
        said: dict[str, Any] = {
            "identifier": activity.identifier,
            "publisher": activity.publisher,
        }
        said |= {"secondary": True} if activity.secondary else {}
        said |= activity.said
        if not self._judge_activity(activity, row, said):
            return
        parts: dict[str, list[Part]] = defaultdict(list)
        for part in activity.parts:
            parts[part.kind].append(part)
        results: dict[int, str] = {}
        numbers = {id(part): number for number, part in enumerate(activity.parts)}
        kinds = [kind for kind in (*parts, *on_record) if kind != IndicatorReported.kind]
        for kind in dict.fromkeys((*kinds, IndicatorReported.kind)):
            for part in parts[kind]:
                if part.of is None:
                    continue
                part.said["result"] = results.get(id(part.of), "")
                if not part.said["result"]:
                    self._leave(activity, part.line, _what(kind), "its result is left out", 1)
            told = [part for part in parts[kind] if part.of is None or part.said["result"]]
            pairs, gone = compare(kind, on_record.get(kind, []), told)
            for pair in pairs:
                key = self._judge_part(activity, id_, pair, numbers[id(pair.part)])
                if kind == ResultReported.kind and key:
                    results[id(pair.part)] = key
            for one in gone:
                body = {"line": activity.line, "statement": one.id}
                self._wait(StatementVanished.kind, ("gone", one.id), body)
                self._say(Came.VANISHED, kind, activity.identifier, one.line)

    def _judge_activity(
        self, activity: ActivityRead, row: ReportedActivity | None, said: dict[str, Any]
    ) -> bool:
        before, after = _undated(row.said if row else {}), _undated(said)
        kind, here = ActivityReported.kind, row is not None and row.file in self.older
        if row and before == after and not row.gone and here:
            self._say(Came.SAME, kind, activity.identifier, activity.line)
            return True
        if row and not row.gone and not here and _is_older(said, row.said):
            why = (
                f"it was changed last on {said['updated']}, and what is on record on "
                f"{row.said['updated']}"
            )
            self._leave(activity, activity.line, "activity", why, 0)
            return False
        body = {"line": activity.line, **said} | ({"replaces": row.id} if row else {})
        if not self._wait(kind, (activity.identifier, activity.publisher), body, activity):
            return False
        if row is None:
            self._say(Came.NEW, kind, activity.identifier, activity.line)
        elif before == after:
            why = "it is told of again" if row.gone else "this file says it, too"
            self._say(Came.SAME, kind, activity.identifier, activity.line, why)
        else:
            why = changes(before, after)
            self._say(Came.CORRECTED, kind, activity.identifier, activity.line, why)
        return True

    def _judge_part(self, activity: ActivityRead, owner: str, pair: Pair, number: int) -> str:
        """The id under which it is on record; none where it was left out."""
        part, known = pair.part, pair.known
        if known and pair.same:
            self._say(Came.SAME, part.kind, activity.identifier, part.line)
            return known.id
        body = {"line": part.line, "activity": owner, **part.said}
        body |= {"replaces": known.id} if known else {}
        key = (activity.identifier, activity.publisher, str(number))
        if not (id_ := self._wait(part.kind, key, body, activity)):
            return ""
        if known is None:
            self._say(Came.NEW, part.kind, activity.identifier, part.line)
            return id_
        why = changes(known.said, part.said)
        self._say(Came.CORRECTED, part.kind, activity.identifier, part.line, why)
        return known.id

    def _wait(
        self,
        kind: str,
        key: tuple[str, ...],
        body: dict[str, Any],
        activity: ActivityRead | None = None,
    ) -> str:
        """Let a fact wait, and say its id; nothing where it cannot be one."""
        body = {"file": self.outcome.sha256, **body}
        try:
            self.importing.journal.kinds[kind].model_validate_json(json.dumps(body))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            why = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
            if activity:
                self._leave(activity, body["line"], _what(kind), why, 1)
            return ""
        id_ = str(_uuid(self.importing.programme, self.outcome.sha256, kind, *key))
        self.waiting.write(json.dumps([kind, id_, body], ensure_ascii=False) + "\n")
        self.waits += 1
        return id_

    def _id(self, activity: ActivityRead, kind: str) -> UUID:
        key = (activity.identifier, activity.publisher)
        return _uuid(self.importing.programme, self.outcome.sha256, kind, *key)

    def _leave(self, activity: ActivityRead, line: int, what: str, why: str, lost: int) -> None:
        self.outcome.unread.append(Problem(0, line, activity.identifier, what, why, lost))
        self.importing.on_verdict(Verdict(Came.LEFT, what, activity.identifier, line, why))
        self.outcome.counts[what, Came.LEFT] += 1

    def _say(self, came: Came, kind: str, activity: str, line: int, why: str = "") -> None:
        what = _what(kind)
        self.outcome.counts[what, came] += 1
        self.importing.on_verdict(Verdict(came, what, activity, line, why))


def is_iati(path: Path) -> bool:
    """Whether a file begins as XML does, in whatever encoding."""
    with path.open("rb") as file:
        start = file.read(200)
    return start.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")


def _undated(said: dict[str, Any]) -> dict[str, Any]:
    """What an activity says, but for when it was changed: many publishers date all of them anew."""
    return {name: value for name, value in said.items() if name != "updated"}


def _is_older(said: dict[str, Any], than: dict[str, Any]) -> bool:
    """Whether an activity in another file is an older version than that on record, by its own word."""
    made, before = _moment(said.get("updated", "")), _moment(than.get("updated", ""))
    return made is not None and before is not None and made < before


def _what(kind: str) -> str:
    """`reported.transaction-reported` → transaction."""
    return kind.partition(".")[2].removesuffix("-reported").removesuffix("-vanished")


def _told_left_out(outcome: Outcome) -> Iterator[str]:
    found = [
        f"{where}: {times} times, first in line {line}: {why}"
        for where, why, times, line in outcome.left_out
    ]
    lost: dict[tuple[str, str], list[int]] = {}
    for one in outcome.unread:
        lost.setdefault((one.element, one.reason), []).append(one.line)
    found += [
        f"{element}: {len(lines)} times, first in line {lines[0]}: {reason}"
        for (element, reason), lines in lost.items()
    ]
    plain = [re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", line)[:800] for line in found]
    if len(plain) > MOST_LEFT_OUT:
        more = len(plain) - MOST_LEFT_OUT + 1
        plain = [*plain[: MOST_LEFT_OUT - 1], f"and {more} more; `cairn import --json` lists all"]
    yield from plain


def _hash_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise NotReadError(f"{path} cannot be opened: {error.strerror or error}.") from error


def _moment(written: str) -> datetime | None:
    try:
        made = datetime.fromisoformat(written)
    except ValueError:
        return None
    return made.replace(tzinfo=None) - (made.utcoffset() or made - made)


def _uuid(*parts: str) -> UUID:
    """RFC 9562 version 8: 122 bits of a hash, so that saying the same gives the same id."""
    digest = hashlib.sha256("\x1e".join(("cairn iati", *parts)).encode()).digest()
    number = int.from_bytes(digest[:16])
    number = number & ~(0xF << 76) | 8 << 76
    return UUID(int=number & ~(0b11 << 62) | 0b10 << 62)
