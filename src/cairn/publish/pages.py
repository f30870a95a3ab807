"""The public pages of a programme as files: asked of Django as a server would, without a socket.

From the page of the programme every link is followed, in every language, so that what is linked is
there. Forms are left out of published pages, so there is an end to it.
"""

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
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
        self.ask = WSGIHandler()
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
        if address not in self.known:
            self.known.add(address)
            self.waiting.append(address)
        return address

    def _answer(self, address: str) -> tuple[str, bytes]:
        said: dict[str, Any] = {}

        def start(
            status: str, headers: list[tuple[str, str]], _error: object = None, /
        ) -> Callable[[bytes], object]:
            said.update(status=status, kind=dict(headers).get("Content-Type", ""))
            return len  # what only applications older than WSGI write with

        answer = self.ask(_environ(address), start)
        try:
            body = b"".join(answer)
        finally:
            answer.close()
        if not said["status"].startswith("200"):
            raise PageError(f"{unquote(address)} could not be published: {said['status']}")
        return said["kind"], body


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
