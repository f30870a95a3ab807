"""One of several processes that write in one programme at once: see test_at_once.py.

`append_many.py NAME THREADS FACTS` prints the position of each fact it recorded.
"""

# ruff: noqa: PLC0415, T201 - it prints its answer, and what it imports needs Django set up

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

import django

PROGRAMME = "teams"
SPACE = UUID("01936f0a-0000-7000-8000-000000000000")


def main(name: str, threads: int, facts: int) -> None:
    django.setup()

    from cairn.catalog import journal

    journal.build()
    with ThreadPoolExecutor(threads) as pool:
        done = [pool.submit(append, f"{name}-{thread}", facts) for thread in range(threads)]
        positions = [position for each in done for position in each.result()]
    print(*positions)


def append(name: str, facts: int) -> list[int]:
    """Open the programme as everybody does, then add places of one's own, half of them at once."""
    from django.db import connection

    from cairn.catalog import journal
    from cairn.journal.entry import Draft
    from cairn.programme.facts import PlaceAdded, PlaceLevel, ProgrammeOpened
    from cairn.values import Text

    def draft(called, fact):
        return Draft(uuid5(SPACE, called), date(2025, 1, 1), "office", fact)

    def record(*drafts):
        now = datetime.now(UTC)
        return [given.position for given in journal.append_batch(PROGRAMME, drafts, now=now)]

    text = Text(en="Name")
    opening = ProgrammeOpened(name=text, timezone="Asia/Shanghai", currency="CNY")
    places = [
        draft(f"{name}-{n}", PlaceAdded(place=f"{name}-{n}", name=text, level=PlaceLevel.VILLAGE))
        for n in range(facts)
    ]
    record(draft("opening", opening))
    singly = [position for place in places[::2] for position in record(place)]
    together = record(*places[1::2])
    connection.close()
    return singly + together


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
