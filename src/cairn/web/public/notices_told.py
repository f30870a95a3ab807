"""What a page, a board, a sheet of paper and a feed say of a notice, to a reader of one language."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import get_language

from cairn.following.notices import NoticeFollowed, NoticeRow, Text
from cairn.journal.past import programme_of
from cairn.values import LANGUAGE_NAMES, RIGHT_TO_LEFT
from cairn.voice.facts import CLAIMS
from cairn.web.public.files import TYPES, address_of_kept
from cairn.web.public.links import links

SIZES: Final = (
    (150, "largest"),
    (360, "large"),
    (540, "middle"),
    (780, "small"),
    (1300, "smaller"),
)
"""How much text stands on a sheet of A4 in which size; what is longer stands in the smallest."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording on a page."""

    address: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as somebody reads it. `other` says that it is not in the language that was asked for."""

    row: NoticeRow
    text: Text
    address: str
    language: str
    direction: str
    other: bool
    sound: Sound | None

    @property
    def paragraphs(self) -> list[str]:
        """What it says, cut where whoever wrote it left a line empty or began a new one."""
        return [line.strip() for line in self.text.text.split("\n") if line.strip()]

    @property
    def claims(self) -> bool:
        """Whether it says of something that it is so now; what it said before is not asked about."""
        return self.row.topic in CLAIMS and not self.text.stale

    @property
    def fits(self) -> str:
        """The size in which it fills a sheet. A Chinese character is as wide as two letters."""
        said = [*self.paragraphs, self.text.question, *self.text.choices]
        wide = sum(2 if ord(sign) > 0x2E7F else 1 for text in said for sign in text)
        wide += 40 * len(self.text.choices)  # a choice begins a line of its own
        return next((name for most, name in SIZES if wide <= most), "smallest")


def told(programme: str, found: Iterable[NoticeFollowed]) -> list[Told]:
    """These notices to a reader of the language that is active."""
    language = get_language() or "en"
    every = ((one, one.in_language(language)) for one in found)
    return [telling(programme, one, text, language) for one, text in every if text]


def telling(programme: str, found: NoticeFollowed, text: Text, language: str) -> Told:
    """One version of a notice, to somebody who asked for a language."""
    heard = text.heard
    return Told(
        row=found.row,
        text=text,
        address=links(programme)("notice", found.row.notice.id),
        language=LANGUAGE_NAMES[text.language],
        direction="rtl" if text.language in RIGHT_TO_LEFT else "ltr",
        other=text.language != language,
        sound=Sound(
            address_of_kept(programme_of(programme), heard.file, heard.suffix),
            TYPES[heard.suffix],
            heard.size,
        )
        if heard
        else None,
    )
