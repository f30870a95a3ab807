"""What each page costs by itself: milliseconds of processor and statements, in one process, one by one.

    python -m bench.load.alone FOLDER PEOPLE --photos FOLDER [--profile NAME]

FOLDER and PEOPLE are those that `bench.load.world` made. The steps that SQLite takes for a page are
the same on every machine: what goes through all of a programme shows in them.
"""

import argparse
import cProfile
import io
import json
import pstats
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from bench.load.mix import API, READS, RECORDS, Read, Record, filled, form_of, receipt
from bench.load.person import Page, Person

STEPS = 100


class Inside(Person):
    """A person who sits in the server's own process."""

    application: Callable[..., Any]

    def _asked(
        self, method: str, address: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, str, str]:
        path, _mark, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "localhost",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body or b""),
            "wsgi.errors": io.StringIO(),
            "CONTENT_LENGTH": str(len(body or b"")),
            "CONTENT_TYPE": headers.get("Content-Type", ""),
        }
        if "Authorization" in headers:
            environ["HTTP_AUTHORIZATION"] = headers["Authorization"]
        elif self._cookies:
            environ["HTTP_COOKIE"] = "; ".join(f"{k}={v}" for k, v in self._cookies.items())
        begun: dict[str, Any] = {}

        def start(status: str, said: list[tuple[str, str]]) -> None:
            begun["status"], begun["headers"] = int(status.partition(" ")[0]), said

        answer = type(self).application(environ, start)
        content = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        for called, said in begun["headers"]:
            if called == "Set-Cookie":
                name, _is, value = said.partition(";")[0].partition("=")
                self._cookies[name] = value
        return begun["status"], content.decode(), dict(begun["headers"]).get("Location", "")


@dataclass
class Asked:
    """What was asked of the database."""

    statements: list[str] = field(default_factory=list)
    steps: int = 0
    """Of SQLite's machine, to a hundred: what a page costs it, whatever the clock says."""


@contextmanager
def counted() -> Iterator[Asked]:
    """Count what is asked of the database within."""
    from django.db import connection

    asked = Asked()

    def note(execute: Callable[..., Any], sql: str, *more: Any) -> Any:  # noqa: ANN401 - Django's
        asked.statements.append(sql)
        return execute(sql, *more)

    def step() -> None:
        asked.steps += STEPS

    connection.ensure_connection()
    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(step, STEPS)
    with connection.execute_wrapper(note):
        yield asked
    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(None, 0)


class Pages:
    """Asks for pages, and keeps what each cost."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.wanted, self.runs = asked.profile, asked.runs
        self.profiler = cProfile.Profile(time.process_time) if asked.profile else None
        self.costs: dict[str, dict[str, float]] = {}

    def cost(self, name: str, prepare: Callable[[], Callable[[], Page] | None]) -> None:
        """Ask for a page, as often as it is to be measured and there is one to ask for."""
        if self.wanted not in name:
            return
        ask = prepare()
        if ask is None:
            return
        with counted() as asked:
            page = ask()
        assert page.status == 200, (name, page.status, page.text[:300])
        seconds = []
        for _run in range(self.runs):
            ask = prepare()
            if ask is None:
                break
            if self.profiler:
                self.profiler.enable()
            begin = time.process_time()
            ask()
            seconds.append(time.process_time() - begin)
            if self.profiler:
                self.profiler.disable()
        writes = sum(sql.split()[0] in {"INSERT", "UPDATE", "DELETE"} for sql in asked.statements)
        ms = statistics.median(seconds or [0]) * 1000
        self.costs[name] = {"ms": ms, "statements": len(asked.statements), "steps": asked.steps}
        print(
            f"{name:45} {ms:6.1f} ms {len(asked.statements):4} statements, {writes:2} writing, "
            f"{asked.steps:9,} steps, {len(page.text):7,} signs"
        )


def main() -> None:
    asked = _asked()
    people = _people(asked)
    for person in people.values():
        person.sign_in()
    pages = Pages(asked)
    for read in READS:
        _read_by_two(pages, people, read)
    photos = [path.read_bytes() for path in sorted(asked.photos.glob("*.jpg"))]
    rng = Random()  # noqa: S311 - no secret
    for record in RECORDS:
        first = ("township", "committee", "keeper", "programme-office")
        person = next(people[role] for role in first if role in record.roles)
        pages.cost(f"form: {record.name}", _opener(person, record))
        pages.cost(f"sent: {record.name}", _sender(person, record, photos, rng))
    _read_by_two(pages, people, replace(READS[0], name="desk: home, after recording"))
    if asked.json:
        asked.json.write_text(json.dumps(pages.costs))
    if pages.profiler:
        pstats.Stats(pages.profiler).sort_stats(asked.sort).print_stats(60)


def _people(asked: argparse.Namespace) -> dict[str, Person]:
    """Somebody of each role, with a device where one has it."""
    from cairn.config.installation import installation

    installation(asked.folder)
    from django.core.wsgi import get_wsgi_application

    Inside.application = get_wsgi_application()
    people: dict[str, Person] = {}
    for about in json.loads(asked.people.read_text())["people"]:
        if about["role"] not in people or (about["token"] and not people[about["role"]].token):
            people[about["role"]] = Inside("", about)
    return people


def _read_by_two(pages: Pages, people: dict[str, Person], read: Read) -> None:
    """By one who sees a township, and one who sees a village."""
    for role in ("township", "committee"):
        if read.suits(people[role]):
            pages.cost(f"{read.name} ({role})", _reader(people[role], read))


def _reader(person: Person, read: Read) -> Callable[[], Callable[[], Page]]:
    return lambda: lambda: person.get(read.address_for(person), token=read.group == API)


def _opener(person: Person, record: Record) -> Callable[[], Callable[[], Page] | None]:
    def prepare() -> Callable[[], Page] | None:
        address, _found_in = form_of(person, record)
        return (lambda: person.get(address)) if address else None

    return prepare


def _sender(
    person: Person, record: Record, photos: list[bytes], rng: Random
) -> Callable[[], Callable[[], Page] | None]:
    def prepare() -> Callable[[], Page] | None:
        address, _found_in = form_of(person, record)
        if not address or (record.photo and not photos):
            return None
        page = person.get(address)
        answers = filled(person, record, page.form("recording"), rng)
        files = {record.photo: photos.pop()} if record.photo else {}
        return lambda: _recorded(person.post(address.partition("?")[0], answers, files))

    return prepare


def _recorded(page: Page) -> Page:
    receipt(page.address)
    return page


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.load.alone", description=__doc__.splitlines()[0]
    )
    add = parser.add_argument
    add("folder", type=Path, help="an installation with a programme")
    add("people", type=Path, help="who signs in")
    add("--photos", type=Path, required=True, help="a folder of photos")
    add("--profile", default="", help="only pages whose names hold this, with a profile")
    add("--sort", default="cumulative", help="the order of the profile")
    add("--runs", type=int, default=7, help="of which the median counts")
    add("--json", type=Path, help="a file for what was found")
    return parser.parse_args()


if __name__ == "__main__":
    main()
