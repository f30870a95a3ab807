"""Six residents say something about one village, and their day is over. Only where there are voices."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from django.db import connection
from django.test import Client

from cairn.catalog import journal
from cairn.voice import throttle, upkeep
from cairn.voice.facts import CategoryOffered
from cairn.web.public import code as code_page
from cairn.web.public import say as say_page
from cast import named
from guarantees.living import FROM_A_CANARY
from people.desks import Desks


@dataclass
class Told:
    desks: Desks
    programme: str
    client: Client
    codes: str
    codes_given: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    costs: set[str] = field(default_factory=set)

    def look(self, typed: str):
        return self.client.post(self.codes, {"code": typed})


def speaking(times: int = 6) -> Told:
    """A programme in which so many said something yesterday; `keys` are their ids in order of coming."""
    from cairn.voice.models import Waiting  # noqa: PLC0415 - once Django is started

    for page in (say_page, code_page):  # full buckets: those of a process outlive a test
        page.buckets = throttle.Buckets()
    desks = Desks.opened()
    desks.pen.now = datetime.now(UTC)
    desks.pen.record(CategoryOffered(category="water", name=named("Water")))
    desks.appoint("holder", "committee")
    headers = FROM_A_CANARY["headers"] | {"Origin": "http://testserver"}
    client = Client(REMOTE_ADDR=FROM_A_CANARY["REMOTE_ADDR"], headers=headers)
    told = Told(desks, desks.programme, client, f"/en/{desks.programme}/~code/")
    known = set()
    for number in range(times):
        said = {"category": "water", "text": f"The pump stands still, says {number}", "do": "send"}
        page = client.post(f"/en/{desks.programme}/places/qarasu/say/", said)
        told.codes_given.append(re.search(r"<bdi>([0-9A-Z-]{34})</bdi>", page.content.decode())[1])
        now = {str(key) for key in Waiting.objects.values_list("key", flat=True)}
        told.keys += now - known
        known = now
    chance = Random(11)  # noqa: S311 - the same at each run
    upkeep.work_once(journal, now=desks.now + timedelta(days=1), chance=chance)
    return told


def rows_of(key: str | None, table: str | None = None) -> list[dict[str, str]]:
    """Every row that has a value in any column, of one table or of all; without one, every row."""
    found = []
    with connection.cursor() as cursor:
        for one in [table] if table else _tables(cursor):
            cursor.execute(f'SELECT * FROM "{one}"')  # noqa: S608 - the tables' own names
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                said = {name: _text(value) for name, value in zip(names, row, strict=True)}
                if key is None or any(_plain(key) in _plain(value) for value in said.values()):
                    found.append(said)
    return found


def _tables(cursor) -> list[str]:
    return [
        one
        for one in connection.introspection.table_names(cursor)
        if one.startswith(("voice_", "journal_sealedpart"))
    ]


def _text(value: object) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


def _plain(value: str) -> str:
    return value.replace("-", "")
