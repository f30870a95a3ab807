"""What a programme's public record can be taken away as: a page of formats and tables, and each as a file.

A file is at an address of its own, the same in every language, and streamed. With the filters of its
address it holds some of the rows. It can be gone on with: `?after=N` leaves out the first N rows and
the headings, and an ETag says of which position it is, so that nobody joins parts of two states.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.http import content_disposition_header, urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cairn.exchange.contracting.processes import purchases
from cairn.exchange.contracting.write import Publisher, release_package
from cairn.exchange.export_command import NO_PREFIX, packed
from cairn.exchange.geojson.write import geojson_of
from cairn.exchange.giving.write import Giving, json_of
from cairn.exchange.hxl.write import hxl_of
from cairn.exchange.outgoing import size_in_words
from cairn.exchange.tables.chosen import Choice, WhichRowsError
from cairn.exchange.tables.declared import Chosen
from cairn.exchange.tables.declared import Table as Taken
from cairn.exchange.tables.package import TABLES, as_json, descriptor, table_named
from cairn.exchange.tables.write import csv_of
from cairn.exchange.workbook.write import write_workbook
from cairn.following.kept import kept_with_first
from cairn.following.queries.reading import Reading, read
from cairn.following.snapshot import NotTracedYetError
from cairn.journal.heads import position_of
from cairn.journal.past import programme_of
from cairn.values import UnknownThingError, in_language
from cairn.web.public import reads
from cairn.web.public.filters import Field, choice, day
from cairn.web.public.page import Shown, not_found, not_traced_yet, page
from cairn.web.published import asked, published_day
from cairn.web.reader import reader
from cairn.web.tables import Column, Count, Setting, Table, isolated
from cairn.works.models import Project

SAMPLE: Final = 100
"""Rows weighed to say about how large a table is."""

MOST_PUBLISHED: Final = 200_000
"""Rows of a table that is published as a file; a longer one is had from a server, or by `cairn export`."""

MOST_IN_WORKBOOK: Final = 20_000
"""Movements of a workbook that a server makes while somebody waits: about ten seconds."""

PACKAGE: Final = "datapackage.json"
CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Format:
    """A format on the page: what it is for, and with what it is opened."""

    file: str
    name: str
    use: Promise
    opened_with: Promise


FORMATS: Final = (
    Format(
        PACKAGE,
        "Data Package",
        gettext_lazy(
            "The whole public record for analysis: it describes every table listed below."
        ),
        gettext_lazy("DuckDB, pandas, R, or whatever reads Frictionless Data Packages"),
    ),
    Format(
        "workbook.en.xlsx",
        "XLSX, English",
        gettext_lazy("Accounts, grants, projects and movements in one workbook, in English."),
        gettext_lazy("Excel, WPS, LibreOffice; Cairn reads it back"),
    ),
    Format(
        "workbook.zh-hans.xlsx",
        "XLSX, 中文",
        gettext_lazy("Accounts, grants, projects and movements in one workbook, in Chinese."),
        gettext_lazy("Excel, WPS, LibreOffice; Cairn reads it back"),
    ),
    Format(
        "places.geojson",
        "GeoJSON",
        gettext_lazy("Places, projects and assets on a map, no finer than two kilometres."),
        gettext_lazy("QGIS, geojson.io, web maps"),
    ),
    Format(
        "grants.360giving.json",
        "360Giving",
        gettext_lazy("Grants, as funders publish them."),
        gettext_lazy("GrantNav and other tools of 360Giving"),
    ),
    Format(
        "purchases.ocds.json",
        "OCDS",
        gettext_lazy("Purchases above what one post may approve, with their payments."),
        gettext_lazy("OCDS Kit, Flatten Tool and other tools of open contracting"),
    ),
    Format(
        "projects.hxl.csv",
        "HXL",
        gettext_lazy("Projects with hashtags, for exchange among humanitarian organisations."),
        gettext_lazy("The Humanitarian Data Exchange, the HXL proxy, spreadsheets"),
    ),
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A table with how many rows it has, and about how many bytes."""

    name: str
    rows: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Download(Column[Any]):
    """A file, linked to its address."""

    address: Callable[[Any], str]

    def cell(self, row: Any, setting: Setting) -> SafeString:  # noqa: ANN401 - as its parent has it
        del setting
        address = self.address(row)
        if not address:
            return isolated(self.of(row))
        return format_html('<a href="{}" download><bdi>{}</bdi></a>', address, self.of(row))


@page
def data(request: HttpRequest, programme: str) -> Shown | HttpResponse:
    """Every format and table of a programme's public record."""
    if programme != programme_of(programme):
        return redirect("public:data", programme=programme_of(programme))
    named, as_of = reads.programme_and_position(programme)
    filters = _filters(request, programme)
    query = urlencode({one.name: one.value for one in filters if one.value})
    weighed = weigh(programme=programme)

    def address(name: str) -> str:
        found = reverse("data-file", args=[programme, name])
        return f"{found}?{query}" if query else found

    formats: Table[Any] = Table(
        id="formats",
        caption=_("Formats"),
        columns=_format_columns(address),
        rows=[one for one in FORMATS if not _is_too_long(one, weighed)],
        empty="",
    )
    tables: Table[Any] = Table(
        id="tables",
        caption=_("Tables"),
        columns=_table_columns(address, chosen=bool(query)),
        rows=weighed,
        empty="",
    )
    return Shown(
        "public/data.html",
        _("Take the data away"),
        programme=named,
        as_of=as_of,
        tables=(formats, tables),
        filters=filters,
        section="data",
        more={"licence": settings.CAIRN_LICENCE, "chosen": bool(query)},
    )


def _is_too_long(one: Format, weighed: tuple[Weighed, ...]) -> bool:
    """Whether a record that is published does without a format: nobody can choose some of its rows."""
    moved = next(row.rows for row in weighed if row.name == "movements")
    most = MOST_IN_WORKBOOK if one.file.endswith(".xlsx") else MOST_PUBLISHED
    return published_day() is not None and moved > most


def _filters(request: HttpRequest, programme: str) -> tuple[Field, ...]:
    place = choice(request, "place", _("Place"), reads.places(programme, reader()))
    project = choice(request, "project", _("Project"), _projects(programme))
    since, _since = day(request, "from", _("From the day"))
    until, _until = day(request, "to", _("Until the day"))
    return place, project, since, until


def _projects(programme: str) -> Iterator[tuple[str, str]]:
    rows = Project.objects.filter(programme=programme).order_by("id").values_list("id", "name")
    for id_, name in rows[: reads.MOST_CHOICES]:
        yield id_, reader().said(name)


def _format_columns(address: Callable[[str], str]) -> tuple[Column[Any], ...]:
    return (
        _Download(
            id="format",
            label=_("Format"),
            of=lambda row: row.name,
            address=lambda row: address(row.file),
        ),
        Column(id="use", label=_("What it is for"), of=lambda row: row.use),
        Column(id="opened_with", label=_("Opened with"), of=lambda row: row.opened_with),
        Column(id="file", label=_("File"), of=lambda row: row.file, csv_only=True),
    )


def _table_columns(address: Callable[[str], str], *, chosen: bool) -> tuple[Column[Any], ...]:
    def file(row: Weighed) -> str:
        too_long = published_day() and row.rows > MOST_PUBLISHED
        return "" if too_long else address(f"{row.name}.csv")

    what: tuple[Column[Any], ...] = (
        _Download(id="table", label=_("Table"), of=lambda row: f"{row.name}.csv", address=file),
        Column(id="title", label=_("What it is"), of=lambda row: _title(row.name)),
    )
    if chosen:  # how many rows a filter leaves is known when they have been read
        return what
    return (
        *what,
        Count(id="rows", label=_("Rows"), of=lambda row: row.rows),
        Column(
            id="size",
            label=_("About how large"),
            of=lambda row: size_in_words(row.size),
            means=_("Of the CSV, from its first rows."),
        ),
    )


def _title(name: str) -> str:
    table = table_named(name)
    return str(table.title) if table else ""


@asked
def weigh(*, programme: str) -> tuple[Weighed, ...]:
    """Every table with its rows, and its size as its first rows tell."""
    return _all_weighed(read(programme))


@kept_with_first(1)
def _all_weighed(reading: Reading) -> tuple[Weighed, ...]:
    return tuple(_weighed(one, reading) for one in TABLES)


def _weighed(table: Taken, reading: Reading) -> Weighed:
    rows = table.rows_there(reading)
    some = list(islice(table.read(reading), SAMPLE))
    headings = sum(map(len, csv_of(table, ())))
    sampled = sum(map(len, csv_of(table, some, header=False)))
    return Weighed(table.name, rows, headings + (sampled * rows // len(some) if some else 0))


@require_safe
def file(request: HttpRequest, programme: str, name: str) -> HttpResponseBase:
    """One file of the record, streamed."""
    made = _maker(name)
    if made is None or programme != programme_of(programme):
        return not_found(request)
    try:
        return _answered(request, programme, name, made)
    except NotTracedYetError:
        return not_traced_yet(request)
    except UnknownThingError:
        return not_found(request)
    except WhichRowsError as error:
        said = f"{error}\n"
        return HttpResponse(said, status=400, content_type="text/plain; charset=utf-8")


def _answered(
    request: HttpRequest, programme: str, name: str, made: tuple[str, "Make"]
) -> HttpResponseBase:
    """The file, or that who asks has it already. Raises WhichRowsError."""
    reading = read(programme)
    choice, after = Choice(reading, _chosen(request)), _after(request)
    tag = _tag(reading, request)
    if refused := _by_tag(request, tag):
        return refused
    kind, make = made
    response = StreamingHttpResponse(make(choice, after), content_type=kind)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{programme}-{name}"
    )
    response["ETag"] = tag
    response["Cache-Control"] = "no-cache"  # kept, and asked about each time
    response["X-Robots-Tag"] = "noindex"
    return response


Make = Callable[[Choice, int], Iterator[bytes]]


def _maker(name: str) -> tuple[str, Make] | None:
    """What makes the file of that name, and of which type it is."""
    fixed: dict[str, tuple[str, Make]] = {
        PACKAGE: ("application/json", _package),
        "places.geojson": ("application/geo+json", lambda some, _after: geojson_of(some)),
        "grants.360giving.json": ("application/json", _grants),
        "purchases.ocds.json": ("application/json", _purchases),
        "workbook.en.xlsx": (XLSX, _workbook("en")),
        "workbook.zh-hans.xlsx": (XLSX, _workbook("zh-hans")),
    }
    if name in fixed:
        return fixed[name]
    for ending, make in ((".hxl.csv", _hxl), (".csv", _csv)):
        table = table_named(name.removesuffix(ending))
        if name.endswith(ending) and table:
            return CSV, make(table)
    return None


def _csv(table: Taken) -> Make:
    def make(some: Choice, after: int) -> Iterator[bytes]:
        return csv_of(table, some.rows(table, after=after), header=not after)

    return make


def _hxl(table: Taken) -> Make:
    return lambda some, _after: hxl_of(table, some.rows(table))


def _package(some: Choice, _after: int) -> Iterator[bytes]:
    published = published_day() is not None
    said = descriptor(
        some.reading,
        licence=settings.CAIRN_LICENCE,
        folder="",
        whole=not some.chosen,
        told=not published,
    )
    if published:
        said["resources"] = [one for one in said["resources"] if _is_published(one, some.reading)]
    yield as_json(said)


def _is_published(resource: dict[str, Any], reading: Reading) -> bool:
    table = table_named(resource["name"])
    return table is not None and table.rows_there(reading) <= MOST_PUBLISHED


def _grants(some: Choice, _after: int) -> Iterator[bytes]:
    return json_of(some.reading, some.chosen, Giving(NO_PREFIX["360giving"]))


def _purchases(some: Choice, _after: int) -> Iterator[bytes]:
    """Purchases above the limit of approvals in its currency; above nothing where none was set."""
    row = some.reading.row
    currency = row.limit_currency or row.currency
    found = purchases(
        some.reading, some.chosen, above_minor=row.limit_minor or 0, currency=currency
    )
    by = Publisher(
        prefix=NO_PREFIX["ocds"],
        name=in_language(row.name, "en"),
        address=f"urn:cairn:{some.reading.id}",
    )
    return release_package(some.reading, found.processes, by)


def _workbook(language: str) -> Make:
    def make(some: Choice, _after: int) -> Iterator[bytes]:
        if some.movements > MOST_IN_WORKBOOK:
            raise WhichRowsError(
                f"A workbook takes {MOST_IN_WORKBOOK} movements here and this has {some.movements}: "
                "choose days or a place, or write it with cairn export xlsx."
            )
        return packed(lambda path: write_workbook(path, some, language))

    return make


def _chosen(request: HttpRequest) -> Chosen:
    asked_for = {name: request.GET.get(name, "") for name in ("place", "project", "from", "to")}
    return Chosen(
        place=asked_for["place"],
        project=asked_for["project"],
        since=asked_for["from"],
        until=asked_for["to"],
    )


def _after(request: HttpRequest) -> int:
    text = request.GET.get("after", "0")
    if not (text.isascii() and text.isdecimal() and len(text) < 12):
        raise WhichRowsError("Say after how many rows to go on, as in ?after=20000.")
    return int(text)


def _tag(reading: Reading, request: HttpRequest) -> str:
    """Says of which state a file is, and which rows of it: not how many of them were had before."""
    query = request.GET.copy()
    query.pop("after", None)
    said = (
        request.path,
        query.urlencode(),
        reading.snapshot.position,
        position_of(reading.id),
        settings.CAIRN_LICENCE,
        [(one.name, one.type) for table in TABLES for one in table.fields],
    )
    return f'"{reading.snapshot.position}-{hashlib.sha256(repr(said).encode()).hexdigest()[:16]}"'


def _by_tag(request: HttpRequest, tag: str) -> HttpResponse | None:
    """What If-Match and If-None-Match say (RFC 9110 §13): that it changed, or did not."""
    wanted = request.headers.get("If-Match", "")
    if wanted and tag not in wanted and wanted != "*":
        said = "The record has moved on since: begin the file anew.\n"
        return HttpResponse(said, status=412, content_type="text/plain", headers={"ETag": tag})
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers={"ETag": tag})
    return None
