"""What an auditor should look at: how much of each kind there is, by which rule, and each list."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from cairn.catalog import journal
from cairn.following.answers import Page
from cairn.following.entries import entries_at
from cairn.following.exceptions import BEHIND_DAYS, LATE_DAYS, ROUND, RUN_DAYS, RUN_LENGTH
from cairn.web.csv_out import all_of
from cairn.web.public import asks, reads
from cairn.web.public.audit_columns import (
    BACKDATED,
    COUNTS,
    FLAGGED,
    LATE,
    REVERSED,
    CountRow,
    EntryRow,
)
from cairn.web.public.audit_columns import (
    ROUND as ROUND_COLUMNS,
)
from cairn.web.public.filters import choice, start
from cairn.web.public.links import links
from cairn.web.public.page import Shown, page
from cairn.web.published import asked
from cairn.web.reader import Reader, reader
from cairn.web.sentences import Sentences
from cairn.web.tables import Table
from cairn.web.words import EXCEPTIONS

SIZE = 50
"""Rows of a list on one page."""


@page
def exceptions(request: HttpRequest, programme: str) -> Shown:
    """How many exceptions of each kind there are, and one list: breaches and off purpose at first."""
    what = choice(request, "what", _("What"), EXCEPTIONS.items())
    grant = choice(request, "grant", _("Grant"), reads.grants(programme, reader()))
    by_grant = what.value in {"", "breach", "off purpose", "unexplained"}
    named, as_of = reads.programme_and_position(programme)
    listed = list_of(programme, what.value, start=start(request), grant=grant.value or None)
    return Shown(
        "public/list.html",
        _("Exceptions"),
        programme=named,
        as_of=as_of,
        tables=(listed,) if grant.value else (counts(programme), listed),
        filters=(what, grant) if by_grant else (what,),
        section="exceptions",
        more={
            "lead": _(
                "Places to look, by rules that anybody can apply again: no accusation, and no "
                "ranking of anyone. Shown, never hidden."
            )
        },
    )


def counts(programme: str) -> Table[CountRow]:
    """How many there are of each kind."""
    base, said = links(programme).base, rules(reader())
    found = asks.exception_counts(programme=programme)
    rows = [
        CountRow(
            code=code,
            rule=said[code],
            number=found[code],
            address=f"{base}exceptions/?what={code.replace(' ', '+')}",
        )
        for code in EXCEPTIONS
    ]
    return Table(id="counts", caption=_("How many there are"), columns=COUNTS, rows=rows, empty="")


def rules(reader: Reader) -> dict[str, str]:
    """What makes an entry or a payment an exception of each kind."""
    return {
        "unexplained": _("A payment was made of money that no recorded receipt accounts for."),
        "off purpose": _(
            "A payment was outside its grant's restriction: another place, theme or project, or "
            "too late."
        ),
        "breach": _("A payment named one grant, and money of another paid for it."),
        "late": _("An entry was recorded more than {days} days after what it tells of.").format(
            days=LATE_DAYS
        ),
        "reversed": _("A movement was recorded by mistake, and counts as if it never had been."),
        "backdated": _(
            "When a movement was recorded, its account already had one on record that is dated "
            "more than {days} days later: it was put in behind what could have been reported. "
            "What was reversed is left out."
        ).format(days=BEHIND_DAYS),
        "round": _(
            "{count} or more payments for projects out of one account, each a whole multiple of "
            "{unit} in its currency, none more than {days} days after the one before. What was "
            "reversed is left out."
        ).format(count=RUN_LENGTH, unit=reader.count(ROUND), days=RUN_DAYS),
    }


def list_of(programme: str, what: str, *, start: int = 0, grant: str | None = None) -> Table[Any]:
    """One list of exceptions: by default, the breaches and what was off purpose."""
    asked: dict[str, Any] = {"programme": programme}
    if what == "late":
        return _late(programme, start)
    if what in {"reversed", "backdated", "round"}:
        ask, columns = OTHERS[what]
        rows, stretch = ask(**asked, start=start, size=SIZE)
        return _table(what, columns, rows, lambda: all_of(ask, **asked), stretch)
    asked |= {"grant": grant, "what": what or None}
    flagged, stretch = asks.exceptions(**asked, start=start, size=SIZE)
    return _table(what, FLAGGED, flagged, lambda: all_of(asks.exceptions, **asked), stretch)


OTHERS: dict[str, tuple[Callable[..., Any], Any]] = {
    "reversed": (asks.reversals, REVERSED),
    "backdated": (asks.backdated, BACKDATED),
    "round": (asks.round_runs, ROUND_COLUMNS),
}


def _late(programme: str, start: int) -> Table[EntryRow]:
    positions, stretch = asks.late(programme=programme, start=start, size=SIZE)
    return _table(
        "late", LATE, _late_rows(programme, positions), lambda: _all_late(programme), stretch
    )


def _all_late(programme: str) -> Iterator[EntryRow]:
    first, size = 0, 1000
    while True:
        positions, stretch = asks.late(programme=programme, start=first, size=size)
        yield from _late_rows(programme, positions)
        first += size
        if first >= stretch.total:
            return


def _late_rows(programme: str, positions: Sequence[int]) -> tuple[EntryRow, ...]:
    return _told(programme=programme, positions=tuple(positions), language=reader().language)


@asked
def _told(*, programme: str, positions: tuple[int, ...], language: str) -> tuple[EntryRow, ...]:
    """Entries with what they say in a language."""
    found = entries_at(journal=journal, programme=programme, positions=positions)
    with translation.override(language):
        sentences = Sentences(programme, reader()).tell(found)
    return tuple(
        EntryRow(replace(entry, fact=None), sentence)
        for entry, sentence in zip(found, sentences, strict=True)
    )


def _table(
    what: str,
    columns: Any,  # noqa: ANN401 - columns of any row
    rows: Sequence[Any],
    whole: Callable[[], Iterable[Any]],
    stretch: Page,
) -> Table[Any]:
    caption = EXCEPTIONS.get(what) or _("Breaches, and what was off purpose")
    return Table(
        id=TABLES.get(what, "exceptions"),
        caption=caption,
        columns=columns,
        rows=rows,
        whole=whole,
        page=stretch,
        empty=_("There is none.") if what else _("No payment is a breach or off purpose."),
    )


TABLES = {"late": "late", "reversed": "reversed", "backdated": "backdated", "round": "round"}
"""Each list's name in addresses and files; flagged payments share one."""
