"""Devices that act over the API, one a post: what tests of the API drive."""

import json
from datetime import UTC, datetime

from django.test import Client

from cairn.following.snapshot import bring_up_to_date
from cairn.people import devices
from cast import new_id
from people.desks import Desks

ON = "2025-03-01"


class Device:
    """A device with a token of a post."""

    def __init__(self, desks: Desks, post: str, language: str = "en"):
        self.desks = desks
        self.token = devices.give(desks.seat(post), called="phone", now=desks.now)
        self.client = Client(
            headers={"Authorization": f"Bearer {self.token}", "Accept-Language": language}
        )

    def get(self, path, **query):
        return self.client.get(f"/api/{path}", query)

    def put(self, path, said, **more):
        body = said if isinstance(said, (bytes, str)) else json.dumps(said)
        return self.client.put(f"/api/{path}", body, content_type="application/json", **more)

    def post(self, path, said):
        body = said if isinstance(said, (bytes, str)) else json.dumps(said)
        return self.client.post(f"/api/{path}", body, content_type="application/json")

    def record(self, fact, *, on=ON, id=None):
        return self.put(f"facts/{id or new_id()}", said(fact, on=on))

    def send_file(self, sha, content, **more):
        return self.client.put(
            f"/api/files/{sha}", content, content_type="application/octet-stream", **more
        )


def said(fact, *, on=ON, **more):
    return {"kind": fact.kind, "happened_on": on, "fact": fact.body(), **more}


def at_work() -> Desks:
    """A programme with a post of each role, today, its money followed."""
    desks = Desks.opened()
    desks.pen.now = datetime.now(UTC)
    bring_up_to_date(desks.programme)
    return desks
