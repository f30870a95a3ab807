"""Importing an IATI file of other publishers: what it says that is not on record, as facts.

The file is read once, an activity at a time, beside what is on record of it; the facts that this makes
wait on disk until all of it was read, and are then recorded in one transaction: all of a file is on
record, or nothing. Memory grows with the largest activity, and a few bytes for each.
"""

import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from cairn.exchange.iati.judging import (
    CHUNK,
    Came,
    Judging,
    Outcome,
    Verdict,
    moment,
    uuid_of,
    what_of,
)
from cairn.exchange.iati.read import Advance
from cairn.exchange.iati.read_whole import WholeReader
from cairn.journal import spread
from cairn.journal.entry import Draft, Refused
from cairn.journal.heads import lock
from cairn.journal.journal import Journal
from cairn.journal.models import Entry, Head
from cairn.programme.models import Programme
from cairn.reported.facts import (
    FileRead,
)
from cairn.reported.models import ReportedFile
from cairn.values import CairnError

MOST_LEFT_OUT: Final = 200
"""Kinds of what is left out that the fact of a file tells; one more line says how many more."""


class NotReadError(CairnError):
    """A file that cannot be read as IATI activities, or is not the one to read. Nothing was written."""


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
            reading = Judging(
                self.journal,
                self.programme,
                self.on_verdict,
                outcome,
                waiting,
                self._line_of(older),
            )
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
        made, before = moment(reader.generated), moment(older.generated if older else "")
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
        with spread.atomic(self.programme):
            lock(self.programme)
            if Entry.objects.filter(
                programme=self.programme, position__gt=since, kind__startswith="reported."
            ).exists():
                raise NotReadError("Something else was imported meanwhile; import this file again.")
            id_ = uuid_of(self.programme, outcome.sha256, FileRead.kind)
            self._append_some(outcome, [Draft(id_, today, self.post, first)])
            while chunk := list(islice(drafts, CHUNK)):
                self._append_some(outcome, chunk)
            outcome.written = not dry_run and not (strict and outcome.lost())
            if not outcome.written:
                spread.roll_back(self.programme)

    def _append_some(self, outcome: Outcome, drafts: list[Draft]) -> None:
        judged = self.journal.append_batch(self.programme, drafts, now=self.now)
        for draft, said in zip(drafts, judged, strict=True):
            if isinstance(said, Refused):
                why = "; ".join(f"{one.field}: {one.message}" for one in said.objections)
                line = getattr(draft.fact, "line", 0)
                outcome.refused.append(Verdict(Came.LEFT, what_of(draft.fact.kind), "", line, why))


def is_iati(path: Path) -> bool:
    """Whether a file begins as XML does, in whatever encoding."""
    with path.open("rb") as file:
        start = file.read(200)
    return start.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")


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
