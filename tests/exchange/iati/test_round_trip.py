"""Out again and in again is the same record: over every file of real publishers that lies beside the repository."""

from collections import Counter
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from pathlib import Path
from unicodedata import normalize
from urllib.parse import quote, unquote

import pytest
from lxml import etree

from cairn.catalog import journal
from cairn.exchange.iati.importing import IatiImport
from cairn.exchange.iati.judging import Came
from cairn.exchange.iati.parts import LANG
from cairn.exchange.iati.write_reported import write_reported
from cairn.reported.models import ReportedActivity, ReportedStatement
from cast import NOW, Pen
from shared_data import SHARED, shared

IATI = SHARED / "data/iati"
LARGE = 300_000
"""Bytes of a file that takes seconds."""


def _files():
    """Every file, in order; the large ones are for `make long`."""
    found = (*IATI.glob("*.xml"), *IATI.glob("linked/*.xml"), *IATI.glob("covid_flows/*/*.xml"))
    for path in sorted(found):
        marks = [pytest.mark.long] if path.stat().st_size > LARGE else []
        yield pytest.param(str(path.relative_to(IATI)), marks=marks)


FILES = list(_files()) or ["none"]


def imported(pen, path, **options):
    verdicts = []
    importing = IatiImport(
        journal, path, pen.programme, "programme-office", NOW, on_verdict=verdicts.append
    )
    return importing.run(**options), verdicts


def record(pen):
    """All that is said, without where it stands and under which ids."""
    rows = ReportedActivity.objects.filter(programme=pen.programme, gone="")
    activities = {row.id: (row.identifier, row.publisher, str(row.said)) for row in rows}
    found = Counter(activities.values())
    rows = ReportedStatement.objects.filter(programme=pen.programme, gone="")
    titles = {row.id: str(sorted(row.said.items())) for row in rows}
    for row in rows:
        said = row.said | {"result": titles.get(row.said.get("result", ""))}
        found[activities[row.activity], row.kind, str(sorted(said.items()))] += 1
    return found


@pytest.mark.parametrize("name", FILES)
def test_what_was_read_comes_out_and_in_again_as_the_same_record(pen, tmp_path, name):
    path = shared(f"data/iati/{name}")
    first, _verdicts = imported(pen, path)
    (written,) = write_reported(pen.programme, tmp_path)

    again, verdicts = imported(pen, written)
    other = Pen.opened()
    imported(other, written)

    assert first.written
    assert {one.came for one in verdicts} <= {Came.SAME}
    assert not again.written
    assert (again.left_out, again.unread, again.refused) == ([], [], [])
    assert record(other) == record(pen)
    assert list(untold(first, path, written)) == []


def untold(outcome, path, written):
    """Values of a file that did not come out again and are in no place that was told as left out."""
    told = {where for where, _why, _times, _line in outcome.left_out}
    if any(one.transactions for one in outcome.unread):
        told.add("transaction")
    for where, value in values(path) - values(written):
        if not any(where == one or where.startswith(f"{one}/") for one in told):
            yield where, value


def values(path: Path) -> Counter:
    """How often each value stands where, as HELD names it, in the activities that were read."""
    root = etree.parse(path, etree.XMLParser(recover=True)).getroot()
    found = Counter()
    for activity in root.iter("iati-activity"):
        _walk(activity, "", found)
    return found


def _walk(element, path, found):
    for name, value in element.attrib.items():
        where = f"{path}/@{name}" if path else f"@{name}"
        if name == "secondary-reporter" and value in {"0", "false"}:
            continue  # what it is where nothing is said
        if name != LANG and value.strip():
            told = quote(unquote(value)) if name == "url" else value
            found[where, plain(told)] += 1
    text = " ".join("".join(element.itertext()).split())
    if text and element.tag in {"narrative", "iati-identifier", "value", "pos"}:
        found[path, plain(text)] += 1
    for child in element:
        if isinstance(child.tag, str):
            _walk(child, f"{path}/{child.tag}" if path else child.tag, found)


def plain(value: str) -> str:
    """Numbers of one value, days with a time of day, are told in one way."""
    text = " ".join(normalize("NFC", value).split())
    try:
        return str(Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_EVEN))
    except InvalidOperation:
        return text
