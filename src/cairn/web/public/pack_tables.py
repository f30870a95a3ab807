"""The tables of a pack, in the order in which they are read: a section each."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cairn.pack.values import Pack
from cairn.web.public import pack_columns as columns
from cairn.web.public.columns import Columns
from cairn.web.public.pack_columns import ProjectRow, UnspentRow
from cairn.web.tables import Table

Said = str | Promise


def tables(pack: Pack) -> tuple[Table[Any], ...]:
    """Every section of a pack. Where it is about one place alone, no column names it."""
    every = (
        _readiness(pack),
        *_place(pack),
        *_first(pack),
        *_money(pack),
        *_standing(pack),
        *_ahead(pack),
    )
    if pack.overview.within:
        return every
    return tuple(replace(one, columns=_placeless(one)) for one in every)


def _readiness(pack: Pack) -> Table[Any]:
    return _table(
        "readiness",
        _("Readiness"),
        columns.READINESS,
        pack.readiness.parts,
        _("Nothing is to be handed over."),
    )


def _placeless(table: Table[Any]) -> Columns:
    if table.id not in {"projects", "assets", "enterprises"}:
        return table.columns
    return tuple(
        replace(column, csv_only=True) if column.id == "place" else column
        for column in table.columns
    )


def _place(pack: Pack) -> tuple[Table[Any], ...]:
    return (
        _table(
            "organisations",
            _("Organisations here"),
            columns.ORGANISATIONS,
            pack.overview.organisations,
            _("No organisation does anything here."),
        ),
        _table(
            "teams",
            _("Teams so far"),
            columns.TEAMS,
            pack.overview.teams,
            _("No team has been placed here yet."),
        ),
    )


def _table(id_: str, caption: Said, of: Columns, rows: Sequence[Any], empty: Said) -> Table[Any]:
    return Table(id=id_, caption=caption, columns=of, rows=rows, empty=empty)


def _first(pack: Pack) -> tuple[Table[Any], ...]:
    """What whoever takes over looks at first."""
    return (
        _table(
            "lines",
            _("What is handed over, line by line"),
            columns.LINES,
            pack.lines,
            _("Nothing is to be handed over."),
        ),
        _table(
            "owed",
            _("Open commitments"),
            columns.OWED,
            pack.owed,
            _("Nothing is owed."),
        ),
        _table(
            "projects",
            _("Projects of which something is still to be done"),
            columns.PROJECTS,
            [ProjectRow(line, money) for line in pack.projects for money in line.money],
            _("Nothing is still to be done for any project."),
        ),
    )


def _money(pack: Pack) -> tuple[Table[Any], ...]:
    grants = {(one.grant.id, one.currency): one for one in pack.grants}
    return (
        _table(
            "grants",
            _("Money by grant: received, spent, unspent"),
            columns.GRANTS,
            pack.grants,
            _("No money has come here yet."),
        ),
        _table(
            "unspent",
            _("Unspent, by grant and what it may be used for"),
            columns.UNSPENT,
            [
                UnspentRow(balance, part, grants[part.grant.id, balance.currency])
                for balance in pack.balances
                for part in balance.grants
            ],
            _("Nothing stands unspent."),
        ),
        _table(
            "balances",
            _("Accounts, and what their banks state"),
            columns.BALANCES,
            pack.balances,
            _("No account is held here."),
        ),
        _table(
            "transit",
            _("Money on its way to and from here"),
            columns.TRANSIT,
            pack.transit,
            _("Nothing is on its way."),
        ),
        _table(
            "unevidenced",
            _("Payments of which nothing shows what they bought"),
            columns.UNEVIDENCED,
            pack.unevidenced,
            _("Something shows what every payment bought."),
        ),
    )


def _standing(pack: Pack) -> tuple[Table[Any], ...]:
    return (
        _table("assets", _("Assets"), columns.ASSETS, pack.assets, _("No asset stands here.")),
        _table(
            "enterprises",
            _("Enterprises"),
            columns.ENTERPRISES,
            pack.enterprises,
            _("No enterprise is open here."),
        ),
        _table(
            "recommendations",
            _("Recommendations, open and rejected"),
            columns.RECOMMENDATIONS,
            pack.recommendations,
            _("No recommendation is open, and none was rejected."),
        ),
        _table(
            "notices",
            _("Notices in force, and the languages in which they are missing"),
            columns.NOTICES,
            pack.notices,
            _("No notice is on the board."),
        ),
        _table(
            "contacts",
            _("Whom to turn to"),
            columns.CONTACTS_COLUMNS,
            pack.contacts,
            _("No post is open that answers for this place."),
        ),
    )


def _ahead(pack: Pack) -> tuple[Table[Any], ...]:
    return (
        _table(
            "calendar",
            _("The next twelve months"),
            columns.CALENDAR,
            pack.calendar,
            _("Nothing is planned for any day."),
        ),
        _table(
            "risks",
            _("What may go wrong, and what to do then"),
            columns.RISKS_COLUMNS,
            pack.risks,
            _("No risk follows from what is on record, and the team wrote none."),
        ),
        _table(
            "advice",
            _("What the team would tell the next"),
            columns.ADVICE,
            pack.advice,
            _("The team has written nothing yet."),
        ),
        _table(
            "tried",
            _("What was tried and came to nothing"),
            columns.TRIED_COLUMNS,
            pack.tried,
            _("Nothing that was tried has failed."),
        ),
        _table(
            "gaps",
            _("What Cairn does not know"),
            columns.GAPS_COLUMNS,
            pack.gaps,
            _("Everything that Cairn asks about is known."),
        ),
    )
