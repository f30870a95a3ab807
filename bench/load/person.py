"""Somebody at a browser: keeps cookies and one connection, signs in, reads pages, fills in forms."""

import base64
import hashlib
import hmac
import http.client
import re
import struct
import time
import uuid
import zlib
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

PATIENCE_SECONDS = 120
REFRESH = re.compile(r'<meta http-equiv="refresh" content="(\d+)">')
"""After so many seconds a page is to be asked for again; a browser does it by itself."""

CODES = 4
"""So often somebody types a code before giving up; the server lets them."""


class WentWrongError(Exception):
    """A page that was not as it must be."""


@dataclass
class Page:
    """What came back, and how long it took until the last byte was here."""

    status: int
    address: str
    seconds: float
    text: str

    def form(self, marked: str = "") -> "Form":
        """The form of this class, else the last on the page."""
        reading = _Forms()
        reading.feed(self.text)
        found = [form for form in reading.forms if marked in form.called]
        if not found:
            raise WentWrongError(f"{self.status} {self.address}: no form there")
        return found[-1]


@dataclass
class Form:
    """The answers that a form holds already, and what its lists offer."""

    called: str
    answers: dict[str, list[str]] = field(default_factory=dict)
    offers: dict[str, list[str]] = field(default_factory=dict)


class Person:
    """A browser with its user: everything a step needs to know."""

    def __init__(self, host: str, about: dict[str, Any]) -> None:
        self.name, self.role = str(about["name"]), str(about["role"])
        self.place, self.organisation = str(about["place"]), str(about["organisation"])
        self.programme, self.token = str(about["programme"]), str(about["token"])
        self.pages = f"/{about['language']}/{self.programme}/"
        self.desk = f"/{about['language']}/~desk/"
        self._password, self._secret = str(about["password"]), str(about["secret"])
        self._cookies: dict[str, str] = {}
        self._connection = http.client.HTTPConnection(host, timeout=PATIENCE_SECONDS)

    def sign_in(self) -> Page:
        """By password and code, as anybody; the page that this leads to."""
        page = self.get(f"{self.desk}sign-in/")
        answers = page.form().answers | {"login": [self.name], "password": [self._password]}
        page = self.show_code(self.post(f"{self.desk}sign-in/", answers))
        if page.status != 200 or not page.address.endswith("~desk/"):
            raise WentWrongError(f"{self.name} is not signed in, but at {page.address}")
        return page

    def show_code(self, asking: Page) -> Page:
        """Type the code that a page asks for; the page that this leads to."""
        page = asking
        for _attempt in range(CODES):
            answers = page.form().answers | {"code": [code(self._secret, time.time())]}
            page = self.post(page.address, answers)
            if urlsplit(page.address).path != urlsplit(asking.address).path:
                break  # else it waited until its code was good no more, and takes the next
        return page

    def get(self, address: str, *, token: bool = False) -> Page:
        """A page, and whichever it leads to."""
        headers = {"Authorization": f"Bearer {self.token}"} if token else {}
        return self._followed("GET", address, headers=headers)

    def post(
        self, address: str, answers: dict[str, list[str]], files: dict[str, bytes] | None = None
    ) -> Page:
        """Send a form, and follow to where it leads; the seconds are of both."""
        if files is None:
            body = urlencode(answers, doseq=True).encode()
            kind = "application/x-www-form-urlencoded"
        else:
            body, kind = _multipart(answers, files)
        return self._followed("POST", address, body=body, headers={"Content-Type": kind})

    def _followed(
        self, method: str, address: str, *, body: bytes | None = None, headers: dict[str, str]
    ) -> Page:
        begin = time.perf_counter()
        for _hop in range(6):
            status, text, leads_to = self._asked(method, address, body, headers)
            while (
                again := REFRESH.search(text)
            ) and time.perf_counter() - begin < PATIENCE_SECONDS:
                time.sleep(float(again[1]))
                status, text, leads_to = self._asked("GET", address, None, headers)
            if status not in {301, 302, 303}:
                return Page(status, address, time.perf_counter() - begin, text)
            parts = urlsplit(leads_to)
            address = parts.path + (f"?{parts.query}" if parts.query else "")
            method, body, headers = "GET", None, {}
        raise WentWrongError(f"{address} leads nowhere")

    def _asked(
        self, method: str, address: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, str, str]:
        said = {**headers, "Accept-Encoding": "gzip", "User-Agent": "bench"}
        if self._cookies and "Authorization" not in headers:
            said["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            self._connection.request(method, address, body=body, headers=said)
            response = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError):
            # The server closed what nobody used for a while: a browser asks again, too.
            self._connection.close()
            self._connection.request(method, address, body=body, headers=said)
            response = self._connection.getresponse()
        content = response.read()
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _is, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
        if response.headers.get("Content-Encoding") == "gzip":
            content = zlib.decompress(content, wbits=31)
        return response.status, content.decode(), response.headers.get("Location", "")


def code(secret: str, at: float) -> str:
    """What an app shows at this second (RFC 6238, by its usual parameters)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(at) // 30), hashlib.sha1)
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def _multipart(answers: dict[str, list[str]], files: dict[str, bytes]) -> tuple[bytes, str]:
    """A form as browsers send it when it holds files (RFC 7578)."""
    boundary = uuid.uuid4().hex
    parts = []
    for name, values in answers.items():
        parts += [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for value in values
        ]
    for name, content in files.items():
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="a.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n".encode()
            + content
            + b"\r\n"
        )
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"


class _Forms(HTMLParser):
    """Reads every form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select, self._textarea = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(about.get("class", ""))
            self.forms.append(self._open)
        if self._open is None:
            return
        name = about.get("name", "")
        if tag == "input" and name and about.get("type") not in {"file", "submit"}:
            self._take_input(self._open, name, about)
        elif tag == "select":
            self._select = name
            self._open.offers[name] = []
        elif tag == "option" and self._select:
            if about.get("value"):
                self._open.offers[self._select].append(about["value"])
            if "selected" in about:
                self._open.answers[self._select] = [about.get("value", "")]
        elif tag == "textarea":
            self._open.answers[name] = [""]
            self._textarea = name

    @staticmethod
    def _take_input(form: Form, name: str, about: dict[str, str]) -> None:
        if about.get("type") in {"radio", "checkbox"}:
            form.offers.setdefault(name, []).append(about.get("value", "on"))
            if "checked" not in about:
                return
        form.answers.setdefault(name, []).append(about.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._open and self._textarea:
            self._open.answers[self._textarea][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""
