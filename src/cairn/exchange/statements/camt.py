"""Bank statements in CAMT.053 (ISO 20022), of any version: a dozen of its elements, read with lxml.

Not with pycamt, which hands whatever it is given to a parser with its defaults, has no types, and reads
names of parties along: here a document type is refused before anything is parsed, no entity is resolved,
nothing is fetched, and who paid or was paid is never looked at.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext_noop as _
from lxml import etree

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

_STARTS: Final = re.compile(rb"^(\xef\xbb\xbf)?\s*<")
_SIGNS: Final = re.compile(rb"camt\.05[0-9]\.|BkToCstmr|<\?xml")
_DOCTYPE: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_BOOKED: Final = frozenset({"BOOK", ""})
_ASCII: Final = frozenset(
    {
        "utf-8",
        "us-ascii",
        "ascii",
        "iso-8859-1",
        "iso-8859-15",
        "windows-1252",
        "gb18030",
        "gbk",
        "gb2312",
    }
)
"""Encodings in which a document type cannot hide from a look at the bytes."""


def is_camt(head: bytes) -> bool:
    """Whether a file is XML: of banks, or else the sentence that refuses it says what it should be."""
    return bool(_STARTS.match(head) and _SIGNS.search(head))


def read_camt(content: bytes, *, currency: str) -> Statement:
    """Read the booked entries of one account. Raises NoStatementError."""
    root = _parsed(content)
    statements = root.findall("./{*}BkToCstmrStmt/{*}Stmt")
    if not statements:
        raise NoStatementError(
            _("It is XML, and no bank statement: the bank calls the form CAMT.053.")
        )
    accounts = {_account(one) for one in statements}
    if len(accounts) > 1:
        raise NoStatementError(SEVERAL)
    theirs = statements[0].findtext("./{*}Acct/{*}Ccy") or ""
    if theirs and theirs != currency:
        raise NoStatementError(OTHER_CURRENCY, theirs=theirs[:3], ours=currency)
    return statement_of(_lines(statements, currency))


def _parsed(content: bytes) -> etree._Element:
    said = re.match(rb"[^>]{0,80}encoding\s*=\s*[\"']([\w.-]{1,40})", content)
    encoding = said[1].decode("ascii").lower() if said else "utf-8"
    if _DOCTYPE.search(content) or encoding not in _ASCII or b"\0" in content[:64]:
        raise NoStatementError(
            _(
                "Its XML has what no bank writes (a document type, or a rare encoding); it was not opened."
            )
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        message = _("Its XML is damaged: {why}")
        raise NoStatementError(message, why=str(error)[:200]) from error


def _account(statement: etree._Element) -> str:
    id_ = statement.find("./{*}Acct/{*}Id")
    return "".join(str(text).strip() for text in id_.itertext()) if id_ is not None else ""


def _lines(statements: list[etree._Element], currency: str) -> Iterator[StatementLine | int]:
    """Entries in order, numbered through. What is only announced is no entry yet."""
    number = 0
    for statement in statements:
        for entry in statement.iterfind("./{*}Ntry"):
            status = entry.findtext("./{*}Sts/{*}Cd") or entry.findtext("./{*}Sts") or ""
            if status.strip() not in _BOOKED:
                continue
            number += 1
            yield _line(entry, number, currency)


def _line(entry: etree._Element, number: int, currency: str) -> StatementLine | int:
    amount = entry.find("./{*}Amt")
    on = _day(entry, "BookgDt") or _day(entry, "ValDt")
    way = {"CRDT": 1, "DBIT": -1}.get((entry.findtext("./{*}CdtDbtInd") or "").strip())
    if amount is None or on is None or way is None or amount.get("Ccy", currency) != currency:
        return number
    try:
        minor = read_amount((amount.text or "").strip(), currency=currency)
    except CellError:
        return number
    if minor <= 0:  # the way is said beside it: no sign belongs there
        return number
    return StatementLine(number, on, way * minor, shown(_text(entry)))


def _day(entry: etree._Element, name: str) -> date | None:
    said = (
        entry.findtext(f"./{{*}}{name}/{{*}}Dt") or entry.findtext(f"./{{*}}{name}/{{*}}DtTm") or ""
    )
    try:
        return datetime.fromisoformat(said.strip()[:10]).date()
    except ValueError:
        return None


def _text(entry: etree._Element) -> str:
    """What the payment was for, else what the bank says of it. Names of parties are elsewhere, and unread."""
    remitted = [
        text.strip()
        for text in (one.text or "" for one in entry.iterfind(".//{*}RmtInf/{*}Ustrd"))
        if text.strip()
    ]
    return " ".join(dict.fromkeys(remitted)) or entry.findtext("./{*}AddtlNtryInf") or ""
