"""What a post may do, by its role: the one table, rights.csv. Pure; no Django, no database.

A line is a kind of fact, a page by the name of its route, `appoint/ROLE`, or `worklist/overdue`:
which posts get what those beneath them have not done in time. What has no line is
refused, and so is a role whose cell is empty. A cell says how far from its own seat a post reaches:

    own        what its organisation holds or gave, else what stands at its very place; and itself
    subtree    that, and whatever stands at its place or within it
    programme  everything
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

YES = "yes"
FIRST = ("what", "judged_on", "guard", "everybody", "user")
"""The columns before those of the roles. `everybody` need not sign in; a `user` need hold no post."""


class Scope(StrEnum):
    """How far a role reaches in one thing."""

    OWN = "own"
    SUBTREE = "subtree"
    PROGRAMME = "programme"


class Guard(StrEnum):
    """What a user must have shown, beside holding the post."""

    NONE = ""
    FACTOR = "factor"
    """A second factor."""
    FRESH = "fresh"
    """And a sign-in of a moment ago: money, keys, who acts."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a post or a thing stands: the path of its place, and its organisation; either may be none.

    `Where("/kunlun/hongliu/qarasu/", "qarasu-committee")`. Of a post it says, too, which one it is.
    """

    path: str = ""
    organisation: str = ""
    post: str = ""

    def __or__(self, other: "Where") -> "Where":
        """One thing of which each says a part; where both do, the first."""
        return Where(
            self.path or other.path,
            self.organisation or other.organisation,
            self.post or other.post,
        )


@dataclass(frozen=True, slots=True)
class Right:
    """A line of the table. `judged_on` are the fields that a fact is judged on: see people/scope.py."""

    what: str
    judged_on: tuple[str, ...]
    guard: Guard
    everybody: bool
    user: bool
    roles: Mapping[str, Scope]


@dataclass(frozen=True)
class Rights:
    """The table, by what."""

    roles: tuple[str, ...]
    lines: Mapping[str, Right]

    def may(self, role: str, what: str, *, of: Where, at: Iterable[Where] = ()) -> bool:
        """Whether a post of this role, standing there, may do this to all these things.

        With nothing to be judged on only a scope of the whole programme will do.
        """
        scope = self.scope(role, what)
        if scope is None:
            return False
        things = list(at) or [Where()]
        return all(_reaches(scope, of, thing) for thing in things)

    def scope(self, role: str, what: str) -> Scope | None:
        """How far the role reaches in this; None where it may not do it at all."""
        line = self.lines.get(what)
        return line.roles.get(role) if line else None

    def guard(self, what: str) -> Guard:
        """What a user must have shown. Raises LookupError where the table has no such line."""
        return self.lines[what].guard

    def needs_factor(self, role: str) -> bool:
        """Whether a post of this role moves money or signs: then it never acts without a second factor."""
        facts = (line for what, line in self.lines.items() if "." in what)
        return any(line.guard and role in line.roles for line in facts)


def _reaches(scope: Scope, post: Where, thing: Where) -> bool:
    if scope is Scope.PROGRAMME:
        return True
    if post.post and post.post == thing.post:
        own = True
    elif post.organisation and thing.organisation:
        own = post.organisation == thing.organisation
    else:
        own = bool(post.path) and post.path == thing.path
    within = bool(post.path) and thing.path.startswith(post.path)
    return own or (scope is Scope.SUBTREE and within)


class RightsTableError(ValueError):
    """A table that cannot be read. It says which line."""


@cache
def rights() -> Rights:
    """The table of this version."""
    text = files("cairn.people").joinpath("rights.csv").read_text(encoding="utf-8")
    return read(text)


def read(text: str) -> Rights:
    """Read a table. Raises RightsTableError."""
    rows = csv.DictReader(text.splitlines())
    columns = tuple(rows.fieldnames or ())
    roles = columns[len(FIRST) :]
    if columns[: len(FIRST)] != FIRST or not roles:
        raise RightsTableError(f"its columns are {', '.join(FIRST)} and then the roles")
    lines: dict[str, Right] = {}
    for row in rows:
        line = _line(row, roles)
        if line.what in lines:
            raise RightsTableError(f"{line.what} stands there twice")
        lines[line.what] = line
    return Rights(roles, lines)


def _line(row: Mapping[str, str], roles: Iterable[str]) -> Right:
    what = row["what"]
    if any(row[column] not in {"", YES} for column in ("everybody", "user")):
        raise RightsTableError(f"{what}: everybody and user are empty or {YES}")
    try:
        return Right(
            what=what,
            judged_on=tuple(row["judged_on"].split()),
            guard=Guard(row["guard"]),
            everybody=row["everybody"] == YES,
            user=row["user"] == YES,
            roles={role: Scope(row[role]) for role in roles if row[role]},
        )
    except ValueError as error:
        raise RightsTableError(f"{what}: {error}") from error
