"""What people would use instead, for the same money and the same questions, all in one run.

    .venv/bin/python -m bench.peers [--movements 100000] [--runs 9] [--dir FOLDER]

Takes the large demo that bench.pages loads and writes its record out as anybody may: `movements` and
`attributions` as Parquet for DuckDB, and as a journal for beancount, whose web pages are Fava's. Neither can
say which grant a payment came from, so both are given Cairn's answer: DuckDB as a table, beancount as tags.
Fava's pages and Cairn's go through the whole of their WSGI, in one process, without a network; of Fava with
the ledger loaded, of Cairn with the trace opened. DuckDB holds its tables in memory and takes every core.

Each question's figure must be the same on both sides before anybody is timed.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("peers.json")
TODAY = date(2031, 1, 1)

MOVEMENTS = """
CREATE TABLE movements AS SELECT m.*, m.reversed_by IS NOT NULL OR about.reversed_by IS NOT NULL AS gone
FROM '{0}' m LEFT JOIN '{0}' about ON about.id = m.of
"""
TOTALS = """
SELECT sum(a.amount) FILTER (kind = 'receive'), sum(a.amount) FILTER (kind = 'spend')
FROM attributions a JOIN movements m ON m.id = a.movement WHERE NOT m.gone AND a.no_grant IS NULL
"""
GRANT = """
SELECT m.kind, m.from_account, coalesce(m.to_account, m.project), sum(a.amount), count(*)
FROM attributions a JOIN movements m ON m.id = a.movement
WHERE a."grant" = ? AND NOT m.gone GROUP BY ALL ORDER BY sum(a.amount) DESC
"""
TRANSIT = """
SELECT id, from_account, to_account, happened_on, amount - confirmed AS l, count(*) OVER ()
FROM movements WHERE kind = 'send' AND voided_by IS NULL AND NOT gone AND confirmed < amount
ORDER BY happened_on, position LIMIT 100
"""
BREACHES = """
SELECT m.id, m.happened_on, m.project, a."grant", a.amount, count(*) OVER ()
FROM attributions a JOIN movements m ON m.id = a.movement
WHERE m.kind = 'spend' AND NOT m.gone AND (a.breach OR a.off_purpose IS NOT NULL)
ORDER BY m.happened_on, m.position LIMIT 100
"""
STATEMENT = """
WITH sends AS (SELECT id, to_account, from_account, amount - confirmed AS l FROM movements WHERE kind = 'send'),
lines AS (
    SELECT happened_on, position, -amount AS effect FROM movements
    WHERE from_account = $1 AND kind IN ('send', 'move', 'spend') AND NOT gone
    UNION ALL
    SELECT happened_on, position, amount FROM movements
    WHERE to_account = $1 AND kind IN ('receive', 'move') AND NOT gone
    UNION ALL
    SELECT m.happened_on, m.position, m.amount FROM movements m JOIN sends s ON s.id = m.of
    WHERE m.kind = 'confirm' AND s.to_account = $1 AND NOT m.gone
    UNION ALL
    SELECT m.happened_on, m.position, s.l FROM movements m JOIN sends s ON s.id = m.of
    WHERE m.kind = 'void' AND s.from_account = $1 AND NOT m.gone
)
SELECT *, sum(effect) OVER (ORDER BY happened_on, position) AS balance, count(*) OVER ()
FROM lines ORDER BY happened_on DESC, position DESC LIMIT 50
"""


@dataclass(frozen=True, slots=True)
class Question:
    """The same asked of Cairn and of somebody else; `ours` and `theirs` answer the figure to compare."""

    name: str
    peer: str
    ours: Callable[[], Any]
    theirs: Callable[[], Any]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--movements", type=int, default=10**5)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--dir", type=Path)
    asked = parser.parse_args()
    from bench.machine import machine
    from bench.pages import loaded

    os.environ["CAIRN_DIR"] = str(asked.dir or loaded(asked.movements))
    os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.config.settings"
    import django

    django.setup()
    on, programme = machine(), f"large-{asked.movements}"
    out = Path(os.environ["CAIRN_DIR"]) / "peers"
    out.mkdir(exist_ok=True)
    tables(programme, out)
    found = {}
    for question in [*against_duckdb(programme, out), *against_fava(programme, out)]:
        said = question.ours(), question.theirs()
        assert said[0] == said[1], (
            f"{question.name}: Cairn says {said[0]}, {question.peer} {said[1]}"
        )
        found[question.name] = timed(question, asked.runs) | {"peer": question.peer}
    report = {"machine": on, "movements": asked.movements, "questions": found}
    RESULTS.write_text(json.dumps(report, indent=1) + "\n")
    print("| question | Cairn, ms | beside it | ms | times |\n|---|--:|---|--:|--:|")
    for name, one in found.items():
        ratio = one["theirs"] / one["ours"]
        print(f"| {name} | {one['ours']:.1f} | {one['peer']} | {one['theirs']:.1f} | {ratio:.1f} |")


def timed(question: Question, runs: int) -> dict[str, float]:
    """The median of each in milliseconds, taking turns."""
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _run in range(runs):
        for side, taken in times.items():
            began = time.perf_counter()
            getattr(question, side)()
            taken.append((time.perf_counter() - began) * 1000)
    return {side: statistics.median(one) for side, one in times.items()}


def tables(programme: str, out: Path) -> None:
    from cairn.exchange.tables.package import table_named
    from cairn.exchange.tables.write import write_parquet
    from cairn.following.queries.reading import read

    for name in ("movements", "attributions"):
        table, reading = table_named(name), read(programme)
        write_parquet(out / f"{name}.parquet", table, table.read(reading))


def against_duckdb(programme: str, out: Path) -> Iterator[Question]:
    """The aggregates behind pages: our read models and the trace, and a scan."""
    import duckdb

    from cairn.following.queries.account import follow_account
    from cairn.following.queries.grant import follow_grant
    from cairn.following.queries.lists import exceptions, in_transit
    from cairn.following.queries.programme import programme_totals

    base = duckdb.connect()
    base.execute(f"CREATE TABLE attributions AS SELECT * FROM '{out}/attributions.parquet'")  # noqa: S608 - its own folder
    base.execute(MOVEMENTS.format(f"{out}/movements.parquet"))
    grant, account = busiest(programme)

    def rows(sql: str, *values: str) -> list[Any]:
        return base.execute(sql, list(values)).fetchall()

    def minor(amount: Decimal | None) -> int:
        return int((amount or 0) * 100)

    def ours_totals() -> list[int]:
        at = programme_totals(programme=programme, today=TODAY).stages
        return [sum(one.received for one in at), sum(one.spent for one in at)]

    yield Question(
        "totals of the programme", "DuckDB", ours_totals,
        lambda: [minor(one) for one in rows(TOTALS)[0]],
    )  # fmt: skip
    yield Question(
        "a grant, followed to each project", "DuckDB",
        lambda: follow_grant(programme=programme, grant=grant, today=TODAY).row.spent,
        lambda: minor(sum(one[3] for one in rows(GRANT, grant) if one[0] == "spend")),
    )  # fmt: skip
    yield Question(
        "what is in transit, the oldest 100", "DuckDB",
        lambda: in_transit(programme=programme, today=TODAY)[1].total,
        lambda: (rows(TRANSIT) or [(0,)])[0][-1],
    )  # fmt: skip
    yield Question(
        "payments off purpose, the first 100", "DuckDB",
        lambda: exceptions(programme=programme)[1].total,
        lambda: (rows(BREACHES) or [(0,)])[0][-1],
    )  # fmt: skip

    def ours_account() -> tuple[int, int]:
        found = follow_account(programme=programme, account=account)
        return found.page.total, found.lines[0].balance

    def their_account() -> tuple[int, int]:
        first = rows(STATEMENT, account)[0]
        return first[-1], minor(first[-2])

    yield Question("an account, its last 50 lines", "DuckDB", ours_account, their_account)


def busiest(programme: str) -> tuple[str, str]:
    import numpy as np

    from cairn.following.snapshot import latest

    at = latest(programme)
    account = at.accounts[int(np.argmax(np.diff(at.statements.offsets)))][0]
    return at.grants[int(np.argmax(at.totals.received[:-1]))][0], account


def against_fava(programme: str, out: Path) -> Iterator[Question]:
    """Whole pages: what somebody sees of an account, of a grant, of everything."""
    from django.test import Client
    from fava.application import create_app

    from cairn.following.queries.account import follow_account
    from cairn.web.public.unchanged import pages

    ledger = out / "ledger.beancount"
    names = write_ledger(out, ledger)
    began = time.perf_counter()
    app = create_app([str(ledger)], load=True)
    print(
        f"Fava loaded its ledger of {ledger.stat().st_size / 1e6:.0f} MB in {time.perf_counter() - began:.1f} s"
    )
    theirs, ours = app.test_client(), Client()
    slug = theirs.get("/").headers["Location"].strip("/").split("/")[-2]
    grant, account = busiest(programme)
    balance = f"SELECT sum(number) WHERE account = '{names[account]}'"
    said = theirs.get(f"/{slug}/api/query", query_string={"query_string": balance}).get_json()
    stands = follow_account(programme=programme, account=account).lines[0].balance
    assert Decimal(str(said["data"]["rows"][0][0])) * 100 == stands, (said, stands)
    followed = f"SELECT account, sum(position) WHERE 'g-{names[grant]}' IN tags GROUP BY account"

    def answered(client: Any, address: str, **query: str) -> int:  # noqa: ANN401 - Django's or Flask's
        pages.clear()  # each is drawn: none that was drawn before is given again
        answer = client.get(address, query_string=query) if query else client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return 200

    for name, mine, address, query in (
        ("page: an account", f"accounts/{account}/", f"/{slug}/api/account_report", {"a": names[account], "r": "journal"}),
        ("page: a grant followed", f"grants/{grant}/", f"/{slug}/api/query", {"query_string": followed}),
        ("page: the programme", "", f"/{slug}/api/income_statement", {}),
    ):  # fmt: skip
        yield Question(
            name, "Fava",
            lambda mine=mine: answered(ours, f"/en/{programme}/{mine}"),
            lambda address=address, query=query: answered(theirs, address, **query),
        )  # fmt: skip


def write_ledger(out: Path, path: Path) -> dict[str, str]:
    """The same movements for beancount, each with a tag for every grant in it. Names of grants and accounts."""
    import pyarrow.parquet as pq

    parts: dict[str, set[str]] = {}
    names: dict[str, str] = {}

    def called(id_: str | None, sort: str) -> str:
        return names.setdefault(id_ or "outside", f"{sort}:N{len(names)}")

    carried = pq.read_table(out / "attributions.parquet", columns=["movement", "grant"])
    for movement, grant in zip(*(column.to_pylist() for column in carried.columns), strict=True):
        if grant:
            names.setdefault(grant, f"n{len(names)}")
            parts.setdefault(movement, set()).add(names[grant])
    rows = pq.read_table(out / "movements.parquet").to_pylist()
    sends = {row["id"]: row for row in rows if row["kind"] == "send"}
    gone = {row["id"] for row in rows if row["reversed_by"]}
    lines = []
    for row in rows:
        if gone & {row["id"], row["of"]} or row["kind"] == "reverse":
            continue
        amount, kind = row["amount"], row["kind"]
        about = sends.get(row["of"], row)
        here, there = called(about["from_account"], "Assets"), called(about["to_account"], "Assets")
        way = there.replace("Assets", "Assets:Transit")
        ends = {
            "receive": ("Income:Sponsors", there),
            "send": (here, way),
            "confirm": (way, there),
            "move": (here, there),
            "void": (way, here),
            "spend": (here, called(row["project"], "Expenses")),
        }[kind]
        if kind == "void":
            amount = about["amount"] - about["confirmed"]
        tags = "".join(f" #g-{one}" for one in sorted(parts.get(row["id"], ())))
        lines.append(
            f'{row["happened_on"]} * "m"{tags}\n  {ends[1]} {amount} {row["currency"]}\n'
            f"  {ends[0]} -{amount} {row['currency']}\n"
        )
    opened = {line.split()[0] for one in lines for line in one.splitlines()[1:]}
    with path.open("w") as file:
        file.write('option "operating_currency" "CNY"\n')
        file.writelines(f"1990-01-01 open {account}\n" for account in sorted(opened))
        file.writelines(lines)
    return names


if __name__ == "__main__":
    main()
