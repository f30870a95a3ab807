"""Facts that come while another is being recorded: the next transaction takes all of them.

Whoever finds nobody at it records at once. Those who come meanwhile wait, and one of them records for
all who wait: one lock, one commit, one sync to disk. Each is judged alone and in its turn, by its own
seat, in the language of whoever sent it; what is refused leaves the others as they are. Nobody hears
anything before it is on disk.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import repeat
from threading import Condition

from django.db import OperationalError
from django.utils.translation import get_language, override

from cairn.journal import spread
from cairn.journal.away import GroupAwayError
from cairn.journal.entry import Draft, Receipt
from cairn.journal.facts import PartShredded
from cairn.journal.journal import ConflictError, Journal, RefusedError
from cairn.journal.readonly import ReadOnlyError
from cairn.people.record import GuardError, SeatEndedError, look_up, record, recorded_in
from cairn.people.seats import Seat

log = logging.getLogger("cairn")

Answer = Receipt | Exception

OF_ONE_FACT = (SeatEndedError, GuardError, RefusedError, ConflictError)
"""What is said against a fact, and leaves the others as they are."""

OF_ALL = (OperationalError, GroupAwayError, ReadOnlyError)
"""What each would meet alone as well, and perhaps wait for."""


@dataclass(eq=False)
class _Sent:
    """A fact that somebody waits for, and what became of it."""

    seat: Seat
    draft: Draft
    now: datetime
    language: str | None
    answer: Answer | None = None

    def said(
        self, how: Callable[[Seat, Draft], Receipt], but: tuple[type[Exception], ...]
    ) -> Answer:
        """What `how` makes of it, in the language of whoever sent it; raises all errors but these."""
        with override(self.language):
            try:
                return how(self.seat, self.draft)
            except but as error:
                return error


class Together:
    """The facts of one process that wait to be recorded, programme by programme."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._changed = Condition()
        self._waiting: dict[str, list[_Sent]] = defaultdict(list)
        self._at_it: set[str] = set()

    def record(self, seat: Seat, draft: Draft, *, now: datetime) -> Receipt:
        """What `people.record.record` does, and raises; with whatever else waits for the programme.

        Alone within a transaction of the caller's, for whose end the others would wait; and alone what erases
        something once it is on record, for whose end and errors they would too.
        """
        programme = seat.programme
        alone = isinstance(draft.fact, PartShredded)
        if alone or spread.connection_of(programme).in_atomic_block:
            return record(seat, draft, journal=self._journal, now=now)
        mine = _Sent(seat, draft, now, get_language())
        with self._changed:
            self._waiting[programme].append(mine)
            self._changed.wait_for(lambda: mine.answer or programme not in self._at_it)
            if not mine.answer:
                self._at_it.add(programme)
                some = self._waiting.pop(programme)
        if not mine.answer:
            try:
                self._record(programme, some)
            finally:
                cut_off = RuntimeError("Whoever recorded it was cut off; send it again.")
                self._tell([one for one in some if not one.answer], repeat(cut_off))
                with self._changed:
                    self._at_it.remove(programme)
                    self._changed.notify_all()
        if isinstance(mine.answer, Receipt):
            return mine.answer
        raise mine.answer or LookupError("it was told that it is over, and not how")

    def _record(self, programme: str, some: Sequence[_Sent]) -> None:
        if len(some) > 1:
            try:
                answers = self._at_once(programme, some)
            except OF_ALL as error:
                return self._tell(some, repeat(error))
            except Exception:  # whichever it comes from meets it again
                log.warning("%d facts are recorded one by one", len(some), exc_info=True)
            else:
                return self._tell(some, answers)
        for one in some:
            how = partial(record, journal=self._journal, now=one.now)
            self._tell([one], [one.said(how, (Exception,))])
        return None

    def _at_once(self, programme: str, some: Sequence[_Sent]) -> list[Answer]:
        with self._journal.batch(programme, now=max(one.now for one in some)) as batch:
            held = look_up(batch, [(one.seat, one.draft) for one in some])
            return [
                one.said(partial(recorded_in, batch, held=held, now=one.now), OF_ONE_FACT)
                for one in some
            ]

    def _tell(self, some: Sequence[_Sent], answers: Iterable[Answer]) -> None:
        with self._changed:
            for one, answer in zip(some, answers, strict=False):
                one.answer = answer
            self._changed.notify_all()
