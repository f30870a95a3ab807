"""Follow an account: its statement, each line with what it was made of."""

from datetime import date

import numpy as np

from cairn.following.answers import AccountFollowed, Line, Named, Part
from cairn.following.columns import Ints
from cairn.following.queries.grant import project_named
from cairn.following.queries.lists import account_row, standing_rows
from cairn.following.queries.reading import Reading, page, read, some
from cairn.money.models import Account, Movement
from cairn.trace.policy import Kind
from cairn.values import UNEXPLAINED, UnknownThingError
from cairn.works.models import Project


def follow_account(
    *,
    programme: str,
    account: str,
    start: int = 0,
    size: int = 50,
    since: date | None = None,
    until: date | None = None,
    grant: str | None = None,
) -> AccountFollowed:
    """An account's lines, the latest first, from `since` to `until`, carrying some of `grant`.

    Raises UnknownThingError.
    """
    reading = read(programme)
    row = Account.objects.filter(programme=programme, id=account).first()
    if row is None:
        raise UnknownThingError(f"There is no account ‘{account}’ in this programme.")
    lines = _lines(reading, row)
    lines = lines[_dated(reading, lines, since, until)]
    if grant:
        lines = lines[_carrying(reading, lines, grant)]
    lines = lines[::-1]
    standing = reading.snapshot.standing
    mine = standing_rows(reading, account, row.currency)
    return AccountFollowed(
        programme=reading.programme,
        as_of=reading.as_of,
        row=account_row(reading, row),
        opened_on=row.opened_on,
        standing=tuple(
            Part(reading.grant_of(int(code)), int(amount), breach=False, off_reasons=())
            for code, amount, coming in zip(
                standing.grant[mine], standing.amount[mine], standing.in_transit[mine], strict=True
            )
            if not coming
        ),
        lines=_line_rows(reading, lines[start : start + size]),
        page=page(start, size, len(lines)),
    )


def _lines(reading: Reading, row: Account) -> Ints:
    """The rows of an account's statement, oldest first."""
    code = reading.snapshot.account_codes.get((row.id, row.currency))
    if code is None:
        return np.empty(0, dtype=np.int64)
    offsets = reading.snapshot.statements.offsets
    return np.arange(offsets[code], offsets[code + 1])


def _dated(reading: Reading, lines: Ints, since: date | None, until: date | None) -> slice:
    """The stretch of lines between two days: they are in order of date."""
    days = reading.snapshot.columns.day[reading.snapshot.statements.movement[lines]]
    first = np.searchsorted(days, since.toordinal()) if since else 0
    last = np.searchsorted(days, until.toordinal(), side="right") if until else len(lines)
    return slice(int(first), int(last))


def _carrying(
    reading: Reading, lines: Ints, grant: str
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which lines carry some of a grant: for an answer to a send, as the send does."""
    at = reading.snapshot
    codes = [code for code, pair in enumerate(at.grants) if pair[0] == grant]
    codes = [len(at.grants)] if grant == UNEXPLAINED else codes
    movement = at.statements.movement[lines]
    answers = np.isin(at.columns.kind[movement], [Kind.CONFIRM, Kind.VOID])
    carrier = np.where(answers, at.columns.of[movement], movement)
    starts, ends = at.attributions.offsets[carrier], at.attributions.offsets[carrier + 1]
    mine = np.concatenate([[0], np.cumsum(np.isin(at.attributions.grant, codes))])
    return np.asarray(mine[ends] > mine[starts])


def _line_rows(reading: Reading, lines: Ints) -> tuple[Line, ...]:
    at, columns = reading.snapshot, reading.snapshot.columns
    statements = at.statements
    movements = [int(statements.movement[line]) for line in lines]
    ids = [columns.id[movement].decode() for movement in movements]
    known = {row.id: row for row in some(Movement, reading.id, ids)}
    sends = some(Movement, reading.id, {row.of for row in known.values() if row.of})
    known |= {row.id: row for row in sends}
    projects = reading.projects(known[id_].target for id_ in ids if known[id_].kind == Kind.SPEND)
    found = []
    for line, movement, id_ in zip(lines, movements, ids, strict=True):
        row, shown = known[id_], int(statements.shown[line])
        found.append(
            Line(
                movement=id_,
                of=row.of,
                position=row.position,
                happened_on=row.happened_on,
                kind=Kind(row.kind),
                what=row.fact,
                other=other_end(reading, row, known, projects, into=shown > 0),
                came_in=max(shown, 0),
                went_out=max(-shown, 0),
                balance=int(statements.balance[line]),
                voucher=row.voucher,
                note=row.note,
                reversed=bool(at.lists.reversed[movement]),
                parts=reading.parts(movement),
            )
        )
    return tuple(found)


def other_end(
    reading: Reading,
    row: Movement,
    known: dict[str, Movement],
    projects: dict[str, Project],
    *,
    into: bool,
) -> Named:
    """Where a line's money came from or went to."""
    if row.kind == Kind.SPEND:
        return project_named(projects, row.target)
    if row.kind == Kind.RECEIVE:
        return Named(row.source, {}) if row.source else reading.sponsor(row.grant)
    if row.kind == Kind.CONFIRM:
        return reading.account(known[row.of].source)
    if row.kind == Kind.VOID:
        return reading.account(known[row.of].target)
    return reading.account(row.source if into else row.target)
