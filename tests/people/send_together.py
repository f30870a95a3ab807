"""Facts that come while another is being recorded: see test_together.py, which runs this in a process of its own.

Prints, as JSON, how many facts each transaction took and what became of each fact.
"""

# ruff: noqa: E402, PLC0415, T201 - it prints its answer, and what it imports needs Django set up

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import django
from django.db import OperationalError

django.setup()

from cairn.catalog import journal
from cairn.values import Theme
from cairn.works.facts import NeedRaised, ProjectApproved, ProjectProposed
from cast import DAY, cny, named, new_id
from people.desks import Desks

journal.build()
FIRST_IS_AT_IT, OTHERS_MAY_GO = threading.Event(), threading.Event()


class Slowed:
    """The journal, whose first transaction waits until somebody lets it go on."""

    def __init__(self, journal):
        self.journal, self.took = journal, []
        self.before_commit = lambda: None

    @contextmanager
    def batch(self, programme, *, now):
        self.took.append(0)
        mine = len(self.took) - 1
        if not mine:
            FIRST_IS_AT_IT.set()
            assert OTHERS_MAY_GO.wait(60)
        with self.journal.batch(programme, now=now) as batch:
            yield batch
            self.took[mine] = len(batch.entries)
            if mine:
                self.before_commit()


class Line:
    """Facts of a programme, each sent by a thread of its own."""

    def __init__(self, desks, slowed):
        from cairn.people.together import Together

        self.desks, self.slowed = desks, slowed
        self.line, self.answers = Together(slowed), {}

    def round_of(self, *facts):
        """One that holds the line, and these that come meanwhile, in this order: what became of all."""
        FIRST_IS_AT_IT.clear()
        OTHERS_MAY_GO.clear()
        self.slowed.took.clear()
        self.answers.clear()
        threads = [
            self._sent("first", self.desks.seat("leader"), need(f"first-{time.monotonic_ns()}"))
        ]
        assert FIRST_IS_AT_IT.wait(60)
        for count, fact in enumerate(facts, 1):
            threads.append(self._sent(*fact))
            while sum(map(len, self.line._waiting.values())) < count:
                time.sleep(0.01)
        OTHERS_MAY_GO.set()
        for thread in threads:
            thread.join()
        return {"took": list(self.slowed.took), "answers": dict(self.answers)}

    def _sent(self, *said):
        thread = threading.Thread(target=self._send, args=said)
        thread.start()
        return thread

    def _send(self, name, seat, fact, language="en", id=None):
        from django.db import connections
        from django.utils import translation

        draft = seat.draft(fact, id=id or new_id(), happened_on=DAY)
        with translation.override(language):
            try:
                receipt = self.line.record(seat, draft, now=self.desks.now)
                self.answers[name] = [receipt.position, _recorder(receipt)]
            except Exception as error:  # noqa: BLE001 - its words are the answer
                self.answers[name] = f"{type(error).__name__}: {error}"
        connections.close_all()


def _recorder(receipt):
    from cairn.people.models import Recording

    user = Recording.objects.get(programme=receipt.programme, fact=receipt.id).user
    return user.sign_in_name.partition("@")[0]


def need(called):
    return NeedRaised(need=called, name=named(called), place="qarasu", theme=Theme.WATER)


def proposed(called):
    return ProjectProposed(
        project=called, name=named(called), place="qarasu", theme=Theme.ROAD, budget=cny("9.00")
    )


def breaking(broken, error):
    """Have one fact meet what no rule of ours should do."""
    from cairn.people import record, together

    honest = record.recorded_in

    def breaks(batch, seat, draft, **more):
        if draft.fact is broken:
            raise error
        return honest(batch, seat, draft, **more)

    record.recorded_in = together.recorded_in = breaks


def main():
    desks = Desks.opened()
    line = Line(desks, Slowed(journal))
    committee, amina = desks.seat("committee"), desks.seat("county", "amina")
    approved, broken, ends = ProjectApproved(project="b"), need("broken"), need("ends")
    twice = new_id()
    good = line.round_of(
        ("one", committee, need("one")),
        ("not its right", desks.seat("keeper"), proposed("a"), "zh-hans"),
        ("proposes", amina, proposed("b")),
        ("another at its post", desks.seat("county", "bek"), approved),
        ("the same at another post", desks.seat("county-2", "amina"), approved),
        ("another", desks.seat("county-2", "chen"), approved),
        ("taken", committee, need("one")),
        ("an id", committee, need("twice"), "en", twice),
        ("the id by a colleague", desks.seat("committee", "dil"), need("twice"), "en", twice),
        ("the id by who may not", replace(committee, user=amina.user), need("twice"), "en", twice),
    )
    breaking(broken, RuntimeError("a rule of ours is broken"))
    bad = line.round_of(
        ("two", committee, need("two")),
        ("broken", committee, broken),
        ("three", amina, need("three")),
    )
    early = []

    def look():
        with line.line._changed:
            line.line._changed.notify_all()
        # The first may be told before its round is over, and nobody else.
        until = time.monotonic() + 60
        while "first" not in line.answers and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.3)
        early.extend(line.answers)

    line.slowed.before_commit = look
    told = line.round_of(("four", committee, need("four")), ("five", amina, need("five")))
    line.slowed.before_commit = gone
    away = line.round_of(("six", committee, need("six")), ("seven", amina, need("seven")))
    line.slowed.before_commit = lambda: None
    breaking(ends, SystemExit())
    ended = line.round_of(("eight", committee, ends), ("nine", amina, need("nine")))
    after = line.round_of()
    print(json.dumps([good, bad, told | {"early": early}, away, ended, after]))


def gone():
    raise OperationalError("the database is gone")


if __name__ == "__main__":
    main()
