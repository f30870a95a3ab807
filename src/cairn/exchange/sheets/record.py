"""What a programme has on record that a sheet may name, and what an import would add to it.

Reads the read models once; from there on everything happens in memory.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_noop as _

from cairn.assets.models import Asset
from cairn.exchange.sheets.names import (
    AS_NEW,
    Register,
    UnclearError,
    level_of,
    shown_list,
    text_in_its_language,
    theme_of,
)
from cairn.exchange.sheets.persons import looks_like_a_person
from cairn.exchange.sheets.values import plain
from cairn.exchange.sheets.words import COMMITTEE
from cairn.journal.fact import Fact
from cairn.journal.heads import positions
from cairn.journal.past import programme_of
from cairn.journal.projection import ReadModel
from cairn.lessons.models import Debrief
from cairn.money.facts import AccountOpened, GrantPledged
from cairn.money.models import Account, Grant
from cairn.programme.facts import OrganisationJoined, OrganisationRole, PlaceAdded
from cairn.programme.models import Organisation, Place, Post, Programme
from cairn.values import CairnError, Money
from cairn.works.facts import ProjectProposed
from cairn.works.models import Project

THINGS: Final = ("place", "organisation", "account", "project", "grant")
"""In the order in which they are added: each may name those before it."""

_KNOWN: Final[dict[str, type[ReadModel]]] = {"asset": Asset, "debrief": Debrief, "post": Post}
"""What rows name besides, and never bring with them."""


class NoProgrammeError(CairnError):
    """There is no programme of that id to import into."""


class NewThing(NamedTuple):
    """A thing that rows name and nobody has recorded, with the fact that would bring it."""

    called: str
    id: str
    fact: Fact
    happened_on: date


@dataclass(slots=True)
class _Pledge:
    """A grant that only its receipts tell of: its pledge is taken to be what was received."""

    name: str
    sponsor: str
    currency: str
    on: date
    minor: int = 0


class OnRecord:
    """The names of a programme, and of what the good rows so far would add to it."""

    def __init__(self, programme: str, *, answers: dict[str, str]) -> None:
        """Read what is on record. Raises NoProgrammeError."""
        opened = Programme.objects.filter(programme=programme).first()
        if opened is None or programme != programme_of(programme):  # a past takes no facts
            there = sorted(positions())
            raise NoProgrammeError(
                f"there is no programme ‘{programme}’ here; there is {shown_list(there) or 'none'}"
            )
        self.opened_on: date = opened.opened_on
        self.timezone: str = opened.timezone
        self.currency: str = opened.currency
        self._answers = {plain(said): meant for said, meant in answers.items()}
        self._things = {called: Register(called) for called in (*THINGS, *_KNOWN)}
        self._projects_at: dict[str, Register] = defaultdict(lambda: Register("project"))
        self._account: dict[str, tuple[str, str, str]] = {}  # holder, place, currency
        self._held_by: dict[str, dict[str, None]] = defaultdict(dict)
        self._standing_at: dict[str, dict[str, None]] = defaultdict(dict)
        self._grant: dict[str, tuple[str, str, int]] = {}  # sponsor, currency, year
        self._promised_by: dict[str, dict[str, None]] = defaultdict(dict)
        self._facts: dict[tuple[str, str], Fact] = {}
        self._pledges: dict[str, _Pledge] = {}
        self._of_this_row: list[tuple[str, str]] = []
        self._listed_by: dict[tuple[str, str], str] = {}
        self._row = ""
        self._may_add = True
        self.persons: Counter[str] = Counter()
        """Payees that look like persons, and how many rows name each: to be told, never kept."""
        self._load(programme)

    def _load(self, programme: str) -> None:
        for place in Place.objects.filter(programme=programme).order_by("id").iterator():
            self._things["place"].add(place.id, place.name.values())
        for organisation in (
            Organisation.objects.filter(programme=programme).order_by("id").iterator()
        ):
            self._things["organisation"].add(organisation.id, organisation.name.values())
        for account in Account.objects.filter(programme=programme).order_by("id").iterator():
            self._things["account"].add(account.id, account.name.values())
            self._know_account(account.id, account.holder, account.place, account.currency)
        for grant in Grant.objects.filter(programme=programme).order_by("id").iterator():
            self._things["grant"].add(grant.id, grant.name.values())
            self._know_grant(grant.id, grant.sponsor, grant.currency, grant.pledged_on.year)
        for project in Project.objects.filter(programme=programme).order_by("id").iterator():
            self._know_project(project.id, project.place, *project.name.values())

        for called, table in _KNOWN.items():
            rows: Any = table.objects.filter(programme=programme).order_by("id")
            for thing, name in rows.values_list("id", "name").iterator():
                self._things[called].add(thing, name.values())

    def _know_project(self, project: str, place: str, *names: str) -> None:
        self._things["project"].add(project, names)
        self._projects_at[place].add(project, names)

    # A row at a time: what it would add counts only when all of it is clear

    def begin_row(self, row: str, *, may_add: bool) -> None:
        """What follows is about this row; `may_add` where it may bring new things."""
        self._row = row
        self._may_add = may_add
        self._of_this_row.clear()

    def new_in_row(self) -> list[NewThing]:
        """What the row has brought that none before it did, each naming only those before it."""
        return [thing for key in self._of_this_row if (thing := self._new_thing(*key))]

    def undo_row(self) -> None:
        """Take back what this row would have added: it is not good, so it adds nothing."""
        self.forget(reversed(self._of_this_row))
        self._of_this_row.clear()

    def forget(self, things: Iterable[tuple[str, str]]) -> None:
        """Take back things, each (kind, id) before those that it names: they were not added after all."""
        for called, new in things:
            fact = self._facts.pop((called, new), None)
            self._things[called].remove(new)
            self._listed_by.pop((called, new), None)
            if isinstance(fact, ProjectProposed):
                self._projects_at[fact.place].remove(new)
            if called == "account" and new in self._account:
                holder, place, _currency = self._account.pop(new)
                del self._held_by[holder][new], self._standing_at[place][new]
            if called == "grant" and new in self._grant:
                sponsor, _currency, _year = self._grant.pop(new)
                del self._promised_by[sponsor][new]
                self._pledges.pop(new, None)

    def received(self, grant: str, minor: int, on: date) -> None:
        """Count a good row towards the pledge of a grant that is new."""
        if pledge := self._pledges.get(grant):
            pledge.minor += minor
            pledge.on = min(pledge.on, on)

    def new_things(self) -> list[NewThing]:
        """What the good rows so far would add, each naming only those before it."""
        keys = [*self._facts, *(("grant", grant) for grant in self._pledges)]
        found = [thing for key in keys if (thing := self._new_thing(*key))]
        return sorted(found, key=lambda thing: THINGS.index(thing.called))

    def _new_thing(self, called: str, new: str) -> NewThing | None:
        """The fact that brings it; None for what a row of a list brings itself.

        All but grants are dated to the programme's opening: the sheet says that they are there,
        not since when, and a later day could be after a payment of theirs in another sheet.
        """
        if pledge := self._pledges.get(new) if called == "grant" else None:
            fact = GrantPledged(
                grant=new,
                name=text_in_its_language(pledge.name),
                sponsor=pledge.sponsor,
                amount=Money(minor=pledge.minor, currency=pledge.currency),
            )
            return NewThing(called, new, fact, pledge.on)
        brings = self._facts.get((called, new))
        return NewThing(called, new, brings, self.opened_on) if brings else None

    # What a name means

    def list_account(self, account: str, name: str, holder: str, place: str, currency: str) -> None:
        """Know an account that a row of a list describes, for the rows after it."""
        self._list("account", account, name)
        if account not in self._account:
            self._know_account(account, holder, place, currency)

    def list_grant(self, grant: str, name: str, sponsor: str, currency: str, year: int) -> None:
        """Know a grant that a row of a list describes, for the rows after it."""
        self._list("grant", grant, name)
        if grant not in self._grant:
            self._know_grant(grant, sponsor, currency, year)

    def list_project(self, project: str, name: str, place: str) -> None:
        """Know a project that a row of a list describes, for the rows after it."""
        self._list("project", project, name)
        self._projects_at[place].add(project, [name])

    def list_plain(self, called: str, thing: str, name: str) -> None:
        """Know a place or an organisation that a row of a list describes, for the rows after it."""
        self._list(called, thing, name)

    def list_asset(self, asset: str, name: str) -> None:
        """Know an asset that a row of a list describes, for the rows after it."""
        self._list("asset", asset, name)

    def shown(self, called: str, thing: str) -> str:
        """How a thing is called; its id where nothing of that id is known."""
        register = self._things.get(called)
        return register.shown.get(thing, thing) if register else thing

    def known(self, called: str, text: str) -> str:
        """The thing of that name, which must be on record."""
        found = self._known(called, self._things[called], text)
        if found is None:
            message = _("there is no {thing} ‘{name}’ on record")
            raise UnclearError(f"no-{called}", message, thing=called, name=text)
        return found

    def _list(self, called: str, thing: str, name: str) -> None:
        there = thing in self._things[called].names_by_id
        by = self._listed_by.setdefault((called, thing), self._row if not there else "")
        if there and self._may_add and by != self._row:
            # The same thing listed again must not become a second one, nor stop the rest.
            message = _("the {thing} ‘{id}’ is on record already; correct it there")
            raise UnclearError("already-there", message, thing=called, id=thing)
        if not there:
            self._things[called].add(thing, [name])
            self._of_this_row.append((called, thing))

    def place(self, text: str, *, heading: str = "") -> str:
        """The place of that name, or a new one whose level its name or the heading tells."""
        return self._known("place", self._things["place"], text) or self._add(
            "place",
            text,
            lambda new: PlaceAdded(
                place=new, name=text_in_its_language(text), level=level_of(text, heading)
            ),
        )

    def payee(self, text: str) -> str | None:
        """The organisation paid; None for a person, whose name goes no further than `persons`."""
        if self._is_a_person(text):
            self.persons[text] += 1
            return None
        return self.organisation(text, OrganisationRole.CONTRACTOR)

    def _is_a_person(self, text: str) -> bool:
        told = plain(text) in self._answers or self._things["organisation"].named(text)
        return not told and looks_like_a_person(text)

    def organisation(self, text: str, role: OrganisationRole) -> str:
        """The organisation of that name, or a new one in that role."""
        if self._is_a_person(text):
            message = _(
                "‘{text}’ looks like a person's name, and Cairn keeps none; if it is an "
                'organisation, say so under names in the map: "{text}" = "new"'
            )
            raise UnclearError("person", message, about=text, text=text)
        return self._known("organisation", self._things["organisation"], text) or self._add(
            "organisation",
            text,
            lambda new: OrganisationJoined(
                organisation=new, name=text_in_its_language(text), role=role
            ),
        )

    def holder(self, text: str) -> str:
        """The organisation that holds accounts under that name: a committee or an office."""
        committee = re.search(COMMITTEE, text, re.IGNORECASE)
        role = OrganisationRole.COMMITTEE if committee else OrganisationRole.OFFICE
        return self.organisation(text, role)

    def account(self, text: str, currency: str, *, place: str = "") -> str:
        """The account of that name, or the one its holder has; or a new one."""
        known = self._things["account"]
        ids = known.named(text)
        if len(ids) > 1:
            ids = [one for one in ids if self._account[one][2] == currency] or ids
        if not ids:
            holders = self._things["organisation"].named(text)
            ids = [a for h in holders for a in self._in_currency(self._held_by[h], currency)]
        if len(ids) > 1:
            raise _which("account", text, ids)
        return (
            (ids[0] if ids else None)
            or self._known("account", known, text)
            or self._open_account(text, currency, place)
        )

    def account_at(self, place: str, currency: str) -> str:
        """The one account at a place; or a new one, of its village committee."""
        ids = self._in_currency(self._standing_at[place], currency)
        if len(ids) > 1:
            message = _("several accounts are at {place}: {ids}; name one in the sheet or map")
            raise UnclearError("which-account", message, place=place, ids=shown_list(ids))
        if ids:
            return ids[0]
        name = self._things["place"].shown[place]
        committee = f"{name}委会" if name.endswith("村") else f"{name} committee"
        return self.account(committee, currency, place=place)

    def _in_currency(self, accounts: dict[str, None], currency: str) -> list[str]:
        return [one for one in accounts if self._account[one][2] == currency]

    def _know_account(self, account: str, holder: str, place: str, currency: str) -> None:
        self._account[account] = (holder, place, currency)
        self._held_by[holder][account] = None
        self._standing_at[place][account] = None

    def _know_grant(self, grant: str, sponsor: str, currency: str, year: int) -> None:
        self._grant[grant] = (sponsor, currency, year)
        self._promised_by[sponsor][grant] = None

    def _open_account(self, text: str, currency: str, place: str) -> str:
        holder = self.holder(text)
        added = self._add(
            "account",
            text,
            lambda new: AccountOpened(
                account=new,
                name=text_in_its_language(text),
                holder=holder,
                place=place or None,
                currency=currency,
            ),
        )
        self._know_account(added, holder, place, currency)
        return added

    def project(self, text: str, place: str | None) -> str:
        """The project of that name at a place: 卫生室 is another one in each village."""
        if place is None:
            known = self._known("project", self._things["project"], text)
            if known:
                return known
            message = _("where is the project ‘{text}’? no column says its place")
            raise UnclearError("no-place", message, text=text)
        here = self._projects_at[place]
        with_place = self._things["place"].shown[place] + text
        if ids := here.named(with_place):
            return ids[0]
        return self._known("project", here, text) or self._propose(text, place)

    def _propose(self, text: str, place: str) -> str:
        name = self._things["place"].shown[place]
        added = self._add(
            "project",
            f"{name}-{text}",
            lambda new: ProjectProposed(
                project=new, name=text_in_its_language(text), place=place, theme=theme_of(text)
            ),
        )
        self._things["project"].remove(added)
        self._know_project(added, place, text)
        return added

    def grant(self, text: str, currency: str) -> str:
        """The grant of that name, or the only one of the sponsor (and year) of that name."""
        named = re.fullmatch(r"(.+?)[\s\-]*(20\d\d)(?:年度?)?", text)
        ids = self._things["grant"].named(text)
        for sponsor, year in ((text, None), (named[1], int(named[2])) if named else ("", None)):
            ids = ids or self._grants_of(
                self._things["organisation"].named(sponsor), currency, year
            )
        if len(ids) > 1:
            raise _which("grant", text, ids)
        known = ids[0] if ids else self._known("grant", self._things["grant"], text)
        if known:
            return known
        message = _(
            "no grant is called ‘{text}’; record its pledge, or say who is meant under names"
        )
        raise UnclearError("no-grant", message, text=text)

    def grant_of(self, sponsor: str, currency: str, on: date) -> str:
        """The grant that a sponsor's money of a day belongs to: the only one, or that year's.

        Where nothing was pledged, a new one per sponsor and year; see `received`.
        """
        on_record = [
            g for g in self._grants_of([sponsor], currency, None) if g not in self._pledges
        ]
        this_year = self._grants_of([sponsor], currency, on.year)
        ids = on_record if len(on_record) == 1 else this_year
        if len(ids) == 1:
            return ids[0]
        name = self._things["organisation"].shown[sponsor]
        if ids or on_record:
            message = _("which grant of {name}? It has {ids}")
            found = shown_list(ids or on_record)
            raise UnclearError("which-grant", message, name=name, ids=found)
        self._require_may_add("grant", f"{name} {on.year}")
        added = self._things["grant"].free_id(f"{sponsor}-{on.year}")
        self._things["grant"].add(added, [f"{name} {on.year}"])
        self._know_grant(added, sponsor, currency, on.year)
        self._pledges[added] = _Pledge(f"{name} {on.year}", sponsor, currency, on)
        self._of_this_row.append(("grant", added))
        return added

    def _grants_of(self, sponsors: list[str], currency: str, year: int | None) -> list[str]:
        return [
            grant
            for sponsor in sponsors
            for grant in self._promised_by.get(sponsor, ())
            if self._grant[grant][1] == currency and year in (None, self._grant[grant][2])
        ]

    def _known(self, called: str, register: Register, text: str) -> str | None:
        """What is called exactly so; None for something new. Raises UnclearError for a near miss."""
        answer = self._answers.get(plain(text))
        if answer and answer != AS_NEW:
            if answer not in self._things[called].names_by_id:
                message = _("the map says that ‘{text}’ is ‘{id}’, and there is no such {thing}")
                raise UnclearError(f"no-{called}", message, text=text, id=answer, thing=called)
            return answer
        ids = register.named(text)
        if len(ids) > 1:
            raise _which(called, text, ids)
        if not ids and not answer and (near := register.near(text)):
            shown = register.shown[near[0]]
            message = _(
                "‘{text}’ is one letter away from the {thing} ‘{shown}’; say under names in the "
                'map which it is: "{text}" = "{id}" or "new"'
            )
            raise UnclearError(
                f"near-{called}",
                message,
                shown,
                about=text,
                meant=near,
                text=text,
                thing=called,
                shown=shown,
                id=near[0],
            )
        return ids[0] if ids else None

    def _add(self, called: str, name: str, fact_of: Callable[[str], Fact]) -> str:
        self._require_may_add(called, name)
        added = self._things[called].free_id(name)
        self._things[called].add(added, [name])
        self._facts[called, added] = fact_of(added)
        self._of_this_row.append((called, added))
        return added

    def _require_may_add(self, called: str, name: str) -> None:
        if not self._may_add:
            message = _("there is no {thing} ‘{name}’ on record")
            raise UnclearError(f"no-{called}", message, thing=called, name=name)


def _which(called: str, text: str, ids: list[str]) -> UnclearError:
    message = _("‘{text}’ may be the {thing} {ids}")
    found = shown_list(ids)
    return UnclearError(
        f"which-{called}", message, about=text, meant=ids, text=text, thing=called, ids=found
    )
