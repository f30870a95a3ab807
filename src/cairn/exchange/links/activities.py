"""The activities that other publishers report, and one of them with all that it says."""

from collections import Counter, defaultdict
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count as Number

from cairn.exchange.links.record import named
from cairn.following.answers import Named, Page
from cairn.journal.columns import in_chunks
from cairn.reported.facts import (
    DocumentReported,
    IndicatorReported,
    LocationReported,
    OrganisationReported,
    ResultReported,
    TransactionReported,
)
from cairn.reported.models import ReportedActivity, ReportedFile, ReportedStatement
from cairn.values import UnknownThingError


class ActivityRow(NamedTuple):
    """An activity in the list of all."""

    activity: Named
    identifier: str
    publisher: str
    secondary: bool
    status: str
    transactions: int
    file: str
    line: int
    gone: bool
    """Whether the newer version of its file tells of it no more."""


class MoneyRow(NamedTuple):
    """The transactions of one type in one currency, of one activity."""

    type: str
    times: int
    amount: int
    currency: str
    since: date
    until: date


class TransactionRow(NamedTuple):
    """A transaction as it is told: from where to where."""

    type: str
    on: date
    amount: int
    currency: str
    provider: str
    provider_activity: str
    receiver: str
    receiver_activity: str
    text: str
    file: str
    line: int


class OrganisationRow(NamedTuple):
    """An organisation that an activity names."""

    role: str
    name: str
    ref: str
    far_activity: str


class Told(NamedTuple):
    """A location, document, result or indicator: what it is, and what is said of it."""

    what: str
    name: str
    more: str


class ActivityTold(NamedTuple):
    """One activity with all that it says."""

    row: ActivityRow
    description: str
    money: tuple[MoneyRow, ...]
    transactions: tuple[TransactionRow, ...]
    organisations: tuple[OrganisationRow, ...]
    others: tuple[Told, ...]


class FileRow(NamedTuple):
    """A file that was read."""

    name: str
    read_on: date
    activities: int
    transactions: int
    replaced: bool
    left_out: tuple[str, ...]


def reported_files(*, programme: str) -> tuple[FileRow, ...]:
    """Every file of other publishers that was read, the latest first."""
    rows = ReportedFile.objects.filter(programme=programme).order_by("-read_on", "filename", "id")
    return tuple(
        FileRow(
            row.filename,
            row.read_on,
            row.activities,
            row.transactions,
            bool(row.replaced_by),
            tuple(row.left_out),
        )
        for row in rows
    )


def publishers(*, programme: str) -> tuple[str, ...]:
    """Who reports activities here."""
    rows = ReportedActivity.objects.filter(programme=programme)
    return tuple(rows.order_by("publisher").values_list("publisher", flat=True).distinct())


def reported_activities(
    *, programme: str, publisher: str | None = None, start: int = 0, size: int = 100
) -> tuple[tuple[ActivityRow, ...], Page]:
    """The activities that publishers tell of, by publisher and id."""
    rows = ReportedActivity.objects.filter(programme=programme)
    rows = rows.filter(publisher=publisher) if publisher else rows
    some = list(rows.order_by("publisher", "identifier", "id")[start : start + size])
    return _rows(programme, some), Page(max(0, start), size, rows.count())


def reported_activity(*, programme: str, activity: str) -> ActivityTold:
    """One activity. Raises UnknownThingError."""
    row = ReportedActivity.objects.filter(programme=programme, id=activity).first()
    if row is None:
        raise UnknownThingError(f"no activity {activity} was reported")
    said: dict[str, list[ReportedStatement]] = defaultdict(list)
    statements = ReportedStatement.objects.filter(programme=programme, activity=activity, gone="")
    for one in statements.order_by("place"):
        said[one.kind].append(one)
    files = dict(ReportedFile.objects.filter(programme=programme).values_list("id", "filename"))
    transactions = [_transaction(one, files) for one in said[TransactionReported.kind]]
    return ActivityTold(
        row=_rows(programme, [row])[0],
        description="\n\n".join(text_of([one]) for one in row.said.get("description", ())),
        money=tuple(_money(transactions)),
        transactions=tuple(sorted(transactions, key=lambda one: (one.on, one.line))),
        organisations=tuple(_organisation(one.said) for one in said[OrganisationReported.kind]),
        others=tuple(_others(said)),
    )


def text_of(told: Any) -> str:  # noqa: ANN401 - a list out of JSON
    """The first of texts, without its type and language."""
    return told[0].partition(":")[2] if told else ""


def _rows(programme: str, rows: list[ReportedActivity]) -> tuple[ActivityRow, ...]:
    counts: Counter[str] = Counter()
    statements = ReportedStatement.objects.filter(
        programme=programme, kind=TransactionReported.kind, gone=""
    )
    for ids in in_chunks([row.id for row in rows]):
        found = statements.filter(activity__in=ids).values("activity")
        counts |= Counter({one["activity"]: one["n"] for one in found.annotate(n=Number("kind"))})
    hashes = {row.file for row in rows}
    files = ReportedFile.objects.filter(programme=programme, id__in=hashes)
    names = dict(files.values_list("id", "filename"))
    return tuple(
        ActivityRow(
            named(row),
            row.identifier,
            row.publisher,
            row.secondary,
            row.said.get("status", ""),
            counts[row.id],
            names[row.file],
            row.line,
            bool(row.gone),
        )
        for row in rows
    )


def _transaction(row: ReportedStatement, files: dict[str, str]) -> TransactionRow:
    said = row.said
    return TransactionRow(
        str(said["type"]),
        date.fromisoformat(said["on"]),
        said["minor"],
        said["currency"],
        text_of(said.get("provider")) or said.get("provider_ref", ""),
        said.get("provider_activity", ""),
        text_of(said.get("receiver")) or said.get("receiver_ref", ""),
        said.get("receiver_activity", ""),
        text_of(said.get("description")),
        files[row.file],
        row.line,
    )


def _money(rows: list[TransactionRow]) -> list[MoneyRow]:
    """Sums of each type in each currency: none is added to another."""
    grouped: dict[tuple[int, str], list[TransactionRow]] = defaultdict(list)
    for row in rows:
        grouped[int(row.type), row.currency].append(row)
    return [
        MoneyRow(
            str(kind),
            len(some),
            sum(row.amount for row in some),
            currency,
            min(row.on for row in some),
            max(row.on for row in some),
        )
        for (kind, currency), some in sorted(grouped.items())
    ]


def _organisation(said: dict[str, Any]) -> OrganisationRow:
    name, ref = text_of(said.get("name")), said.get("ref", "")
    return OrganisationRow(said["part"], name, ref, said.get("far_activity", ""))


def _others(said: dict[str, list[ReportedStatement]]) -> list[Told]:
    found = [
        Told("location", text_of(one.said.get("name")), text_of(one.said.get("description")))
        for one in said[LocationReported.kind]
    ]
    found += [
        Told("document", text_of(one.said.get("title")), one.said["url"])
        for one in said[DocumentReported.kind]
    ]
    measured: dict[str, list[ReportedStatement]] = defaultdict(list)
    for one in said[IndicatorReported.kind]:
        measured[one.said["result"]].append(one)
    for result in said[ResultReported.kind]:
        text = text_of(result.said.get("description"))
        found.append(Told("result", text_of(result.said.get("title")), text))
        found += [
            Told("indicator", text_of(one.said.get("title")), _measured(one.said))
            for one in measured[result.id]
        ]
    return found


def _measured(said: dict[str, Any]) -> str:
    """`2025-01-01–2025-12-31: 7 / 10` for each period: what came of it, of the target."""
    told = []
    for line in said.get("periods", ()):
        start, end, target, actual = line.split("|")
        told.append(f"{start}–{end}: {actual or '–'} / {target or '–'}")
    return "; ".join(told)
