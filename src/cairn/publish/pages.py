"""The public pages of a programme as files: asked of Django as a server would, without a socket.

From the page of the programme every link is followed, in each language that is published, so that what
is linked is there. Forms are left out of published pages, so there is an end to it.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.urls import reverse
from django.utils import translation

from cairn.publish.addresses import file_of, linked
from cairn.values import DRAFTED, LANGUAGES, CairnError
from cairn.web.published import Publishing, Question, published_as_of

Progress = Callable[[int, int], None]

CHECKED: Final = tuple(code for code in LANGUAGES if code not in DRAFTED)
"""What is published where nobody chose: the languages that a person wrote."""

BESIDE: Final = re.compile(rb"""url\("?(\./[^")]+)"?\)""")
"""A file that a style sheet names beside itself: a font."""


class PageError(CairnError):
    """A page that could not be written."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is at an address: a page, a table of one, or what pages are drawn with.

    `answers` are the hashes of those it was drawn from: with the same ones it would be the same. It
    has none where something may have been read without being asked for.
    """

    address: str
    body: bytes
    leads_to: tuple[str, ...]
    answers: Mapping[Question, bytes] | None

    @property
    def file(self) -> str:
        """The file that it becomes."""
        return file_of(self.address)


def pages_of(
    programme: str,
    day: date,
    *,
    languages: Sequence[str] = CHECKED,
    before: Mapping[str, Page] = MappingProxyType({}),
    progress: Progress = lambda _done, _of: None,
) -> Iterator[Page]:
    """Every page and table of a programme, and what they are drawn with.

    `day` is that of the last entry: what a page says is late is late as of it. `before` are pages of
    the same day, by their address, drawn in this process: those whose answers are still the same
    are taken over. `progress` is told how many are done, of how many known so far.
    """
    with published_as_of(day, languages) as now:
        yield from _Crawl(programme, now, before).pages(progress)


class _Crawl:
    def __init__(self, programme: str, now: Publishing, before: Mapping[str, Page]) -> None:
        self.django = WSGIHandler()
        self.now, self.before = now, before
        self.fronts = {}
        for language in now.languages:
            with translation.override(language):
                self.fronts[f"/{language}/"] = reverse("public:programme", args=[programme])
        self.known = set[str]()
        self.waiting: dict[str, deque[str]] = {}
        self.subject, self.at_hand = "", deque[str]()
        for address in self.fronts.values():
            self._follow(address)

    def pages(self, progress: Progress) -> Iterator[Page]:
        """A subject in each language with its tables, then the next: they share their answers."""
        done = 0
        while self.waiting:
            self.subject, self.at_hand = self.waiting.popitem()
            while self.at_hand:
                page = self._page(self.at_hand.popleft())
                for address in page.leads_to:
                    self._follow(address)
                done += 1
                progress(done, len(self.known))
                yield page

    def _follow(self, address: str) -> None:
        if address in self.known or address.startswith("/files/"):  # those: see openings.py
            return
        self.known.add(address)
        subject = _subject(address)
        if subject == self.subject:
            self.at_hand.append(address)
        else:
            self.waiting.setdefault(subject, deque()).append(address)

    def _page(self, address: str) -> Page:
        before = self.before.get(address)
        return before if before and self._stands(before) else self._drawn(address)

    def _stands(self, page: Page) -> bool:
        """Whether a page would be drawn from the same answers again."""
        if page.answers is None:
            return False
        try:
            return all(self.now.digest(asked) == answer for asked, answer in page.answers.items())
        except CairnError:  # what it asked about is not on record any more
            return False

    def _drawn(self, address: str) -> Page:
        if unquote(urlsplit(address).path).startswith(settings.STATIC_URL):
            body = _static(address)
            return Page(address, body, tuple(_beside(address, body)), None)
        with self.now.noting() as noted:
            kind, body = self._answer(address)
        leads_to = dict[str, None]()

        def follow(to: str) -> str:
            """What is programmes' on a server is the programme's in its record."""
            to = self.fronts.get(to, to)
            leads_to[to] = None
            return to

        if kind.startswith("text/html"):
            body = linked(body.decode(), address, follow).encode()
        return Page(address, body, tuple(leads_to), noted.answers if noted.whole else None)

    def _answer(self, address: str) -> tuple[str, bytes]:
        """What Django answers. Its signals of requests are not sent: they close the database."""
        response = self.django.get_response(WSGIRequest(_environ(address)))
        if response.status_code != HTTPStatus.OK:
            raise PageError(f"{unquote(address)} could not be published: {response.status_code}")
        body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
        return response["Content-Type"], body


def _static(address: str) -> bytes:
    path = unquote(urlsplit(address).path)
    found = finders.find(path.removeprefix(settings.STATIC_URL))
    if not found:
        raise PageError(f"{path} is drawn with on a page, and is not there.")
    return Path(found).read_bytes()


def _beside(address: str, body: bytes) -> Iterator[str]:
    """The files that a style sheet names; nothing for anything else."""
    if urlsplit(address).path.endswith(".css"):
        for found in BESIDE.findall(body):
            yield urljoin(address, found.decode())


def _subject(address: str) -> str:
    """What a page is about, in whichever language: its address without that, and without a table."""
    path, _, query = address.partition("?")
    rest = [one for one in query.split("&") if not one.startswith("csv=")]
    return f"{path.lstrip('/').partition('/')[2]}?{'&'.join(rest)}"


def _environ(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    host = settings.ALLOWED_HOSTS[0].removeprefix(".") if settings.ALLOWED_HOSTS else "localhost"
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": unquote(parts.path).encode().decode("latin-1"),
        "SCRIPT_NAME": "",
        "QUERY_STRING": parts.query,
        "SERVER_NAME": "localhost" if host == "*" else host,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost" if host == "*" else host,
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
    }
