"""Bank statements in OFX: SGML of 1.x, whose tags banks leave open, and XML of 2.x; by ofxtools.

Of ofxtools only the tree is used: it is built from tags that a regular expression finds, so there is no
document type and no entity that could be expanded. Its typed models refuse what banks leave out.
"""

import html
import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.etree.ElementTree import Element

from django.utils.translation import gettext_noop as _
from ofxtools.header import OFXHeaderError
from ofxtools.Parser import OFXTree, ParseError

from cairn.exchange.sheets.values import CellError, read_amount
from cairn.exchange.statements.lines import (
    OTHER_CURRENCY,
    SEVERAL,
    NoStatementError,
    Statement,
    StatementLine,
    shown,
    statement_of,
)

_SIGNS: Final = re.compile(rb"OFXHEADER|<OFX>", re.IGNORECASE)


def is_ofx(head: bytes) -> bool:
    """Whether a file begins as OFX does."""
    return bool(_SIGNS.search(head))


def read_ofx(content: bytes, *, currency: str) -> Statement:
    """Read the transactions of one account. Raises NoStatementError."""
    root = _parsed(content)
    statements = list(root.iter("STMTRS"))
    if not statements:
        raise NoStatementError(_("It is OFX, and holds no statement of a bank account."))
    if len({one.findtext("./BANKACCTFROM/ACCTID") for one in statements}) > 1:
        raise NoStatementError(SEVERAL)
    theirs = (statements[0].findtext("./CURDEF") or currency).strip()
    if theirs != currency:
        raise NoStatementError(OTHER_CURRENCY, theirs=theirs[:3], ours=currency)
    return statement_of(_lines(statements, currency))


def _parsed(content: bytes) -> Element:
    if not re.search(rb"</OFX>\s*$", content, re.IGNORECASE):
        raise NoStatementError(_("Its OFX ends in the middle; fetch it from the bank once more."))
    tree = OFXTree()
    try:
        root = tree.parse(io.BytesIO(_with_line_ends(content)))
    except (
        ParseError,
        OFXHeaderError,
        SyntaxError,
        ValueError,
        LookupError,
        AssertionError,
        TypeError,
        IndexError,
        AttributeError,
    ) as error:
        message = _("Its OFX is damaged: {why}")
        raise NoStatementError(message, why=str(error)[:200]) from error
    if root is None:
        raise NoStatementError(_("Its OFX is damaged: {why}"), why="OFX")
    return root


def _with_line_ends(content: bytes) -> bytes:
    """Without what stands before the header, where a mark or blank lines do."""
    start = re.search(rb"OFXHEADER|<\?xml|<\?OFX", content, re.IGNORECASE)
    return content[start.start() :] if start else content


def _lines(statements: list[Element], currency: str) -> Iterator[StatementLine | int]:
    number = 0
    for statement in statements:
        for one in statement.iterfind("./BANKTRANLIST/STMTTRN"):
            number += 1
            yield _line(one, number, currency)


def _line(one: Element, number: int, currency: str) -> StatementLine | int:
    on = _day(_said(one, "DTPOSTED"))
    own = one.find("./CURRENCY")
    foreign = own is not None and (own.findtext("./CURSYM") or currency) != currency
    minor = _minor(_said(one, "TRNAMT"), currency)
    if on is None or not minor or foreign:
        return number
    # Who paid or was paid (NAME, PAYEE) is not looked at, unless nothing else says what it was.
    text = _said(one, "MEMO") or _said(one, "NAME")
    return StatementLine(number, on, minor, shown(text))


def _minor(text: str, currency: str) -> int:
    """Banks write a comma for the point, and a sign on either."""
    said = text.replace(" ", "")
    if re.fullmatch(r"[+-]?\d{1,15},\d{1,3}", said, re.ASCII):
        said = said.replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{0,4})?", said, re.ASCII):
        return 0
    try:
        amount = Decimal(said)
        minor = read_amount(f"{abs(amount):f}", currency=currency)
    except (CellError, InvalidOperation):
        return 0
    return -minor if amount < 0 else minor


def _day(text: str) -> date | None:
    """20250302, with or without a time and a zone after it: the day that the bank wrote."""
    found = re.match(r"(\d{4})(\d{2})(\d{2})", text, re.ASCII)
    try:
        return datetime(*map(int, found.groups())).date() if found else None  # type: ignore[arg-type]  # noqa: DTZ001 - a day
    except ValueError:
        return None


def _said(one: Element, name: str) -> str:
    return html.unescape((one.findtext(f"./{name}") or "").strip())
