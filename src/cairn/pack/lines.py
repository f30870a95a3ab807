"""What the incoming team accepts one by one, and how much of it is ready.

A line is something that can be accepted or refused: a thing, an amount, a promise. What is owed about a
thing that has a line of its own stands under it, and makes it late when its day has passed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from pydantic_core import to_jsonable_python

from cairn.following.answers import Name
from cairn.following.handovers import between
from cairn.journal.codec import canonical
from cairn.pack.gaps import KINDS, unsaid_of_asset, unsaid_of_project
from cairn.pack.values import (
    UNKNOWN,
    AssetLine,
    Balance,
    EnterpriseLine,
    NoticeLine,
    OnItsWay,
    Owing,
    PackLine,
    ProjectLine,
    Readiness,
    ReadyPart,
    RecommendationLine,
)

ORDER: Final = (
    "asset", "project", "balance", "transit", "enterprise", "recommendation", "notice", "commitment",
)  # fmt: skip
"""The kinds of line, in the order in which they are walked."""

NO_LINE: Final = frozenset({"take-over"})
"""What is open and no line: that nobody took over from an earlier team."""

OF_THE_DAY: Final = frozenset({"blockers", "missing_years", "overdue", "owed_by"})
"""What changes because a day passes, and no line says: its digest would change by itself."""

DIGEST_SIGNS: Final = 16
LONGEST_KEY: Final = 180


@dataclass(frozen=True, slots=True)
class Sections:
    """The sections of a pack that have lines. `ends` are those of each movement in transit."""

    owed: tuple[Owing, ...]
    projects: tuple[ProjectLine, ...]
    balances: tuple[Balance, ...]
    transit: tuple[OnItsWay, ...]
    assets: tuple[AssetLine, ...]
    enterprises: tuple[EnterpriseLine, ...]
    recommendations: tuple[RecommendationLine, ...]
    notices: tuple[NoticeLine, ...]
    ends: Mapping[str, tuple[str, str, str]]


def lines(sections: Sections, notes: Mapping[str, Name]) -> tuple[PackLine, ...]:
    """Every line, in the order in which they are walked."""
    found = list(_things(sections))
    keys = {one.key for one in found}
    late: dict[str, set[str]] = defaultdict(set)
    for one in sections.owed:
        key = _under(one, sections)
        if one.sort in NO_LINE:
            continue
        if key not in keys:
            key = _own_key(one)
            found.append(_draft(key, "commitment", one.of.id, one.of.name, one))
        if one.overdue:
            late[key].add(one.sort)
    drawn = [_line(one, notes.get(one.key, {}), late[one.key]) for one in found]
    return tuple(sorted(drawn, key=lambda one: (ORDER.index(one.what), one.key)))


def readiness(found: Iterable[PackLine]) -> Readiness:
    """How many lines are ready, of all and of each kind."""
    by_kind: dict[str, list[PackLine]] = defaultdict(list)
    for one in found:
        by_kind[one.what].append(one)
    parts = tuple(
        ReadyPart(what, sum(one.ready for one in by_kind[what]), len(by_kind[what]))
        for what in ORDER
        if by_kind[what]
    )
    return Readiness(sum(one.ready for one in parts), sum(one.of for one in parts), parts)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A line before what is owed about it is known."""

    key: str
    what: str
    id: str
    name: Name
    says: dict[str, Any]
    missing: tuple[str, ...]
    minor: int | None
    currency: str


def _draft(
    key: str,
    what: str,
    id_: str,
    name: Name,
    row: Any,  # noqa: ANN401 - a row of any section
    *,
    missing: Iterable[str] = (),
    minor: int | None = None,
    currency: str = "",
) -> _Draft:
    told = to_jsonable_python(row)
    says = {field: value for field, value in told.items() if field not in OF_THE_DAY}
    can_be_said = tuple(sort for sort in missing if KINDS[sort])
    return _Draft(key, what, id_, name, says, can_be_said, minor, currency)


def _things(sections: Sections) -> Iterator[_Draft]:
    for asset in sections.assets:
        of = asset.asset
        yield _draft(
            f"asset/{of.id}", "asset", of.id, of.name, asset, missing=unsaid_of_asset(asset)
        )
    for project in sections.projects:
        of = project.project
        missing = unsaid_of_project(project)
        yield _draft(f"project/{of.id}", "project", of.id, of.name, project, missing=missing)
    for one in sections.balances:
        yield _draft(
            f"balance/{one.account.id}/{one.currency}",
            "balance",
            one.account.id,
            one.account.name,
            one,
            missing=("statement",) if one.stated == UNKNOWN else (),
            minor=one.amount,
            currency=one.currency,
        )
    for way in sections.transit:
        yield _draft(
            f"transit/{way.source.id}/{way.target.id}/{way.currency}",
            "transit",
            way.target.id,
            between(way.source.name, way.target.name),
            way,
            minor=way.amount,
            currency=way.currency,
        )
    for enterprise in sections.enterprises:
        of = enterprise.enterprise
        unsaid = ("accounts",) if enterprise.last_year == UNKNOWN else ()
        yield _draft(
            f"enterprise/{of.id}", "enterprise", of.id, of.name, enterprise, missing=unsaid
        )
    for asked in sections.recommendations:
        if not asked.ended:
            of = asked.recommendation
            yield _draft(f"recommendation/{of.id}", "recommendation", of.id, of.name, asked)
    for notice in sections.notices:
        if notice.own:
            of = notice.notice
            yield _draft(f"notice/{of.id}", "notice", of.id, of.name, notice)


def _own_key(one: Owing) -> str:
    """The key of a promise that is a line by itself, as long as facts may name it."""
    key = f"commitment/{one.sort}/{one.key}"
    if len(key) <= LONGEST_KEY:
        return key
    return f"commitment/{one.sort}/{sha256(one.key.encode()).hexdigest()[:DIGEST_SIGNS]}"


def _under(one: Owing, sections: Sections) -> str:
    """The line of the thing that a commitment is about, where it is no promise of its own."""
    if one.sort in {"confirm", "rest"} and one.key in sections.ends:
        return "/".join(("transit", *sections.ends[one.key]))
    return f"{one.what}/{one.of.id}"


def _line(draft: _Draft, note: Name, late: Iterable[str]) -> PackLine:
    says = draft.says | ({"note": note} if note else {})
    return PackLine(
        key=draft.key,
        what=draft.what,
        id=draft.id,
        name=draft.name,
        says=says,
        digest=sha256(canonical(says)).hexdigest()[:DIGEST_SIGNS],
        minor=draft.minor,
        currency=draft.currency,
        note=note,
        missing=draft.missing,
        late=tuple(sorted(late)),
    )
