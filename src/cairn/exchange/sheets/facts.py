"""From a good row to the facts it tells, or to the question it leaves.

What the names in it mean is decided in record.py.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_noop as _
from pydantic import ValidationError

from cairn.assets.facts import AssetHandedOver, AssetInspected, Condition
from cairn.exchange.sheets.mapping import SheetMap
from cairn.exchange.sheets.marks import fact_of
from cairn.exchange.sheets.names import UnclearError, text_in_its_language, theme_of
from cairn.exchange.sheets.read import Row
from cairn.exchange.sheets.record import NewThing, OnRecord
from cairn.exchange.sheets.values import AS_SAID, plain
from cairn.exchange.sheets.words import (
    BOOKED,
    CONDITIONS,
    FOLLOWED,
    STATUSES,
    VOUCHERS,
    RowKind,
)
from cairn.journal.entry import Draft
from cairn.journal.fact import Fact
from cairn.lessons.facts import RecommendationDrafted
from cairn.money.facts import (
    AccountOpened,
    BankFeeCharged,
    GrantPledged,
    InterestReceived,
    MoneyConfirmed,
    MoneyMoved,
    MoneyReceived,
    MoneyReturned,
    MoneySent,
    MoneySpent,
    MovementReversed,
    SendingVoided,
)
from cairn.programme.facts import OrganisationJoined, OrganisationRole, PlaceAdded, PlaceLevel
from cairn.values import Money, Theme, slug_from
from cairn.works.facts import (
    ProjectApproved,
    ProjectCancelled,
    ProjectCompleted,
    ProjectProposed,
    ProjectStarted,
)

TELLS: Final[dict[RowKind, tuple[type[Fact], ...]]] = {
    "money received": (MoneyReceived,),
    "money sent": (MoneySent,),
    "money spent": (MoneySpent,),
    "money returned": (MoneyReturned,),
    "cash book": (MoneyReceived, MoneySpent, MoneySent, MoneyMoved),
    "grants": (GrantPledged,),
    "accounts": (AccountOpened,),
    "projects": (ProjectProposed,),
    "assets": (AssetHandedOver,),
    "recommendations": (RecommendationDrafted,),
    "places": (PlaceAdded,),
    "organisations": (OrganisationJoined,),
    "followed": (MoneyConfirmed, SendingVoided, MovementReversed),
}
"""Which facts rows of a kind tell before all: whoever may record none of them has no use for such a sheet."""

NONE_OF: Final = _("‘{word}’ is none of {of}")

RECORDED: Final[dict[RowKind, str]] = {
    "money received": "fact id date amount currency sponsor grant account place",
    "money sent": "fact id date amount currency from to grant",
    "money spent": "fact id date amount currency account place project payee grant",
    "money returned": "fact id date amount currency from to grant purpose",
    "cash book": "fact id date currency income expense account what other grant",
    "grants": "fact id date amount currency name sponsor place theme until",
    "accounts": "fact id date currency name organisation place",
    "projects": "fact id date amount currency name place theme start until status",
    "assets": "id date amount currency name place organisation project until months condition seen",
    "recommendations": "id date debrief recommendation speaker asked until",
    "places": "fact id name level within",
    "organisations": "fact id name role",
    "followed": "fact id date amount currency of what purpose",
}
"""The fields that reach the journal. The others are read, and said to be left behind."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the facts of rows: for one programme, as one post, by the names on record."""

    programme: str
    source: str
    post: str
    record: OnRecord

    def drafts(self, row: Row, how: SheetMap, *, may_add: bool) -> list[Draft]:
        """The facts a good row tells, the first being the one it is known by.

        Raises UnclearError where a person must settle something. The names it needs are on record
        or among `record.new_things()` afterwards.
        """
        said = _Said(row, how, self.record)
        self.record.begin_row(row.key, may_add=may_add)
        try:
            said.refuse_what_the_journal_would()
            facts = list(_TELLS[how.rows_are](said))
        except UnclearError:
            self.record.undo_row()
            raise
        except ValidationError as error:
            self.record.undo_row()
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            message = f"{where}: {first['msg']}"
            raise UnclearError("invalid", AS_SAID, said=message) from error
        return [
            Draft(self.id_of(row, at), happened_on, self.post, fact)
            for at, (happened_on, fact) in enumerate(facts)
        ]

    def id_of(self, row: Row, at: int = 0) -> UUID:
        """The id of a row's fact: the same wherever and whenever the row is imported again.

        A row of a workbook that Cairn wrote names the fact that it tells.
        """
        if at == 0 and (named := fact_of(row)):
            return named
        return _uuid("row", self.programme, self.source, row.key, str(at))

    def draft_of(self, thing: NewThing) -> Draft:
        """The fact that brings a new thing."""
        id_ = _uuid("new", self.programme, thing.called, thing.id)
        return Draft(id_, thing.happened_on, self.post, thing.fact)


def _uuid(*parts: str) -> UUID:
    """RFC 9562 version 8: 122 bits of a hash, so that saying the same gives the same id."""
    digest = hashlib.sha256("\x1e".join(("cairn sheet", *parts)).encode()).digest()
    number = int.from_bytes(digest[:16])
    number = number & ~(0xF << 76) | 8 << 76
    return UUID(int=number & ~(0b11 << 62) | 0b10 << 62)


@dataclass(frozen=True, slots=True)
class _Said:
    """What one row says, with the names looked up as they are asked for."""

    row: Row
    how: SheetMap
    record: OnRecord

    def text(self, field: str) -> str | None:
        value = self.row.values.get(field)
        return None if value is None else str(value)

    def day(self, field: str) -> date | None:
        value = self.row.values.get(field)
        return value if isinstance(value, date) else None

    @property
    def on(self) -> date:
        """When it happened; what only is, is dated to the programme's opening."""
        return self.day("date") or self.record.opened_on

    @property
    def currency(self) -> str:
        return str(self.row.values["currency"])

    @property
    def amount(self) -> Money:
        return Money(minor=int(str(self.row.values["amount"])), currency=self.currency)

    def side(self, field: str) -> Money:
        """The amount on one side of a book."""
        return Money(minor=int(str(self.row.values[field])), currency=self.currency)

    def needed(self, field: str) -> str:
        """What the row says in a field that this kind of line needs."""
        text = self.text(field)
        if not text:
            raise UnclearError(f"no-{field}", _("the other end is not said"))
        return text

    @property
    def voucher(self) -> str | None:
        """The row's id where its heading says that it is a document's number, not a row's."""
        heading = self.how.columns.get("id", "")
        is_one = self.row.source_id and re.search(VOUCHERS, heading, re.IGNORECASE)
        return self.row.source_id[:64] if is_one else None

    def refuse_what_the_journal_would(self) -> None:
        """Before the row brings new things that then nobody needs."""
        opened = self.record.opened_on
        if self.on < opened:
            message = _("{day} is before the programme was opened, on {opened}")
            raise UnclearError("before-programme", message, day=str(self.on), opened=str(opened))
        source, target = self.text("from"), self.text("to")
        if source and target and plain(source) == plain(target):
            raise UnclearError("to-itself", _("from and to are both ‘{name}’"), name=source)

    def places(self) -> tuple[str, ...]:
        """The places named, with semicolons between where there are several."""
        heading = self.how.columns.get("place", "")
        texts = re.split(r"\s*[;；]\s*", self.text("place") or "")
        return tuple(self.record.place(text, heading=heading) for text in texts if text)

    def themes(self) -> tuple[Theme, ...]:
        """The themes named, by our own words alone: they restrict, and a guess would mislead."""
        texts = re.split(r"\s*[;；]\s*", (self.text("theme") or "").casefold())
        return tuple(Theme(text) for text in texts if text in set(Theme))

    def place(self) -> str | None:
        text = self.text("place")
        heading = self.how.columns.get("place", "")
        return self.record.place(text, heading=heading) if text else None

    def account(self) -> str:
        """The account named, or the one at the place named."""
        place = self.place()
        if text := self.text("account"):
            return self.record.account(text, self.currency, place=place or "")
        if place is None:
            raise UnclearError("no-account", _("no account, and no place to find one by"))
        return self.record.account_at(place, self.currency)

    def grant(self) -> str | None:
        text = self.text("grant")
        return self.record.grant(text, self.currency) if text else None


Told = Iterator[tuple[date, Fact]]


def _money_received(said: _Said) -> Told:
    grant = said.grant()
    sponsor = said.text("sponsor")
    if grant is None and sponsor:
        who = said.record.organisation(sponsor, OrganisationRole.SPONSOR)
        grant = said.record.grant_of(who, said.currency, said.on)
    if grant is None:
        raise UnclearError("no-grant", _("no grant, and no sponsor to find one by"))
    fact = MoneyReceived(
        grant=grant, account=said.account(), amount=said.amount, voucher=said.voucher
    )
    said.record.received(grant, said.amount.minor, said.on)
    yield said.on, fact


def _money_sent(said: _Said) -> Told:
    yield (
        said.on,
        MoneySent(
            source=said.record.account(str(said.text("from")), said.currency),
            target=said.record.account(str(said.text("to")), said.currency),
            amount=said.amount,
            grant=said.grant(),
            voucher=said.voucher,
        ),
    )


def _money_spent(said: _Said) -> Told:
    payee = said.text("payee")
    yield (
        said.on,
        MoneySpent(
            account=said.account(),
            project=said.record.project(str(said.text("project")), said.place()),
            amount=said.amount,
            grant=said.grant(),
            paid_to=said.record.payee(payee) if payee else None,
            voucher=said.voucher,
        ),
    )


def _money_returned(said: _Said) -> Told:
    yield (
        said.on,
        MoneyReturned(
            source=said.record.account(str(said.text("from")), said.currency),
            target=said.record.account(str(said.text("to")), said.currency),
            amount=said.amount,
            grant=said.grant(),
            reason=str(said.text("purpose")),
        ),
    )


def _cash_book(said: _Said) -> Told:
    """A line of a cash book, where it tells a movement itself.

    What another book tells is refused with the reason: the same money would be counted twice.
    """
    word = (said.text("what") or "").strip()
    what = next(
        (kind for kind, words in BOOKED.items() if re.fullmatch(words, word, re.IGNORECASE)), ""
    )
    side = "income" if "income" in said.row.values else "expense"
    account, amount = said.account(), said.side(side)
    match what, side:
        case "received", "income":
            yield said.on, _received_in_book(said, account, amount)
        case "spent", "expense":
            project = said.record.project(said.needed("other"), said.place())
            fact = MoneySpent(
                account=account,
                project=project,
                amount=amount,
                grant=said.grant(),
                voucher=said.voucher,
            )
            yield said.on, fact
        case ("sent", "expense") | ("moved", "expense"):
            target = said.record.account(said.needed("other"), said.currency)
            yield said.on, _moved_in_book(said, account, target, amount, sent=what == "sent")
        case "interest", "income":
            yield (
                said.on,
                InterestReceived(
                    account=account, amount=amount, grant=said.grant(), voucher=said.voucher
                ),
            )
        case "fee", "expense":
            yield (
                said.on,
                BankFeeCharged(
                    account=account, amount=amount, grant=said.grant(), voucher=said.voucher
                ),
            )
        case _:
            message = _("‘{word}’ is told where the money came from, or recorded at the desk")
            raise UnclearError("told-elsewhere", message, word=word)


def _moved_in_book(
    said: _Said, source: str, target: str, amount: Money, *, sent: bool
) -> MoneySent | MoneyMoved:
    kind = MoneySent if sent else MoneyMoved
    return kind(
        source=source, target=target, amount=amount, grant=said.grant(), voucher=said.voucher
    )


def _received_in_book(said: _Said, account: str, amount: Money) -> MoneyReceived:
    grant = said.grant()
    if grant is None:
        sponsor = said.record.organisation(said.needed("other"), OrganisationRole.SPONSOR)
        grant = said.record.grant_of(sponsor, said.currency, said.on)
        said.record.received(grant, amount.minor, said.on)
    return MoneyReceived(grant=grant, account=account, amount=amount, voucher=said.voucher)


def _listed_id(source_id: str, name: str) -> str:
    """The id for a thing that a list describes: the list's own, if it is more than a row number."""
    return slug_from(source_id if re.search(r"[^\W\d]", source_id) else name)


def _grants(said: _Said) -> Told:
    name = str(said.text("name"))
    places = said.places()
    sponsor = said.record.organisation(str(said.text("sponsor")), OrganisationRole.SPONSOR)
    fact = GrantPledged(
        grant=_listed_id(said.row.source_id, name),
        name=text_in_its_language(name),
        sponsor=sponsor,
        amount=said.amount,
        places=places,
        themes=said.themes(),
        until=said.day("until"),
    )
    said.record.list_grant(fact.grant, name, sponsor, said.currency, said.on.year)
    yield said.on, fact


def _accounts(said: _Said) -> Told:
    name = str(said.text("name"))
    fact = AccountOpened(
        account=_listed_id(said.row.source_id, name),
        name=text_in_its_language(name),
        holder=said.record.holder(str(said.text("organisation"))),
        place=said.place(),
        currency=said.currency,
    )
    said.record.list_account(fact.account, name, fact.holder, fact.place or "", said.currency)
    yield said.on, fact


def _projects(said: _Said) -> Told:
    name = str(said.text("name"))
    place = said.place()
    if place is None:
        raise UnclearError("no-place", _("where is the project ‘{text}’?"), text=name)
    fact = ProjectProposed(
        project=_listed_id(said.row.source_id, f"{said.text('place')}-{name}"),
        name=text_in_its_language(name),
        place=place,
        theme=next(iter(said.themes()), theme_of(name)),
        budget=said.amount if "amount" in said.row.values else None,
        ends_on=said.day("until"),
    )
    said.record.list_project(fact.project, name, place)
    yield said.on, fact
    yield from _steps(said, fact.project, said.day("start"))


def _steps(said: _Said, project: str, started: date | None) -> Told:
    """How far a project has come, where the sheet says when; a step without a day is left out."""
    status = said.text("status") or ""
    now = next(
        (s for s, said_so in STATUSES.items() if re.search(said_so, status, re.IGNORECASE)), None
    )
    ended = said.day("until")
    if now == "approved" and said.day("date"):
        yield said.on, ProjectApproved(project=project)
    if now in {"started", "completed"} and started:
        yield started, ProjectStarted(project=project)
    if now == "completed" and ended:
        yield ended, ProjectCompleted(project=project)
    if now == "cancelled" and ended:
        yield ended, ProjectCancelled(project=project, reason=status)


def _places(said: _Said) -> Told:
    name, level = str(said.text("name")), (said.text("level") or "").casefold()
    if level not in set(PlaceLevel):
        raise UnclearError("level", NONE_OF, word=level, of=", ".join(PlaceLevel))
    above = said.text("within")
    fact = PlaceAdded(
        place=_listed_id(said.row.source_id, name),
        name=text_in_its_language(name),
        level=PlaceLevel(level),
        within=said.record.place(above) if above else None,
    )
    said.record.list_plain("place", fact.place, name)
    yield said.record.opened_on, fact


def _organisations(said: _Said) -> Told:
    name, role = str(said.text("name")), (said.text("role") or "").casefold()
    if role not in set(OrganisationRole):
        raise UnclearError("role", NONE_OF, word=role, of=", ".join(OrganisationRole))
    fact = OrganisationJoined(
        organisation=_listed_id(said.row.source_id, name),
        name=text_in_its_language(name),
        role=OrganisationRole(role),
    )
    said.record.list_plain("organisation", fact.organisation, name)
    yield said.record.opened_on, fact


def _followed(said: _Said) -> Told:
    """What became of a movement that the same workbook tells: confirmed, voided or reversed."""
    movement, why = str(said.text("of")), said.text("purpose") or ""
    word = (said.text("what") or "").strip()
    what = next((one for one, words in FOLLOWED.items() if re.fullmatch(words, word)), "")
    match what:
        case "confirmed":
            if "amount" not in said.row.values:
                raise UnclearError("no-amount", _("no amount: how much arrived?"))
            yield (
                said.on,
                MoneyConfirmed(movement=movement, amount=said.amount, voucher=said.voucher),
            )
        case "voided":
            yield said.on, SendingVoided(movement=movement, reason=why)
        case "reversed":
            yield said.on, MovementReversed(movement=movement, reason=why)
        case _:
            raise UnclearError("what", NONE_OF, word=word, of="confirmed, voided, reversed")


def _assets(said: _Said) -> Told:
    """An asset in its keeper's hands; and how it was, where the sheet says who saw it when."""
    name = str(said.text("name"))
    project = said.text("project")
    fact = AssetHandedOver(
        asset=_listed_id(said.row.source_id, f"{said.text('place')}-{name}"),
        name=text_in_its_language(name),
        place=str(said.place()),
        keeper=said.record.holder(str(said.text("organisation"))),
        project=said.record.known("project", project) if project else None,
        warranty_until=said.day("until"),
        every_months=_months(said.text("months")),
        upkeep_cost=said.amount if "amount" in said.row.values else None,
    )
    said.record.list_asset(fact.asset, name)
    yield said.on, fact
    word, seen = said.text("condition"), said.day("seen")
    if word and seen:
        yield seen, AssetInspected(asset=fact.asset, condition=_condition(word))


def _months(text: str | None) -> int | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,3})\s*(个月|月|months?)?", text.strip(), re.IGNORECASE)
    if not found or not 1 <= int(found[1]) <= 120:
        raise UnclearError("months", _("‘{text}’ is no number of months from 1 to 120"), text=text)
    return int(found[1])


def _condition(word: str) -> Condition:
    for condition, words in CONDITIONS.items():
        if re.search(words, word, re.IGNORECASE):
            return Condition(condition)
    message = _("‘{word}’ is no condition: write good, worn, broken or gone")
    raise UnclearError("condition", message, word=word)


def _recommendations(said: _Said) -> Told:
    speaker, asked = said.text("speaker"), said.text("asked")
    yield (
        said.on,
        RecommendationDrafted(
            debrief=said.record.known("debrief", str(said.text("debrief"))),
            text=text_in_its_language(str(said.text("recommendation"))),
            speaker=said.record.known("post", speaker) if speaker else None,
            asked=said.record.known("post", asked) if asked else None,
            by=said.day("until"),
        ),
    )


_TELLS: Final[dict[RowKind, Callable[[_Said], Told]]] = {
    "money received": _money_received,
    "money sent": _money_sent,
    "money spent": _money_spent,
    "money returned": _money_returned,
    "cash book": _cash_book,
    "grants": _grants,
    "accounts": _accounts,
    "projects": _projects,
    "places": _places,
    "organisations": _organisations,
    "followed": _followed,
    "assets": _assets,
    "recommendations": _recommendations,
}
