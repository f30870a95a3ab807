"""An installation with several programmes, to do things with all of them: `python offices.py DIR`.

A process of its own, as Django has one installation in each. The first programme is the largest; the
last has no key, so that it cannot be published.
"""

# ruff: noqa: PLC0415 - Django is started first

import sys
from pathlib import Path

from cairn.config.installation import installation

LARGE, KEYLESS = "kashi", "yarkand"
SMALL = "aksu"
PROGRAMMES = (LARGE, SMALL, KEYLESS)
MOVEMENTS = 2_000
"""Of the largest: enough that there is a middle to be killed in."""


def main(folder):
    installation(Path(folder), make=True)
    from cairn.catalog import journal
    from cairn.programme import log_keys
    from cast import NOW, POST, Pen, assemble

    for programme in PROGRAMMES:
        pen = Pen.opened(programme)
        assemble(pen)
        pen.batch(*(pen.draft(fact) for fact in movements(MOVEMENTS if programme == LARGE else 40)))
        if programme != KEYLESS:
            origin = f"example.org/{programme}"
            log_keys.make(journal, programme, origin=origin, post=POST, now=NOW)


def movements(count):
    """Money that comes and is paid out again."""
    from cairn.money.facts import MoneyReceived, MoneySpent
    from cast import cny

    for nth in range(count // 2):
        yield MoneyReceived(
            grant="water-2025", account="county-office", amount=cny(f"{nth + 1}.00")
        )
        yield MoneySpent(
            account="county-office",
            project="qarasu-well",
            amount=cny(f"{nth + 1}.00"),
            voucher=f"{nth}",
        )


if __name__ == "__main__":
    main(sys.argv[1])
