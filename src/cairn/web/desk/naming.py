"""What a thing on record is called, for somebody who must recognise it in a list or a sentence."""

from collections.abc import Collection, Iterable
from typing import Any

from cairn.following.answers import Name
from cairn.journal.fact import Fact
from cairn.journal.projection import ReadModel, Rows
from cairn.notices.models import Version
from cairn.people.scope import column
from cairn.programme.models import Place, Post
from cairn.trace.policy import Kind
from cairn.values import Money, Text
from cairn.web.meanings import MEANINGS
from cairn.web.reader import Reader
from cairn.web.words import ENDS, HAPPENED, LANGUAGES, word_of


def load_named(found: Iterable[ReadModel], rows: Rows) -> None:
    """Read at once whatever the names of these rows are made of."""
    found = list(found)
    rows.load(
        ("movement", str(column(row, "movement"))) for row in found if column(row, "movement")
    )
    movements = [row for row in found if row.called == "movement"]
    movements += filter(None, (_of(row, rows) for row in found if column(row, "movement")))
    rows.load(("movement", str(column(row, "of"))) for row in movements if column(row, "of"))
    firsts = (rows.find("movement", column(row, "of")) for row in movements if column(row, "of"))
    rows.load(
        (called, str(column(row, end)))
        for row in [*movements, *filter(None, firsts)]
        for end in ("source", "target")
        for called in ("account", "project")
        if column(row, end)
    )
    rows.load(
        (called, str(column(row, called)))
        for row in found
        for called in ("place", "cohort", "project")
        if column(row, called)
    )


def called(row: ReadModel, rows: Rows, reader: Reader) -> str:
    """A thing as one line of text."""
    if isinstance(column(row, "name"), dict):
        said = reader.said(column(row, "name"))
        return f"{said} · {LANGUAGES[row.language]}" if isinstance(row, Version) else said
    if row.called == "movement":
        return _movement(row, rows, reader)
    if row.called == "evidence":
        payment = _of(row, rows)
        shown = _movement(payment, rows, reader) if payment else row.id
        return f"{reader.day(column(row, 'attached_on'))}: {shown}"
    if row.called == "gift":
        worth = reader.money(column(row, "worth_minor"), column(row, "currency"))
        return f"{reader.said(column(row, 'what'))} · {worth}"
    if row.called == "team":
        parts = (_named("place", column(row, "place"), rows, reader), column(row, "cohort"))
        return " · ".join(parts)
    return row.id


def _movement(row: ReadModel, rows: Rows, reader: Reader) -> str:
    """1 Mar 2025 · CNY 200,000.00 · county office → Qarasu committee."""
    day = reader.day(column(row, "happened_on"))
    word = str(HAPPENED.get(column(row, "fact"), ""))
    about = rows.find("movement", column(row, "of")) if column(row, "of") else None
    ends = about or row
    minor = column(row, "amount_minor") or column(ends, "amount_minor")
    money = reader.money(minor, column(row, "currency"))
    source, target = (_end(column(ends, end), ends, rows, reader) for end in ("source", "target"))
    way = " → ".join(filter(None, (source, target)))
    return " · ".join(filter(None, (day, word, money, way, column(row, "voucher"))))


def _end(id_: str, movement: ReadModel, rows: Rows, reader: Reader) -> str:
    if id_ in ENDS:
        return str(ENDS[id_])
    paid = column(movement, "kind") == Kind.SPEND and id_ == column(movement, "target")
    return _named("project" if paid else "account", id_, rows, reader)


def _named(what: str, id_: str, rows: Rows, reader: Reader) -> str:
    row = rows.find(what, id_) if id_ else None
    return reader.said(column(row, "name")) if row else id_


def _of(row: ReadModel, rows: Rows) -> ReadModel | None:
    return rows.find("movement", str(column(row, "movement")))


def told(fact: Fact, rows: Rows, reader: Reader) -> str:
    """The sentence of a fact with the names of what it names; of a sealed answer only “…”."""
    named = dict(fact.references()) | dict(fact.brings())
    values = {
        name: _said(getattr(fact, name), named.get(name, ""), rows, reader)
        for name in type(fact).model_fields
    }
    values |= {name: "…" for name in fact.seals() if getattr(fact, name) is None}
    return str(type(fact).sentence).format(**values)


def _said(value: Any, thing: str, rows: Rows, reader: Reader) -> str:  # noqa: ANN401, PLR0911 - a case each
    if isinstance(value, tuple):
        return ", ".join(_said(one, thing, rows, reader) for one in value)
    if thing and isinstance(value, str):
        row = rows.find(thing, value)
        return called(row, rows, reader) if row else value
    if isinstance(value, Text):
        return reader.said(value.by_language())
    if isinstance(value, Money):
        return reader.money(value.minor, value.currency)
    if hasattr(value, "isoformat"):
        return reader.day(value)
    if value is None:
        return ""
    return word_of(value) if hasattr(value, "value") else str(value)


def short(kind: type[Fact]) -> str:
    """The first line of what documents a kind, in the language that is active."""
    return str(MEANINGS[kind.kind])


def names_of(table: type[Post | Place], programme: str, ids: Collection[str]) -> dict[str, Name]:
    """What these posts or places are called, by their ids."""
    rows = table.objects.filter(programme=programme, id__in=ids)
    return dict(rows.values_list("id", "name"))
