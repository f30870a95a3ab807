"""How fast facts are recorded: the whole journal beside the bare INSERT of the same bytes.

    .venv/bin/python -m bench.append sqlite|postgresql [--facts 10000] [--profile]

One fact per transaction, then in batches of 100 and 1,000: Pydantic, rules, canonical bytes,
projections and the tree. In turn with it, the finished entries go into a table of the same columns
and keys without triggers, in the same order, in transactions of the same size, on the same
database as durable as an installation's: SQLite in a temporary folder with synchronous=FULL, or a
PostgreSQL from the wheel with fsync on. What goes into that table is made ready before the clock
starts; the journal's clock runs from the draft. `statements` are the journal's own three INSERTs of
the same rows and nothing else: entry with its triggers, movement, head.
"""

import argparse
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

from bench.clock import say

ROUNDS = 9
SIZES = (1, 100, 1000)
DAY, NOW = date(2025, 3, 1), datetime(2025, 6, 30, tzinfo=UTC)
COLUMNS = ("programme", "position", "id", "kind", "happened_on", "body")
CHANCE = Random(1)  # noqa: S311 - ids of a bench


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.append", description=__doc__)
    parser.add_argument("database", choices=("sqlite", "postgresql"))
    parser.add_argument("--facts", type=int, default=10_000)
    parser.add_argument("--profile", action="store_true", help="say where the time goes instead")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _database(asked.database) as url:
        os.environ["CAIRN_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.config.settings"
        if url:
            os.environ["CAIRN_DATABASE_URL"] = url
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        call_command("migrate", verbosity=0)
        _open()
        try:
            print(json.dumps(profile(asked.facts) if asked.profile else measure(asked.facts)))
        finally:
            connections.close_all()  # PostgreSQL waits for them before it stops


@contextlib.contextmanager
def _database(name: str) -> Iterator[str]:
    if name == "sqlite":
        yield ""
        return
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from on_postgres import postgresql

    with postgresql(durable=True) as url:
        yield url


def measure(facts: int) -> dict[str, Any]:
    """Seconds of wall and of processor per fact, the median of rounds in turns."""
    _bare_tables()
    batches: dict[str, Any] = {}
    for size in SIZES:
        count = max(size, facts // 20 if size == 1 else facts)
        times: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for round_ in range(ROUNDS):
            say(f"round {round_ + 1} of {ROUNDS}: {count:,} facts, {size:,} at a time")
            times["journal"].append(_timed(_record, range(count), size))
            rows = _newest(count)
            times["statements"].append(
                _timed(_write, list(zip(rows, _moved(rows), strict=True)), size)
            )
            ready = [tuple(map(_for_the_driver, row)) for row in rows]
            times["bare"].append(_timed(_insert, ready, size))
            if _postgresql():
                times["copy"].append(_timed(_copy, ready, size))
        batches[str(size)] = {name: _medians(taken) for name, taken in times.items()}
    return {"facts": facts, "batches": batches}


def _medians(taken: Sequence[tuple[float, float]]) -> dict[str, float]:
    return {
        "wall": statistics.median(wall for wall, _cpu in taken),
        "processor": statistics.median(cpu for _wall, cpu in taken),
    }


def _timed(act: Callable[[Any], object], things: Sequence[Any], size: int) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(things), size):
        act(things[start : start + size])
    count = len(things)
    return (time.perf_counter() - wall) / count, (time.process_time() - cpu) / count


def profile(facts: int) -> dict[str, Any]:
    """Which share of the time each stage of an append takes, by samples of what is running."""
    from bench.stages import Samples

    answer: dict[str, Any] = {}
    for size in (1, 1000):
        count = max(size, facts // 2 if size == 1 else facts * 5)
        _timed(_record, range(size * 20), size)  # whatever is cached is cached here
        with Samples() as samples:
            wall, cpu = _timed(_record, range(count), size)
        answer[str(size)] = {"wall": wall, "processor": cpu, "stages": samples.shares()}
    return answer


# What is timed


def _record(numbers: Sequence[int]) -> None:
    from cairn.catalog import journal

    journal.append_batch("bench", _drafts(numbers), now=NOW)


def _drafts(numbers: Sequence[int]) -> list[Any]:
    """Facts as they come in: Pydantic judges them, and that is timed with the journal."""
    from cairn.demo.diary import uuid7
    from cairn.journal.entry import Draft
    from cairn.money.facts import MoneySent
    from cairn.values import Money

    now = time.time_ns() // 10**6
    return [
        Draft(
            uuid7(now, CHANCE.getrandbits(74)),
            DAY,
            "accountant",
            MoneySent(source="county", target="village", amount=Money(minor=n + 1, currency="CNY")),
        )
        for n in numbers
    ]


def _write(rows: Sequence[Any]) -> None:
    """What of an append is the database's own work: its three INSERTs, of another programme."""
    from django.db import transaction

    from cairn.journal.columns import Columns
    from cairn.journal.models import Entry, Head
    from cairn.money.projections import Movement

    with transaction.atomic():
        Columns.of(Entry).insert("statements", [entry for entry, _movement in rows])
        Columns.of(Movement).upsert("statements", [movement for _entry, movement in rows])
        Columns.of(Head).upsert("statements", [Head("statements", rows[-1][0][1], bytes(32))])


def _insert(rows: Sequence[Any]) -> None:
    from django.db import connection, transaction

    places = ", ".join(["%s"] * len(COLUMNS))
    statement = f"INSERT INTO bare ({', '.join(COLUMNS)}) VALUES ({places})"  # noqa: S608
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _copy(rows: Sequence[Any]) -> None:
    from django.db import connection, transaction

    statement = f"COPY copied ({', '.join(COLUMNS)}) FROM STDIN"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


# What it stands on


def _open() -> None:
    from cairn.catalog import journal
    from cairn.journal.entry import Draft, Receipt
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


def _bare_tables() -> None:
    """Tables of the entry's columns and keys, without triggers."""
    from django.db import connection

    blob, uuid = ("bytea", "uuid") if _postgresql() else ("blob", "char(32)")
    with connection.cursor() as cursor:
        for name in ("bare", "copied"):
            cursor.execute(
                f"CREATE TABLE {name} (programme varchar(64), position bigint, id {uuid}, "
                f"kind varchar(80), happened_on date, body {blob}, "
                "PRIMARY KEY (programme, position), UNIQUE (programme, id))"
            )


def _newest(count: int) -> list[tuple[Any, ...]]:
    """The entries just recorded, in their order, as those of a programme called `statements`."""
    from cairn.journal.models import Entry

    newest = Entry.objects.filter(programme="bench").order_by("-position")[:count]
    rows = list(newest.values_list(*COLUMNS))[::-1]
    written = Entry.objects.filter(programme="statements").count()
    return [("statements", written + n, *row[2:5], bytes(row[5])) for n, row in enumerate(rows, 1)]


def _moved(rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    """What those entries folded into, for the same programme."""
    from cairn.money.projections import Movement

    ids = [str(row[2]) for row in rows]
    found: dict[str, Any] = {}
    for start in range(0, len(ids), 900):
        some = Movement.objects.filter(programme="bench", id__in=ids[start : start + 900])
        found.update({each.id: each for each in some})
    for each in found.values():
        each.programme = "statements"
    return [found[id_] for id_ in ids]


def _for_the_driver(value: object) -> object:
    if _postgresql():
        return value
    return (
        value.hex if isinstance(value, UUID) else str(value) if isinstance(value, date) else value
    )


def _postgresql() -> bool:
    from django.db import connection

    return connection.vendor == "postgresql"


if __name__ == "__main__":
    main()
