"""What becomes of each activity of a file, beside what is on record of it; the facts that this makes.

compare.py pairs statements; here the pairs become verdicts, and facts that wait to be recorded.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import IO, Any, Final
from uuid import UUID

from pydantic import ValidationError

from cairn.exchange.iati.columns import Problem
from cairn.exchange.iati.compare import Known, Pair, changes, compare
from cairn.exchange.iati.parts import Part
from cairn.exchange.iati.read_whole import ActivityRead
from cairn.journal.columns import in_chunks
from cairn.journal.journal import Journal
from cairn.reported.facts import (
    ActivityReported,
    ActivityVanished,
    IndicatorReported,
    ResultReported,
    StatementVanished,
)
from cairn.reported.models import ReportedActivity, ReportedStatement

CHUNK: Final = 900
"""Statements that are held beside the record at once."""


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
class Judging:
    """The activities of a file as they come, held beside what is on record some at a time."""

    journal: Journal
    programme: str
    on_verdict: Callable[[Verdict], None]
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
            programme=self.programme, file__in=self.older, gone=""
        ).order_by("identifier", "publisher")
        for row in rows.iterator():
            if (row.identifier, row.publisher) not in self.seen:
                self._wait(ActivityVanished.kind, ("gone", row.id), {"line": 0, "activity": row.id})
                self._say(Came.VANISHED, ActivityVanished.kind, row.identifier, row.line)

    def _known(self) -> dict[tuple[str, str], ReportedActivity]:
        rows = ReportedActivity.objects.filter(programme=self.programme)
        found: dict[tuple[str, str], ReportedActivity] = {}
        for ids in in_chunks([one.identifier for one in self.some]):
            some = rows.filter(identifier__in=ids)
            found |= {(row.identifier, row.publisher): row for row in some}
        return found

    def _statements(self, activities: list[str]) -> dict[str, dict[str, list[Known]]]:
        rows = ReportedStatement.objects.filter(programme=self.programme, gone="")
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
                    self._leave(activity, part.line, what_of(kind), "its result is left out", 1)
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
            self.journal.kinds[kind].model_validate_json(json.dumps(body))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            why = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
            if activity:
                self._leave(activity, body["line"], what_of(kind), why, 1)
            return ""
        id_ = str(uuid_of(self.programme, self.outcome.sha256, kind, *key))
        self.waiting.write(json.dumps([kind, id_, body], ensure_ascii=False) + "\n")
        self.waits += 1
        return id_

    def _id(self, activity: ActivityRead, kind: str) -> UUID:
        key = (activity.identifier, activity.publisher)
        return uuid_of(self.programme, self.outcome.sha256, kind, *key)

    def _leave(self, activity: ActivityRead, line: int, what: str, why: str, lost: int) -> None:
        self.outcome.unread.append(Problem(0, line, activity.identifier, what, why, lost))
        self.on_verdict(Verdict(Came.LEFT, what, activity.identifier, line, why))
        self.outcome.counts[what, Came.LEFT] += 1

    def _say(self, came: Came, kind: str, activity: str, line: int, why: str = "") -> None:
        what = what_of(kind)
        self.outcome.counts[what, came] += 1
        self.on_verdict(Verdict(came, what, activity, line, why))


def _undated(said: dict[str, Any]) -> dict[str, Any]:
    """What an activity says, but for when it was changed: many publishers date all of them anew."""
    return {name: value for name, value in said.items() if name != "updated"}


def _is_older(said: dict[str, Any], than: dict[str, Any]) -> bool:
    """Whether an activity in another file is an older version than that on record, by its own word."""
    made, before = moment(said.get("updated", "")), moment(than.get("updated", ""))
    return made is not None and before is not None and made < before


def what_of(kind: str) -> str:
    """`reported.transaction-reported` → transaction."""
    return kind.partition(".")[2].removesuffix("-reported").removesuffix("-vanished")


def moment(written: str) -> datetime | None:
    """A day or time of a file, in UTC; None for what is neither."""
    try:
        made = datetime.fromisoformat(written)
    except ValueError:
        return None
    return made.replace(tzinfo=None) - (made.utcoffset() or made - made)


def uuid_of(*parts: str) -> UUID:
    """RFC 9562 version 8: 122 bits of a hash, so that saying the same gives the same id."""
    digest = hashlib.sha256("\x1e".join(("cairn iati", *parts)).encode()).digest()
    number = int.from_bytes(digest[:16])
    number = number & ~(0xF << 76) | 8 << 76
    return UUID(int=number & ~(0b11 << 62) | 0b10 << 62)
