"""Whether entries should lie in partitions by programme: one table, 16 by hash, and one a programme.

    .venv/bin/python -m bench.partition [--programmes 200] [--entries 5000]

On a PostgreSQL from the wheel, the columns, keys and triggers of `journal_entry` in each layout, filled with
the same seeded rows in the same order: a hundred of one programme, then of another. Then, in turns, so that a
busy moment of the machine meets all three: one entry a transaction, the newest fifty of a programme, a
fact by its id, all of a programme; VACUUM (ANALYZE) of all; and one programme taken away.
"""

# ruff: noqa: S608 - every statement is of names that stand here
import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import psycopg

Connection = psycopg.Connection[Any]
LAYOUTS = ("plain", "hash", "list")
ROUNDS, AT_ONCE, BODY = 400, 100, 420
PARTS = 16
CHANCE = Random(9)  # noqa: S311 - rows of a bench
COLUMNS = """
    programme varchar(64) NOT NULL, position bigint NOT NULL, id uuid NOT NULL,
    kind varchar(80) NOT NULL, happened_on date NOT NULL, body bytea NOT NULL,
    PRIMARY KEY (programme, position), UNIQUE (programme, id)
"""
REFUSE = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'entries are never changed'; END $$
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.partition", description=__doc__)
    parser.add_argument("--programmes", type=int, default=200)
    parser.add_argument("--entries", type=int, default=5_000)
    asked = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from on_postgres import postgresql

    programmes = [f"county-{number:04d}" for number in range(asked.programmes)]
    with postgresql() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(REFUSE)
        for layout in LAYOUTS:
            lay_out(connection, layout, programmes)
        found: dict[str, Any] = {"programmes": asked.programmes, "entries": asked.entries}
        found["fill_rows_per_s"] = fill(connection, programmes, asked.entries)
        found["median_us"] = in_turns(connection, programmes, asked.entries)
        found["planned_us"] = planned(url, programmes)
        found["vacuum_s"] = {one: vacuumed(connection, one) for one in LAYOUTS}
        found["megabytes"] = {one: size(connection, one) for one in LAYOUTS}
        found["taken_away_s"] = {one: taken_away(connection, one, programmes[7]) for one in LAYOUTS}
    print(json.dumps(found, indent=1))


def lay_out(connection: Connection, layout: str, programmes: list[str]) -> None:
    by = {
        "plain": "",
        "hash": "PARTITION BY HASH (programme)",
        "list": "PARTITION BY LIST (programme)",
    }
    connection.execute(f"CREATE TABLE entry_{layout} ({COLUMNS}) {by[layout]}")
    if layout == "hash":
        for part in range(PARTS):
            values = f"WITH (MODULUS {PARTS}, REMAINDER {part})"
            connection.execute(
                f"CREATE TABLE entry_hash_{part} PARTITION OF entry_hash FOR VALUES {values}"
            )
    if layout == "list":
        for number, programme in enumerate(programmes):
            values = f"IN ('{programme}')"
            connection.execute(
                f"CREATE TABLE entry_list_{number} PARTITION OF entry_list FOR VALUES {values}"
            )
    connection.execute(
        f"CREATE TRIGGER entry_{layout}_no_change BEFORE UPDATE OR DELETE ON entry_{layout} "
        "FOR EACH ROW EXECUTE FUNCTION refuse()"
    )


def row(programme: str, position: int) -> tuple[Any, ...]:
    body = CHANCE.randbytes(BODY)
    return (
        programme,
        position,
        UUID(int=CHANCE.getrandbits(128)),
        "money.money-sent",
        "2025-03-01",
        body,
    )


def fill(connection: Connection, programmes: list[str], entries: int) -> dict[str, float]:
    taken = dict.fromkeys(LAYOUTS, 0.0)
    for start in range(1, entries + 1, AT_ONCE):
        for programme in programmes:
            rows = [row(programme, position) for position in range(start, start + AT_ONCE)]
            for layout in LAYOUTS:
                taken[layout] += timed(
                    lambda layout=layout, rows=rows: insert(connection, layout, rows)
                )
    return {one: round(entries * len(programmes) / seconds) for one, seconds in taken.items()}


def insert(connection: Connection, layout: str, rows: list[tuple[Any, ...]]) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO entry_{layout} VALUES (%s, %s, %s, %s, %s, %s)", rows)


def in_turns(
    connection: Connection, programmes: list[str], entries: int
) -> dict[str, dict[str, float]]:
    taken: dict[str, dict[str, list[float]]] = {}
    ids = dict.fromkeys(programmes)
    for turn in range(ROUNDS):
        programme = CHANCE.choice(programmes)
        new = row(programme, entries + turn + 1)
        ids[programme] = new[2]
        for layout in LAYOUTS:
            table = f"entry_{layout}"
            asked: dict[str, Callable[[], object]] = {
                "append": lambda layout=layout, new=new: insert(connection, layout, [new]),
                "newest 50": lambda table=table, programme=programme: connection.execute(
                    f"SELECT * FROM {table} WHERE programme = %s ORDER BY position DESC LIMIT 50",
                    [programme],
                ).fetchall(),
                "by id": lambda table=table, new=new: connection.execute(
                    f"SELECT * FROM {table} WHERE programme = %s AND id = %s", new[0:3:2]
                ).fetchall(),
            }
            if turn % 20 == 0:
                asked["all of it"] = lambda table=table, programme=programme: connection.execute(
                    f"SELECT * FROM {table} WHERE programme = %s ORDER BY position", [programme]
                ).fetchall()
            for name, act in asked.items():
                taken.setdefault(name, {}).setdefault(layout, []).append(timed(act))
    return {
        name: {layout: round(statistics.median(some) * 1e6) for layout, some in by.items()}
        for name, by in taken.items()
    }


def planned(url: str, programmes: list[str]) -> dict[str, float]:
    """The first question of a connection, which knows nothing of a table's parts yet."""
    taken: dict[str, list[float]] = {one: [] for one in LAYOUTS}
    for _turn in range(30):
        for layout in LAYOUTS:
            with psycopg.connect(url, autocommit=True) as fresh:
                fresh.execute("SELECT 1")
                statement = f"SELECT * FROM entry_{layout} WHERE programme = %s AND position = 9"
                taken[layout].append(
                    timed(lambda f=fresh, s=statement: f.execute(s, [programmes[3]]))
                )
    return {one: round(statistics.median(some) * 1e6) for one, some in taken.items()}


def vacuumed(connection: Connection, layout: str) -> float:
    return round(timed(lambda: connection.execute(f"VACUUM (ANALYZE) entry_{layout}")), 2)


def size(connection: Connection, layout: str) -> int:
    asked = (
        "SELECT sum(pg_total_relation_size(oid)) FROM pg_class "
        f"WHERE relkind = 'r' AND relname ~ '^entry_{layout}(_[0-9]+)?$'"
    )
    return int(connection.execute(asked).fetchone()[0] // 2**20)


def taken_away(connection: Connection, layout: str, programme: str) -> float:
    """As after it was moved to another server: by hand, with the trigger off."""
    if layout == "list":
        return round(timed(lambda: connection.execute("DROP TABLE entry_list_7")), 3)

    def delete() -> None:
        connection.execute(f"ALTER TABLE entry_{layout} DISABLE TRIGGER USER")
        connection.execute(f"DELETE FROM entry_{layout} WHERE programme = %s", [programme])
        connection.execute(f"ALTER TABLE entry_{layout} ENABLE TRIGGER USER")
        connection.execute(f"VACUUM entry_{layout}")

    return round(timed(delete), 3)


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
