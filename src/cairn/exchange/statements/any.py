"""A bank statement in whichever form the bank gives it, told apart by what is in it and not by its name."""

from pathlib import Path

from cairn.exchange.sheets.cells import open_book
from cairn.exchange.statements.camt import is_camt, read_camt
from cairn.exchange.statements.lines import Statement
from cairn.exchange.statements.ofx import is_ofx, read_ofx
from cairn.exchange.statements.read import read_statement

_HEAD = 4096


def read_any(path: Path, *, currency: str) -> Statement:
    """Read a CAMT.053, an OFX, or a sheet. Raises NoStatementError, SheetUnreadableError."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if is_ofx(head):
        return read_ofx(path.read_bytes(), currency=currency)
    if is_camt(head):
        return read_camt(path.read_bytes(), currency=currency)
    return read_statement(open_book(path), currency=currency)
