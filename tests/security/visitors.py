"""Browsers that act at the desk, one a user: what tests of signing in drive."""

import re

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.test import Client

from cairn.catalog import journal
from cairn.people.appointments import digest_of, invite
from cairn.people.models import User
from people.desks import PASSWORD

DESK = "/en/~desk/"
INVITED = DESK + "invited/{}/"


def code_of(user: User) -> str:
    """What the user's app shows and nobody has used: of the three codes that are good now, the last."""
    found = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    secret = decrypt(found.data["secret"])
    used = found.data.get("used", [])
    for counter in sorted(yield_hotp_counters_from_time(), reverse=True):
        code = format_hotp_value(hotp_value(secret, counter))
        if digest_of(code) not in used:
            return code
    raise LookupError("all three are used; a test signs in too often")


class Visitor:
    """A browser."""

    def __init__(self, **more):
        self.client = Client(**more)
        self.name = ""

    def get(self, path, **query):
        return self.client.get(path if path.startswith("/") else DESK + path, query)

    def post(self, path, **said):
        return self.client.post(path if path.startswith("/") else DESK + path, said)

    def accept(self, secret, name, password=PASSWORD):
        self.name = name
        return self.post(INVITED.format(secret), sign_in_name=name, password=password)

    def sign_in(self, name, password=PASSWORD):
        self.name = name
        return self.post("sign-in/", login=name, password=password)

    @property
    def user(self) -> User:
        return User.objects.get(sign_in_name=self.name)

    def set_up_factor(self):
        """Set up an app by a code of it: the session has shown its second factor then."""
        page = self.get("factors/app/").content.decode()
        secret = re.search(r"<code>([A-Z2-7]+)</code>", page)[1]
        counters = sorted(yield_hotp_counters_from_time())
        now = format_hotp_value(hotp_value(secret, counters[1]))
        return self.post("factors/app/", code=now)

    @property
    def key(self) -> str:
        return self.client.cookies["cairn-session"].value


def invited(desks, post, name, **more):
    """Somebody who took up a post by its link, and set up a second factor."""
    secret = invite(desks.programme, post, by="office", journal=journal, now=desks.now, **more)
    visitor = Visitor()
    visitor.accept(secret, name)
    visitor.set_up_factor()
    return visitor
