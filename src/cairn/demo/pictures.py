"""Pictures of the demo: drawn, so that nobody takes them for photos of a real place. No person in any.

A picture is drawn from its caption and a theme, the same each time.
"""

from functools import cache
from hashlib import sha256
from io import BytesIO
from random import Random
from typing import Any, Final

from cairn.journal.pictures import re_encoded
from cairn.values import Text, Theme

SIZE: Final = (960, 640)
HORIZON: Final = 380
SKY, FAR, GROUND, DUG = "#cfe3ee", "#b9c4bd", "#c9b48f", "#8a6f4e"
PAPER, INK, STAMP = "#f7f4ec", "#5a5f66", "#b5382e"
STONE, WOOD, WATER, LEAF = "#9aa0a3", "#8b5e3c", "#3b7ea1", "#6d8f4e"
WALL, ROOF, GLASS = "#e9e2d0", "#a4523d", "#7fa6b8"

PAPERS: Final = frozenset(
    {
        "Delivery note and invoice",
        "Inspection sheet of the township",
        "Contract and price comparison",
    }
)
FINISHED: Final = frozenset({"The finished work", "Installed and switched on"})


def file_of(caption: Text, theme: Theme) -> str:
    """The id of a picture, once it is kept."""
    shown = str(caption.en)
    return _file(shown, theme if shown in FINISHED else Theme.OTHER)


def drawn() -> list[bytes]:
    """Every picture that a tale named so far, as it was drawn."""
    return list(_DRAWN.values())


def also_kept(file: str, content: bytes) -> None:
    """Have something else kept with the pictures, by the id that it will have."""
    _DRAWN[file] = content


_DRAWN: dict[str, bytes] = {}


@cache
def _file(caption: str, theme: Theme) -> str:
    content = _draw(caption, theme)
    file = sha256(re_encoded(content)).hexdigest()
    _DRAWN[file] = content
    return file


def _draw(caption: str, theme: Theme) -> bytes:
    from PIL import Image, ImageDraw  # noqa: PLC0415 - loads when a demo is told

    image = Image.new("RGB", SIZE, SKY)
    pen = ImageDraw.Draw(image)
    chance = Random(f"{caption} {theme}")  # noqa: S311 - a picture that must come out the same
    if caption in PAPERS:
        _paper(pen, chance)
    else:
        _land(pen, chance)
        if caption in FINISHED:
            _thing(pen, theme)
        else:
            _works(pen, caption)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


Pen = Any
"""Pillow's ImageDraw, which is loaded only when something is drawn."""


def _paper(pen: Pen, chance: Random) -> None:
    pen.rectangle((0, 0, *SIZE), fill=WOOD)
    pen.rectangle((250, 30, 710, 610), fill=PAPER)
    for line in range(9):
        top = 90 + 52 * line
        pen.line((290, top, 290 + chance.randint(180, 380), top), fill=INK, width=7)
    pen.ellipse((540, 440, 670, 570), outline=STAMP, width=9)
    pen.line((570, 505, 640, 505), fill=STAMP, width=9)


def _land(pen: Pen, chance: Random) -> None:
    ridge = [(0, HORIZON), *((x, HORIZON - chance.randint(20, 130)) for x in range(60, 960, 120))]
    pen.polygon([*ridge, (960, HORIZON)], fill=FAR)
    pen.rectangle((0, HORIZON, *SIZE), fill=GROUND)
    for tree in (70, 860):
        pen.rectangle((tree - 6, HORIZON - 70, tree + 6, HORIZON + 20), fill=WOOD)
        pen.ellipse((tree - 32, HORIZON - 190, tree + 32, HORIZON - 50), fill=LEAF)


def _works(pen: Pen, caption: str) -> None:
    match caption:
        case "The ground staked out":
            corners = [(300, 430), (680, 430), (780, 580), (200, 580)]
            pen.line([*corners, corners[0]], fill=PAPER, width=5)
            for x, y in corners:
                pen.rectangle((x - 7, y - 60, x + 7, y + 8), fill=WOOD)
        case "The trench before filling":
            pen.polygon([(420, 400), (520, 400), (720, 640), (220, 640)], fill=DUG)
            pen.line((470, 405, 470, 640), fill=WATER, width=26)
        case "Concrete cast and covered":
            pen.polygon([(280, 430), (680, 430), (800, 590), (160, 590)], fill=STONE)
            for x in range(220, 760, 90):
                pen.line((x, 590, x + 30, 430), fill=PAPER, width=3)
        case _:
            for nth in range(3):
                left = 220 + 190 * nth
                pen.rectangle((left, 420 - 40 * (nth % 2), left + 160, 560), fill=WOOD)
                pen.rectangle((left + 62, 420 - 40 * (nth % 2), left + 98, 560), fill=PAPER)


def _thing(pen: Pen, theme: Theme) -> None:
    """What was built, by what it is for."""
    match theme:
        case Theme.WATER:
            pen.rectangle((380, 420, 580, 540), fill=STONE)
            pen.rectangle((465, 270, 495, 430), fill=STONE)
            pen.line((480, 285, 620, 255), fill=INK, width=14)
            pen.line((495, 330, 590, 350), fill=INK, width=18)
            pen.polygon([(582, 352), (600, 352), (610, 540), (574, 540)], fill=WATER)
        case Theme.ROAD:
            pen.polygon([(450, HORIZON), (510, HORIZON), (860, 640), (100, 640)], fill=STONE)
            for top in range(400, 640, 60):
                pen.line((480, top, 480, top + 30), fill=PAPER, width=8)
        case Theme.ENERGY:
            for left in (240, 420, 600):
                pen.polygon(
                    [(left, 470), (left + 150, 470), (left + 180, 330), (left + 30, 330)],
                    fill=WATER,
                )
                pen.line((left + 90, 470, left + 90, 560), fill=INK, width=12)
        case Theme.FARMING:
            for top in range(420, 640, 44):
                pen.line((120, top, 840, top), fill=DUG, width=10)
                for x in range(140, 840, 60):
                    pen.ellipse((x, top - 26, x + 30, top + 4), fill=LEAF)
        case _:
            pen.rectangle((260, 320, 700, 560), fill=WALL)
            pen.polygon([(230, 320), (730, 320), (660, 230), (300, 230)], fill=ROOF)
            pen.rectangle((440, 420, 520, 560), fill=WOOD)
            for left in (310, 570):
                pen.rectangle((left, 390, left + 90, 470), fill=GLASS)
