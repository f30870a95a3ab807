"""An answer that is erased while somebody reads who began before: see test_erasing.py.

Prints whether it was kept anywhere and how many marks there were: after the erasure, after coming back for it
while the reader was there, and after coming back when the reader had gone. Then how many seconds erasing took.
"""

# ruff: noqa: PLC0415, T201 - it prints its answer, and what it imports needs Django set up

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import django

CANARY = "Aynurs-well-the-third-house"
PROGRAMME = "teams"
HOME = Path(os.environ["CAIRN_DIR"])


def main() -> None:
    django.setup()

    from django.db import connection

    from cairn.journal import leftovers
    from cairn.journal.facts import PartShredded
    from cairn.journal.files import keep
    from cairn.money.facts import MoneySpent, PaymentEvidenced
    from cast import Pen, a_picture, assemble, cny, named

    pen = Pen.opened(PROGRAMME)
    pen.now = datetime.now(UTC)
    assemble(pen)
    paid = MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("9.00"))
    shown = {"sha256": keep(PROGRAMME, a_picture()), "caption": named(CANARY)}
    said = str(pen.record(PaymentEvidenced(movement=pen.movement(paid), **shown)).id)
    reader = reading(connection.settings_dict, connection.vendor)

    began = time.monotonic()
    pen.record(PartShredded(entry=said, field="caption", reason="Asked to"))
    took = time.monotonic() - began
    tell(connection.vendor)
    leftovers.come_back()
    tell(connection.vendor)
    reader.rollback()
    leftovers.come_back()
    tell(connection.vendor)
    print(took)


def tell(vendor: str) -> None:
    """SQLite's files can be looked into; those of PostgreSQL belong to another user."""
    files = [path for path in HOME.rglob("*") if path.is_file()]
    held = any(CANARY.encode() in path.read_bytes() for path in files)
    marks = len(list(HOME.glob("files/*/erased/*")))
    print(held if vendor == "sqlite" else "-", marks)


def reading(settings, vendor):
    """Somebody in the middle of an export: a connection that sees the record as it was."""
    if vendor == "sqlite":
        import sqlite3

        found = sqlite3.connect(settings["NAME"], isolation_level=None)
        found.execute("BEGIN")
    else:
        import psycopg

        found = psycopg.connect(os.environ["CAIRN_DATABASE_URL"])
        found.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    found.execute("SELECT count(*) FROM journal_entry").fetchone()
    return found


if __name__ == "__main__":
    main()
