"""When each entry of a journal was recorded, and of what kind it is: as columns, by position.

An entry never changes, so whatever an earlier snapshot holds is taken over and only later entries
are read.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cairn.following.columns import Codes, Ints
from cairn.journal.models import Entry
from cairn.journal.past import programme_of

IN_ONE_FETCH = 20_000


@dataclass(frozen=True, slots=True)
class Recordings:
    """One row per entry: that of position p is row p - 1.

    `at` are seconds since 1970. `on` and `happened` are days, counted from 0001-01-01 as date does,
    where the programme is. `kind` is a code of the snapshot's `kinds`.
    """

    at: Ints
    on: Codes
    happened: Codes
    kind: NDArray[np.uint16]

    def days_late(self) -> Codes:
        """How many days after it happened each was recorded."""
        return np.asarray(self.on - self.happened)


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier snapshot holds already: recordings, and what their kinds' codes stand for."""

    recordings: Recordings
    kinds: list[str]


def nothing_known() -> Known:
    """No entry."""
    kinds = np.empty(0, dtype=np.uint16)
    days = np.empty(0, dtype=np.int32)
    return Known(Recordings(np.empty(0, dtype=np.int64), days, days, kinds), [])


def read_recordings(programme: str, until: int, zone: ZoneInfo, known: Known) -> Known:
    """The recordings up to a position, those that are known taken over."""
    kept = Recordings(
        **{f.name: getattr(known.recordings, f.name)[:until] for f in fields(Recordings)}
    )
    codes = {kind: code for code, kind in enumerate(known.kinds)}
    chunks = [kept]
    for rows in _fetch(programme_of(programme), len(kept.at), until):
        kinds, happened, bodies = zip(*rows, strict=True)
        at = [_recorded_at(bytes(body)) for body in bodies]
        chunks.append(
            Recordings(
                at=np.array(at, dtype=np.int64),
                on=np.array([_day(second // 900, zone) for second in at], dtype=np.int32),
                happened=np.array([day.toordinal() for day in happened], dtype=np.int32),
                kind=np.array([codes.setdefault(k, len(codes)) for k in kinds], dtype=np.uint16),
            )
        )
    whole = {f.name: np.concatenate([getattr(c, f.name) for c in chunks]) for f in fields(kept)}
    return Known(Recordings(**whole), list(codes))


def _fetch(programme: str, after: int, until: int) -> Iterator[list[tuple[Any, ...]]]:
    rows = Entry.objects.filter(programme=programme, position__lte=until).order_by("position")
    while after < until:
        chunk: list[tuple[Any, ...]] = list(
            rows.filter(position__gt=after).values_list("kind", "happened_on", "body")[
                :IN_ONE_FETCH
            ]
        )
        if not chunk:
            return
        yield chunk
        after += len(chunk)


def _recorded_at(body: bytes) -> int:
    return int(datetime.fromisoformat(json.loads(body)["recorded_at"]).timestamp())


@lru_cache(maxsize=65536)
def _day(quarter: int, zone: ZoneInfo) -> int:
    """The day that a quarter of an hour is in: no zone's days begin at any other time."""
    return datetime.fromtimestamp(quarter * 900, UTC).astimezone(zone).toordinal()
