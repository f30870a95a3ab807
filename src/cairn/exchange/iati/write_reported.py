"""Writes what other publishers reported as IATI 2.03 again: their activities, under their own names.

What was read comes out as it is on record, so that reading the file again finds nothing new. A file for
each that was read, under the name of its latest version. held.py says which element is which answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from lxml import etree

from cairn.exchange.iati.held import ACTIVITY_CODES, PLANE, TRANSACTION_CODES
from cairn.exchange.iati.write import LANG, add, file_of, put
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
from cairn.values import to_decimal

Said = dict[str, Any]
SOME: Final = 200
"""Activities that are read from the record at once."""


def write_reported(programme: str, folder: Path) -> list[Path]:
    """Write a file for each that was read and still says something. Their paths, in order of name."""
    files = _latest(programme)
    written = []
    for name in sorted(set(files.values())):
        hashes = [hash_ for hash_, latest in files.items() if latest == name]
        rows = ReportedActivity.objects.filter(programme=programme, file__in=hashes, gone="")
        if rows.exists():
            folder.mkdir(parents=True, exist_ok=True)
            rows = rows.order_by("identifier", "publisher", "id")
            put(folder / name, file_of("iati-activities", _activities(programme, rows.iterator())))
            written.append(folder / name)
    return written


def _activities(programme: str, rows: Iterator[ReportedActivity]) -> Iterator[etree._Element]:
    """Activities of a programme, some at a time."""
    while some := list(islice(rows, SOME)):
        parts = _parts(programme, [row.id for row in some])
        yield from (_activity(row, parts[row.id]) for row in some)


def _latest(programme: str) -> dict[str, str]:
    """By hash of each file, the name of the latest version of it."""
    rows = {row.id: row for row in ReportedFile.objects.filter(programme=programme)}
    found = {}
    for hash_, row in rows.items():
        latest = row
        while latest.replaced_by:
            latest = rows[latest.replaced_by]
        found[hash_] = latest.filename
    return found


Parts = dict[str, list[tuple[str, Said]]]


def _parts(programme: str, activities: list[str]) -> dict[str, Parts]:
    """By activity and kind, its statements as (id, what it says), in order."""
    found: dict[str, Parts] = defaultdict(lambda: defaultdict(list))
    rows = ReportedStatement.objects.filter(programme=programme, gone="")
    for ids in in_chunks(activities):
        some = rows.filter(activity__in=ids).order_by("place")
        for activity, kind, id_, said in some.values_list("activity", "kind", "id", "said"):
            found[activity][kind].append((id_, said))
    return found


def _activity(row: ReportedActivity, parts: Parts) -> etree._Element:
    said = row.said
    element = _with(etree.Element("iati-activity"), **{LANG: said.get("language")})
    _with(element, **{"default-currency": said.get("currency"), "hierarchy": said.get("hierarchy")})
    _with(element, **{"last-updated-datetime": said.get("updated")})
    _add(element, "iati-identifier").text = row.identifier
    organisations = [one for _id, one in parts[OrganisationReported.kind]]
    reporting = [one for one in organisations if one["part"] == "reporting"]
    for one in reporting:
        added = _organisation(element, "reporting-org", one)
        _with(added, **{"secondary-reporter": "1" if row.secondary else None})
    _texts(element, "title", said.get("title", ()))
    _described(element, said.get("description", ()))
    for one in organisations:
        if one["part"] != "reporting":
            _organisation(element, "participating-org", one)
    if "status" in said:
        _add(element, "activity-status", code=said["status"])
    for kind, _bar, day in (line.partition("|") for line in said.get("dates", ())):
        _add(element, "activity-date", type=kind or None, **{"iso-date": day})
    _the_rest(element, said, parts)
    return element


def _the_rest(element: etree._Element, said: Said, parts: Parts) -> None:
    """What comes after the dates, in the order of 2.03's schema."""
    codes = said.get("codes", ())
    _codes(element, codes, *ACTIVITY_CODES[:3])
    for _id, one in parts[LocationReported.kind]:
        _location(element, one)
    _codes(element, codes, *ACTIVITY_CODES[3:])
    for _id, one in parts[TransactionReported.kind]:
        _transaction(element, one)
    for _id, one in parts[DocumentReported.kind]:
        _document(element, one)
    for kind, _bar, ref in (line.partition("|") for line in said.get("related", ())):
        _add(element, "related-activity", type=kind or None, ref=ref)
    indicators = defaultdict(list)
    for _id, one in parts[IndicatorReported.kind]:
        indicators[one["result"]].append(one)
    for id_, one in parts[ResultReported.kind]:
        _result(element, one, indicators[id_])


def _organisation(parent: etree._Element, tag: str, said: Said) -> etree._Element:
    role = said["part"] if tag == "participating-org" and said["part"] != "-" else None
    organisation = _add(parent, tag, ref=said.get("ref"), type=said.get("type"), role=role)
    _with(organisation, **{"activity-id": said.get("far_activity")})
    _narratives(organisation, said.get("name", ()))
    return organisation


def _transaction(parent: etree._Element, said: Said) -> None:
    element = _add(parent, "transaction", ref=said.get("ref"))
    _add(element, "transaction-type", code=str(said["type"]))
    _add(element, "transaction-date", **{"iso-date": said["on"]})
    value = _add(element, "value", currency=said["currency"])
    _with(value, **{"value-date": said.get("valued_on")})
    value.text = to_decimal(said["minor"], said["currency"])
    _texts(element, "description", said.get("description", ()))
    for end in ("provider", "receiver"):
        answers = [said.get(f"{end}_{what}") for what in ("activity", "ref", "type")]
        if any(answers) or said.get(end):
            activity, ref, sort = answers
            org = _add(element, f"{end}-org", ref=ref, type=sort)
            _with(org, **{f"{end}-activity-id": activity})
            _narratives(org, said.get(end, ()))
    _codes(element, said.get("codes", ()), *TRANSACTION_CODES)


def _location(parent: etree._Element, said: Said) -> None:
    element, codes = _add(parent, "location", ref=said.get("ref")), said.get("codes", ())
    _codes(element, codes, "location-reach", "location-id")
    _texts(element, "name", said.get("name", ()))
    _texts(element, "description", said.get("description", ()))
    _codes(element, codes, "administrative")
    if "north" in said:
        point = _add(element, "point", srsName=PLANE)
        _add(point, "pos").text = f"{said['north'] / 100:.2f} {said['east'] / 100:.2f}"
    _codes(element, codes, "exactness", "location-class", "feature-designation")


def _document(parent: etree._Element, said: Said) -> None:
    element = _add(parent, "document-link", url=said["url"], format=said.get("format"))
    _texts(element, "title", said.get("title", ()))
    _texts(element, "description", said.get("description", ()))
    _codes(element, said.get("codes", ()), "category", "language")
    if "dated" in said:
        _add(element, "document-date", **{"iso-date": said["dated"]})


def _result(parent: etree._Element, said: Said, indicators: Iterable[Said]) -> None:
    element = _add(parent, "result", type=said.get("type"))
    _with(element, **{"aggregation-status": said.get("aggregation")})
    _texts(element, "title", said.get("title", ()))
    _texts(element, "description", said.get("description", ()))
    for one in indicators:
        below = _add(
            element, "indicator", measure=one.get("measure"), ascending=one.get("ascending")
        )
        _with(below, **{"aggregation-status": one.get("aggregation")})
        _texts(below, "title", one.get("title", ()))
        _texts(below, "description", one.get("description", ()))
        for line in one.get("baseline", ()):
            year, day, value = line.split("|")
            _add(below, "baseline", year=year, value=value, **{"iso-date": day})
        for line in one.get("periods", ()):
            start, end, target, actual = line.split("|")
            period = _add(below, "period")
            for tag, day in (("period-start", start), ("period-end", end)):
                if day:
                    _add(period, tag, **{"iso-date": day})
            for tag, value in (("target", target), ("actual", actual)):
                if value:
                    _add(period, tag, value=value)


# Small things


def _add(parent: etree._Element, tag: str, **attributes: str | None) -> etree._Element:
    return add(parent, tag, **{name: value or "" for name, value in attributes.items()})


def _with(element: etree._Element, **attributes: str | None) -> etree._Element:
    for name, value in attributes.items():
        if value:
            element.set(name, value)
    return element


def _texts(parent: etree._Element, tag: str, told: Iterable[str]) -> None:
    if told:
        _narratives(_add(parent, tag), told)


def _described(parent: etree._Element, told: Iterable[str]) -> None:
    """Descriptions: texts of the same type, one after another, stand in one element."""
    element, before = None, None
    for line in told:
        prefix, _colon, text = line.partition(":")
        kind, slash, language = prefix.rpartition("/")
        if element is None or kind != before:
            element, before = _add(parent, "description", type=kind if slash else None), kind
        _narratives(element, [f"{language}:{text}"])


def _narratives(element: etree._Element, told: Iterable[str]) -> None:
    for line in told:
        language, _colon, text = line.partition(":")
        _add(element, "narrative", **{LANG: language}).text = text


def _codes(parent: etree._Element, codes: Iterable[str], *names: str) -> None:
    for name in names:
        for line in codes:
            what, vocabulary, code, share, named = line.split("|", 4)
            if what != name:
                continue
            element = _add(parent, name, vocabulary=vocabulary, code=code)
            _with(element, **{"level" if name == "administrative" else "percentage": share})
            if named:
                _narratives(element, [named])
