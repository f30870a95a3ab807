"""The waiting room: what was said today, in no order, until its day is over. See upkeep.py."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol
from uuid import UUID

from django.db import connection, connections
from django.db.models import F

from cairn.journal import spread
from cairn.journal.fact import Fact
from cairn.journal.readonly import refuse_if_read_only
from cairn.values import CairnError
from cairn.voice.models import Slip, Turned, Waiting

MOST_ALIKE: Final = 50
MOST_OF_A_PROGRAMME: Final = 1_000
"""So many wait at most of one day: about the same village, and altogether."""

MOST_SPOKEN_ALIKE: Final = 10
"""So many of them recordings, about the same village."""

MOST_SPOKEN_BYTES: Final = 32 * 2**20
"""Of all recordings that wait, of every programme: each that comes writes the others once more."""


class FullError(CairnError):
    """So much was said today that no more is taken."""


class FullOfSoundError(FullError):
    """So many recordings wait that no more is taken; what is written is."""


class Chance(Protocol):
    """Where randomness comes from: random.SystemRandom, or in a test one that can be foreseen."""

    def shuffle(self, x: list[Waiting], /) -> None:
        """Put a list into an order that tells nothing."""

    def getrandbits(self, k: int, /) -> int:
        """A number of so many bits."""


def random_id(chance: Chance) -> UUID:
    """An id that tells nothing: UUIDv4 (RFC 9562 §5.4)."""
    return UUID(int=chance.getrandbits(128), version=4)


@dataclass(frozen=True, slots=True)
class Found:
    """What a code opens: a voice that is on record, or one that still waits."""

    key: UUID
    waits: bool


def keep(
    fact: Fact,
    *,
    programme: str,
    about: str,
    on: date,
    slip: str,
    chance: Chance,
    sound: bytes = b"",
    once: bool = False,
) -> UUID:
    """Let something wait, about a village or a voice. Everything that waits is written again in another order.

    `slip` is the slow hash of its code, if it has one; `sound` the recording that the fact names, made
    plain. With `once` nothing more waits where something about the same does already that day; the same
    is done all the same, so that nobody is told by how long it takes. Raises FullError,
    FullOfSoundError, ReadOnlyError.
    """
    refuse_if_read_only(programme)
    said = json.dumps({"kind": fact.kind, "fact": fact.body()}, ensure_ascii=False).encode()
    new = Waiting(
        key=random_id(chance),
        programme=programme,
        about=about,
        said_on=on,
        said=said,
        slip=slip,
        sound=sound,
    )
    with spread.atomic(programme):
        today = Waiting.objects.filter(programme=programme, said_on=on)
        alike = today.filter(about=about).count()
        if alike >= MOST_ALIKE or today.count() >= MOST_OF_A_PROGRAMME:
            raise FullError("Very much was said today already; no more is taken before tomorrow.")
        held = list(Waiting.objects.beside(programme).select_for_update())
        if sound:
            _refuse_if_full_of_sound(held, new)
        overwrite_what_is_deleted(spread.group_of(programme))
        Waiting.objects.beside(programme).filter(pk__in=[one.pk for one in held]).delete()
        if not (once and alike):
            held.append(new)
        chance.shuffle(held)
        Waiting.objects.beside(programme).bulk_create(held)
    return new.key


def _refuse_if_full_of_sound(held: Sequence[Waiting], new: Waiting) -> None:
    spoken = [one for one in held if one.sound]
    alike = [
        one
        for one in spoken
        if (one.programme, one.about, one.said_on) == (new.programme, new.about, new.said_on)
    ]
    size = sum(len(one.sound) for one in [*spoken, new])
    if len(alike) >= MOST_SPOKEN_ALIKE or size > MOST_SPOKEN_BYTES:
        raise FullOfSoundError("Many recordings came today already; write it, or send it tomorrow.")


def find(programme: str, digest: str) -> Found | None:
    """What a code of a programme opens, by its slow hash."""
    waiting = (
        Waiting.objects.beside(programme).filter(slip=digest).values_list("key", flat=True).first()
    )
    if waiting is not None:
        return Found(waiting, waits=True)
    on_record = (
        Slip.objects.beside(programme).filter(digest=digest).values_list("key", flat=True).first()
    )
    return Found(on_record, waits=False) if on_record is not None else None


def says_already(programme: str, kind: str, voice: str) -> bool:
    """Whether this was said of a voice today, and waits."""
    rows = Waiting.objects.filter(programme=programme, about=voice)
    return any(json.loads(bytes(row.said))["kind"] == kind for row in rows)


def turned(programme: str, category: str) -> None:
    """Count that somebody was shown the door of a category."""
    key = f"{programme}/{category}"
    with spread.atomic(programme):
        Turned.objects.beside(programme).get_or_create(category=key)
        Turned.objects.beside(programme).filter(category=key).update(times=F("times") + 1)


def times_turned(programme: str, categories: Sequence[str]) -> dict[str, int]:
    """How often somebody was shown the door of each."""
    keys = {f"{programme}/{one}": one for one in categories}
    rows = (
        Turned.objects.beside(programme).filter(category__in=keys).values_list("category", "times")
    )
    return {keys[key]: times for key, times in rows}


def overwrite_what_is_deleted(group: str) -> None:
    """Let SQLite overwrite what is deleted in the transaction that is under way there."""
    if connection.vendor == "sqlite":
        with connections[group].cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
