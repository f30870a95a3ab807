"""Which file an address of a page becomes, and how one file links to another.

    /en/kunlun/grants/water-2025/            en/kunlun/grants/water-2025/index.html
    /en/kunlun/grants/?sponsor=water-bureau  en/kunlun/grants/~sponsor=water-bureau/index.html
    /en/kunlun/grants/?csv=grants            en/kunlun/grants/grants.csv
    /static/cairn/cairn.css                  static/cairn/cairn.css
    /en/kunlun/places/places.csv/            en/kunlun/places/~~places.csv/index.html

No id begins with `~`; one that is called like a file of ours gets two of them, or its folder would stand
where that file does. Links are relative and name files, so that they lead on from a folder on a
disk as they do from any web server.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from html import escape, unescape
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

LINK = re.compile(r'\s(href|src)="([^"]*)"')
FARTHEST = 1000
"""Rows of a long list that can be turned to; past them only its CSV goes on."""

ORIGIN = "https://record.invalid"

FILES = (".html", ".csv", ".geojson")
"""What files beside folders of things end in; compared without regard to case, as some hosts do."""
LONGEST = 240
"""Bytes that the name of a folder may have; file systems take 255, of which an upload may want some."""


MANY = 1 << 16
"""Addresses and files remembered: those in the head of every page are looked up for every page."""


@lru_cache(MANY)
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


@lru_cache(MANY)
def file_of(address: str) -> str:
    """The file that holds what is answered at an address."""
    parts = urlsplit(address)
    *folders, last = unquote(parts.path).lstrip("/").split("/")
    query = dict(parse_qsl(parts.query))
    table = query.pop("csv", None)
    path = "".join(f"{_folder(name)}/" for name in folders)
    if last:
        return path + last
    if query:
        said = "&".join(f"{name}={value}".replace(" ", "+") for name, value in query.items())
        path += f"{_folder(f'~{said}')}/"
    return path + (f"{table}.csv" if table else "index.html")


def _folder(name: str) -> str:
    """The folder of a thing, which is called after its id wherever that can be."""
    if len(name.encode()) > LONGEST:
        return f"~~{sha256(name.encode()).hexdigest()}"
    is_like_a_file = not name.startswith("~") and name.lower().endswith(FILES)
    return f"~~{name}" if is_like_a_file else name


def linked(html: str, page: str, follow: Callable[[str], str | None]) -> str:
    """A page with its links made relative to its file.

    `follow` is given the address of each and gives the one to link to; a link to None loses its
    address, and is text.
    """
    here = file_of(page).split("/")[:-1]

    def link(found: re.Match[str]) -> str:
        given = unescape(found[2])
        if given.startswith("#"):
            return found[0]
        address = address_of(given, "/" if given.startswith("/") else page)
        to = follow(address) if address else None
        if to is None:
            return ""
        fragment = urlsplit(given).fragment
        path = quote(_from(here, file_of(to)), safe="/~=&+,")
        return f' {found[1]}="{escape(path + (f"#{fragment}" if fragment else ""))}"'

    return LINK.sub(link, html)


def _from(here: list[str], file: str) -> str:
    """The relative path of a file. As posixpath.relpath has it, which takes ten times as long."""
    there = file.split("/")
    same = 0
    while same < min(len(here), len(there) - 1) and here[same] == there[same]:
        same += 1
    return "../" * (len(here) - same) + "/".join(there[same:])
