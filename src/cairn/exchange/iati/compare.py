"""What a newer version of an activity says beside what is on record: the same, corrected, new, vanished.

Most statements have no id, transactions least of all. So they are paired in rounds, from the surest
likeness to the faintest, each at most once: equal in all; then by what names them; then by all but one
of what makes them up. What is left over on one side is new, on the other vanished: better both said
than a correction that is none. Pure.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cairn.exchange.iati.parts import Part
from cairn.reported.facts import (
    DocumentReported,
    IndicatorReported,
    LocationReported,
    OrganisationReported,
    ResultReported,
    TransactionReported,
)

Said = Mapping[str, Any]
Key = Callable[[Said], Hashable]


@dataclass(frozen=True, slots=True)
class Known:
    """A statement on record."""

    id: str
    said: Said
    line: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement of the newer version, and the one on record that it says anew."""

    part: Part
    known: Known | None
    same: bool = False


def _by(*questions: str, needs: str = "") -> Key:
    """A key of the answers to these questions; none where what it needs was not answered."""

    def key(said: Said) -> Hashable:
        if needs and not said.get(needs):
            return None
        return tuple(_plain(said.get(question)) for question in questions)

    return key


_ENDS: Final = (
    *("provider_ref", "provider_activity", "provider"),
    *("receiver_ref", "receiver_activity", "receiver"),
)
_MONEY: Final = ("minor", "currency")

ROUNDS: Final[dict[str, tuple[Key, ...]]] = {
    OrganisationReported.kind: (
        _by("part", "ref", "name"),
        _by("part", "ref", needs="ref"),
        _by("part", "name", needs="name"),
        _by("ref", needs="ref"),
        _by("name", needs="name"),
    ),
    TransactionReported.kind: (
        _by("ref", "type", "on", *_MONEY, needs="ref"),
        _by("type", "on", *_MONEY, *_ENDS),
        _by("ref", "type", needs="ref"),
        _by("type", *_MONEY, *_ENDS),
        _by("type", "on", "currency", *_ENDS),
        _by("type", "on", *_MONEY),
        _by("on", *_MONEY, *_ENDS),
    ),
    LocationReported.kind: (
        _by("ref", "name", needs="ref"),
        _by("name", "north", "east", needs="name"),
        _by("ref", needs="ref"),
        _by("name", needs="name"),
        _by("north", "east", needs="north"),
    ),
    DocumentReported.kind: (_by("url", "title"), _by("url"), _by("title", needs="title")),
    ResultReported.kind: (
        _by("type", "title", needs="title"),
        _by("title", needs="title"),
        _by("type", "description", needs="description"),
    ),
    IndicatorReported.kind: (
        _by("result", "measure", "title", needs="title"),
        _by("result", "title", needs="title"),
        _by("result", "description", needs="description"),
        _by("result", "measure", "periods", needs="periods"),
    ),
}
"""By kind, what two statements must share to be taken for versions of one, the surest first."""


def compare(
    kind: str, known: Sequence[Known], parts: Sequence[Part]
) -> tuple[list[Pair], list[Known]]:
    """Pair the statements of a kind: each of the newer version, and those on record it has no more."""
    before = {one.id: one for one in known}
    after = dict(enumerate(parts))
    paired: dict[int, Pair] = {}
    for at, key in enumerate((_whole, *ROUNDS[kind])):
        waiting: dict[Hashable, list[str]] = defaultdict(list)
        for id_, one in before.items():
            if (value := key(one.said)) is not None:
                waiting[value].append(id_)
        for number in list(after):
            value = key(after[number].said)
            if value is not None and waiting.get(value):
                one = before.pop(waiting[value].pop(0))
                paired[number] = Pair(after.pop(number), one, same=at == 0)
    paired |= {number: Pair(part, None) for number, part in after.items()}
    return [paired[number] for number in sorted(paired)], list(before.values())


def changes(before: Said, after: Said) -> str:
    """What a correction changes: `minor: 100 → 200; on: 2024-01-01 → 2024-01-02`."""
    changed = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
    return "; ".join(f"{name}: {_shown(before, name)} → {_shown(after, name)}" for name in changed)


def _shown(said: Said, name: str) -> str:
    value = said.get(name)
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return "–" if value is None else text if len(text) <= 60 else text[:59] + "…"


def _whole(said: Said) -> Hashable:
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> Hashable:  # noqa: ANN401 - answers of any sort
    return tuple(value) if isinstance(value, list) else value
