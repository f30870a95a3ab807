"""Invitations from the command line: how the first user of an installation gets in."""

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from cairn.catalog import journal
from cairn.journal.entry import Draft
from cairn.journal.projection import Rows
from cairn.people.appointments import invite
from cairn.people.seats import NoSuchPostError, today_in
from cairn.programme.facts import PostOpened, PostRole
from cairn.values import Text

HERE = "http://localhost:8000"


def link(
    programme: str, post: str, *, now: datetime, base: str | None = None, language: str = "en"
) -> str:
    """A link that appoints whoever opens it first. Raises NoSuchPostError.

    In a programme without any post the first is opened: that of the office, which opens the others.
    """
    _open_the_first(programme, post, now)
    secret = invite(programme, post, by=post, journal=journal, now=now)
    with translation.override(language):
        path = reverse("desk:invited", args=[secret])
    return f"{base or here()}{path}"


def here() -> str:
    """Where the pages are, as far as settings say."""
    named = HERE if settings.PLAIN else f"https://{settings.ALLOWED_HOSTS[0]}"
    return settings.CAIRN_URL or named


def _open_the_first(programme: str, post: str, now: datetime) -> None:
    if journal.tables["post"].objects.filter(programme=programme).exists():
        return
    today = today_in(Rows(programme, journal.tables), now)
    if today is None:
        raise NoSuchPostError(
            f"There is no programme ‘{programme}’ here; open it with `cairn open`."
        )
    name = Text(
        en="Programme office",
        zh_hans="项目办公室",
        ug="پروگرامما ئىشخانىسى",
        ky="Программа кеңсеси",
    )
    opened = PostOpened(post=post, name=name, role=PostRole.PROGRAMME_OFFICE)
    journal.append(programme, Draft(uuid4(), today, post, opened), now=now)
