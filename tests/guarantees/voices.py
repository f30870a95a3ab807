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


def answered_together() -> list[set[str]]:
    """Three voices, answered by one press at the desk: of each its id and that of its answer, without hyphens."""
    from cairn.voice.facts import VoiceRouted, VoiceScreened  # noqa: PLC0415 - once Django is started
    from cairn.voice.models import Voice  # noqa: PLC0415 - likewise
    from security.visitors import invited  # noqa: PLC0415 - likewise

    told = speaking(3)
    desks, form = told.desks, "record/voice.voice-answered/"
    for key in told.keys:
        township = desks.seat("township")
        desks.record(township, VoiceScreened(voice=key), on=desks.today)
        desks.record(township, VoiceRouted(voice=key, asked="committee"), on=desks.today)
    committee = invited(desks, "committee", "committee")
    page = committee.get(f"{form}?voice={told.keys[0]}").content.decode()
    said = {
        "id": re.search(r'name="id" value="([^"]+)"', page)[1],
        "voice": told.keys[0],
        "outcome": "done",
        "answer_en": "The pump is mended",
        "happened_on": str(desks.today),
        "also": re.findall(r'name="also" value="([^"]+)"', page),
    }
    answer = committee.post(form, **said)
    assert answer.status_code == 302, answer.content.decode()
    rows = Voice.objects.filter(programme=told.programme, state="answered")
    return [{_plain(one) for one in ids} for ids in rows.values_list("id", "answered")]


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
