"""Money: what came in by grant, what was spent, what stands unspent and under which restriction.

Followed over the accounts here: what moves between two of them neither came in nor went on.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cairn.following.answers import Named
from cairn.following.queries.grant import project_named
from cairn.following.queries.lists import standing_rows
from cairn.money.models import Account, BankBalance, Grant
from cairn.pack.ground import Ground
from cairn.pack.values import UNKNOWN, Balance, GrantHere, OnItsWay, Owing, Unevidenced, Unspent
from cairn.trace.policy import Kind
from cairn.values import UNEXPLAINED
from cairn.works.models import Project

FIGURES = (
    "came_in", "went_on", "in_transit", "spent", "standing", "coming", "paid_here", "breach",
    "off_purpose", "elsewhere",
)  # fmt: skip

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Money:
    """The money here, from the trace."""

    ground: Ground

    def grants(self) -> tuple[GrantHere, ...]:
        """What each grant did here, by sponsor; unexplained money last."""
        sums = self._sums()
        bound = [row for row in self.ground.reading.grants.values() if self._is_bound(row)]
        pairs = {(row.id, row.currency) for row in bound} | set(sums)
        known = self.ground.reading.projects(
            project for id_, _currency in pairs for project in _projects_of(self._pledge(id_))
        )
        rows = [self._grant(*pair, sums.get(pair, {}), known) for pair in pairs]
        rows.sort(
            key=lambda row: (
                row.grant.id == UNEXPLAINED,
                row.sponsor.id,
                row.grant.id,
                row.currency,
            )
        )
        return tuple(rows)

    def balances(self) -> tuple[Balance, ...]:
        """Every account here with what stands in it."""
        stated = self._stated()
        return tuple(self._balance(row, stated.get(row.id)) for row in self.ground.accounts)

    def transit(self) -> tuple[OnItsWay, ...]:
        """What was sent to or from an account here and has not arrived, by its two ends."""
        ways = [self._on_its_way(*ends, rows) for ends, rows in self._ways.items()]
        return tuple(sorted(ways, key=lambda way: (way.source.id, way.target.id, way.currency)))

    def ends_in_transit(self) -> dict[str, tuple[str, str, str]]:
        """The accounts between which each movement is on its way, and the currency, by its id."""
        at = self.ground.reading.snapshot
        return {
            at.columns.id[row].decode(): (
                at.accounts[source][0],
                at.accounts[target][0],
                at.accounts[source][1],
            )
            for (source, target), rows in self._ways.items()
            for row in rows
        }

    @cached_property
    def _ways(self) -> dict[tuple[int, int], list[int]]:
        """The movements in transit to or from an account here, by their ends."""
        at, here = self.ground.reading.snapshot, self.ground.has_account
        rows = at.lists.in_transit
        source, target = at.columns.source[rows], at.columns.target[rows]
        mine = here[source] | here[target]
        found: dict[tuple[int, int], list[int]] = defaultdict(list)
        for row, *ends in zip(rows[mine], source[mine], target[mine], strict=True):
            found[int(ends[0]), int(ends[1])].append(int(row))
        return dict(found)

    # By grant

    def _sums(self) -> dict[tuple[str, str], dict[str, int]]:
        """The figures of each (grant, currency) that did anything here."""
        reading, at = self.ground.reading, self.ground.reading.snapshot
        currencies = len(at.currencies) or 1
        size = (len(at.grants) + 1) * currencies
        sums = {name: np.zeros(size, dtype=np.int64) for name in FIGURES}
        edges, parts = at.edges, self._parts
        side = np.where(edges.source >= 0, edges.source, edges.target)
        keys = edges.grant.astype(np.int64) * currencies + at.currency_of_account[side]
        on_its_way = edges.amount - edges.arrived - edges.returned
        for name, mask, amount in (
            ("came_in", parts.into & ~parts.out_of, edges.arrived),
            ("went_on", parts.out_of & ~parts.into & ~parts.spends, edges.arrived),
            ("in_transit", parts.out_of & ~parts.spends, on_its_way),
            ("coming", parts.into & ~parts.out_of, on_its_way),
            ("spent", parts.out_of & parts.spends, edges.amount),
            ("paid_here", parts.pays_here, edges.amount),
            ("breach", parts.pays_here, edges.breach),
            ("off_purpose", parts.pays_here, edges.off),
        ):
            np.add.at(sums[name], keys[mask], amount[mask])
        standing = at.standing
        keys = standing.grant.astype(np.int64) * currencies
        keys += at.currency_of_account[standing.account]
        here = self.ground.has_account[standing.account] & ~standing.in_transit
        np.add.at(sums["standing"], keys[here], standing.amount[here])
        bound = np.array([self._is_bound(self._pledge(id_)) for id_, _ in at.grants] + [False])
        there = bound[standing.grant] & ~self.ground.has_account[standing.account]
        there &= ~standing.in_transit
        np.add.at(sums["elsewhere"], keys[there], standing.amount[there])
        some_of_it = np.flatnonzero(np.any([column != 0 for column in sums.values()], axis=0))
        found = {}
        for key in some_of_it.tolist():
            grant, currency = divmod(key, currencies)
            pair = (reading.grant_pair(grant)[0], at.currencies[currency])
            found[pair] = {name: int(column[key]) for name, column in sums.items()}
        return found

    @cached_property
    def _parts(self) -> "_Parts":
        """Which edges leave an account here, reach one, and pay for something here."""
        edges, ground = self.ground.reading.snapshot.edges, self.ground
        spends = edges.kind == Kind.SPEND
        out_of = ground.has_account[edges.source] & (edges.source >= 0)
        target = np.where(spends, -1, edges.target)
        pays_here = np.zeros(len(spends), dtype=np.bool_)
        pays_here[spends] = ground.has_project[edges.target[spends]]
        return _Parts(spends, out_of, ground.has_account[target], pays_here)

    def _pledge(self, grant: str) -> Grant | None:
        return self.ground.reading.grants.get(grant)

    def _is_bound(self, grant: Grant | None) -> bool:
        """Whether a grant may be used here and nowhere else."""
        if grant is None:
            return False
        by_place = bool(grant.places) and set(grant.places) <= set(self.ground.places)
        return by_place or (bool(grant.projects) and set(grant.projects) <= self._project_ids)

    @cached_property
    def _project_ids(self) -> frozenset[str]:
        return frozenset(row.id for row in self.ground.projects)

    def _grant(
        self, id_: str, currency: str, sums: dict[str, int], known: dict[str, Project]
    ) -> GrantHere:
        reading, pledge = self.ground.reading, self._pledge(id_)
        places = tuple(reading.place(one) for one in pledge.places) if pledge else ()
        projects = tuple(project_named(known, one) for one in _projects_of(pledge))
        themes = tuple(pledge.themes) if pledge else ()
        until = pledge.until if pledge else None
        return GrantHere(
            grant=reading.grant(id_),
            sponsor=reading.sponsor(id_),
            places=places,
            themes=themes,
            projects=projects,
            until=until,
            restricted=bool(places or projects or themes or until),
            **{name: sums.get(name, 0) for name in FIGURES},
            currency=currency,
        )

    # By account

    def _balance(self, row: Account, stated: BankBalance | None) -> Balance:
        at = self.ground.reading.snapshot
        mine = standing_rows(self.ground.reading, row.id, row.currency)
        grants: dict[str, int] = defaultdict(int)
        rows = zip(
            at.standing.grant[mine].tolist(),
            at.standing.amount[mine].tolist(),
            at.standing.in_transit[mine].tolist(),
            strict=True,
        )
        for code, amount, coming in rows:
            if not coming:
                grants[self.ground.reading.grant_of(code).id] += amount
        return Balance(
            account=Named(row.id, row.name),
            holder=self.ground.reading.organisation(row.holder),
            place=self.ground.reading.place(row.place),
            amount=sum(grants.values()),
            currency=row.currency,
            unexplained=grants.get(UNEXPLAINED, 0),
            grants=tuple(
                Unspent(self.ground.reading.grant(id_), amount)
                for id_, amount in sorted(grants.items())
                if amount
            ),
            stated_on=stated.until if stated else UNKNOWN,
            stated=stated.balance_minor if stated else UNKNOWN,
        )

    def _stated(self) -> dict[str, BankBalance]:
        """What the bank of each account stated last."""
        found = BankBalance.objects.filter(
            programme=self.ground.programme, account__in=[row.id for row in self.ground.accounts]
        )
        return {row.account: row for row in found.order_by("until", "position")}

    def _on_its_way(self, source: int, target: int, rows: list[int]) -> OnItsWay:
        reading, at = self.ground.reading, self.ground.reading.snapshot
        return OnItsWay(
            source=reading.account(at.accounts[source][0]),
            target=reading.account(at.accounts[target][0]),
            movements=len(rows),
            amount=int(at.lists.left[rows].sum()),
            currency=at.accounts[source][1],
            since=date.fromordinal(int(at.columns.day[rows].min())),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    spends: Mask
    out_of: Mask
    into: Mask
    pays_here: Mask


def _projects_of(pledge: Grant | None) -> list[str]:
    return list(pledge.projects) if pledge else []


def unevidenced(ground: Ground, owed: Iterable[Owing]) -> tuple[Unevidenced, ...]:
    """The payments of which nothing shows what they bought, by project and account."""
    missing = [one for one in owed if one.sort == "evidence"]
    accounts = {one.key: one.key[len(one.of.id) + 1 :].rpartition("/")[0] for one in missing}
    return tuple(
        Unevidenced(
            project=one.of,
            account=ground.reading.account(accounts[one.key]),
            payments=one.count,
            amount=one.minor or 0,
            currency=one.currency,
            since=one.since,
        )
        for one in missing
    )
