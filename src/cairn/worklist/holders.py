"""Who owes a commitment, and to whom it comes up when it is overdue. Both follow from the table of rights.

Whoever may record the fact that closes it owes it, the nearest first: the post itself, then those of
its organisation, then those at its very place, then those of each level above. Nobody types it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cairn.following.answers import Named
from cairn.journal.fact import Fact
from cairn.journal.journal import Journal
from cairn.journal.past import programme_of
from cairn.journal.projection import ReadModel, Rows
from cairn.people.record import UUID_SIGNS
from cairn.people.rights import Scope, Where, rights
from cairn.people.scope import column, follow, where
from cairn.people.seats import post_stands, waits
from cairn.worklist.commitment import Owed
from cairn.worklist.not_taken import COMMITMENT, not_taken
from cairn.worklist.shared import Shared

OVERDUE = "worklist/overdue"
"""The line of the table of rights that says which posts get what is overdue beneath them."""

SPONSOR = "sponsor"

ITS_HANDOVER = "handover."
"""How the kinds begin that a team owes before it has taken over. It may look at assets, and need not."""

HANDOVER = "handover."
"""How kinds of fact about handovers begin: a team that has not taken over yet owes nothing else."""

FAR = 1_000
"""Farther than any level above: a post of the whole programme."""


@dataclass(frozen=True, slots=True)
class Holder:
    """An open post: what it is called, its role, where it stands."""

    post: Named
    role: str
    stands: Where
    team: str = ""
    waits: bool = False
    """Whether its team is named to take over, and owes nothing but its handover until it did."""


_Asked = tuple[str, tuple[Where, ...], frozenset[str], str]
"""What is asked of the table of rights: kind, where, who is kept apart, of which team."""


class Holders:
    """The open posts of a programme on a day, asked about many commitments."""

    def __init__(self, journal: Journal, rows: Rows, today: date) -> None:
        self.programme, self._journal = rows.programme, journal
        self.shared = Shared()
        table = journal.tables["post"].objects.filter(programme=rows.programme).order_by("id")
        posts = list(table)
        rows.load(("place", column(post, "place")) for post in posts)
        rows.load(("cohort", column(post, "cohort")) for post in posts)
        rows.load(("turn", team) for post in posts if (team := column(post, "team")))
        self.open = [_holder(post, rows, today) for post in posts if post_stands(post, rows, today)]
        self._not_taken = not_taken(rows.programme)
        self._by_path: dict[str, list[Holder]] = defaultdict(list)
        self._by_organisation: dict[str, list[Holder]] = defaultdict(list)
        for one in self.open:
            self._by_path[one.stands.path].append(one)
            self._by_organisation[one.stands.organisation].append(one)
        self._top = tuple(
            one for one in self.open if rights().scope(one.role, OVERDUE) is Scope.PROGRAMME
        )
        self._found: dict[_Asked, tuple[Holder, ...]] = {}
        self._above: dict[tuple[Where, ...], tuple[tuple[Holder, ...], ...]] = {}

    def at(self, owed: Owed, rows: Rows) -> tuple[Where, ...]:
        """Where the things stand that the right to close it is judged on."""
        kind = _closes(owed, self._journal)
        called = dict(kind.references())
        found = []
        for word in rights().lines[kind.kind].judged_on:
            stands = Where()
            for path in word.split("+"):
                field, *steps = path.split(".")
                id_ = owed.ways[0].answers.get(field, "")
                row = rows.find(called[field], id_) if id_ else None
                stands |= where(follow(row, steps, rows), rows)
            if stands != Where():
                found.append(stands)
        return tuple(found)

    def of(self, owed: Owed, at: tuple[Where, ...], apart: frozenset[str]) -> tuple[Holder, ...]:
        """The posts that owe it, but for those that must leave it to another.

        Where nobody can close it, the posts of the whole programme owe it: they open one that can.
        What a team did not take over, the sponsor of the team before it owes in its place.
        """
        key = (_closes(owed, self._journal).kind, at, apart, owed.team)
        if key not in self._found:
            self._found[key] = self._nearest(*key) or self._top
        return self._but_for_what_was_refused(owed, self._found[key])

    def _but_for_what_was_refused(
        self, owed: Owed, found: tuple[Holder, ...]
    ) -> tuple[Holder, ...]:
        if not self._not_taken:
            return found
        promise = (COMMITMENT, f"{owed.sort}/{owed.key}")
        things = (owed.of, promise)
        refused = [[self._not_taken.get((one.team, it)) for it in things] for one in found]
        sponsors = {id_ for ids in refused for id_ in ids if id_}
        if not sponsors:
            return found
        left = [one for one, ids in zip(found, refused, strict=True) if not any(ids)]
        left += [
            one for one in self.open if one.role == SPONSOR and one.stands.organisation in sponsors
        ]
        return tuple(left) or self._top

    def _nearest(
        self, kind: str, at: tuple[Where, ...], apart: frozenset[str], team: str
    ) -> tuple[Holder, ...]:
        by_distance: dict[int, list[Holder]] = defaultdict(list)
        for one in self._near(at):
            if one.post.id in apart or (one.waits and not kind.startswith(HANDOVER)):
                continue
            if team and one.team not in {"", team}:
                continue
            if rights().may(one.role, kind, of=one.stands, at=at):
                by_distance[_distance(one.stands, at)].append(one)
        return tuple(by_distance[min(by_distance)]) if by_distance else ()

    def _near(self, at: tuple[Where, ...]) -> list[Holder]:
        """Every post whose right could reach there: by its organisation, its path, or everywhere."""
        thing = at[0] if at else Where()
        paths = [thing.path, *_ancestors(thing.path), ""] if thing.path else [""]
        found = [one for path in paths for one in self._by_path[path]]
        if thing.organisation:
            found += self._by_organisation[thing.organisation]
        by_id = {one.post.id: one for one in found}
        return [by_id[id_] for id_ in sorted(by_id)]

    def above(self, stands: tuple[Where, ...]) -> tuple[tuple[Holder, ...], ...]:
        """The levels above posts that stand there, the nearest first, none of which is empty."""
        if stands not in self._above:
            paths = [one.path for one in stands if one.path]
            deepest = max(paths, key=len, default="")
            found = [self._overseers(path) for path in _ancestors(deepest)]
            if any(one.path or one.organisation for one in stands):
                found.append(self._top)
            self._above[stands] = tuple(level for level in found if level)
        return self._above[stands]

    def _overseers(self, path: str) -> tuple[Holder, ...]:
        return tuple(
            one for one in self._by_path[path] if rights().scope(one.role, OVERDUE) is Scope.SUBTREE
        )


def _holder(post: ReadModel, rows: Rows, today: date) -> Holder:
    return Holder(
        Named(post.id, column(post, "name")),
        column(post, "role"),
        where(post, rows),
        column(post, "team"),
        waits(post, rows, today),
    )


def _distance(post: Where, at: Sequence[Where]) -> int:
    """How far a post stands from a thing: 0 is the thing's own post, then see above."""
    thing = at[0] if at else Where()
    if post.post and post.post == thing.post:
        return 0
    if post.organisation and post.organisation == thing.organisation:
        return 1 if post.path == thing.path else 2
    if not post.path:
        return FAR
    if thing.path.startswith(post.path):
        return 3 + thing.path.count("/") - post.path.count("/")
    return FAR


def _ancestors(path: str) -> Iterable[str]:
    """The paths of the places that a place is in: /a/b/c/ → /a/b/, /a/."""
    parts = path.strip("/").split("/")
    for depth in range(len(parts) - 1, 0, -1):
        yield "/" + "/".join(parts[:depth]) + "/"


def kept_apart(owed: Sequence[Owed], *, journal: Journal, rows: Rows) -> list[frozenset[str]]:
    """The posts that the two-person rules keep from closing each of these: `Fact.apart_from`."""
    facts = [set(_facts_before(_closes(one, journal), one.ways[0].answers, rows)) for one in owed]
    posts = journal.posts_of(programme_of(rows.programme), set().union(*facts))
    return [frozenset(posts[id_] for id_ in ids if id_ in posts) for ids in facts]


def _closes(owed: Owed, journal: Journal) -> type[Fact]:
    """The kind of fact whose recorders owe it."""
    return journal.kinds[owed.decided_by or owed.ways[0].kind]


def _facts_before(kind: type[Fact], answers: Mapping[str, str], rows: Rows) -> Iterable[UUID]:
    for path in kind.apart_from:
        field, _dot, name = path.partition(".")
        if not name:
            yield UUID(answers[field][:UUID_SIGNS])
            continue
        called = "programme" if field == "programme" else dict(kind.references())[field]
        id_ = "programme" if field == "programme" else answers.get(field, "")
        held = column(rows.find(called, id_), name) if id_ else ""
        for one in [held] if isinstance(held, str) else held:
            if one:
                yield UUID(one)
