"""What publishing the demo costs: first, again, and again after 100 payments.

    python bench/publish.py [ENTRIES]        as many payments as that instead of 100

Makes the demo in the temp folder; the payments are those of five villages. Processor seconds of one process, and seconds on the clock, where
files are synced to the disk too. *Watching* is a later round of one process, as `--watch` has it;
*anew* is a process of its own, as a timer starts it. What comes out is held to be the same.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cairn.publish.record import Drawn, Published

ENTRIES = int(sys.argv[1]) if len(sys.argv) > 1 else 100
VILLAGES = 5
CAIRN = Path(sys.executable).with_name("cairn")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as name:
        home = Path(name)
        print("making the demo", file=sys.stderr)
        subprocess.run([CAIRN, "demo", "--no-serve", "--dir", home / "dir"], check=True)
        os.environ["CAIRN_DIR"] = str(home / "dir")
        os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.config.settings"
        import django

        django.setup()
        from cairn.publish.record import Drawn

        drawn = Drawn()
        print(
            "| publishing the demo | processor | clock | drawn | written |\n|---|--:|--:|--:|--:|"
        )
        timed("first", lambda: published(home / "out", drawn), drawn)
        timed("again, watching", lambda: published(home / "out", drawn), drawn)
        paid(ENTRIES)
        timed(f"{ENTRIES} payments, watching", lambda: published(home / "out", drawn), drawn)
        paid(ENTRIES)
        anew = Drawn()
        timed(f"{ENTRIES} payments, anew", lambda: published(home / "out", anew), anew)
        published(home / "empty", Drawn())
        subprocess.run(["diff", "-r", home / "out", home / "empty"], check=True)


def published(out: Path, drawn: "Drawn") -> "Published":
    from cairn.programme import log_keys
    from cairn.publish.record import publish

    return publish("demo", out, sign=lambda: log_keys.sign("demo"), drawn=drawn)


def timed(what: str, do: Callable[[], "Published"], drawn: "Drawn") -> None:
    before, clock, cpu = drawn.pages, time.perf_counter(), time.process_time()
    done = do()
    cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
    new = sum(before.get(address) is not page for address, page in drawn.pages.items())
    print(f"| {what} | {cpu:.1f} s | {clock:.1f} s | {new:,} | {len(done.written):,} |", flush=True)


def paid(count: int) -> None:
    """Payments of some villages for their projects, on the day of the last entry."""
    from uuid import UUID

    from cairn.catalog import journal
    from cairn.journal.entry import Draft, Receipt
    from cairn.journal.heads import position_of
    from cairn.journal.models import Entry
    from cairn.money.facts import MoneySpent
    from cairn.money.models import Account
    from cairn.values import Money
    from cairn.works.models import Project

    last = Entry.objects.get(programme="demo", position=position_of("demo"))
    at = datetime.fromisoformat(json.loads(bytes(last.body))["recorded_at"])
    there = Project.objects.filter(programme="demo", started_on__isnull=False).order_by("id")
    accounts = Account.objects.filter(programme="demo", id__endswith="-committee").order_by("id")
    payments = [
        MoneySpent(account=account.id, project=project.id, amount=Money(minor=100, currency="CNY"))
        for account in accounts[:VILLAGES]
        for project in there.filter(place=account.place)
    ]
    taken, number = 0, position_of("demo")
    while taken < count:
        number += 1
        fact = payments[number % len(payments)]
        id_ = UUID(int=number | 0x01936F0A << 96 | 7 << 76 | 2 << 62)
        draft = Draft(id_, at.date(), "bench", fact)
        (verdict,) = journal.append_batch("demo", [draft], now=at, all_or_none=False)
        taken += isinstance(verdict, Receipt)


if __name__ == "__main__":
    main()
