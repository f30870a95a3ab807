"""All that is open in a programme, in order of the day due, and grouped by who owes it to whom.

Who may see what is asked of a group once, and not of each of ten thousand sendings that nobody confirmed.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from typing import Any, Self, overload

from cairn.worklist.commitment import Commitment

Facet = tuple[str, str]
"""Under what a group is found: ("before", a post), ("to", a post, an organisation, a path or what it is owed to)."""


class Worklist(Sequence[Commitment]):
    """Open commitments, those due first at the top. It never changes: `changed` is another."""

    def __init__(self, every: Iterable[Commitment] = ()) -> None:
        self._every = tuple(sorted(every, key=_order))
        groups = defaultdict[Hashable, list[Commitment]](list)
        for one in self._every:
            groups[_who(one)].append(one)
        found = defaultdict[Facet, set[Hashable]](set)
        for who, group in groups.items():
            for facet in _facets(group[0]):
                found[facet].add(who)
        self._groups: dict[Hashable, Sequence[Commitment]] = dict(groups)
        self._found = {facet: frozenset(whos) for facet, whos in found.items()}

    def changed(self, gone: Collection[Commitment], come: Collection[Commitment]) -> Self:
        """The list without some, by identity, and with others."""
        left = {id(one) for one in gone}
        touched = {_who(one) for one in gone}
        come_to = defaultdict[Hashable, list[Commitment]](list)
        for one in come:
            come_to[_who(one)].append(one)
        other = type(self)()
        other._every = tuple(_with(self._every, left, come))
        other._groups, other._found = dict(self._groups), dict(self._found)
        for who in touched | set(come_to):
            before = self._groups.get(who, ())
            if now := _with(before, left, come_to[who]):
                other._groups[who] = now
            elif before:
                del other._groups[who]
            if bool(now) != bool(before):
                other._find(who, (now or before)[0], there=bool(now))
        return other

    def _find(self, who: Hashable, one: Commitment, *, there: bool) -> None:
        """Have a group found under its facets, or no more."""
        for facet in _facets(one):
            whos = self._found.get(facet, frozenset())
            self._found[facet] = whos | {who} if there else whos - {who}
            if not self._found[facet]:
                del self._found[facet]

    def whose(
        self, wanted: Callable[[Commitment], bool], among: Iterable[Facet] | None = None
    ) -> list[Commitment]:
        """Those of which something holds that follows from who owes it, to whom it came up, and to whom it is owed.

        Where it holds of none but what is found under some facets, only these are asked.
        """
        if among is None:
            groups: Iterable[Sequence[Commitment]] = self._groups.values()
        else:
            whos = frozenset[Hashable]().union(*(self._found.get(one, ()) for one in among))
            groups = [self._groups[who] for who in whos]
        found = [one for group in groups if wanted(group[0]) for one in group]
        return sorted(found, key=_order)

    @overload
    def __getitem__(self, at: int) -> Commitment: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Commitment]: ...

    def __getitem__(self, at: int | slice) -> Commitment | Sequence[Commitment]:
        return self._every[at]

    def __len__(self) -> int:
        return len(self._every)

    def __iter__(self) -> Iterator[Commitment]:
        return iter(self._every)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Worklist):
            return NotImplemented
        return (self._every, self._groups, self._found) == (
            other._every,
            other._groups,
            other._found,
        )

    __hash__ = None  # type: ignore[assignment]  # as a list


def _order(one: Commitment) -> Any:  # noqa: ANN401 - whatever can be compared
    return one.due, one.since, one.sort, one.key


def _who(one: Commitment) -> Hashable:
    """Everything that `whose` may ask about."""
    climbed = tuple(tuple(post.id for post in rung.posts) for rung in one.rungs)
    return climbed, one.stands, one.to.id, one.to_stands


def _facets(one: Commitment) -> set[Facet]:
    """Under what the group of a commitment is found."""
    to = one.to_stands
    words = [word for word in (to.post, to.organisation, to.path) if word] or [one.to.id]
    before = {("before", post.id) for rung in one.rungs for post in rung.posts}
    return before | {("to", word) for word in words}


def _with(
    ones: Iterable[Commitment], left: set[int], come: Iterable[Commitment]
) -> list[Commitment]:
    found = [one for one in ones if id(one) not in left]
    for one in come:
        insort(found, one, key=_order)
    return found
