"""Which things a form offers for a question, by name: those on record that this seat may name."""

from collections.abc import Mapping, Sequence

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cairn.catalog import journal
from cairn.journal.fact import Fact
from cairn.journal.projection import ReadModel, Rows
from cairn.money.models import Account
from cairn.people.reach import accounts_for, kept_apart, may_name
from cairn.people.rights import Scope
from cairn.people.scope import column, where
from cairn.people.seats import Seat, post_stands, today_in
from cairn.web.desk.naming import called, load_named
from cairn.web.reader import Reader

MOST = 300
"""So many are offered, the latest movements first; a link that names another offers that one, too."""

NEWEST_FIRST = {"movement": "-position", "evidence": "-attached_on", "gift": "-given_on"}

WHOLE, NEAR, FAR = 100, 200, 300
"""How far posts of the whole programme are from a seat, others of its county, and the rest."""


class Offered:
    """The choices of one form for one seat. Those `only` that are wanted are all that judging needs."""

    def __init__(
        self,
        seat: Seat,
        kind: type[Fact],
        reader: Reader,
        *,
        wanted: Mapping[str, Sequence[str]],
        only: bool = False,
    ) -> None:
        self.seat, self.kind, self.reader, self.wanted = seat, kind, reader, wanted
        self.only = only
        self.rows = Rows(seat.programme, journal.tables)

    def __call__(self, field: str, thing: str) -> list[tuple[str, str]]:
        """The (id, name) of each thing that a field may name. Those of its own come first.

        Of posts, those above it, the nearest first; then those of its county; then the others.
        """
        found = self._found(field, thing)
        rows = self._reached(field, found)
        load_named(rows, self.rows)
        named = [(row, called(row, self.rows, self.reader)) for row in rows]
        if thing == "post":
            named.sort(key=lambda one: (self._how_far(one[0]), one[1]))
        elif thing not in NEWEST_FIRST:
            named.sort(key=lambda one: (not self._is_own(one[0]), one[1]))
        twice = _twice([name for _row, name in named])
        return [(row.id, f"{name} ({row.id})" if name in twice else name) for row, name in named]

    def _found(self, field: str, thing: str) -> list[ReadModel]:
        table = self.rows._tables[thing]
        every = table.objects.filter(programme=self.seat.programme)
        if self.only:
            named = [id_ for id_ in self.wanted.get(field, ()) if id_]
            return list(every.filter(id__in=named[:MOST])) if named else []
        offered = every.filter(self._asked(field, thing))
        found = list(offered.order_by(NEWEST_FIRST.get(thing, "id"))[: MOST * 2])
        if thing == "post":
            found = self._that_stand(found)
        there = {row.id for row in found}
        asked_for = [id_ for id_ in self.wanted.get(field, ()) if id_ and id_ not in there]
        return [*found, *every.filter(id__in=asked_for[:MOST])]

    def _asked(self, field: str, thing: str) -> Q:
        """Which rows a field may name, before rights are judged on each."""
        offered = Q(**self.kind.offered.get(field, {}))
        return offered & self._of_its_accounts() if thing == "movement" else offered

    def _that_stand(self, posts: list[ReadModel]) -> list[ReadModel]:
        """Those as which somebody can act today: nothing is asked of one that has ended."""
        today = today_in(self.rows, timezone.now())
        self.rows.load(("cohort", column(post, "cohort")) for post in posts)
        self.rows.load(("turn", column(post, "team")) for post in posts if column(post, "team"))
        return [post for post in posts if today and post_stands(post, self.rows, today)]

    def _of_its_accounts(self) -> Q:
        mine = self._its_accounts()
        if mine is None:
            return Q()
        about = Q(source__in=mine) | Q(target__in=mine)
        first = journal.tables["movement"].objects.filter(
            about, programme=self.seat.programme, id=OuterRef("of")
        )
        return about | (~Q(of="") & Q(Exists(first)))

    def _its_accounts(self) -> set[str] | None:
        """The accounts that movements must be about; None where they may be about any."""
        if self.seat.scope(self.kind.kind) is Scope.PROGRAMME:
            return None
        return accounts_for(self.seat, self.kind, self.rows, self._accounts())

    def _accounts(self) -> Sequence[ReadModel]:
        return list(journal.tables["account"].objects.filter(programme=self.seat.programme))

    def _reached(self, field: str, found: list[ReadModel]) -> list[ReadModel]:
        load_named(found, self.rows)
        apart = self._apart(field, found)
        reached = [
            row
            for row in found
            if row.id not in apart and may_name(self.seat, self.kind, field, row, self.rows)
        ]
        return reached[:MOST]

    def _apart(self, field: str, found: Sequence[ReadModel]) -> set[str]:
        return kept_apart(self.seat, self.kind, field, found, journal=journal)

    def _how_far(self, post: ReadModel) -> int:
        own, its = self.seat.stands.path, where(post, self.rows)
        if not its.path:
            return FAR if its.organisation else WHOLE
        if own.startswith(its.path):
            return own.count("/") - its.path.count("/")
        county = own[: own.find("/", 1) + 1]
        return NEAR if county and its.path.startswith(county) else FAR

    def _is_own(self, row: ReadModel) -> bool:
        at, own = where(row, self.rows), self.seat.stands
        if own.organisation and at.organisation:
            return own.organisation == at.organisation
        return bool(own.path) and own.path == at.path


def currencies_of(seat: Seat) -> tuple[str, ...]:
    """The currencies of the programme's accounts: its own accounts' first, then the programme's."""
    rows = Rows(seat.programme, journal.tables)
    accounts = Account.objects.filter(programme=seat.programme)
    holder = seat.stands.organisation
    held = accounts.filter(holder=holder) if holder else accounts.none()
    own = set(held.values_list("currency", flat=True))
    usual = str(column(rows.find("programme", "programme"), "currency"))
    others = sorted(set(accounts.values_list("currency", flat=True)))
    return tuple(dict.fromkeys([*sorted(own), usual, *others]))


def _twice(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}
