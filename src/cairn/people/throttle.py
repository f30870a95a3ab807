"""Slowing down whoever guesses a password: per sign-in name, whether there is such a user or not.

Counted in the database, so that all processes count together, and without any address. After some
failures in a row a name must rest, each time longer.
"""

import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from cairn.people.models import Failures, sign_in_name

FREE = 5
"""Failures before a name must rest."""

FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=30)
FORGOTTEN = timedelta(hours=24)
"""After so long without a failure the count begins anew."""


def times(name: str, *, now: datetime) -> int:
    """How often it was counted of late: until it rests for a day, everything counts."""
    found = Failures.objects.filter(digest=_digest(name)).first()
    return found.times if found and now - found.last_at <= FORGOTTEN else 0


def must_rest(name: str, *, now: datetime) -> bool:
    """Whether this name may not be tried now, even with the right password."""
    found = Failures.objects.filter(digest=_digest(name)).first()
    if found is None or found.times < FREE or now - found.last_at > FORGOTTEN:
        return False
    return now < found.last_at + _rest(found.times)


def failed(name: str, *, now: datetime) -> None:
    """Count a failure; or whatever else is to stay rare, such as mails to an address."""
    with transaction.atomic():
        Failures.objects.filter(last_at__lt=now - FORGOTTEN).delete()
        digest = _digest(name)
        found = Failures.objects.select_for_update().filter(digest=digest).first()
        values = {"times": found.times + 1 if found else 1, "last_at": now}
        Failures.objects.update_or_create(digest=digest, defaults=values)


def succeeded(name: str) -> None:
    """Whoever knows the password begins anew."""
    Failures.objects.filter(digest=_digest(name)).delete()


def _rest(times: int) -> timedelta:
    doubled = FIRST_REST * (1 << min(times - FREE, 10))
    return min(doubled, LONGEST_REST)


def _digest(name: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"tried:" + sign_in_name(name).encode(), "sha256").hexdigest()
