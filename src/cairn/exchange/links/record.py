"""What is on record of other publishers' activities, in the columns that `cairn follow` matches in.

Each activity counts once: its publisher's own word before a secondary reporter's. Ids that a person
mended are read as what they mean; the rest stays as written.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cairn.exchange.iati.columns import (
    NOBODY,
    UNNAMED,
    Activity,
    Party,
    Published,
    Row,
    SourceFile,
)
from cairn.exchange.iati.mapping import activity_id
from cairn.exchange.iati.transaction_types import TYPES, Direction
from cairn.following.answers import Named
from cairn.journal.columns import in_chunks
from cairn.money.models import Grant
from cairn.programme.models import Organisation, Programme
from cairn.reported.facts import OrganisationReported, TransactionReported
from cairn.reported.models import (
    ReportedActivity,
    ReportedFile,
    ReportedMending,
    ReportedStatement,
)
from cairn.works.models import Project


@dataclass(frozen=True, slots=True)
class Own:
    """A grant or project of the programme itself, under the id that its IATI file gives it."""

    kind: str
    named: Named
    identifier: str
    names: str = ""
    """The sponsor's activity that a grant is paid from, where somebody said."""


@dataclass
class OnRecord:
    """The activities that count, as columns; and what else names another activity."""

    published: Published = field(default_factory=Published)
    rows: list[ReportedActivity] = field(default_factory=list)
    """By number of the activity in `published`."""
    written: list[str] = field(default_factory=list)
    """By transaction in `published`: the id of its far end as its publisher wrote it."""
    parts: list[tuple[int, str, int]] = field(default_factory=list)
    """Participating organisations that name an activity: (activity, id as written, line)."""
    mended: dict[str, ReportedMending] = field(default_factory=dict)
    """By misspelt id."""
    files: dict[str, ReportedFile] = field(default_factory=dict)

    own: list[Own] = field(default_factory=list)

    def meant(self, written: str) -> str:
        """The id that is meant by one that is written."""
        mending = self.mended.get(written)
        return mending.meant if mending else written


def on_record(programme: str) -> OnRecord:
    """Everything that activities say of one another, read in a fixed number of queries per 900."""
    record = OnRecord()
    record.files = {row.id: row for row in ReportedFile.objects.filter(programme=programme)}
    mendings = ReportedMending.objects.filter(programme=programme, revoked="")
    record.mended = {row.written: row for row in mendings.order_by("mended_on", "id")}
    record.own = list(_own(programme))
    numbers = _activities(programme, record)
    kinds = (OrganisationReported.kind, TransactionReported.kind)
    for ids in in_chunks(list(numbers)):
        rows = ReportedStatement.objects.filter(
            programme=programme, activity__in=ids, kind__in=kinds, gone=""
        )
        for row in rows.order_by("place").iterator():
            _take(record, numbers[row.activity], row)
    return record


def named(row: ReportedActivity) -> Named:
    """An activity by its title, or by its id where it has none."""
    texts: dict[str, str] = {}
    for told in row.said.get("title", ()):
        language, _colon, text = told.partition(":")
        code = (language or row.said.get("language", "") or "en").lower()
        texts.setdefault("zh-hans" if code.startswith("zh") else code, text)
    return Named(row.id, texts or {"en": row.identifier})


def _own(programme: str) -> Iterator[Own]:
    """The programme's own grants and projects, where an organisation publishes them."""
    row = Programme.objects.filter(programme=programme).first()
    publisher = row and Organisation.objects.filter(programme=programme, id=row.publisher).first()
    if not row or not publisher or not publisher.iati_ref:
        return
    for grant in Grant.objects.filter(programme=programme).order_by("id"):
        identifier = activity_id(publisher.iati_ref, programme, ("grant", grant.id))
        yield Own("grant", Named(grant.id, grant.name), identifier, grant.sponsors_activity)
    for project in Project.objects.filter(programme=programme).order_by("id"):
        identifier = activity_id(publisher.iati_ref, programme, ("project", project.id))
        yield Own("project", Named(project.id, project.name), identifier)


def _activities(programme: str, record: OnRecord) -> dict[str, int]:
    """The number of each activity that counts, by its row's id."""
    files, numbers = {hash_: at for at, hash_ in enumerate(record.files)}, {}
    record.published.files = [SourceFile(Path(row.filename)) for row in record.files.values()]
    rows = ReportedActivity.objects.filter(programme=programme, gone="")
    seen: set[str] = set()
    for row in rows.order_by("identifier", "secondary", "id").iterator():
        if row.identifier in seen:
            continue
        seen.add(row.identifier)
        numbers[row.id] = len(record.rows)
        record.rows.append(row)
        reporter = UNNAMED if row.publisher == "-" else Party(row.publisher, "")
        record.published.ids.number(row.identifier)
        record.published.activities.append(
            Activity(files[row.file], row.line, row.identifier, reporter, secondary=row.secondary)
        )
    return numbers


def _take(record: OnRecord, activity: int, row: ReportedStatement) -> None:
    said: dict[str, Any] = row.said
    published = record.published
    if row.kind == OrganisationReported.kind:
        if said.get("ref"):
            published.parties.number(Party(said["ref"], ""))
        if said.get("far_activity"):
            record.parts.append((activity, said["far_activity"], row.line))
        return
    incoming = TYPES[said["type"]].direction is Direction.IN
    far, near = ("provider", "receiver") if incoming else ("receiver", "provider")
    ids, parties = published.ids, published.parties
    written, own = said.get(f"{far}_activity", ""), said.get(f"{near}_activity")
    names = said.get(far) or ("",)
    party = Party(said.get(f"{far}_ref", ""), names[0].partition(":")[2])
    published.append(
        activity,
        Row(
            type=said["type"],
            date=date.fromisoformat(said["on"]).toordinal(),
            amount=said["minor"],
            currency=published.currencies.number(said["currency"]),
            other=ids.number(record.meant(written)) if written else NOBODY,
            own=ids.number(record.meant(own)) if own else NOBODY,
            party=parties.number(party) if any(party) else NOBODY,
            line=row.line,
        ),
    )
    record.written.append(written)


def grouped(record: OnRecord) -> dict[int, list[int]]:
    """The transactions of each activity."""
    found: dict[int, list[int]] = defaultdict(list)
    for row, activity in enumerate(record.published.columns["activity"]):
        found[activity].append(row)
    return found
