"""A check of a programme in which somebody records while it is under way: see test_at_once.py.

Prints how many facts there were before and after, then what the check found wrong, a line each.
"""

# ruff: noqa: PLC0415, T201 - it prints its answer, and what it imports needs Django set up

from concurrent.futures import ThreadPoolExecutor

import django
from append_many import PROGRAMME, append


def main() -> None:
    django.setup()

    from cairn.catalog import invariants, journal
    from cairn.journal.checks import answers
    from cairn.journal.heads import position_of

    journal.build()
    append("before", 4)
    before = position_of(PROGRAMME)
    meanwhile = ["meanwhile"]

    def advance(_position: int) -> None:
        """Right after the entries were read, and before anything is compared with them."""
        if meanwhile:
            with ThreadPoolExecutor() as pool:
                pool.submit(append, meanwhile.pop(), 4).result()

    found = list(answers(journal, PROGRAMME, invariants=invariants, progress=advance))
    print(before, position_of(PROGRAMME))
    for answer in found:
        for place in answer.wrong:
            print(f"{answer.holds}: {place}")


if __name__ == "__main__":
    main()
