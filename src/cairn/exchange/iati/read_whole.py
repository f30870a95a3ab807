"""Reads an IATI activity file whole: each activity with all that facts have a place for.

It reads as `cairn follow` does (read.py), and hands on each activity when it ends: memory grows with
the largest activity, and never with the file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from lxml import etree

from cairn.exchange.iati.columns import Party, Published, Row
from cairn.exchange.iati.held import ACTIVITY_CODES, DATES, LANG, LeftOut
from cairn.exchange.iati.parts import Part, PartReader
from cairn.exchange.iati.read import FileReader, Open, Refused
from cairn.exchange.sheets.persons import looks_like_a_person
from cairn.reported.facts import (
    DocumentReported,
    IndicatorReported,
    LocationReported,
    OrganisationReported,
    ResultReported,
    TransactionReported,
)

LARGEST_ACTIVITY: Final = 64 << 20
"""Bytes of a file that one activity may take: it is held in memory."""

NOBODY: Final = "-"
"""Stands for the publisher where a file names none."""


@dataclass
class ActivityRead:
    """One activity: who says it, its answers, its parts in order."""

    line: int
    said: dict[str, Any] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    identifier: str = ""
    publisher: str = NOBODY
    secondary: bool = False
    began: int = 0


OnActivity = Callable[[ActivityRead], None]


class WholeReader(FileReader):
    """Reads one file; `on_activity` hears each activity as it ends."""

    def __init__(self, path: Path, on_activity: OnActivity) -> None:
        super().__init__(Published(), path)
        self.on_activity = on_activity
        self.left_out = LeftOut()
        self.reader = PartReader(self.left_out)
        self.reading: list[ActivityRead] = []
        self.generated = ""

    def _check_root(self, root: etree._Element) -> None:
        super()._check_root(root)
        self.generated = root.get("generated-datetime", "").strip()[:200]

    def _start(self, element: etree._Element) -> None:
        activity = ActivityRead(self.line, began=self.source.bytes)
        self.reading.append(activity)
        self.reader.line = self.line
        self.left_out.rest_of(element, "", self.line)
        for question, name in (
            ("currency", "default-currency"),
            ("hierarchy", "hierarchy"),
            ("language", LANG),
            ("updated", "last-updated-datetime"),
        ):
            if (value := self.reader.short(element, name, "")) is not None:
                activity.said[question] = value

    def _end_child(self, element: etree._Element) -> None:
        parent = element.getparent()
        if self.open and parent is not None and parent.tag == "iati-activity":
            if self.source.bytes - self.reading[-1].began > LARGEST_ACTIVITY:
                raise Refused(f"one activity is larger than {LARGEST_ACTIVITY >> 20} MB")
            self.reader.line = self._first_line(element)
            if element.tag != "transaction":
                self._take_part(self.reading[-1], element)
                self.reader.rest(element)
        super()._end_child(element)

    def _kept(self, element: etree._Element, row: Row, line: int) -> None:
        self.reader.rest(element)
        said = self.reader.transaction(element)
        said |= {
            "type": row.type,
            "on": date.fromordinal(row.date).isoformat(),
            "minor": row.amount,
            "currency": self.published.currencies.values[row.currency],
        }
        self.reading[-1].parts.append(Part(TransactionReported.kind, line, said))

    def _take_part(self, activity: ActivityRead, element: etree._Element) -> None:
        reader, line, tag = self.reader, self.reader.line, str(element.tag)
        if tag in {"reporting-org", "participating-org"}:
            said = reader.organisation(element)
            activity.parts.append(Part(OrganisationReported.kind, line, said))
        elif tag == "location":
            _keep(activity, LocationReported.kind, line, reader.location(element))
        elif tag == "document-link":
            _keep(activity, DocumentReported.kind, line, reader.document(element))
        elif tag == "result":
            self._take_result(activity, element, line)
        else:
            self._take_answer(activity.said, element, tag)

    def _take_result(self, activity: ActivityRead, element: etree._Element, line: int) -> None:
        result = Part(ResultReported.kind, line, self.reader.result(element))
        activity.parts.append(result)
        for indicator in element.findall("indicator"):
            below = self._first_line(indicator)
            said = self.reader.indicator(indicator)
            activity.parts.append(Part(IndicatorReported.kind, below, said, of=result))

    def _take_answer(self, said: dict[str, Any], element: etree._Element, tag: str) -> None:
        reader = self.reader
        if tag in {"title", "description"}:
            kind = reader.sort_of(element) if tag == "description" else ""
            texts = reader.texts([element], tag, name=tag == "title")
            said.setdefault(tag, []).extend(f"{kind}/{text}" if kind else text for text in texts)
        elif tag == "activity-status" and (status := reader.short(element, "code", tag)):
            said["status"] = status
        elif tag == "activity-date":
            self._take_line(said, "dates", element, reader.day(element, "iso-date", tag))
        elif tag == "related-activity":
            self._take_line(said, "related", element, reader.short(element, "ref", tag))
        elif tag in ACTIVITY_CODES and (code := reader.code(element, "")):
            said.setdefault("codes", []).append(code)

    def _take_line(
        self, said: dict[str, Any], question: str, element: etree._Element, told: str | None
    ) -> None:
        """A day or an activity, with its type before it."""
        tag = str(element.tag)
        kind = self.reader.short(element, "type", tag) or ""
        if told is not None:
            said.setdefault(question, []).append(f"{DATES.get(kind, kind)}|{told}")
        elif not (element.get("iso-date") or "").strip():
            self.reader.leave(tag, "it names no day, or no activity")

    def _name_unknown(self, element: etree._Element) -> None:
        super()._name_unknown(element)
        if isinstance(element.tag, str) and element.tag.startswith("{") and self.open:
            self.left_out.rest_of_child(element, "", self._first_line(element))

    def _close(self, opened: Open) -> None:
        super()._close(opened)
        activity, read = opened.activity, self.reading.pop()
        if not activity.identifier:
            return
        self.reader.line = activity.line
        read.identifier = self.reader.plain(activity.identifier, "iati-identifier")
        read.publisher = self._publisher(activity.reporter)
        read.secondary = activity.secondary
        # 1.x leaves the order open; what a file is written in again is 2.x's.
        read.said.get("codes", []).sort(
            key=lambda code: ACTIVITY_CODES.index(code.partition("|")[0])
        )
        read.said = {name: value for name, value in read.said.items() if value}
        self.on_activity(read)

    def _publisher(self, reporter: Party) -> str:
        named = self.reader.plain(reporter.ref or reporter.name, "reporting-org")[:200].strip()
        return NOBODY if not named or looks_like_a_person(named) else named


def _keep(activity: ActivityRead, kind: str, line: int, said: dict[str, Any]) -> None:
    if said:
        activity.parts.append(Part(kind, line, said))
