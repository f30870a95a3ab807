"""The tables about money: accounts, grants, movements, and what the trace says each was made of.

Figures of accounts and grants are those of the pages, by the same queries. What stands at the end
of a movement and is no account, grant or project (`~fee`) is said in a column of its own, so that
every id in the others is in the table that it names.
"""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any, Final

import numpy as np
from django.db import connection
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from cairn.assets.models import Asset, Enterprise
from cairn.exchange.tables.declared import (
    IN_ONE_FETCH,
    Field,
    Marks,
    Row,
    Table,
    amount,
    key,
    major,
    texts,
    the,
)
from cairn.following.columns import ID
from cairn.following.queries.lists import account_row, grant_rows
from cairn.following.queries.reading import Reading, reasons
from cairn.journal import spread
from cairn.journal.columns import IN_ONE_QUERY
from cairn.money.facts import AccountOpened, GiftInKindGiven, GrantPledged, MoneySpent
from cairn.money.models import Account, BankBalance, Evidence, GiftInKind, Grant, Movement
from cairn.trace.policy import Kind
from cairn.values import UNEXPLAINED, currency_digits
from cairn.works.models import Project

AT_ONCE: Final = 10_000
KINDS: Final = {int(kind): kind.name.lower() for kind in Kind}


def _column(name: str, type: Any = "string", about: str = "", **more: Any) -> Field:  # noqa: A002, ANN401 - as Field takes them
    """A field of a table whose rows are not a model's."""
    return Field(name=name, type=type, about=about, **more)


def _accounts(reading: Reading) -> Iterator[Row]:
    for row in Account.objects.filter(programme=reading.id).order_by("id").iterator():
        stands = account_row(reading, row)
        yield [
            row.id,
            *(one.of(row.name) if one.of else None for one in NAMES),
            row.holder,
            row.place or None,
            row.currency,
            row.opened_on,
            row.closed_until,
            *(
                major(minor, row.currency)
                for minor in (stands.standing, stands.in_transit, stands.unexplained)
            ),
        ]


NAMES: Final = texts("name", "What it is called.")

ACCOUNTS: Final = Table(
    name="accounts",
    title=_("Accounts"),
    about="Where money stands: held by one organisation at one place, in one currency.",
    model=Account,
    rows=_accounts,
    day="opened_on",
    fields=(
        key("Its id."),
        *NAMES,
        the("holder", to="organisations", asked=(AccountOpened, "holder")),
        the("place", to="places", asked=(AccountOpened, "place")),
        the("currency", asked=(AccountOpened, "currency")),
        the("opened_on", "date", "When it was opened."),
        the("closed_until", "date", "Up to which day its books are closed."),
        _column("standing", "number", "What stands in it."),
        _column("in_transit", "number", "What was sent to it and is not confirmed."),
        _column("unexplained", "number", "What of that no recorded receipt accounts for."),
    ),
)

GRANTS: Final = Table(
    name="grants",
    title=_("Grants"),
    about="Money promised by one sponsor for a stated purpose, as pledged.",
    model=Grant,
    day="pledged_on",
    fields=(
        key("Its id."),
        *texts("name", "What it is called."),
        the("sponsor", to="organisations", asked=(GrantPledged, "sponsor")),
        amount("pledged", "How much was promised.", minor="amount_minor"),
        the("currency", about="The currency of the pledge."),
        the("pledged_on", "date", "When it was pledged."),
        the("until", "date", asked=(GrantPledged, "until")),
    ),
)


def _restrictions(reading: Reading) -> Iterator[Row]:
    for grant in sorted(reading.grants.values(), key=lambda row: row.id):
        sorts = (("place", grant.places), ("theme", grant.themes), ("project", grant.projects))
        said = [(sort, one) for sort, ids in sorts for one in ids]
        for nth, (sort, one) in enumerate(said, start=1):
            yield [
                grant.id,
                nth,
                one if sort == "place" else None,
                one if sort == "theme" else None,
                one if sort == "project" else None,
            ]


RESTRICTIONS: Final = Table(
    name="restrictions",
    title=_("What grants may be used for"),
    about="The places, themes and projects that a grant is for: of each sort any one will do.",
    key=("grant", "number"),
    rows=_restrictions,
    count=lambda reading: sum(1 for _row in _restrictions(reading)),
    fields=(
        _column("grant", about="Which grant.", to="grants", needed=True, typed=True),
        _column("number", "integer", "The how-manieth of its grant.", needed=True),
        _column("place", about="A place, and all within it.", to="places", typed=True),
        _column("theme", about="A theme of projects."),
        _column("project", about="A project.", to="projects", typed=True),
    ),
)


def _grant_totals(reading: Reading) -> Iterator[Row]:
    for row in grant_rows(reading):
        grant, stands_for = _named(row.grant.id, reading)
        sums = (
            row.pledged, row.received, row.standing, row.in_transit, row.spent, row.evidenced,
            row.breach, row.off_purpose,
        )  # fmt: skip
        yield [
            row.grant.id, grant, stands_for, row.currency,
            *(major(minor, row.currency) for minor in sums),
        ]  # fmt: skip


def _named(grant: str, reading: Reading) -> tuple[str | None, str | None]:
    """A grant on record, or what stands in its place: `unexplained`, `interest`."""
    return (grant, None) if grant in reading.grants else (None, grant.strip("~"))


GRANT_TOTALS: Final = Table(
    name="grant_totals",
    title=_("How far each grant has come"),
    about="The sums of each grant in each currency, as the trace has them. Stages are never added.",
    key=("of", "currency"),
    rows=_grant_totals,
    count=lambda reading: len(grant_rows(reading)),
    fields=(
        _column("of", about="The grant, or what stands for none.", needed=True, typed=True),
        _column("grant", about="The grant on record.", to="grants", typed=True),
        _column("no_grant", about="`interest` or `unexplained` where it is no grant."),
        _column("currency", about="The currency of these sums.", needed=True),
        _column("pledged", "number", "Promised."),
        _column("received", "number", "Entered an account."),
        _column("standing", "number", "In an account: neither spent nor on its way."),
        _column("in_transit", "number", "Sent, and not yet confirmed by the receiver."),
        _column("spent", "number", "Spent."),
        _column("evidenced", "number", "The part of it that somebody showed evidence of."),
        _column("breach", "number", "Paid for what another grant was named for."),
        _column("off_purpose", "number", "Spent outside the grant's restriction."),
    ),
)

MOVED: Final = (
    "id", "position", "fact", "kind", "source", "target", "amount_minor", "currency", "grant", "of",
    "payee", "voucher", "note", "confirmed_minor", "voided_by", "reversed_by", "evidence",
)  # fmt: skip


def _movements(reading: Reading) -> Iterator[Row]:
    digits = _digits(reading)
    last, done = (0, ""), False
    while not done:
        rows = _moved(
            reading,
            "AND position >= %s AND position <= %s ORDER BY position, id LIMIT %s",
            [last[0], reading.snapshot.position, AT_ONCE],
        )
        for row in rows:
            if (row[1], row[0]) > last:
                yield _movement(row, digits)
        done = len(rows) < AT_ONCE
        last = (rows[-1][1], rows[-1][0]) if rows else last


def _some_movements(reading: Reading, wanted: Marks) -> Iterator[Row]:
    """By their ids, some hundred at a time: twice the time of a row that is read with all others."""
    digits, columns = _digits(reading), reading.snapshot.columns
    codes = np.flatnonzero(wanted)
    # The halves of an exchange share their position, and stand in order of their ids already.
    codes = codes[np.argsort(columns.position[codes], kind="stable")]
    for some in _stretches(codes):
        ids = _in_text(columns.id[some])
        # Sorted here: told to, SQLite goes through all positions rather than look up the ids.
        rows = _moved(reading, f"AND id IN ({', '.join(['%s'] * len(ids))})", ids)
        for row in sorted(rows, key=itemgetter(1, 0)):
            yield _movement(row, digits)


def _stretches(codes: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """As many as one statement takes: in_chunks, of an array."""
    for start in range(0, len(codes), IN_ONE_QUERY):
        yield codes[start : start + IN_ONE_QUERY]


def _in_text(ids: NDArray[np.bytes_]) -> list[str]:
    return [id_.decode() for id_ in ids.tolist()]


def _moved(reading: Reading, where: str, parameters: Sequence[Any]) -> list[Any]:
    """Plain rows, past the query builder: there may be a million. See read_columns."""
    table = connection.ops.quote_name(Movement._meta.db_table)
    names = [connection.ops.quote_name(name) for name in MOVED]
    with spread.connection_to_read(reading.id).cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(names)}, CAST(happened_on AS varchar(10)), "  # noqa: S608 - fixed names
            f"CAST(followed_on AS varchar(10)) FROM {table} WHERE programme = %s {where}",
            [reading.id, *parameters],
        )
        rows: list[Any] = cursor.fetchall()
    return rows


def _digits(reading: Reading) -> dict[str, int]:
    return {code: currency_digits(code) for code in reading.snapshot.currencies}


def _movement(row: Any, digits: dict[str, int]) -> Row:  # noqa: ANN401 - a driver's row
    (
        id_, position, fact, kind, source, target, minor, currency, grant, of, payee, voucher, note,
        confirmed, voided_by, reversed_by, evidence, on, followed_on,
    ) = row  # fmt: skip
    places = digits[currency] if currency in digits else currency_digits(currency)
    spent = kind == Kind.SPEND
    outside = source[1:] if source[:1] == "~" else target[1:] if target[:1] == "~" else None
    interest = grant[:1] == "~"
    return (
        id_,
        position,
        fact,
        KINDS[kind],
        on,
        source if source and source[0] != "~" else None,
        target if target and target[0] != "~" and not spent else None,
        target if spent and target[0] != "~" else None,
        outside,
        _decimal(minor, places),
        currency,
        None if interest else grant or None,
        of or None,
        payee or None,
        voucher or None,
        note or None,
        _decimal(confirmed, places) if kind == Kind.SEND else None,
        followed_on,
        voided_by or None,
        reversed_by or None,
        evidence,
    )


def _decimal(minor: int, digits: int) -> str:
    """As values.to_decimal, of whose look-ups a million rows would feel each."""
    if not digits:
        return str(minor)
    text = f"{minor:0{digits + 1}d}"
    return f"{text[:-digits]}.{text[-digits:]}"


MOVEMENTS: Final = Table(
    name="movements",
    title=_("Every movement of money"),
    about=(
        "Money leaving one account for another on a date: received, sent, confirmed, moved, spent, "
        "voided, reversed, in the order of the journal."
    ),
    rows=_movements,
    of_movements=_some_movements,
    count=lambda reading: len(reading.snapshot.columns.kind),
    day="happened_on",
    fields=(
        key("That of the fact; the second half of an exchange ends in /2.", typed=False),
        _column("position", "integer", "Where in the journal the fact is.", needed=True),
        _column("fact", about="Which kind of fact told it."),
        _column("kind", about="What it is in the trace: receive, send, confirm, move, spend, …"),
        _column("happened_on", "date", "On which day."),
        _column("from_account", about="Which account it left.", to="accounts", typed=True),
        _column("to_account", about="Which account it goes to.", to="accounts", typed=True),
        _column("project", about="On which project it was spent.", to="projects", typed=True),
        _column("outside", about="opening, interest, fee, repaid, exchange: an end outside."),
        _column("amount", "number", "How much."),
        _column("currency", about="In which currency.", needed=True),
        _column("grant", about="The grant that it names.", to="grants", typed=True),
        _column("of", about="The movement that it confirms, voids or reverses.", to="movements"),
        _column("payee", about="Who was paid.", to="organisations", typed=True),
        the("voucher", typed=True, asked=(MoneySpent, "voucher")),
        _column("note", about="Why, or at which rate.", typed=True),
        _column("confirmed", "number", "What of a sending has arrived."),
        _column("followed_on", "date", "When it was last confirmed, or voided."),
        _column("voided_by", about="The movement that voided it.", to="movements"),
        _column("reversed_by", about="The fact that reversed it."),
        _column("evidence", "integer", "How many documents or photos show what it paid for."),
    ),
)


def _attributions(reading: Reading) -> Iterator[Row]:
    return _some_attributions(reading, np.ones(len(reading.snapshot.columns.kind), dtype=np.bool_))


def _some_attributions(reading: Reading, wanted: Marks) -> Iterator[Row]:
    at, columns, shot = reading.snapshot.attributions, reading.snapshot.columns, reading.snapshot
    policy = f"{shot.policy} {shot.policy_version}"
    pairs = [_named(grant, reading) for grant, _currency in shot.grants]
    nothing = _named(UNEXPLAINED, reading)
    off_words = [" ".join(reasons(bits)) or None for bits in range(16)]
    digits = _digits(reading)
    part, before = 0, -1
    for start in range(0, len(at.amount), AT_ONCE):
        some = start + np.flatnonzero(wanted[at.movement[start : start + AT_ONCE]])
        lists = zip(
            at.movement[some].tolist(), at.grant[some].tolist(), at.amount[some].tolist(),
            at.breach[some].tolist(), at.off[some].tolist(), at.arrived[some].tolist(),
            at.returned[some].tolist(), columns.id[at.movement[some]].tolist(),
            columns.kind[at.movement[some]].tolist(), strict=True,
        )  # fmt: skip
        for movement, grant, minor, breach, off, arrived, returned, id_, kind in lists:
            part = part + 1 if movement == before else 1
            before = movement
            currency = reading.currency(movement)
            places = digits[currency]
            named, stands_for = pairs[grant] if 0 <= grant < len(pairs) else nothing
            sent = kind == Kind.SEND
            yield (
                id_.decode(),
                part,
                named,
                stands_for,
                _decimal(minor, places),
                currency,
                breach,
                off_words[off],
                _decimal(arrived, places) if sent else None,
                _decimal(returned, places) if sent else None,
                policy,
            )


ATTRIBUTIONS: Final = Table(
    name="attributions",
    title=_("What each movement was made of"),
    about=(
        "The trace: of which grants a movement carried how much, by the policy that its last column "
        "names. The parts of a movement add up to it."
    ),
    key=("movement", "part"),
    rows=_attributions,
    of_movements=_some_attributions,
    count=lambda reading: len(reading.snapshot.attributions.amount),
    fields=(
        _column("movement", about="Which movement.", to="movements", needed=True),
        _column("part", "integer", "The how-manieth part, in the order taken.", needed=True),
        _column("grant", about="Of which grant.", to="grants", typed=True),
        _column("no_grant", about="`interest` or `unexplained` where it is of no grant."),
        _column("amount", "number", "How much."),
        _column("currency", about="In which currency."),
        _column("breach", "boolean", "Whether another grant was named."),
        _column("off_purpose", about="What of the restriction it broke: place, theme, …"),
        _column("arrived", "number", "What of a part that was sent has arrived."),
        _column("returned", "number", "What of it came back, voided."),
        _column("policy", about="By which policy, and which version of it."),
    ),
)


def _some_evidence(reading: Reading, wanted: Marks) -> Iterator[Row]:
    """Found by the payments that it shows, and read in order of its own ids, which alone are all held."""
    columns = reading.snapshot.columns
    there = Evidence.objects.filter(programme=reading.id)
    payments = _stretches(np.flatnonzero(wanted & (columns.kind == Kind.SPEND)))
    of_each = (there.filter(movement__in=_in_text(columns.id[some])) for some in payments)
    found = (id_ for some in of_each for id_ in some.values_list("id", flat=True))
    for ids in _stretches(np.sort(np.fromiter(found, dtype=ID))):
        yield from EVIDENCE.of_ids(reading, _in_text(ids))


EVIDENCE: Final = Table(
    name="evidence",
    title=_("Evidence of payments"),
    about="That something shows what a payment bought. The files are in the published record.",
    model=Evidence,
    of_movements=_some_evidence,
    day="attached_on",
    fields=(
        key("That of the fact.", typed=False),
        the("movement", to="movements", needed=True, about="Of which payment."),
        the("attached_on", "date", "When it was attached."),
        the("withdrawn_by", about="The fact that withdrew it."),
    ),
)

GIFTS: Final = Table(
    name="gifts",
    title=_("Given in kind"),
    about="Things that sponsors gave for projects, with what they are worth: never added to money.",
    model=GiftInKind,
    day="given_on",
    fields=(
        key("That of the fact.", typed=False),
        the("sponsor", to="organisations", asked=(GiftInKindGiven, "sponsor")),
        the("project", to="projects", asked=(GiftInKindGiven, "project")),
        *texts("what", "What was given."),
        the("quantity", "integer", asked=(GiftInKindGiven, "quantity")),
        the("unit", typed=True, asked=(GiftInKindGiven, "unit")),
        amount("worth", "What it is worth."),
        the("currency", about="The currency of that."),
        the("given_on", "date", "When it was given."),
        the("withdrawn_by", about="The fact that withdrew it."),
    ),
)


def _balances(reading: Reading) -> Iterator[Row]:
    currencies = dict(Account.objects.filter(programme=reading.id).values_list("id", "currency"))
    found = BankBalance.objects.filter(programme=reading.id).order_by("id")
    for row in found.iterator(chunk_size=IN_ONE_FETCH):
        currency = currencies[row.account]
        yield [
            row.id, row.account, row.until, major(row.balance_minor, currency), currency,
            row.stated_on,
        ]  # fmt: skip


BALANCES: Final = Table(
    name="bank_balances",
    title=_("What banks stated"),
    about="What stood in an account on a day, as its bank stated it.",
    model=BankBalance,
    rows=_balances,
    day="until",
    fields=(
        key("That of the fact.", typed=False),
        the("account", to="accounts", needed=True, about="Of which account."),
        the("until", "date", "At the end of which day."),
        _column("balance", "number", "What stood there."),
        _column("currency", about="The account's currency."),
        the("stated_on", "date", "When it was stated."),
    ),
)


def _budgets(reading: Reading) -> Iterator[Row]:
    found = Project.objects.filter(programme=reading.id).exclude(budgeted={}).order_by("id")
    for id_, budgeted in found.values_list("id", "budgeted").iterator(chunk_size=IN_ONE_FETCH):
        for grant, (minor, currency) in sorted(budgeted.items()):
            yield [id_, grant, major(minor, currency), currency]


BUDGETS: Final = Table(
    name="budgets",
    title=_("What is planned from which grant"),
    about="What of a project's budget is planned from each grant.",
    key=("project", "grant"),
    rows=_budgets,
    count=lambda reading: sum(1 for _row in _budgets(reading)),
    fields=(
        _column("project", about="Which project.", to="projects", needed=True, typed=True),
        _column("grant", about="From which grant.", to="grants", needed=True, typed=True),
        _column("amount", "number", "How much."),
        _column("currency", about="In which currency."),
    ),
)


def places_of(reading: Reading) -> dict[str, dict[str, str]]:
    """Where the things are that rows name: table → id → place. Accounts and assets, and projects."""
    tables: dict[str, Any] = {
        "accounts": Account, "projects": Project, "assets": Asset, "enterprises": Enterprise,
    }  # fmt: skip
    found = {
        name: dict(table.objects.filter(programme=reading.id).values_list("id", "place"))
        for name, table in tables.items()
    }
    return found | {"places": {place: place for place in reading.places}}


MONEY: Final = (
    ACCOUNTS, GRANTS, RESTRICTIONS, GRANT_TOTALS, MOVEMENTS, ATTRIBUTIONS, EVIDENCE, GIFTS, BALANCES,
    BUDGETS,
)  # fmt: skip
