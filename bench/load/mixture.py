"""What Locust has people and phones do with a served Cairn. `bench.load` runs it, and never a hand:

    CAIRN_LOAD_PLAN=plan.json locust -f bench/load/mixture.py --headless …

The plan says how many of each there are, who they are and what they read. Its `answer` is written when
all is over: each request (group, name, milliseconds), what went wrong, and every fact with its receipt.
"""

import json
import os
import time
import traceback
from collections import Counter
from dataclasses import asdict, dataclass, field
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from bench.load.mix import API, READS, RECORDING, RECORDS, Read, Record, filled, form_of, receipt
from bench.load.outbox import Outbox
from bench.load.person import Page, Person, WentWrongError
from gevent import sleep, spawn
from locust import FastHttpUser, User, constant_pacing, events, task
from locust.exception import StopUser

PLAN: dict[str, Any] = json.loads(Path(os.environ["CAIRN_LOAD_PLAN"]).read_text())
PUBLIC, SYNC, RECORDED, EXPORTS = "public pages", "sync", "recording one", "exports"
FORMS, FACTS, FACTS_WITH_PHOTOS = "forms", "recording", "recording with a photo"
SIGNING = "signing in"
REMEMBERED = 20
"""Pages that one reader has in the browser before another comes."""

PATIENCE_SECONDS = 120
ACCEPTS = {"Accept-Encoding": "gzip"}
AGAIN = "/factors/again/"
"""Where a post that signs for money shows its second factor once more."""

PHOTOS_A_DAY = 250
"""Of a phone in hours of load: a post may send 300 files in a day, people at its desk among them."""


@dataclass
class Heard:
    """What a run was like."""

    asked: list[tuple[str, str, float]] = field(default_factory=list)
    wrong: list[tuple[float, str]] = field(default_factory=list)
    """What went wrong, and when."""
    facts: list[str] = field(default_factory=list)
    """Ids of facts whose receipt was shown."""
    tried: list[str] = field(default_factory=list)
    """Ids of facts that were sent, whatever became of them."""
    seconds: int = 0
    """How many second facts came with those of people."""
    photos: int = 0
    phones: int = 0
    """Phones that have sent all."""
    again: int = 0
    """How often somebody showed their code again, because they had done so too long ago."""
    processor: float = 0.0


HEARD = Heard()
NUMBERS: Counter[str] = Counter()


def _random(who: str) -> Random:
    """Chance of somebody: the same for the nth of a kind whenever the plan's seed is."""
    NUMBERS[who] += 1
    return Random(f"{PLAN['seed']}/{who}/{NUMBERS[who]}")  # noqa: S311 - no secret


def _fixed(kind: str) -> int:
    return int(PLAN["users"].get(kind, 0))


def _out_of_step(user: FastHttpUser, rng: Random) -> None:
    """Those who keep a pace begin at any moment of it: they are there at once, and would all ask at once."""
    if PLAN["every"]:
        sleep(rng.uniform(0, PLAN["every"]))
        user._cp_last_run = time.perf_counter()  # from which Locust's constant_pacing counts


class Reader(FastHttpUser):
    """Readers of the public pages, one after another; some pages each has in the browser already."""

    fixed_count = _fixed("readers")
    wait_time = constant_pacing(PLAN["every"])
    network_timeout = connection_timeout = PATIENCE_SECONDS

    def on_start(self) -> None:
        self.rng = _random("reader")
        self.tags: dict[str, str] = {}
        _out_of_step(self, self.rng)

    @task
    def read(self) -> None:
        if len(self.tags) >= REMEMBERED:
            self.tags.clear()
        name, address = self.rng.choices(PLAN["pages"], cum_weights=WEIGHTS)[0]
        said = {"If-None-Match": self.tags[address]} if address in self.tags else {}
        with self.client.get(
            address, name=f"{PUBLIC}|{name}", headers=ACCEPTS | said, catch_response=True
        ) as page:
            if page.status_code not in {200, 304}:
                page.failure(f"{page.status_code} {address}")
                return
            page.success()
            self.tags[address] = page.headers.get("ETag", "")
        self.rest()

    def rest(self) -> None:
        sleep(self.rng.uniform(*PLAN["think"]["readers"]))


WEIGHTS = list(accumulate(1 / rank for rank in range(1, len(PLAN["pages"]) + 1)))
"""Of what is read most to what is read least, as addresses of a site are (Zipf)."""


class Exporter(FastHttpUser):
    """Somebody who takes tables away."""

    fixed_count = _fixed("exporters")
    network_timeout = connection_timeout = PATIENCE_SECONDS

    def on_start(self) -> None:
        self.rng = _random("exporter")

    @task
    def take(self) -> None:
        name, address = self.rng.choice(PLAN["exports"])
        with self.client.get(
            address, name=f"{EXPORTS}|{name}", headers=ACCEPTS, catch_response=True
        ) as table:
            if table.status_code == 200 and table.content:
                table.success()
            else:
                table.failure(f"{table.status_code} {address}")
        sleep(self.rng.uniform(*PLAN["think"]["exporters"]))


class Phone(FastHttpUser):
    """A phone that was without network: photos first, then facts in batches, until each has its receipt.

    Whatever is cut off is sent again with the same ids and the same bytes.
    """

    fixed_count = _fixed("phones")
    network_timeout = connection_timeout = PATIENCE_SECONDS

    def on_start(self) -> None:
        rng = _random("phone")
        about = PLAN["phones"][(NUMBERS["phone"] - 1) % len(PLAN["phones"])]
        self.rng = rng
        self.outbox = Outbox(about, rng, PLAN["small_photos"], today=PLAN["today"])
        self.headers = {"Authorization": f"Bearer {about['token']}"}
        self.photos = 0

    @task
    def sync(self) -> None:
        if not self.outbox.facts:
            few, many = PLAN["facts_of_a_phone"]
            photos = PLAN["photos_of_a_phone"] if self.photos < PHOTOS_A_DAY else 0
            self.outbox.compose(self.rng.randint(few, many), photos=photos)
            self.photos += photos
            HEARD.tried += [fact["id"] for fact in self.outbox.facts]
        self.outbox.send(self._put, self._post)
        HEARD.facts += self.outbox.told()
        if PLAN["phones_send_once"] and not self.outbox.facts:
            HEARD.phones += 1
            if HEARD.phones == self.fixed_count:  # Locust itself would go on without anybody
                spawn(self.environment.runner.quit)
            raise StopUser
        sleep(self.rng.uniform(*PLAN["think"]["phones"]))

    def on_stop(self) -> None:
        """What waits is sent before it ends: nothing a phone keeps may be lost."""
        for _attempt in range(PATIENCE_SECONDS):
            if not self.outbox.facts:
                return
            self.outbox.send(self._put, self._post)
            HEARD.facts += self.outbox.told()
            sleep(1)

    def _put(self, address: str, content: bytes) -> dict[str, Any] | None:
        HEARD.photos += 1
        headers = self.headers | {"Content-Type": "application/octet-stream"}
        with self.client.put(
            address, data=content, headers=headers, name=f"{SYNC}|a photo", catch_response=True
        ) as said:
            return _heard(said, 201)

    def _post(self, address: str, facts: list[dict[str, Any]]) -> dict[str, Any] | None:
        with self.client.post(
            address,
            json={"facts": facts},
            headers=self.headers,
            name=f"{SYNC}|a batch of facts",
            catch_response=True,
        ) as said:
            found = _heard(said, 200)
            refused = [one for one in (found or {}).get("verdicts", []) if not one["receipt"]]
            if refused:
                said.failure(f"refused: {json.dumps(refused[0], ensure_ascii=False)}")
            return found


class Recorder(FastHttpUser):
    """Programs that record one fact after another, each in a transaction of its own."""

    fixed_count = _fixed("recorders")
    wait_time = constant_pacing(PLAN["every"])
    network_timeout = connection_timeout = PATIENCE_SECONDS

    def on_start(self) -> None:
        rng = _random("recorder")
        about = PLAN["phones"][(NUMBERS["recorder"] - 1) % len(PLAN["phones"])]
        self.outbox = Outbox(about, rng, [], today=PLAN["today"])
        self.headers = {"Authorization": f"Bearer {about['token']}"}
        _out_of_step(self, rng)

    @task
    def record(self) -> None:
        if not self.outbox.facts:
            self.outbox.compose(1)
            HEARD.tried.append(self.outbox.facts[0]["id"])
        fact = {name: said for name, said in self.outbox.facts[0].items() if name != "id"}
        address = f"/api/facts/{self.outbox.facts[0]['id']}"
        with self.client.put(
            address, json=fact, headers=self.headers, name=f"{RECORDED}|a fact", catch_response=True
        ) as said:
            found = _heard(said, 201, 200)
        if found:
            HEARD.facts.append(found["id"])
            self.outbox.facts.clear()

    def on_stop(self) -> None:
        for _attempt in range(PATIENCE_SECONDS):
            if not self.outbox.facts:
                return
            self.record()


def _heard(said: Any, *good: int) -> dict[str, Any] | None:  # noqa: ANN401 - Locust's
    if said.status_code in good:
        said.success()
        found: dict[str, Any] = said.json()
        return found
    said.failure(f"{said.status_code} {(said.text or '')[:400]}")
    return None


class AtWork(User):
    """Somebody at the desk: signs in by password and code, reads, and records by forms, with photos."""

    fixed_count = _fixed("at_work")

    def on_start(self) -> None:
        self.rng = _random("at work")
        about = PLAN["people"][(NUMBERS["at work"] - 1) % len(PLAN["people"])]
        self.person = Person(PLAN["host"], about)
        self.reads = [read for read in READS if read.suits(self.person)]
        self.records = [record for record in RECORDS if self.person.role in record.roles]
        self.signed_in = False
        sleep(self.rng.uniform(0, PLAN["sign_in_within"]))
        self.sign_in()

    def sign_in(self) -> None:
        with self.noted():
            begin = time.perf_counter()
            self.person.sign_in()
            self.signed_in = True
            _note(SIGNING, "password, code and desk", time.perf_counter() - begin)

    @task
    def work(self) -> None:
        if not self.signed_in:
            self.sign_in()
        with self.noted():
            if self.records and self.rng.random() < RECORDING:
                self.record(self.rng.choices(self.records, [one.weight for one in self.records])[0])
            else:
                self.read(self.rng.choices(self.reads, [one.weight for one in self.reads])[0])
        self.rest()

    def noted(self) -> "_Noted":
        return _Noted(self.person.name)

    def rest(self) -> None:
        sleep(self.rng.uniform(*PLAN["think"]["at_work"]))

    def read(self, read: Read) -> None:
        address = read.address_for(self.person)
        self._page(read.group, read.name, self.person.get(address, token=read.group == API))

    def record(self, record: Record) -> None:
        address, found_in = form_of(self.person, record)
        if found_in:
            _note("lists", "desk: money", found_in)
        if not address:
            return
        page = self.person.get(address)
        self._page(FORMS, record.name, page)
        answers = filled(self.person, record, page.form("recording"), self.rng)
        files = {record.photo: _next_photo()} if record.photo else None
        self.rest()
        HEARD.tried += answers.get("id", [])
        page = self.person.post(address.partition("?")[0], answers, files or {})
        if AGAIN in page.address:
            self.person.show_code(page)
            HEARD.again += 1
            self.record(record)
            return
        # Two people of one post may be about to confirm the same money: the second is told so.
        if page.status == 422 and record.found_on:
            return
        self._page(FACTS_WITH_PHOTOS if record.photo else FACTS, record.name, page)
        HEARD.facts.append(receipt(page.address))
        HEARD.seconds += record.facts - 1

    def _page(self, group: str, name: str, page: Page) -> None:
        if page.status != 200:
            self.signed_in = self.signed_in and "sign-in" not in page.address
            raise WentWrongError(f"{name}: {page.status} {page.address}\n{_said(page.text)}")
        _note(group, name, page.seconds)


class _Noted:
    """Whatever goes wrong within is written down, and shown at the end."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _at: object
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        said = "".join(traceback.format_exception(error))
        HEARD.wrong.append((time.time(), f"{self.name}: {said}"))
        return True


def _next_photo() -> bytes:
    paths = PLAN["photos"]
    HEARD.photos += 1
    return Path(paths[HEARD.photos % len(paths)]).read_bytes()


def _said(text: str) -> str:
    """What a page objects, from its text."""
    start = text.find('role="alert"')
    return text[start : start + 600] if start >= 0 else text[:300]


def _note(group: str, name: str, seconds: float) -> None:
    HEARD.asked.append((group, name, seconds))


@events.request.add_listener
def _heard_of(
    name: str,
    response_time: float,
    exception: Exception | None = None,
    **_more: Any,  # noqa: ANN401 - Locust's
) -> None:
    """Locust's own users tell it of each request."""
    group, _mark, page = name.partition("|")
    if exception is None:
        HEARD.asked.append((group, page, response_time / 1000))
    else:
        HEARD.wrong.append((time.time(), f"{name}: {exception}"))


@events.test_start.add_listener
def _begins(**_more: object) -> None:
    HEARD.processor = -time.process_time()
    PLAN["began"] = time.perf_counter()


@events.test_stop.add_listener
def _is_over(**_more: object) -> None:
    HEARD.processor += time.process_time()
    answer = asdict(HEARD) | {"lasted": time.perf_counter() - PLAN["began"]}
    Path(PLAN["answer"]).write_text(json.dumps(answer))
