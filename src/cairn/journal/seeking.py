"""Finding things by their names, in any language: an index beside the read models.

A read model says with `sought = True` that its rows are to be found, by their `name` and id. What is
written here follows from the rows in the same transaction, and `rebuild` makes it anew.

Neither database cuts Chinese into words, and SQLite's trigrams find nothing of fewer than three
signs, so words are cut here, alike for both: letters and digits run together, and of Chinese each
sign and each pair of neighbours.

    Deep well at 喀拉苏  →  deep well at 喀 拉 苏 喀拉 拉苏
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db import connection

from cairn.journal import spread
from cairn.journal.models import Sought

MOST_SIGNS = 100
"""A longer question is cut off."""

HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
IS_HAN = re.compile(rf"[{HAN}]")

FIND = {
    "sqlite": (
        "SELECT called, thing FROM journal_sought JOIN journal_words "
        "ON journal_words.rowid = journal_sought.id "
        "WHERE journal_words MATCH %s AND programme = %s "
        "ORDER BY length(journal_sought.words), called, thing LIMIT %s"
    ),
    "postgresql": (
        "SELECT called, thing FROM journal_sought "
        "WHERE array_to_tsvector(string_to_array(words, ' ')) @@ %s::tsquery AND programme = %s "
        "ORDER BY length(words), called, thing LIMIT %s"
    ),
}
"""The shortest name that holds all that is asked is the nearest."""


@dataclass(frozen=True, slots=True)
class Named:
    """A row to be found: which table's, its id, and what it is called in each language."""

    called: str
    id: str
    names: Mapping[str, str]


def found(programme: str, asked: str, *, most: int) -> list[tuple[str, str]]:
    """The things whose names hold every word asked for, as (table, id), the nearest first.

    A word of letters also finds what begins with it.
    """
    query = _query(asked[:MOST_SIGNS])
    if not query:
        return []
    with spread.connection_to_read(programme).cursor() as cursor:
        cursor.execute(FIND[connection.vendor], [query, programme, most])
        return [(called, thing) for called, thing in cursor.fetchall()]


def index(programme: str, rows: Iterable[Named]) -> None:
    """Let these be found by what they are called now."""
    rows = list(rows)
    if not rows:
        return
    Sought.objects.beside(programme).bulk_create(
        [
            Sought(
                programme=programme, called=row.called, thing=row.id, words=" ".join(_words(row))
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["programme", "called", "thing"],
        update_fields=["words"],
    )


def forget(programme: str) -> None:
    """Empty a programme's index, before its read models are folded anew."""
    Sought.objects.filter(programme=programme).delete()


def _words(row: Named) -> list[str]:
    texts = [*row.names.values(), row.id]
    return list(dict.fromkeys(word for text in texts for word in words(text)))


def words(text: str) -> Iterator[str]:
    """The words of a text, as the index has them."""
    for run in RUN.findall(unicodedata.normalize("NFKC", text).casefold()):
        if not IS_HAN.match(run):
            yield run
            continue
        yield from run
        yield from (run[at : at + 2] for at in range(len(run) - 1))


def _query(asked: str) -> str:
    """What both databases are asked: quoted words of letters and digits only, so nothing escapes."""
    terms = []
    for run in RUN.findall(unicodedata.normalize("NFKC", asked).casefold()):
        pairs = [run[at : at + 2] for at in range(len(run) - 1)] or [run]
        terms += [(pair, False) for pair in pairs] if IS_HAN.match(run) else [(run, True)]
    if connection.vendor == "sqlite":
        return " AND ".join(f'"{term}"{"*" if begins else ""}' for term, begins in terms)
    return " & ".join(f"'{term}'{':*' if begins else ''}" for term, begins in terms)
