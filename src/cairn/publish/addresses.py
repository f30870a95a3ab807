"""Which file an address of a page becomes, and how one file links to another.

    /en/kunlun/grants/water-2025/            en/kunlun/grants/water-2025/index.html
    /en/kunlun/grants/?sponsor=water-bureau  en/kunlun/grants/~sponsor=water-bureau/index.html
    /en/kunlun/grants/?csv=grants            en/kunlun/grants/grants.csv
    /static/cairn/cairn.css                  static/cairn/cairn.css

No id begins with `~`. Links are relative and name files, so that they lead on from a folder on a
disk as they do from any web server.
"""

import posixpath
import re
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

LINK = re.compile(r'\s(href|src)="([^"]*)"')
FARTHEST = 1000
"""Rows of a long list that can be turned to; past them only its CSV goes on."""

ORIGIN = "https://record.invalid"


def address_of(link: str, page: str) -> str | None:
    """The address that a link on a page leads to; None where it leads to no file of the record.

    The query is put in order, so that one page has one address.
    """
    whole = urlsplit(urljoin(ORIGIN + page, link))
    if f"{whole.scheme}://{whole.netloc}" != ORIGIN or not whole.path:
        return None
    query = sorted(parse_qsl(whole.query))
    if any(not re.fullmatch(r"[\w.\-~ ]+", f"{name}{value}") for name, value in query):
        return None
    start = dict(query).get("start", "0")
    if not start.isdecimal() or int(start) > FARTHEST:
        return None
    return whole.path + (f"?{urlencode(query)}" if query else "")


def file_of(address: str) -> str:
    """The file that holds what is answered at an address."""
    parts = urlsplit(address)
    path, query = unquote(parts.path).lstrip("/"), dict(parse_qsl(parts.query))
    table = query.pop("csv", None)
    if not path.endswith("/"):
        return path
    if query:
        path += "~" + "&".join(f"{name}={value}".replace(" ", "+") for name, value in query.items())
        path += "/"
    return path + (f"{table}.csv" if table else "index.html")


def linked(html: str, page: str, follow: Callable[[str], str | None]) -> str:
    """A page with its links made relative to its file.

    `follow` is given the address of each and gives the one to link to; a link to None loses its
    address, and is text.
    """
    here = posixpath.dirname(file_of(page))

    def link(found: re.Match[str]) -> str:
        given = unescape(found[2])
        if given.startswith("#"):
            return found[0]
        address = address_of(given, page)
        to = follow(address) if address else None
        if to is None:
            return ""
        fragment = urlsplit(given).fragment
        path = quote(posixpath.relpath(file_of(to), here), safe="/~=&+,")
        return f' {found[1]}="{escape(path + (f"#{fragment}" if fragment else ""))}"'

    return LINK.sub(link, html)
