"""`cairn shred`: erase a sealed answer, and tell it. What erases is the fact; see journal/facts.py."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from cairn.journal import files, sealing
from cairn.journal.entry import Draft, Receipt
from cairn.journal.facts import PartShredded
from cairn.journal.journal import Journal
from cairn.journal.models import Entry
from cairn.journal.sealing import WHOLE
from cairn.programme.projections import THE_PROGRAMME, Programme
from cairn.values import CairnError


class NothingToShredError(CairnError):
    """An entry that is not there, or an answer that is not sealed in it. Nothing was erased."""


@dataclass(frozen=True, slots=True)
class Found:
    """A sealed answer that can be erased, and the kept file that goes with it, if one does."""

    entry: Entry
    field: str
    file: str


def find(programme: str, entry: str, field: str) -> Found:
    """A sealed answer by its entry's id or position, and its field. Raises NothingToShredError."""
    there = Entry.objects.filter(programme=programme, **_named(entry)).first()
    if there is None:
        raise NothingToShredError(f"‘{programme}’ has no entry {entry}. Nothing was erased.")
    parts = sealing.parts_at(programme, [there.position])[there.position]
    answers = sorted(parts.keys() - {WHOLE})
    if field not in answers:
        raise NothingToShredError(
            f"The entry at position {there.position} has no sealed answer ‘{field}’ left; "
            f"{'it has ' + ', '.join(answers) if answers else 'it has none'}. Nothing was erased."
        )
    file = parts[field].file
    return Found(there, field, file if _is_last(programme, file) else "")


def shred(
    journal: Journal, programme: str, found: Found, *, reason: str, post: str, now: datetime
) -> Receipt:
    """Erase it for good. Raises RefusedError, ReadOnlyError."""
    zone = Programme.objects.get(programme=programme, id=THE_PROGRAMME).timezone
    fact = PartShredded(entry=str(found.entry.id), field=found.field, reason=reason)
    draft = Draft(uuid4(), now.astimezone(ZoneInfo(zone)).date(), post, fact)
    return journal.append(programme, draft, now=now)


def _named(entry: str) -> dict[str, object]:
    if entry.isdecimal():
        return {"position": int(entry)}
    try:
        return {"id": UUID(entry)}
    except ValueError as error:
        raise NothingToShredError(
            f"‘{entry}’ is neither a position nor the id of an entry. Nothing was erased."
        ) from error


def _is_last(programme: str, file: str) -> bool:
    return files.is_kept(programme, file) and sealing.naming(programme, file) == 1
