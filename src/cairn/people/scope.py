"""Where the things stand that a fact is about, as far as rights are judged on it.

Works on the read models of whichever journal it is given, by their names and columns: it knows no
capability. A thing stands at its `place` (a place at itself), and belongs to its `holder`, `sponsor`,
`keeper` or `organisation`.

`judged_on` in rights.csv, for a fact:

    source            the thing that this field names
    source target     both: the post must reach each
    places            each of the things that this field names
    place+holder      one thing, of which each field says a part
    movement.target   the thing that a column of the named row names
    movement.told_at  the account whose holder told of the movement
    evidence.movement.source, gift.project   so on, from row to row
    request.raised_by                        the post that a column names
"""

from collections.abc import Sequence
from typing import Any

from cairn.journal.fact import Fact
from cairn.journal.projection import ReadModel, Rows
from cairn.people.rights import Where

BELONGS_TO = ("holder", "sponsor", "keeper", "organisation")
POSTS = ("raised_by", "stands_by", "outgoing", "incoming")
"""Columns that name a post."""
TOLD_BY_RECEIVER = frozenset(
    {
        "money.money-received",
        "money.money-returned",
        "money.money-confirmed",
        "money.interest-received",
    }
)
"""Movements of which whoever has the money now told; of the others, whoever had it."""


def places_of(fact: Fact, judged_on: Sequence[str], rows: Rows) -> list[tuple[str, Where]]:
    """Where a fact's things stand, each with its word of `judged_on`: one, or each that it names."""
    return [(word, stands) for word in judged_on for stands in _stands(fact, word.split("+"), rows)]


def where(row: ReadModel | None, rows: Rows) -> Where:
    """Where a thing on record stands."""
    if row is None:
        return Where()
    if row.called == "place":
        return Where(str(column(row, "path")))
    if row.called == "organisation":
        return Where("", row.id)
    place = column(row, "place")
    path = column(rows.find("place", place), "path") if place else ""
    owner = next((column(row, name) for name in BELONGS_TO if column(row, name)), "")
    return Where(str(path), str(owner), row.id if row.called == "post" else "")


def column(row: ReadModel | None, name: str) -> Any:  # noqa: ANN401 - whatever it holds
    """What a column of a row holds; "" where there is none. The tables belong to capabilities."""
    return getattr(row, name, "")


def _stands(fact: Fact, paths: Sequence[str], rows: Rows) -> list[Where]:
    named = getattr(fact, paths[0], None)
    if isinstance(named, tuple):
        called = dict(fact.references())[paths[0]]
        return [where(rows.find(called, one), rows) for one in named]
    return [_merged(fact, paths, rows)]


def _merged(fact: Fact, paths: Sequence[str], rows: Rows) -> Where:
    found = Where()
    for path in paths:
        found |= _named(fact, path, rows)
    return found


def _named(fact: Fact, path: str, rows: Rows) -> Where:
    field, *steps = path.split(".")
    called, id_ = dict(fact.references())[field], getattr(fact, field)
    row = rows.find(called, id_) if id_ else None
    return where(follow(row, steps, rows), rows)


def follow(row: ReadModel | None, steps: Sequence[str], rows: Rows) -> ReadModel | None:
    """From row to row, as the words of `judged_on` after the first say."""
    for step in steps:
        row = _next(row, step, rows) if row is not None else None
    return row


def _next(row: ReadModel, step: str, rows: Rows) -> ReadModel | None:
    """The row that a column of this one names; an end of a movement is an account."""
    if row.called == "movement":
        return rows.find("account", _account(row, step, rows))
    called = "organisation" if step in BELONGS_TO else "post" if step in POSTS else step
    return rows.find(called, str(column(row, step)))


def _account(movement: ReadModel, end: str, rows: Rows) -> str:
    """The account at an end of a movement; of one about another movement, at that one's."""
    about = column(movement, "of")
    first = (rows.find(movement.called, about) if about else None) or movement
    if end == "told_at":
        end = "target" if column(movement, "fact") in TOLD_BY_RECEIVER else "source"
        if str(column(first, end)).startswith("~"):  # it came from outside the record
            end = "target"
    return str(column(first, end))
