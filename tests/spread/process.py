"""A process of Cairn on databases of its own: told what to do in lines of JSON, which it answers likewise.

Pages and devices are answered by Django's whole stack, in this process: so it remembers, as a web process
does, which database did not answer.
"""

import json
import re
import sys
import time
import traceback
from collections import Counter
from contextlib import ExitStack, redirect_stdout
from datetime import UTC, date, datetime
from html import unescape
from io import StringIO

import django

django.setup()

from django.db import OperationalError, close_old_connections, connections  # noqa: E402 - they need Django started
from django.test import Client  # noqa: E402

from cairn.catalog import journal  # noqa: E402
from cairn.following import snapshot  # noqa: E402
from cairn.journal import upkeep  # noqa: E402
from cairn.journal.away import away  # noqa: E402
from cairn.journal.checks import answers, database_answers, programmes  # noqa: E402
from cairn.journal.spread import groups  # noqa: E402
from cairn.people.models import Appointment, User  # noqa: E402
from cairn.programme import held  # noqa: E402
from cairn.programme.facts import PlaceAdded, PlaceLevel  # noqa: E402
from cairn.web.public import unchanged  # noqa: E402
from cast import Pen, assemble, named, new_id  # noqa: E402
from people.desks import Desks, posts  # noqa: E402
from web.api.devices import Device, said  # noqa: E402

DESKS, DEVICES, PEOPLE = {}, {}, {}
LATER = 60
TAGS = re.compile(r"<(style|script).*?</\1>|<[^>]+>", re.DOTALL)


def start():
    """Have the databases ready that can be reached. What was said of the others."""
    return list(held.start())


def open_programme(programme):
    """A programme with the cast and posts, a device of the county, and its money followed."""
    pen = Pen.opened(programme)
    assemble(pen)
    for post in posts():
        if post.team is None:
            pen.record(post)
    pen.now = datetime.now(UTC)
    DESKS[programme] = Desks(pen)
    DEVICES[programme] = Device(DESKS[programme], "county")
    snapshot.bring_up_to_date(programme)


def employ(name, programmes):
    """Somebody who holds the keeper's post in each, and has a session."""
    user = User.objects.create(sign_in_name=name)
    for programme in programmes:
        Appointment.objects.create(
            user=user, programme=programme, post="keeper", starts_on=date(2025, 1, 1)
        )
    PEOPLE[name] = client = Client()
    client.force_login(user, backend="cairn.web.desk.signing.Backend")
    session = client.session
    session["begun"] = session["seen"] = datetime.now(UTC).timestamp()
    session.save()


def act(name, programme):
    """Choose as which post somebody acts."""
    one = Appointment.objects.get(user__sign_in_name=name, programme=programme)
    session = PEOPLE[name].session
    session["appointment"] = one.pk
    session.save()


def later():
    """Let so much time go by that a database which was away is tried again."""
    away._clock = lambda: time.monotonic() + LATER
    globals()["LATER"] += 60


def get(path, name="", programme="", **headers):
    """A page as everybody sees it, somebody at work, or the device of a programme."""
    client = PEOPLE.get(name) or (DEVICES[programme].client if programme else Client())
    return _answer(lambda: client.get(path, headers=headers))


def get_with_the_copy_failing(path):
    """A page of which the copy gives up one query, as a standby does that must take in a VACUUM."""
    unchanged.pages.clear()
    left = iter([False, False, True])

    def fail(execute, *query):
        context = query[-1]
        if context["connection"].alias.endswith("-replica") and next(left, False):
            context["connection"].errors_occurred = True
            raise OperationalError("canceling statement due to conflict with recovery")
        return execute(*query)

    with ExitStack() as ending:
        for connection in connections.all():
            ending.enter_context(connection.execute_wrapper(fail))
        return get(path)


def send(path, **form):
    """A form as a resident sends it."""
    headers = {"Origin": "http://testserver"}
    return _answer(lambda: Client().post(path, form, headers=headers))


def record(programme, place):
    """Record a village over the API, as the device of the county."""
    fact = PlaceAdded(place=place, name=named(place), level=PlaceLevel.VILLAGE, within="hongliu")
    body = json.dumps(said(fact))
    client, path = DEVICES[programme].client, f"/api/facts/{new_id()}"
    return _answer(lambda: client.put(path, body, content_type="application/json"))


def _answer(ask):
    """What was answered, how long it took, and how often each database was asked."""
    asked = Counter()

    def count(execute, *query):
        asked[query[-1]["connection"].alias] += 1
        return execute(*query)

    close_old_connections()  # a server does so before each request
    began = time.monotonic()
    with ExitStack() as ending:
        for connection in connections.all():
            ending.enter_context(connection.execute_wrapper(count))
        answer = ask()
        content = b"".join(answer) if answer.streaming else answer.content
    taken = time.monotonic() - began
    close_old_connections()
    text = unescape(TAGS.sub(" ", content.decode()))
    return {
        "status": answer.status_code,
        "text": re.sub(r"\s+", " ", text),
        "seconds": taken,
        "asked": dict(asked),
        "again": answer.headers.get("Retry-After", ""),
    }


def work():
    """What the worker does again and again. What it says, and how many programmes it traced."""
    close_old_connections()
    return {"said": list(held.look()), "traced": snapshot.work_once()}


def check():
    """What `cairn check` finds wrong, by where."""
    found = {group: list(database_answers(group)) for group in groups()}
    found |= {one: list(answers(journal, one)) for one in programmes()}
    return {where: said for where, told in found.items() if (said := _wrong(told))}


def check_command(programme=None):
    """What `cairn check` says to that, and whether all of it is fine."""
    with redirect_stdout(StringIO()) as said:
        fine = upkeep.check(journal, invariants=(), programme=programme)
    return {"fine": fine, "said": said.getvalue()}


def _wrong(told):
    return [place for answer in told for place in answer.wrong]


def main():
    for line in sys.stdin:
        task = json.loads(line)
        try:
            told = {"answer": globals()[task.pop("do")](**task)}
        except Exception:  # noqa: BLE001 - the test shows it
            told = {"failed": traceback.format_exc()}
        sys.stdout.write(f"{json.dumps(told)}\n")
        sys.stdout.flush()


main()
