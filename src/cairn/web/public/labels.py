"""Labels to print and fix to a village's assets: each with the address of the asset's page.

A QR code is drawn here as one path of squares. What reads it needs no app of Cairn's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import qrcode
from django.http import HttpRequest

from cairn.following.standing import AssetRow
from cairn.web.public import asks, reads
from cairn.web.public.links import links
from cairn.web.public.page import Shown, page
from cairn.web.reader import reader

QUIET = 4
"""Squares left empty around a code, as its standard asks (ISO/IEC 18004 §5.3.8)."""

MOST = 200
"""Labels on one page; a place with more prints those of what is within it."""


@dataclass(frozen=True, slots=True)
class Label:
    """An asset with the address of its page, and that as a code: its path and how wide it is."""

    row: AssetRow
    address: str
    path: str
    width: int


@page
def labels(request: HttpRequest, programme: str, place: str) -> Shown:
    """The labels of the assets in use at a place and within it, on sheets of A4."""
    named, as_of = reads.programme_and_position(programme)
    today = reads.today_in(programme)
    here = reads.place_named(programme, place)
    rows, stretch = asks.assets(programme=programme, today=today, place=place, size=MOST)
    base = links(programme)
    return Shown(
        "public/labels.html",
        reader().name(here),
        programme=named,
        as_of=as_of,
        section="assets",
        more={
            "labels": [
                _label(row, request.build_absolute_uri(base("asset", row.asset.id)))
                for row in rows
                if row.condition not in {"out", "gone"}
            ],
            "left_out": stretch.total - len(rows),
            "back": f"{base.base}assets/?place={quote(place)}",
        },
    )


def _label(row: AssetRow, address: str) -> Label:
    path, width = code_of(address)
    return Label(row, address, path, width)


def code_of(text: str) -> tuple[str, int]:
    """A QR code of a text, a quarter of it readable if the rest is scratched: SVG path and width."""
    code = qrcode.QRCode(border=QUIET, error_correction=qrcode.constants.ERROR_CORRECT_Q)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    return "".join(_runs(matrix)), len(matrix)


def _runs(matrix: list[list[bool]]) -> Iterator[str]:
    """Each run of dark squares in a row as one rectangle."""
    for y, line in enumerate(matrix):
        x = 0
        while x < len(line):
            width = 0
            while x + width < len(line) and line[x + width]:
                width += 1
            if width:
                yield f"M{x} {y}h{width}v1h-{width}z"
            x += width or 1
