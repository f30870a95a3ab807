"""How fast facts are recorded: the whole journal beside the bare INSERT of the same bytes.

    .venv/bin/python -m bench.append [--facts 20000] [--postgresql]

One fact per transaction, then in batches of 100 and 1,000: Pydantic, rules, canonical bytes,
projections and the tree, against inserting the finished rows into a table of the same shape, on
the same database, in turns. On SQLite in a temporary folder, or on a PostgreSQL from the wheel.
"""

import argparse
import contextlib
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bench.clock import say
from bench.machine import machine

if TYPE_CHECKING:
    from cairn.journal.journal import Journal

RESULTS = Path(__file__).with_name("append.json")
ROUNDS = 5
DAY, NOW = date(2025, 3, 1), datetime(2025, 6, 30, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.append", description=__doc__)
    parser.add_argument("--facts", type=int, default=20_000)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    name = "postgresql" if asked.postgresql else "sqlite"
    with tempfile.TemporaryDirectory() as folder, _database(postgresql=asked.postgresql) as url:
        os.environ["CAIRN_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.config.settings"
        if url:
            os.environ["CAIRN_DATABASE_URL"] = url
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        answer = measure(asked.facts)
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    results[name] = {"machine": machine(), **answer}
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(f"| {name}, facts a batch | journal | bare INSERT | share | added per fact |")
    print("|---|--:|--:|--:|--:|")
    for size, one in answer["batches"].items():
        ours, bare = one["journal"], one["bare"]
        print(
            f"| {size} | {1 / ours['wall']:,.0f}/s | {1 / bare['wall']:,.0f}/s "
            f"| {bare['wall'] / ours['wall']:.2f} "
            f"| {(ours['processor'] - bare['processor']) * 1000:.2f} ms of processor |"
        )


@contextlib.contextmanager
def _database(*, postgresql: bool) -> Iterator[str]:
    if not postgresql:
        yield ""
        return
    import sys

    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from on_postgres import postgresql as served

    with served() as url:
        yield url


def measure(facts: int) -> dict[str, object]:
    """Seconds of wall and of processor per fact, the median of rounds in turns."""
    from cairn.catalog import journal
    from cairn.journal.models import Entry

    _open(journal)
    bare_table()
    batches = {}
    for size in (1, 100, 1000):
        count = max(size, facts // 20 if size == 1 else facts)
        times: dict[str, list[tuple[float, float]]] = {"journal": [], "bare": []}
        for round_ in range(ROUNDS):
            say(f"round {round_ + 1} of {ROUNDS}: {count:,} facts, {size:,} at a time")
            numbers = range(count)
            times["journal"].append(
                _timed(
                    lambda chunk: journal.append_batch("bench", _drafts(chunk), now=NOW),
                    numbers,
                    size,
                )
            )
            newest = Entry.objects.filter(programme="bench").order_by("-position")[:count]
            rows = list(
                newest.values_list("programme", "position", "id", "kind", "happened_on", "body")
            )
            times["bare"].append(_timed(_insert, rows, size))
        batches[size] = {
            name: {
                "wall": statistics.median(wall for wall, _cpu in taken),
                "processor": statistics.median(cpu for _wall, cpu in taken),
            }
            for name, taken in times.items()
        }
    return {"facts": facts, "batches": batches}


def _timed(act: Callable[[Any], object], things: Sequence[Any], size: int) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(things), size):
        act(things[start : start + size])
    count = len(things)
    return (time.perf_counter() - wall) / count, (time.process_time() - cpu) / count


def _open(journal: "Journal") -> None:
    from cairn.journal.journal import Draft, Receipt
    from cairn.money.facts import AccountOpened
    from cairn.programme.facts import OrganisationJoined, OrganisationRole, ProgrammeOpened
    from cairn.values import Text

    name = Text(en="Bench")
    facts = [
        ProgrammeOpened(name=name, timezone="Asia/Shanghai", currency="CNY"),
        OrganisationJoined(organisation="office", name=name, role=OrganisationRole.OFFICE),
        AccountOpened(account="county", name=name, holder="office", currency="CNY"),
        AccountOpened(account="village", name=name, holder="office", currency="CNY"),
    ]
    drafts = [Draft(uuid4(), DAY, "accountant", fact) for fact in facts]
    verdicts = journal.append_batch("bench", drafts, now=NOW)
    assert all(isinstance(verdict, Receipt) for verdict in verdicts)


def _drafts(numbers: Sequence[int]) -> list[Any]:
    """Facts as they come in: Pydantic judges them, and that is timed with the journal."""
    from cairn.journal.journal import Draft
    from cairn.money.facts import MoneySent
    from cairn.values import Money

    return [
        Draft(
            uuid4(),
            DAY,
            "accountant",
            MoneySent(source="county", target="village", amount=Money(minor=n + 1, currency="CNY")),
        )
        for n in numbers
    ]


def bare_table() -> None:
    """A table of the entry's shape and indexes, without triggers."""
    from django.db import connection

    blob = "bytea" if connection.vendor == "postgresql" else "blob"
    uuid = "uuid" if connection.vendor == "postgresql" else "char(32)"
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bare (programme varchar(64), position bigint, id "
            f"{uuid}, kind varchar(80), happened_on date, body {blob}, "
            "PRIMARY KEY (programme, position), UNIQUE (programme, id))"
        )


def _insert(rows: Sequence[Any]) -> None:
    from django.db import connection, transaction

    uuids = connection.vendor == "postgresql"
    cells = [
        (p, n, id_ if uuids else id_.hex, kind, str(on), body) for p, n, id_, kind, on, body in rows
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO bare (programme, position, id, kind, happened_on, body) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            cells,
        )


if __name__ == "__main__":
    main()
