"""`cairn import OUTBOX`: a phone's outbox, brought by whoever carries it, as the post that recorded it.

Ids and answers are the phone's own. So it may be imported again, and the phone may send the same facts
afterwards: each is on record once. Needs Django set up and an installation; cli.py sees to both.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from uuid import UUID

from pydantic import ValidationError

from cairn.exchange.outbox.read import File, NotAnOutboxError, Waiting, head_of, read_outbox
from cairn.exchange.sheets.show import escape
from cairn.journal import files, spread
from cairn.journal.documents import NotADocumentError
from cairn.journal.entry import Draft, Refused
from cairn.journal.heads import lock
from cairn.journal.journal import Journal
from cairn.journal.models import Entry
from cairn.journal.pictures import NotAPictureError
from cairn.journal.projection import Objection
from cairn.journal.recordings import NotARecordingError
from cairn.people.appointments import names_at
from cairn.terminal import console, say
from cairn.voice.scan import scan


class Came(StrEnum):
    """What became of a fact of an outbox."""

    RECORDED = "recorded"
    ALREADY = "on record already"
    WAITS = "waits"
    REFUSED = "refused"
    LEFT = "left out"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one fact, and why."""

    id: UUID
    kind: str
    came: Came
    why: str = ""


@dataclass
class OutboxImport:
    """An import of one outbox into a programme, as a post."""

    journal: Journal
    path: Path
    programme: str
    post: str
    now: datetime
    kept: dict[str, str] = field(default_factory=dict)
    """The id under which each file is kept, by the hash the phone knows it by."""
    unkept: dict[str, str] = field(default_factory=dict)
    """Why a file was refused, by that hash."""
    new: set[str] = field(default_factory=set)
    """The files that were not here before."""
    as_they_are: set[UUID] = field(default_factory=set)
    """The facts of which somebody said that they show nobody."""

    def run(self, *, dry_run: bool = False) -> list[Verdict]:
        """Import; with `dry_run` do everything and then take it back, files too."""
        with spread.atomic(self.programme):
            verdicts = self._run()
            if dry_run:
                spread.roll_back(self.programme)
        if dry_run and self.new:
            # A file that something else has named meanwhile stays.
            with spread.atomic(self.programme):
                lock(self.programme)
                files.doom(self.programme, self.new)
                files.bury(self.programme)
        return verdicts

    def _run(self) -> list[Verdict]:
        found: dict[UUID, Verdict] = {}
        drafts: list[Draft] = []
        for one in read_outbox(self.path):
            if isinstance(one, File):
                self._keep(one)
                continue
            if one.as_it_is:
                self.as_they_are.add(one.id)
            drafted = self._draft(one)
            found[one.id] = Verdict(one.id, one.kind, Came.WAITS)
            if isinstance(drafted, Draft):
                drafts.append(drafted)
            else:
                found[one.id] = drafted
        known = self._known([draft.id for draft in drafts])
        for draft in list(drafts):
            if draft.id not in known and (why := self._shows(draft)):
                found[draft.id] = Verdict(draft.id, draft.fact.kind, Came.REFUSED, why)
                drafts.remove(draft)
        while drafts:
            judged = self.journal.append_batch(self.programme, drafts, now=self.now)
            waiting = []
            for draft, said in zip(drafts, judged, strict=True):
                if isinstance(said, Refused):
                    waits = all(one.waits_for for one in said.objections)
                    came = Came.WAITS if waits else Came.REFUSED
                    waiting += [draft] if waits else []
                    why = _told(said.objections)
                else:
                    came = Came.ALREADY if draft.id in known else Came.RECORDED
                    why = f"position {said.position}"
                found[draft.id] = Verdict(draft.id, draft.fact.kind, came, why)
            # What waits may have waited for a fact of this very file.
            drafts = waiting if len(waiting) < len(drafts) else []
        return list(found.values())

    def _shows(self, draft: Draft) -> str:
        """What could show who somebody is; whoever wrote it looks again, at the desk or on the phone."""
        if draft.id in self.as_they_are:
            return ""
        shown = {
            name: dict.fromkeys(one.sort.value for one in scan(text, names=self.names))
            for name, text in draft.fact.texts()
        }
        told = "; ".join(f"{name}: {', '.join(sorts)}" for name, sorts in shown.items() if sorts)
        return (
            told and f"it could show who somebody is ({told}); record it at the desk without that"
        )

    @cached_property
    def names(self) -> list[str]:
        """The names of those who hold posts there."""
        return names_at(self.programme)

    def _known(self, ids: Sequence[UUID]) -> set[UUID]:
        entries = Entry.objects.filter(programme=self.programme, id__in=list(ids))
        return set(entries.values_list("id", flat=True))

    def _keep(self, file: File) -> None:
        try:
            content = file.content()
            kept, is_new = files.keep_new(self.programme, content)
        except (NotAPictureError, NotADocumentError, NotARecordingError) as error:
            self.unkept[file.file] = str(error)
            return
        self.kept[file.file] = kept
        if is_new:
            self.new.add(kept)

    def _draft(self, one: Waiting) -> Draft | Verdict:
        if one.state == "refused":
            why = "it was refused on the phone; what puts it right is another fact"
            return Verdict(one.id, one.kind, Came.LEFT, why)
        kind = self.journal.kinds.get(one.kind)
        if kind is None or (one.schema_version or 1) > kind.schema_version:
            why = "a newer Cairn than this one asked it; update, and import it again"
            return Verdict(one.id, one.kind, Came.REFUSED, why)
        answers = dict(one.fact)
        for name, named in one.files.items():
            if named.sha256 in self.unkept:
                why = f"{name}: {self.unkept[named.sha256]}"
                return Verdict(one.id, one.kind, Came.REFUSED, why)
            if named.sha256 not in self.kept:
                raise NotAnOutboxError(f"The file {named.sha256} of {one.id} is not in it.")
            told = named.kept if files.is_kept(self.programme, named.kept or "") else None
            answers[name] = told or self.kept[named.sha256]
        try:
            fact = kind.model_validate_json(json.dumps(answers))
            happened_on = date.fromisoformat(one.happened_on)
        except ValidationError as error:
            wrong = [
                Objection(".".join(map(str, each["loc"])), each["msg"])
                for each in error.errors(include_url=False)
            ]
            return Verdict(one.id, one.kind, Came.REFUSED, _told(wrong))
        except ValueError as error:
            return Verdict(one.id, one.kind, Came.REFUSED, f"happened_on: {error}")
        return Draft(one.id, happened_on, self.post, fact)


def run(
    path: Path,
    *,
    programme: str,
    post: str | None,
    journal: Journal,
    now: datetime,
    dry_run: bool = False,
) -> int:
    """Import and show; 0 when every fact is on record, 1 when some are not.

    Raises NotAnOutboxError for a file that is none, is not whole, or is of another programme.
    """
    head = head_of(path)
    if head.programme != programme:
        raise NotAnOutboxError(
            f"{path.name} is of the programme ‘{head.programme}’; import it with "
            f"--programme {head.programme}."
        )
    shown = console()
    importing = OutboxImport(journal, path, programme, post or head.post, now)
    verdicts = importing.run(dry_run=dry_run)
    for one in verdicts:
        line = f"[bold]{one.id}[/] {escape(one.kind)}: {one.came}"
        shown.print(f"{line}: {escape(one.why)}" if one.why else line)
        say(None, id=one.id, kind=one.kind, came=one.came, why=one.why)
    sums = [f"{sum(one.came is came for one in verdicts)} {came}" for came in Came]
    shown.print(f"{len(verdicts)} facts as ‘{escape(importing.post)}’: {'; '.join(sums)}")
    if dry_run:
        shown.print("Dry run: nothing was written.")
    return 0 if all(one.came in {Came.RECORDED, Came.ALREADY} for one in verdicts) else 1


def _told(objections: Sequence[Objection]) -> str:
    return "; ".join(
        f"{one.field}: {one.message}" if one.field else one.message for one in objections
    )
