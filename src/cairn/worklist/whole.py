"""All that is open in a programme, in order of the day due, and grouped by who owes it to whom.

Who may see what is asked of a group once, and not of each of ten thousand sendings that nobody confirmed.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from typing import Any, Self, overload

from cairn.worklist.commitment import Commitment


class Worklist(Sequence[Commitment]):
    """Open commitments, those due first at the top. It never changes: `changed` is another."""

    def __init__(self, every: Iterable[Commitment] = ()) -> None:
        self._every = tuple(sorted(every, key=_order))
        groups = defaultdict[Hashable, list[Commitment]](list)
        for one in self._every:
            groups[_who(one)].append(one)
        self._groups: dict[Hashable, Sequence[Commitment]] = dict(groups)

    def changed(self, gone: Collection[Commitment], come: Collection[Commitment]) -> Self:
        """The list without some, by identity, and with others."""
        left = {id(one) for one in gone}
        groups, touched = dict(self._groups), {_who(one) for one in gone}
        come_to = defaultdict[Hashable, list[Commitment]](list)
        for one in come:
            come_to[_who(one)].append(one)
        for who in touched | set(come_to):
            groups[who] = _with(groups.get(who, ()), left, come_to[who])
            if not groups[who]:
                del groups[who]
        other = type(self)()
        other._every = tuple(_with(self._every, left, come))
        other._groups = groups
        return other

    def whose(self, wanted: Callable[[Commitment], bool]) -> list[Commitment]:
        """Those of which something holds that follows from who owes it, to whom it came up, and to whom it is owed."""
        found = [one for group in self._groups.values() if wanted(group[0]) for one in group]
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
        return self._every == other._every and self._groups == other._groups

    __hash__ = None  # type: ignore[assignment]  # as a list


def _order(one: Commitment) -> Any:  # noqa: ANN401 - whatever can be compared
    return one.due, one.since, one.sort, one.key


def _who(one: Commitment) -> Hashable:
    """Everything that `whose` may ask about."""
    climbed = tuple(tuple(post.id for post in rung.posts) for rung in one.rungs)
    return climbed, one.stands, one.to.id, one.to_stands


def _with(
    ones: Iterable[Commitment], left: set[int], come: Iterable[Commitment]
) -> list[Commitment]:
    found = [one for one in ones if id(one) not in left]
    for one in come:
        insort(found, one, key=_order)
    return found
