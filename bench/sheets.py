"""How long a sheet of a hundred thousand rows takes from the desk, and how much memory: `python -m bench.sheets`.

A sheet of payments, of which one in a thousand is refused, as a text and as a workbook: looked at, judged row by
row, recorded as a post with its rights, and sent once more. Each step is a process of its own, so that its
peak of memory is its own.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

DAY = date(2025, 1, 2)
HEAD = [
    "Voucher no",
    "Date paid",
    "Account",
    "Project",
    "Village",
    "Supplier",
    "Amount paid",
    "Currency",
]


def rows(count: int) -> Iterator[list[str]]:
    for n in range(count):
        day = DAY + timedelta(days=n % 300)
        when = "never" if n % 1000 == 999 else day.isoformat()
        yield [
            f"V-{n}", when, "committee", f"Work {n % 40}", "Qarasu", f"Firm {n % 200} Ltd",
            f"{n % 9000 + 1}.50", "CNY",
        ]  # fmt: skip


def write(path: Path, count: int) -> None:
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEAD, *rows(count)])
        return
    from xlsxwriter import Workbook

    with Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Money spent")
        for at, line in enumerate([HEAD, *rows(count)]):
            sheet.write_row(at, 0, line)


def start(folder: Path) -> Any:  # noqa: ANN401 - Django starts first
    from cairn.config.installation import installation

    installation(folder, make=True)
    from cairn.catalog import journal

    return journal


def make(folder: Path) -> None:
    """A programme with a committee, its account, forty projects, two hundred firms; a post and who holds it."""
    journal = start(folder)
    from cairn.journal.entry import Draft
    from cairn.money.facts import AccountOpened
    from cairn.people.models import Appointment, User
    from cairn.programme.facts import (
        OrganisationJoined,
        OrganisationRole,
        PlaceAdded,
        PlaceLevel,
        PostOpened,
        PostRole,
        ProgrammeOpened,
    )
    from cairn.values import Text, Theme, uuid7
    from cairn.works.facts import ProjectProposed

    facts = [
        ProgrammeOpened(name=Text(en="Bench"), timezone="Asia/Shanghai", currency="CNY"),
        PlaceAdded(place="qarasu", name=Text(en="Qarasu"), level=PlaceLevel.VILLAGE),
        OrganisationJoined(
            organisation="committee", name=Text(en="committee"), role=OrganisationRole.COMMITTEE
        ),
        AccountOpened(
            account="committee",
            name=Text(en="committee"),
            holder="committee",
            place="qarasu",
            currency="CNY",
        ),
        PostOpened(
            post="committee",
            name=Text(en="committee"),
            role=PostRole.COMMITTEE,
            place="qarasu",
            organisation="committee",
        ),
        *(
            ProjectProposed(
                project=f"work-{n}", name=Text(en=f"Work {n}"), place="qarasu", theme=Theme.WATER
            )
            for n in range(40)
        ),
        *(
            OrganisationJoined(
                organisation=f"firm-{n}",
                name=Text(en=f"Firm {n} Ltd"),
                role=OrganisationRole.CONTRACTOR,
            )
            for n in range(200)
        ),
    ]
    drafts = [
        Draft(uuid7(1_735_000_000_000, at), date(2025, 1, 1), "office", fact)
        for at, fact in enumerate(facts)
    ]
    journal.append_batch("bench", drafts, now=datetime.now(UTC))
    user = User.objects.create(sign_in_name="bench")
    Appointment.objects.create(
        user=user, programme="bench", post="committee", starts_on=date(2025, 1, 1)
    )


def step(folder: Path, sheet: Path, what: str) -> dict[str, float]:
    journal = start(folder)
    from cairn.exchange.sheets import held as holding
    from cairn.exchange.sheets import work
    from cairn.exchange.sheets.held import Stage
    from cairn.people.models import Appointment
    from cairn.people.seats import seat_of

    now = datetime.now(UTC)
    seat = seat_of(Appointment.objects.get(), journal=journal, now=now)
    if what == "look":
        with sheet.open("rb") as file:
            holding.take_in(
                seat, iter(lambda: file.read(2**16), b""), file=sheet.name, language="en", now=now
            )
    held = holding.of(seat, now=now)[0]
    if what != "look":
        held.about.factor = held.about.fresh = True
        held.about.stage = {"judge": Stage.CHECKING, "record": Stage.IMPORTING}[what]
        held.save()
    before, began = time.process_time(), time.monotonic()
    assert work.work_once(journal, now=lambda: datetime.now(UTC)) == 1
    took, used = time.monotonic() - began, time.process_time() - before
    about = holding.of(seat, now=now)[0].about
    assert not about.wrong, about.wrong
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": took, "processor": used, "peak_mb": peak, **about.counts}


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--forms", default="csv,xlsx")
    asked.add_argument("--step", nargs=3, metavar=("FOLDER", "SHEET", "WHAT"))
    said = asked.parse_args()
    if said.step:
        folder, sheet, what = said.step
        print(json.dumps(step(Path(folder), Path(sheet), what)))
        return
    for form in said.forms.split(","):
        with tempfile.TemporaryDirectory() as place:
            folder, sheet = Path(place, "data"), Path(place, f"payments.{form}")
            write(sheet, said.rows)
            child = subprocess.run(
                [
                    sys.executable,
                    "-c",
                    f"from pathlib import Path; from bench.sheets import make; make(Path({str(folder)!r}))",
                ],
                check=True,
                env=os.environ,
            )
            assert child.returncode == 0
            for what in ("look", "judge", "record", "look", "judge"):
                run = subprocess.run(
                    [sys.executable, "-m", "bench.sheets", "--step", folder, sheet, what],
                    check=True,
                    capture_output=True,
                    text=True,
                )
                print(form, what, run.stdout.strip(), flush=True)


if __name__ == "__main__":
    main()
