"""Mails on their way out: what is due goes into a queue in the database, and a worker hands it over.

The queue is django-tasks' with its database backend. `cairn serve` has a worker of its own; `cairn
digest` works once and ends. Any number may run beside each other.

**A day's mail is sent once or not at all.** The day is marked and the task is queued in one
transaction; the task is claimed in another, before anything is sent, and a task that was claimed is
never run again. Whoever dies between claim and handing over loses that one mail: the next comes on
its day, and the worklist needs none. What the server certainly did not take is tried again.
"""

import logging
import smtplib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, TaskResultStatus, task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet

from cairn.catalog import journal
from cairn.journal.away import GroupAwayError
from cairn.journal.projection import Rows
from cairn.people import digests, throttle
from cairn.people.digests import Wanted
from cairn.people.models import Digest
from cairn.people.seats import Seat, seat_of, today_in
from cairn.values import CairnError
from cairn.web import mails
from cairn.worklist import queries
from cairn.worklist.kept import BeingPutTogetherError

QUEUE = "mail"

WAITS = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
"""How long a mail that the server did not take waits before each further try."""

KEPT = timedelta(days=7)
"""How long the queue remembers what became of a mail, by numbers only."""

FOR_GOOD = 500
"""From here on a server's answer is its last."""

PER_USER, PER_ADDRESS = 10, 3
"""Mails that ask for a confirmation, within a day: so many a user may cause, so many an address gets."""

log = logging.getLogger("cairn")


class NoMailError(CairnError):
    """An installation that sends no mails."""


class TooManyMailsError(CairnError):
    """Somebody had mails sent to address after address."""


class Outcome(StrEnum):
    """What became of handing a mail to the server."""

    TAKEN = "taken"
    NOT_NOW = "not now"
    """It certainly did not take it, and may later."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """The connection broke while it might have been taking it: not tried again."""


# What somebody asks for


def ask(seat: Seat, wanted: Wanted, *, now: datetime) -> None:
    """Keep what somebody asks for, and have a new address asked for its consent. Raises TooManyMailsError.

    Whoever asks is not told whether others sent mails to that address: past its limit none goes out.
    """
    user, address = f"digest of {seat.user}", f"digest to {wanted.address}"
    with transaction.atomic():
        digest = digests.ask(seat, wanted, journal=journal, now=now)
        if digest.confirmed_at:
            return
        if throttle.times(user, now=now) >= PER_USER:
            raise TooManyMailsError
        throttle.failed(user, now=now)
        if throttle.times(address, now=now) < PER_ADDRESS:
            throttle.failed(address, now=now)
            send_confirmation.enqueue(digest.pk, digest.asked_at.isoformat())


# The queue


def begin_due(*, now: datetime) -> int:
    """Queue every digest that is due, each once. Answers how many."""
    digests.forget_ended(journal=journal, now=now)
    DBTaskResult.objects.filter(queue_name=QUEUE, started_at__lt=now - KEPT).exclude(
        status=TaskResultStatus.READY
    ).delete()
    begun = 0
    for digest, day in digests.due(journal=journal, now=now):
        with transaction.atomic():
            if digests.begin(digest, day):
                send_digest.enqueue(digest.pk, day.isoformat())
                begun += 1
    return begun


def work(*, go_on: Callable[[], bool] = lambda: True) -> None:
    """Hand over what waits in the queue and whose time has come, one after the other.

    With the worker that `manage.py db_worker` runs, without what that command does to the signals
    and logs of its process.
    """
    while go_on() and _waiting().ready().exists():
        Worker(
            queue_names=[QUEUE],
            interval=0,
            batch=True,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=1,
            worker_id=uuid4().hex,
            excluded_queue_names=[],
        ).run()


def once(*, now: datetime) -> tuple[int, int]:
    """What `cairn digest` does. How many were due, and how many still wait. Raises NoMailError."""
    if not settings.MAILS:
        raise NoMailError(
            "This installation sends no mails. Set CAIRN_MAIL to smtp://user@host or to a folder; "
            "docs/how-to/digest.md says how."
        )
    begun = begin_due(now=now)
    work()
    return begun, _waiting().count()


def _waiting() -> DBTaskResultQuerySet:
    """What waits in the queue, also for a later hour."""
    return DBTaskResult.objects.filter(queue_name=QUEUE, status=TaskResultStatus.READY)


@task(queue_name=QUEUE)
def send_confirmation(digest: int, asked_at: str, tries: int = 0) -> str:
    """Ask an address for its consent. The queue holds numbers; the address stays in its table."""
    now = timezone.now()
    found = Digest.objects.filter(pk=digest, confirmed_at=None, asked_at=asked_at).first()
    if found is None:
        return ""
    secret = digests.link(found, confirms=True, now=now)
    outcome = _hand_over(lambda: mails.confirmation(found, secret))
    if outcome is Outcome.NOT_NOW and tries < len(WAITS):
        later = send_confirmation.using(run_after=now + WAITS[tries])
        later.enqueue(digest, asked_at, tries + 1)
    elif outcome is not Outcome.TAKEN:
        Digest.objects.filter(pk=digest).update(failed_on=now.date())
    return outcome


@task(queue_name=QUEUE)
def send_digest(digest: int, day: str, tries: int = 0) -> str:
    """Send the mail of a day, unless there is nothing to say, or somebody turned it off meanwhile."""
    now, on = timezone.now(), date.fromisoformat(day)
    standing = Digest.objects.filter(pk=digest, confirmed_at__isnull=False, last_on=on)
    found = standing.select_related("appointment").first()
    try:
        seat = seat_of(found.appointment, journal=journal, now=now) if found else None
        if found is None or seat is None:
            return ""
        counts = _counts(seat, now)
    except (GroupAwayError, BeingPutTogetherError):
        if tries < len(WAITS):
            send_digest.using(run_after=now + WAITS[tries]).enqueue(digest, day, tries + 1)
        return Outcome.NOT_NOW
    if not (counts.mine or counts.come_up or counts.owed_to_me):
        return ""
    secret = digests.link(found, confirms=False, now=now)
    outcome = _hand_over(lambda: mails.digest(found, counts, secret))
    if outcome is Outcome.NOT_NOW and tries < len(WAITS):
        later = send_digest.using(run_after=now + WAITS[tries])
        later.enqueue(digest, day, tries + 1)
    elif outcome is Outcome.TAKEN:
        Digest.objects.filter(pk=digest).update(sent_on=on, failed_on=None)
    else:
        Digest.objects.filter(pk=digest).update(failed_on=on)
    return outcome


def _counts(seat: Seat, now: datetime) -> queries.Counts:
    today = today_in(Rows(seat.programme, journal.tables), now)
    assert today is not None  # noqa: S101 - a seat is in a programme on record
    whole = queries.worklist(programme=seat.programme, journal=journal, today=today)
    return queries.counts(whole, seat)


def _hand_over(made: Callable[[], EmailMessage]) -> Outcome:
    """Give a mail to the server. Whatever goes wrong is told by its kind: words may hold the address."""
    try:
        mail = made()
        mail.message()  # which refuses what is no header or no address
    except Exception as error:  # noqa: BLE001 - likewise
        return _told(Outcome.REFUSED, error)
    try:
        connection = _connection()
        connection.open()
    except (OSError, smtplib.SMTPException, ImproperlyConfigured) as error:
        return _told(Outcome.NOT_NOW, error)
    try:
        connection.send_messages([mail])
    except (OSError, smtplib.SMTPException) as error:
        return _told(_said_by(error), error)
    finally:
        connection.close()
    return Outcome.TAKEN


def _connection() -> BaseEmailBackend:
    if settings.EMAIL_FILE_PATH:  # mails hold addresses: for this user alone
        Path(settings.EMAIL_FILE_PATH).mkdir(mode=0o700, parents=True, exist_ok=True)
    return get_connection()


def _said_by(error: Exception) -> Outcome:
    """SMTP's 4xx are for now and 5xx for good. Where no answer came, nobody knows."""
    codes: set[int] = set()
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _words in error.recipients.values()}
    elif isinstance(error, smtplib.SMTPResponseException):
        codes = {error.smtp_code}
    if not codes:
        return Outcome.UNKNOWN
    return Outcome.NOT_NOW if max(codes) < FOR_GOOD else Outcome.REFUSED


def _told(outcome: Outcome, error: Exception) -> Outcome:
    log.warning("A mail was not handed over (%s): %s", outcome, type(error).__name__)
    return outcome
