"""Some hundred rows on their way into the journal: each as a whole, or not at all.

A row may bring new things before its own facts. If the journal refuses any of them, none of the row
is recorded, nor what only that row would have brought: the chunk is taken back and written without it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol
from uuid import UUID

from django.utils.translation import gettext_noop as _

from cairn.exchange.sheets.read import Row, Verdict
from cairn.exchange.sheets.record import NewThing
from cairn.exchange.sheets.values import OF_A_FIELD, Reason
from cairn.journal import spread
from cairn.journal.entry import Draft, Refused
from cairn.journal.entry import Verdict as Said
from cairn.journal.fact import Fact

Thing = tuple[str, str]
"""The kind of a thing and its id."""

_FIELDS: Final = {
    "source": "from",
    "target": "to",
    "paid_to": "payee",
    "keeper": "organisation",
    "holder": "organisation",
    "warranty_until": "until",
    "ends_on": "until",
    "by": "until",
    "happened_on": "date",
    "every_months": "months",
    "text": "recommendation",
}
"""What a sheet calls a field of a fact, where it is called otherwise there."""

Append = Callable[[Sequence[Draft]], Sequence[Said]]
"""Records drafts in order, and says what became of each."""


class Recorder(Protocol):
    """Whoever records the rows of a sheet, and in which programme."""

    @property
    def programme(self) -> str:
        """The programme."""

    def recorded(self, drafts: Sequence[Draft], /) -> Sequence[Said]:
        """Record drafts in order; what became of each."""


@dataclass(slots=True)
class Told:
    """A row, whether it is on record, the new things that it brings first, and its own facts."""

    row: Row
    there: bool = False
    new: list[tuple[NewThing, Draft]] = field(default_factory=list)
    own: list[Draft] = field(default_factory=list)


@dataclass(slots=True)
class Brought:
    """What earlier chunks of a dry run would have brought: it is there for as long as a chunk needs it."""

    drafts: dict[Thing, Draft] = field(default_factory=dict)

    def needed_by(self, drafts: Iterable[Draft]) -> list[Draft]:
        """The drafts that bring what these name, and what those name, in the order they came."""
        if not self.drafts:
            return []
        found: set[Thing] = set()
        open_ones = [thing for draft in drafts for thing in names(draft.fact)]
        while open_ones:
            thing = open_ones.pop()
            if thing in self.drafts and thing not in found:
                found.add(thing)
                open_ones.extend(names(self.drafts[thing].fact))
        return [draft for thing, draft in self.drafts.items() if thing in found]

    def take(self, drafts: Iterable[Draft]) -> None:
        """Remember what these bring."""
        for draft in drafts:
            for name, called in draft.fact.brings():
                self.drafts[called, getattr(draft.fact, name)] = draft


def write(chunk: list[Told], by: Recorder, *, brought: Brought | None = None) -> list[Thing]:
    """Record a chunk; with `brought`, see what would become of it and take it back.

    The rows of `chunk` become refused ones where they are. Returns the things that were not added
    after all, each before those that it names.
    """
    dropped: list[Thing] = []
    stands = False
    while not stands:
        drafts = [draft for told in chunk for draft in _drafts(told)]
        before = brought.needed_by(drafts) if brought is not None else []
        with spread.atomic(by.programme):
            said = by.recorded([*before, *drafts])[len(before) :]
            verdicts = {draft.id: verdict for draft, verdict in zip(drafts, said, strict=True)}
            out = _refuse(chunk, verdicts)
            left = _not_needed(chunk)
            out += [draft for _thing, draft in left]
            stands = all(isinstance(verdicts[draft.id], Refused) for draft in out)
            if not stands or brought is not None:
                spread.roll_back(by.programme)
        dropped += [(thing.called, thing.id) for thing, _draft in left]
    if brought is not None:
        brought.take(draft for told in chunk for draft in _drafts(told))
    return dropped


def _drafts(told: Told) -> list[Draft]:
    return [*(draft for _thing, draft in told.new), *told.own]


def _refuse(chunk: list[Told], verdicts: dict[UUID, Said]) -> list[Draft]:
    """Make rows of which something was refused refused ones, and return their own facts."""
    why: dict[Thing, tuple[Reason, ...]] = {}
    out: list[Draft] = []
    for told in chunk:
        for thing, draft in told.new:
            reasons = _against(verdicts[draft.id]) or _named(draft.fact, why)
            if reasons:
                why[thing.called, thing.id] = reasons
        # Of a row's facts the later ones follow from the first: what is said against it is enough.
        found = (_named(draft.fact, why) or _against(verdicts[draft.id]) for draft in told.own)
        reasons = next((one for one in found if one), ())
        if reasons:
            out += told.own
            told.row, told.own = refused(told.row, *reasons), []
    return out


def _not_needed(chunk: list[Told]) -> list[tuple[NewThing, Draft]]:
    """Take out what was to be brought and no row that stands needs, the last first."""
    if not any(told.new for told in chunk):
        return []
    needed = {thing for told in chunk for draft in told.own for thing in names(draft.fact)}
    left = []
    for told in reversed(chunk):
        for thing, draft in reversed(told.new):
            if (thing.called, thing.id) in needed:
                needed.update(names(draft.fact))
            else:
                left.append((thing, draft))
                told.new.remove((thing, draft))
    return left


def names(fact: Fact) -> list[Thing]:
    """What a fact names that must be on record."""
    found = []
    for field_, called in fact.references():
        value = getattr(fact, field_)
        found += [(called, one) for one in (value if isinstance(value, tuple) else (value,)) if one]
    return found


def _named(fact: Fact, why: dict[Thing, tuple[Reason, ...]]) -> tuple[Reason, ...]:
    return next((why[thing] for thing in names(fact) if thing in why), ()) if why else ()


def _against(said: Said) -> tuple[Reason, ...]:
    if not isinstance(said, Refused):
        return ()
    if said.objections[0].field == "id" and said.conflict:
        message = _(
            "imported before, and said something else then; if it was mended, reverse what is on "
            "record; if it is another row numbered alike, give this file a source in its map"
        )
        return (Reason("says-otherwise", message),)
    return tuple(
        Reason(
            f"refused-{one.field}",
            OF_A_FIELD,
            {"name": one.field, "said": one.message},
            of=_FIELDS.get(one.field, one.field),
        )
        for one in said.objections
    )


def refused(row: Row, *reasons: Reason) -> Row:
    """The row as a refused one."""
    return replace(row, verdict=Verdict.BAD, reasons=reasons, key="")
