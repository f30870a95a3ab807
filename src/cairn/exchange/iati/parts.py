"""What an IATI element says, as the answers of a fact; and what of it is left out, and why.

One element at a time, knowing nothing of files or of what is on record; read_whole.py reads files with
it, and held.py says what goes into facts.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import quote

import phonenumbers
from lxml import etree

from cairn.exchange.iati.held import (
    BROKEN_DOWN,
    DOCUMENT_CODES,
    LANG,
    LOCATION_CODES,
    NO_PLACE,
    PLANE,
    ROLES,
    TRANSACTION_CODES,
    LeftOut,
)
from cairn.exchange.sheets.persons import looks_like_a_person
from cairn.reported.facts import LONGEST_TEXT
from cairn.voice.scan import MAIL


@dataclass
class Part:
    """Something an activity says: the kind of fact that tells it, its line, its answers."""

    kind: str
    line: int
    said: dict[str, Any]
    of: "Part | None" = None
    """The result that an indicator is of."""


class PartReader:
    """Reads elements of one file; what it leaves out goes into `left_out`."""

    def __init__(self, left_out: LeftOut) -> None:
        self.left_out = left_out
        self.line = 0
        """Where what is being read begins."""

    def leave(self, path: str, reason: str) -> None:
        """Count something as left out, here."""
        self.left_out.add(path, reason, self.line)

    # Texts

    def texts(
        self, elements: Iterable[etree._Element], path: str, *, name: bool = True
    ) -> list[str]:
        """Each text with its language: 2.x's narratives, or 1.x's own text. A `name` is one line."""
        found = []
        for element in elements:
            outer = element.get(LANG)
            narratives = element.findall("narrative")
            for one in narratives or [element]:
                text = self._text("".join(map(str, one.itertext())), path, name=name)
                if text:
                    found.append(f"{self._language(one.get(LANG) or outer, path)}:{text}")
        return found

    def names_of(self, element: etree._Element | None, path: str) -> list[str]:
        """What an organisation is called; not where that looks like a person's name."""
        if element is None:
            return []
        kept = []
        for one in self.texts([element], path):
            if looks_like_a_person(one.partition(":")[2]):
                self.leave(path, "the name looks like a person's, and Cairn keeps none")
            else:
                kept.append(one)
        return kept

    def plain(self, text: str, path: str) -> str:
        """A text in normal form C, without control characters."""
        plain = _without_controls(text)
        if plain != text:
            self.leave(path, "a control character was taken out of the text")
        return unicodedata.normalize("NFC", plain)

    def sort_of(self, description: etree._Element) -> str:
        """The type of a description, where it looks like one."""
        kind = self.short(description, "type", "description") or ""
        if re.fullmatch(r"[A-Za-z0-9.\-]{0,20}", kind):
            return kind
        self.leave("description/@type", f"‘{kind[:20]}’ is no type")
        return ""

    def _text(self, text: str, path: str, *, name: bool) -> str:
        plain = self.plain(text, path)
        plain = " ".join(plain.split()) if name else plain.strip()
        masked = without_contacts(plain)
        if masked != plain:
            self.leave(path, "a mail address or telephone number was taken out of the text")
        if len(masked) > LONGEST_TEXT:
            self.leave(path, f"a text was cut after {LONGEST_TEXT} signs")
            masked = masked[: LONGEST_TEXT - 1].rstrip() + "…"
        return masked

    def _language(self, written: str | None, path: str) -> str:
        language = (written or "").strip()
        if not re.fullmatch(r"[A-Za-z0-9\-]{0,35}", language):
            self.leave(f"{path}/@lang", f"‘{language[:20]}’ is no language")
            return ""
        return language

    # Codes, ids, days

    def short(self, element: etree._Element | None, name: str, path: str) -> str | None:
        """An attribute: a code, an id, a number as written. Ids of activities keep their white space."""
        written = None if element is None else element.get(name)
        if written is None or not written.strip():
            return None
        if not name.endswith("activity-id"):
            written = written.strip()
        text = unicodedata.normalize("NFC", _without_controls(written))
        if len(text) > 200:
            self.leave(f"{path}/@{name}", "it is longer than 200 signs")
            return None
        return text

    def day(self, element: etree._Element | None, name: str, path: str) -> str | None:
        """An attribute that is a day, as 2024-06-30."""
        written = None if element is None else element.get(name)
        if written is None or not written.strip():
            return None
        found = re.match(r"\d{4}-\d\d-\d\d", written.strip(), re.ASCII)
        try:
            day = date.fromisoformat(found[0]) if found else None
        except ValueError:
            day = None
        if day is None or day.year < 1900:
            self.leave(f"{path}/@{name}", "it is no date, which looks like 2024-06-30")
            return None
        return day.isoformat()

    def codes(self, element: etree._Element, names: Iterable[str], path: str) -> list[str]:
        """How an element is classified, by its children of these names."""
        return [one for name in names for one in self._codes_of(element.findall(name), path)]

    def _codes_of(self, elements: Iterable[etree._Element], path: str) -> Iterator[str]:
        for element in elements:
            if (code := self.code(element, path)) is not None:
                yield code

    def code(self, element: etree._Element, path: str) -> str | None:
        """One code as `what|vocabulary|code|share|language:name`."""
        what = str(element.tag)
        where = f"{path}{what}"
        share = "level" if what == "administrative" else "percentage"
        values = [self.short(element, name, where) or "" for name in ("vocabulary", "code", share)]
        named = self.texts([element], where)
        for _more in named[1:]:
            self.leave(f"{where}/narrative", "one name of a code is kept, the first")
        line = "|".join([what, *values, *(named[:1] or [""])])
        if any("|" in value for value in values) or len(line) > 800:
            self.leave(where, "it is too long, or holds a sign that Cairn uses itself: |")
            return None
        return line if any(values) or named else None

    def rest(self, element: etree._Element) -> None:
        """Count what of a child of an activity has no place."""
        self.left_out.rest_of_child(element, "", self.line)

    # Parts

    def organisation(self, element: etree._Element) -> dict[str, Any]:
        """A reporting-org or participating-org."""
        tag = str(element.tag)
        role = self.short(element, "role", tag) or "-"
        return _answered(
            part="reporting" if tag == "reporting-org" else ROLES.get(role.lower(), role),
            ref=self.short(element, "ref", tag),
            type=self.short(element, "type", tag),
            far_activity=self.short(element, "activity-id", tag),
            name=self.names_of(element, tag),
        )

    def transaction(self, element: etree._Element) -> dict[str, Any]:
        """What a transaction says beside its type, day, amount and currency."""
        said: dict[str, Any] = {"ref": self.short(element, "ref", "transaction")}
        value = element.find("value")
        said["valued_on"] = self.day(value, "value-date", "transaction/value")
        for end in ("provider", "receiver"):
            path, org = f"transaction/{end}-org", element.find(f"{end}-org")
            said[f"{end}_ref"] = self.short(org, "ref", path)
            said[f"{end}_type"] = self.short(org, "type", path)
            said[f"{end}_activity"] = self.short(org, f"{end}-activity-id", path)
            said[end] = self.names_of(org, path)
        described = element.findall("description")
        said["description"] = self.texts(described, "transaction/description", name=False)
        said["codes"] = self.codes(element, TRANSACTION_CODES, "transaction/")
        return _answered(**said)

    def location(self, element: etree._Element) -> dict[str, Any]:
        """A location; nothing where all that it says has no place."""
        north, east = self._position(element.find("point"))
        return _answered(
            ref=self.short(element, "ref", "location"),
            name=self.texts(element.findall("name"), "location/name"),
            description=self.texts(
                element.findall("description"), "location/description", name=False
            ),
            north=north,
            east=east,
            codes=self.codes(element, LOCATION_CODES, "location/"),
        )

    def _position(self, point: etree._Element | None) -> tuple[int | None, int | None]:
        pos = None if point is None else point.find("pos")
        written = "" if pos is None else (pos.text or "").replace(",", " ").split()
        if not written:
            return None, None
        srs = None if point is None else point.get("srsName")
        if srs and srs != PLANE:
            self.leave("location/point/@srsName", NO_PLACE)
        try:
            north, east = (_hundredths(degrees) for degrees in written)
        except ValueError:
            north, east = None, None
        if north is None or east is None or abs(north) > 9000 or abs(east) > 18000:
            self.leave("location/point/pos", "it is no position, which looks like 41.3 76.02")
            return None, None
        if [f"{north / 100:g}", f"{east / 100:g}"] != [f"{float(one):g}" for one in written]:
            self.leave("location/point/pos", "a position is kept to two kilometres and no finer")
        return north, east

    def document(self, element: etree._Element) -> dict[str, Any]:
        """A document-link; nothing where it has no address."""
        path = "document-link"
        url = _without_controls(element.get("url", "")).strip()
        if not url or len(url) > 2000:
            self.leave(path, "it has no address, or one longer than 2000 signs")
            return {}
        if url.lower().startswith(("mailto:", "tel:")):
            self.leave(path, "it leads to somebody to be reached, and to no document")
            return {}
        described = element.findall("description")
        return _answered(
            # What is not in form C would lead elsewhere once it is: so it is told in bytes.
            url=url if unicodedata.is_normalized("NFC", url) else quote(url, safe=_ASCII),
            format=self.short(element, "format", path),
            title=self.texts(element.findall("title"), f"{path}/title"),
            description=self.texts(described, f"{path}/description", name=False),
            codes=self.codes(element, DOCUMENT_CODES, f"{path}/"),
            dated=self.day(element.find("document-date"), "iso-date", f"{path}/document-date"),
        )

    def result(self, element: etree._Element) -> dict[str, Any]:
        """A result, without its indicators."""
        return self._measured(
            element,
            "result",
            type=self.short(element, "type", "result"),
            aggregation=self.short(element, "aggregation-status", "result"),
        )

    def indicator(self, element: etree._Element) -> dict[str, Any]:
        """An indicator with its baselines and periods."""
        path = "result/indicator"
        return self._measured(
            element,
            path,
            measure=self.short(element, "measure", path),
            ascending=self.short(element, "ascending", path),
            aggregation=self.short(element, "aggregation-status", path),
            baseline=list(self._lines(element.findall("baseline"), self._baseline)),
            periods=list(self._lines(element.findall("period"), self._period)),
        )

    def _measured(self, element: etree._Element, path: str, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - answers
        title = self.texts(element.findall("title"), f"{path}/title")
        described = element.findall("description")
        description = self.texts(described, f"{path}/description", name=False)
        return _answered(title=title, description=description, **said)

    def _lines(
        self, elements: Iterable[etree._Element], read: Callable[[etree._Element], list[str] | None]
    ) -> Iterator[str]:
        for element in elements:
            values = read(element)
            if values is None or not any(values):
                continue
            if any("|" in value for value in values):
                self.leave(
                    f"result/indicator/{element.tag}", "it holds a sign Cairn uses itself: |"
                )
            else:
                yield "|".join(values)

    def _baseline(self, element: etree._Element) -> list[str] | None:
        path = "result/indicator/baseline"
        if element.find("dimension") is not None:
            self.leave(path, BROKEN_DOWN)
            return None
        on = self.day(element, "iso-date", path) or ""
        year, value = (self.short(element, name, path) or "" for name in ("year", "value"))
        return [year, on, value]

    def _period(self, element: etree._Element) -> list[str]:
        path = "result/indicator/period"
        ends = [
            self.day(element.find(f"period-{end}"), "iso-date", f"{path}/period-{end}") or ""
            for end in ("start", "end")
        ]
        return [*ends, *(self._value(element, what, path) for what in ("target", "actual"))]

    def _value(self, period: etree._Element, what: str, path: str) -> str:
        told = period.findall(what)
        whole = [one for one in told if one.find("dimension") is None]
        for _part in told[len(whole) :]:
            self.leave(f"{path}/{what}", BROKEN_DOWN)
        values = [value for one in whole if (value := self.short(one, "value", f"{path}/{what}"))]
        for _more in values[1:]:
            self.leave(f"{path}/{what}", f"one {what} of a period is kept, the first")
        return values[0] if values else ""


def without_contacts(text: str) -> str:
    """A text with `[…]` for each mail address, and each number that somebody could be called by.

    Numbers are taken for telephone numbers where a country's code or a word says so: others are
    amounts, years and references, of which descriptions are full.
    """
    if "@" in text or "at]" in text or "at)" in text:
        text = MAIL.sub("[…]", text)
    if "+" in text or "00" in text:
        found = list(phonenumbers.PhoneNumberMatcher(text, None))
        for match in reversed(found):
            text = f"{text[: match.start]}[…]{text[match.end :]}"
    return _CALLED.sub(lambda hit: f"{hit[1]}[…]", text)


_CALLED: Final = re.compile(
    r"((?:电话|手机|传真|微信|телефон|\bтел\b|تېلېفون|\b(?:tel|telephone|phone|mobile|fax|whatsapp|wechat)\b)"
    r"[\s.:：№]{0,4})\+?\(?\d[\d\s().\-]{4,}\d",
    re.IGNORECASE,
)
_ASCII: Final = "".join(map(chr, range(0x21, 0x7F)))
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _without_controls(text: str) -> str:
    return _CONTROLS.sub(" ", text)


def _hundredths(degrees: str) -> int:
    """Even hundredths of a degree, the nearest. Raises ValueError."""
    value = float(degrees)
    if not math.isfinite(value):
        raise ValueError(degrees)
    return round(value * 50) * 2


def _answered(**said: Any) -> dict[str, Any]:  # noqa: ANN401 - answers of any sort
    return {name: value for name, value in said.items() if value not in (None, [], "")}
