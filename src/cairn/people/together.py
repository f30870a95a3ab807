"""Facts that come while another is being recorded: the next transaction takes all of them.

Whoever finds nobody at it records at once. Those who come meanwhile wait, and one of them records for
all who wait: one lock, one commit, one sync to disk. Each is judged alone and in its turn, by its own
seat, in the language of whoever sent it; what is refused leaves the others as they are.
"""

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from threading import Condition
from typing import cast

from django.utils.translation import get_language, override

from cairn.journal import spread
from cairn.journal.away import GroupAwayError
from cairn.journal.batch import Batch
from cairn.journal.entry import Draft, Receipt
from cairn.journal.journal import Journal
from cairn.people.record import record, recorded_in
from cairn.people.seats import Seat
from cairn.values import CairnError

log = logging.getLogger("cairn")


@dataclass(eq=False)
class _Sent:
    """A fact that somebody waits for, and what became of it."""

    seat: Seat
    draft: Draft
    now: datetime
    language: str | None
    answer: Receipt | Exception | None = None

    def judge(self, batch: Batch) -> None:
        with override(self.language):
            try:
                self.answer = recorded_in(batch, self.seat, self.draft, now=self.now)
            except GroupAwayError:
                raise
            except CairnError as refused:
                self.answer = refused

    def record_alone(self, journal: Journal) -> None:
        with override(self.language):
            try:
                self.answer = record(self.seat, self.draft, journal=journal, now=self.now)
            except Exception as error:  # noqa: BLE001 - whoever sent it raises it
                self.answer = error


class Together:
    """The facts of one process that wait to be recorded, programme by programme."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._changed = Condition()
        self._waiting: dict[str, list[_Sent]] = defaultdict(list)
        self._at_it: set[str] = set()

    def record(self, seat: Seat, draft: Draft, *, now: datetime) -> Receipt:
        """What `people.record.record` does, and raises; with whatever else waits for the programme.

        Within a transaction of the caller's it is recorded alone: the others would wait for its end.
        """
        programme = seat.programme
        if spread.connection_of(programme).in_atomic_block:
            return record(seat, draft, journal=self._journal, now=now)
        mine = _Sent(seat, draft, now, get_language())
        with self._changed:
            self._waiting[programme].append(mine)
            self._changed.wait_for(lambda: mine.answer or programme not in self._at_it)
            if mine.answer is None:
                self._at_it.add(programme)
                some = self._waiting.pop(programme)
        if mine.answer is None:
            try:
                self._record(programme, some)
            finally:
                with self._changed:
                    self._at_it.remove(programme)
                    self._changed.notify_all()
        if isinstance(mine.answer, Exception):
            raise mine.answer
        return cast("Receipt", mine.answer)

    def _record(self, programme: str, some: list[_Sent]) -> None:
        if len(some) > 1:
            try:
                with self._journal.batch(programme, now=max(one.now for one in some)) as batch:
                    for one in some:
                        one.judge(batch)
            except Exception:  # whichever it comes from meets it again
                log.warning("%d facts are recorded one by one", len(some), exc_info=True)
            else:
                return
        for one in some:
            one.record_alone(self._journal)
