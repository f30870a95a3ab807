"""A check of a programme in which somebody records while it is under way: see test_at_once.py.

Prints how many facts there were after it, how transactions begin at one moment and after it, then what
the check found wrong, a line each.
"""

# ruff: noqa: PLC0415, T201 - it prints its answer, and what it imports needs Django set up

from concurrent.futures import ThreadPoolExecutor

import django
from append_many import PROGRAMME, append


def main() -> None:
    django.setup()

    from django.db import connection

    from cairn.catalog import invariants, journal
    from cairn.journal.checks import answers
    from cairn.journal.heads import position_of
    from cairn.journal.spread import at_one_moment

    journal.build()
    append("before", 4)
    meanwhile = ["meanwhile"]

    def advance(_position: int) -> None:
        """Right after the entries were read, and before anything is compared with them."""
        if meanwhile:
            with ThreadPoolExecutor() as pool:
                pool.submit(append, meanwhile.pop(), 4).result()

    found = list(answers(journal, PROGRAMME, invariants=invariants, progress=advance))
    connection.close()
    with at_one_moment(PROGRAMME):
        within = mode(connection)
    print(position_of(PROGRAMME), within, mode(connection))
    for answer in found:
        for place in answer.wrong:
            print(f"{answer.holds}: {place}")


def mode(connection) -> str:
    """How a transaction begins or began there."""
    if connection.vendor == "sqlite":
        return connection.transaction_mode
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        return cursor.fetchone()[0].replace(" ", "-")


if __name__ == "__main__":
    main()
