"""Drives a served Cairn as people do: a process of its own, one thread a person.

    python -m bench.load.drive PLAN ANSWER

Writes down each request (when, what, how long), what went wrong, and the facts whose receipt was shown.
"""

import json
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from bench.clock import say
from bench.load.mix import (
    API,
    READS,
    RECORDING,
    RECORDS,
    Read,
    Record,
    filled,
    form_of,
    receipt,
)
from bench.load.person import Page, Person, WentWrongError

GROUP_OF_FORMS, GROUP_OF_FACTS, GROUP_OF_PHOTOS = "forms", "recording", "recording with a photo"
SIGNING = "signing in"
DESK_MONEY = "desk: money"


@dataclass
class Heard:
    """What one phase was like."""

    asked: list[tuple[str, str, float]] = field(default_factory=list)
    """Each request as (group, name, seconds)."""
    wrong: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    """Ids of facts whose receipt was shown."""
    seconds: int = 0
    """How many second facts came with those."""
    lasted: float = 0.0
    processor: float = 0.0
    """Seconds of processor that this client took."""


class Photos:
    """Photos to send, each once as long as there are enough."""

    def __init__(self, paths: list[Path]) -> None:
        self._paths, self._next, self._lock = paths, 0, threading.Lock()

    def next(self) -> bytes:
        with self._lock:
            path = self._paths[self._next % len(self._paths)]
            self._next += 1
        return path.read_bytes()

    @property
    def sent_again(self) -> int:
        return max(0, self._next - len(self._paths))


class Day:
    """Somebody's working day in a phase: reads and records, until it is over."""

    def __init__(
        self, person: Person, heard: Heard, photos: Photos, rng: Random, think: tuple[float, float]
    ) -> None:
        self.person, self.heard, self.photos = person, heard, photos
        self.rng, self.think, self.until = rng, think, 0.0
        self.reads = [read for read in READS if read.suits(person)]
        self.records = [record for record in RECORDS if person.role in record.roles]

    def work(self, until: float) -> None:
        self.until = until
        # Seventy people do not all begin at the same moment.
        time.sleep(min(self.rng.uniform(0, self.think[1]), max(0.0, until - time.perf_counter())))
        while time.perf_counter() < until:
            if self.records and self.rng.random() < RECORDING:
                self.record(self.rng.choices(self.records, [one.weight for one in self.records])[0])
            else:
                self.read(self.rng.choices(self.reads, [one.weight for one in self.reads])[0])
            self.rest()

    def rest(self) -> None:
        time.sleep(max(0.0, min(self.rng.uniform(*self.think), self.until - time.perf_counter())))

    def read(self, read: Read) -> None:
        address = read.address_for(self.person)
        page = self.person.get(address, token=read.group == API)
        self._note(read.group, read.name, page)

    def record(self, record: Record) -> None:
        address, found_in = form_of(self.person, record)
        if found_in:
            self.heard.asked.append(("lists", DESK_MONEY, found_in))
        if not address:
            return
        page = self.person.get(address)
        self._note(GROUP_OF_FORMS, record.name, page)
        answers = filled(self.person, record, page.form("recording"), self.rng)
        files = {record.photo: self.photos.next()} if record.photo else None
        self.rest()
        page = self.person.post(address.partition("?")[0], answers, files or {})
        # Two people of one post may be about to confirm the same money: the second is told so.
        if page.status == 422 and record.found_on:
            return
        self._note(GROUP_OF_PHOTOS if record.photo else GROUP_OF_FACTS, record.name, page)
        self.heard.facts.append(receipt(page.address))
        self.heard.seconds += record.facts - 1

    def _note(self, group: str, name: str, page: Page) -> None:
        if page.status != 200:
            raise WentWrongError(f"{name}: {page.status} {page.address}\n{_said(page.text)}")
        self.heard.asked.append((group, name, page.seconds))


def _said(text: str) -> str:
    """What a page objects, from its text."""
    start = text.find('role="alert"')
    return text[start : start + 600] if start >= 0 else text[:300]


def phase(days: list[Day], heard: Heard, seconds: float) -> None:
    """Let everybody work for so long."""

    def day(one: Day, until: float) -> None:
        try:
            one.work(until)
        except Exception:  # noqa: BLE001 - whatever it is, it is counted and shown
            heard.wrong.append(f"{one.person.name}: {traceback.format_exc()}")

    begin, processor = time.perf_counter(), time.process_time()
    _together([lambda one=one: day(one, begin + seconds) for one in days])
    heard.lasted, heard.processor = time.perf_counter() - begin, time.process_time() - processor


def _together(work: list[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def sign_in(people: list[Person], rng: Random, *, within: float) -> Heard:
    """Everybody signs in, some seconds apart as on a morning."""
    heard = Heard()

    def arrive(person: Person, after: float) -> None:
        time.sleep(after)
        try:
            begin = time.perf_counter()
            person.sign_in()
            heard.asked.append((SIGNING, "password, code and desk", time.perf_counter() - begin))
        except Exception:  # noqa: BLE001 - likewise
            heard.wrong.append(f"{person.name}: {traceback.format_exc()}")

    begin, processor = time.perf_counter(), time.process_time()
    arrivals = [(person, rng.uniform(0, within)) for person in people]
    _together([lambda p=person, a=after: arrive(p, a) for person, after in arrivals])
    heard.lasted, heard.processor = time.perf_counter() - begin, time.process_time() - processor
    return heard


def main(plan: dict[str, Any], between: Callable[[str], None]) -> dict[str, Any]:
    """Sign everybody in, then each phase of the plan."""
    rng = Random(plan["seed"])  # noqa: S311 - no secret
    people = [Person(plan["host"], about) for about in plan["people"]]
    photos = Photos([Path(path) for path in plan["photos"]])
    between("signing in")
    answer = {"signing in": asdict(sign_in(people, rng, within=plan["sign_in_within"]))}
    for name, seconds, think in plan["phases"]:
        between(name)
        heard = Heard()
        days = [Day(one, heard, photos, Random(rng.random()), tuple(think)) for one in people]  # noqa: S311 - no secret
        phase(days, heard, seconds)
        answer[name] = asdict(heard)
    between("")
    return {"phases": answer, "photos_sent_again": photos.sent_again}


if __name__ == "__main__":
    plan = json.loads(Path(sys.argv[1]).read_text())

    def tell(name: str) -> None:
        """Whoever started this process measures the server from one line to the next."""
        print(json.dumps({"phase": name, "at": time.time()}), flush=True)
        sys.stdin.readline()
        say(name or "done")

    Path(sys.argv[2]).write_text(json.dumps(main(plan, tell)))
