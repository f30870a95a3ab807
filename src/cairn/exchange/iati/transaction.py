"""One transaction element of an IATI activity: what it says, or why that cannot be read.

Nothing is guessed: what has two readings is unreadable, and what is kept otherwise than it was
written comes with a note.
"""

import re
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Final

from lxml import etree

from cairn.exchange.iati.columns import NOBODY, Party, Published, Row
from cairn.exchange.iati.transaction_types import BY_CODE, IN_TRANSACTION, PLANS, TYPES, Direction
from cairn.values import MAX_MINOR, CairnError, UnknownCurrencyError, currency_digits

_PLAIN: Final = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?", re.ASCII)
_POWERED: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)[eE][+-]?\d{1,3}", re.ASCII)
_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d)(T.*|Z|[+-]\d\d:\d\d)?", re.ASCII)
_FIRST_YEAR: Final = 1900
"""No aid was published before; years such as 0001 are what software writes for "none"."""

_ONCE: Final = ("transaction-type", "transaction-date", "value")


class Unreadable(CairnError):  # noqa: N818 - it is a verdict on a transaction
    """Why a transaction cannot be kept, as a sentence's end: "it …"."""


class TransactionReader:
    """Reads the transactions of one activity, whose default currency it knows."""

    def __init__(self, published: Published, default_currency: str | None) -> None:
        self._published = published
        self._default = default_currency

    def read(self, element: etree._Element, line: int) -> tuple[Row, list[str]]:
        """What a transaction says, and notes on what was read otherwise than written.

        Raises Unreadable.
        """
        notes: list[str] = []
        children = _children(element, notes)
        kind = TYPES[_type_code(children.get("transaction-type"))]
        value = children.get("value")
        on = _date(children.get("transaction-date"), value, notes)
        currency = self._currency(value, notes)
        amount = _amount(value, currency, notes)
        ends = self._ends(children, kind.direction, notes)
        number = self._published.currencies.number(currency)
        return Row(kind.code, on, amount, number, *ends, line), notes

    def _currency(self, value: etree._Element | None, notes: list[str]) -> str:
        if value is None:
            raise Unreadable("it has no value")
        written = value.get("currency") or self._default
        if not written:
            raise Unreadable("neither it nor its activity says in which currency it is")
        currency = written.strip().upper()
        try:
            currency_digits(currency)
        except UnknownCurrencyError as error:
            raise Unreadable(f"its currency cannot be counted in: {error}") from error
        if currency != written:
            notes.append(f"its currency is written ‘{written}’; read as {currency}")
        return currency

    def _ends(
        self, children: dict[str, etree._Element], direction: Direction, notes: list[str]
    ) -> tuple[int, int, int]:
        """The numbers of: the far end's activity id, the own end's, the far end's organisation."""
        provider, receiver = children.get("provider-org"), children.get("receiver-org")
        from_id = self._activity_id(provider, "provider-activity-id", notes)
        to_id = self._activity_id(receiver, "receiver-activity-id", notes)
        if direction is Direction.IN:
            return from_id, to_id, self._party(provider)
        return to_id, from_id, self._party(receiver)

    def _activity_id(self, end: etree._Element | None, name: str, notes: list[str]) -> int:
        written = None if end is None else end.get(name)
        if written is None:
            return NOBODY
        if not written.strip():
            notes.append(f"its {name} is empty")
            return NOBODY
        return self._published.ids.number(written)

    def _party(self, end: etree._Element | None) -> int:
        if end is None:
            return NOBODY
        party = Party(end.get("ref", "").strip(), named(end))
        return self._published.parties.number(party) if any(party) else NOBODY


def named(element: etree._Element) -> str:
    """A name: 2.x's first narrative, or 1.x's plain text."""
    narrative = element.find("narrative")
    return " ".join("".join(_texts(element if narrative is None else narrative)).split())


def _texts(element: etree._Element) -> list[str]:
    return [str(part) for part in element.itertext()]


def _children(element: etree._Element, notes: list[str]) -> dict[str, etree._Element]:
    """A transaction's elements by name; what is repeated or unknown is noted."""
    children: dict[str, etree._Element] = {}
    for child in element:
        tag = child.tag
        if not isinstance(tag, str) or tag.startswith("{"):
            continue
        if tag not in IN_TRANSACTION:
            notes.append(f"<{tag}> is no element of a transaction; it is not read")
        elif tag not in children:
            children[tag] = child
        elif tag in _ONCE:
            raise Unreadable(f"it has two <{tag}>, and only one can be meant")
        elif tag in {"provider-org", "receiver-org"}:
            notes.append(f"a second <{tag}> is not read")
    notes.extend(
        f"{name} stands on the transaction itself, where it is not read"
        for name in ("provider-activity-id", "receiver-activity-id")
        if name in element.attrib
    )
    return children


def _type_code(element: etree._Element | None) -> int:
    if element is None:
        raise Unreadable("it has no transaction-type")
    code = element.get("code")
    if code is None:
        raise Unreadable("its transaction-type has no code")
    if code.strip() in PLANS:
        raise Unreadable(f"its type ‘{code}’ is a plan of IATI 1.01, not a transaction")
    try:
        return BY_CODE[code.strip()]
    except KeyError:
        raise Unreadable(f"its type ‘{code}’ is on no code list of IATI") from None


def _date(element: etree._Element | None, value: etree._Element | None, notes: list[str]) -> int:
    """The day, as date.toordinal counts. 1.x lets the value's date stand for a missing one."""
    written = None if element is None else element.get("iso-date")
    if written is None and value is not None:
        written = value.get("value-date")
        if written is not None:
            notes.append("it has no transaction-date; its value-date is taken")
    if written is None:
        raise Unreadable("it has no transaction-date")
    match = _DATE.fullmatch(written.strip())
    try:
        day = date.fromisoformat(match[1]) if match else None
    except ValueError:
        day = None
    if day is None or day.year < _FIRST_YEAR:
        raise Unreadable(f"‘{written}’ is no date, which looks like 2024-06-30")
    return day.toordinal()


def _amount(value: etree._Element | None, currency: str, notes: list[str]) -> int:
    """Minor units, exact where the currency's digits allow, else rounded half to even and noted."""
    text = "" if value is None else "".join(_texts(value)).strip()
    if not text:
        raise Unreadable("its value is empty")
    digits = currency_digits(currency)
    plain = _PLAIN.fullmatch(text)
    if plain and len(text) <= 18 and (plain[2] or plain[3]):
        fraction = plain[3] or ""
        if len(fraction) <= digits:
            minor = int((plain[2] or "0") + fraction.ljust(digits, "0"))
            return _within_reach(-minor if plain[1] == "-" else minor, text)
    return _rounded(text, digits, currency, notes)


def _rounded(text: str, digits: int, currency: str, notes: list[str]) -> int:
    plain = _PLAIN.fullmatch(text)
    if not (plain and (plain[2] or plain[3])) and not _POWERED.fullmatch(text):
        raise Unreadable(f"‘{text[:60]}’ is no amount, which looks like 1234.50")
    try:
        exact = Decimal(text).scaleb(digits)
        minor = int(exact.quantize(Decimal(1), ROUND_HALF_EVEN))
    except InvalidOperation as error:
        raise Unreadable(f"‘{text[:60]}’ is too long to be an amount") from error
    if minor != exact:
        notes.append(
            f"its value ‘{text[:60]}’ has more decimals than {currency}, which has {digits}; "
            "kept rounded half to even"
        )
    elif not plain:
        notes.append(f"its value is written ‘{text}’, which IATI's decimals do not allow")
    return _within_reach(minor, text)


def _within_reach(minor: int, text: str) -> int:
    if abs(minor) > MAX_MINOR:
        raise Unreadable(f"‘{text[:60]}’ is more than Cairn counts exactly")
    return minor
