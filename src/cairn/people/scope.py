"""Where the things stand that a fact is about, as far as rights are judged on it.

Works on the read models of whichever journal it is given, by their names and columns: it knows no
capability. A thing stands at its `place` (a place at itself), and belongs to its `holder`, `sponsor`,
`keeper` or `organisation`.

`judged_on` in rights.csv, for a fact:

    source            the thing that this field names
    source target     both: the post must reach each
    place+holder      one thing, of which each field says a part
    movement.target   the thing that a column of the named row names
    movement.told_at  the account whose holder told of the movement
"""

from collections.abc import Sequence

from cairn.journal.fact import Fact
from cairn.journal.projection import ReadModel, Rows
from cairn.people.rights import Where

BELONGS_TO = ("holder", "sponsor", "keeper", "organisation")
TOLD_BY_RECEIVER = frozenset(
    {"money.money-received", "money.money-returned", "money.interest-received"}
)
"""Movements of which whoever has the money now told; the others were told of by whoever had it."""


def places_of(fact: Fact, judged_on: Sequence[str], rows: Rows) -> list[Where]:
    """Where a fact's things stand, one for each word of `judged_on`."""
    return [_merged(fact, word.split("+"), rows) for word in judged_on]


def _merged(fact: Fact, paths: Sequence[str], rows: Rows) -> Where:
    where = Where()
    for path in paths:
        where |= _named(fact, path, rows)
    return where


def _named(fact: Fact, path: str, rows: Rows) -> Where:
    field, _dot, column = path.partition(".")
    called, id_ = dict(fact.references())[field], getattr(fact, field)
    row = rows.find(called, id_) if id_ else None
    if row is not None and column:
        row = rows.find("account", _account(row, column, rows))
    return where(row, rows)


def _account(row: ReadModel, column: str, rows: Rows) -> str:
    """The account in a column of a movement; of one about another movement, in that one's."""
    about = str(getattr(row, "of", ""))
    first = (rows.find(row.called, about) if about else None) or row
    if column != "told_at":
        return str(getattr(first, column))
    fact = str(getattr(row, "fact", ""))
    by_receiver = fact in TOLD_BY_RECEIVER or fact.endswith(".money-confirmed")
    ends = (first, "target") if by_receiver else (first, "source")
    account = str(getattr(*ends))
    return str(first.target) if account.startswith("~") else account


def where(row: ReadModel | None, rows: Rows) -> Where:
    """Where a thing on record stands."""
    if row is None:
        return Where()
    if row.called == "place":
        return Where(str(getattr(row, "path", "")))
    if row.called == "organisation":
        return Where("", row.id)
    place = str(getattr(row, "place", ""))
    path = str(getattr(rows.find("place", place), "path", "")) if place else ""
    owner = next((str(getattr(row, name)) for name in BELONGS_TO if getattr(row, name, "")), "")
    return Where(path, owner)
