"""The public pages of a programme as files: asked of Django as a server would, without a socket.

From the page of the programme every link is followed, in every language, so that what is linked is
there. Forms are left out of published pages, so there is an end to it.
"""

from collections.abc import Iterator
from datetime import date
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.urls import reverse
from django.utils import translation

from cairn.publish.addresses import file_of, linked
from cairn.values import CairnError
from cairn.web.published import published_as_of


class PageError(CairnError):
    """A page that could not be written."""


def pages_of(programme: str, day: date) -> Iterator[tuple[str, bytes]]:
    """Every page and table of a programme, and what they are drawn with, as (file, bytes).

    `day` is that of the last entry: what a page says is late is late as of it.
    """
    with published_as_of(day):
        yield from _Crawl(programme).pages()


class _Crawl:
    def __init__(self, programme: str) -> None:
        self.django = WSGIHandler()
        self.fronts = {}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                self.fronts[f"/{language}/"] = reverse("public:programme", args=[programme])
        self.waiting = list(self.fronts.values())
        self.known = set(self.waiting)

    def pages(self) -> Iterator[tuple[str, bytes]]:
        while self.waiting:
            address = self.waiting.pop()
            kind, body = self._answer(address)
            if kind.startswith("text/html"):
                body = linked(body.decode(), address, self._follow).encode()
            yield file_of(address), body

    def _follow(self, address: str) -> str:
        """Where a link leads: what is programmes' on a server is the programme's in its record."""
        address = self.fronts.get(address, address)
        if address not in self.known and not address.startswith("/files/"):  # see openings.py
            self.known.add(address)
            self.waiting.append(address)
        return address

    def _answer(self, address: str) -> tuple[str, bytes]:
        """What Django answers. Its signals of requests are not sent: they close the database."""
        path = unquote(urlsplit(address).path)
        if path.startswith(settings.STATIC_URL):
            found = finders.find(path.removeprefix(settings.STATIC_URL))
            if not found:
                raise PageError(f"{path} is drawn with on a page, and is not there.")
            return "", Path(found).read_bytes()
        response = self.django.get_response(WSGIRequest(_environ(address)))
        if response.status_code != HTTPStatus.OK:
            raise PageError(f"{unquote(address)} could not be published: {response.status_code}")
        body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
        return response["Content-Type"], body


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
