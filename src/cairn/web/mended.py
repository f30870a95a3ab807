"""What pages say in a language that a machine drafted: its catalogue, and what speakers mended in it.

Two users mend a line (people/wordings.py); here their wording goes before the catalogue's. Each process
looks at most every few seconds whether there is a newer one. Kyrgyz in Arabic letters is never mended by
itself: it follows the Cyrillic.
"""

import gettext
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import to_locale, trans_real

from cairn.journal.away import GroupAwayError
from cairn.kyrgyz import in_arabic
from cairn.people import wordings
from cairn.people.wordings import Line
from cairn.values import DRAFTED
from cairn.web.published import publishing

MENDABLE: Final = ("ug", "ky")
LOOKS_EVERY_SECONDS: Final = 10
CYRILLIC: Final = re.compile("[А-Яа-яЁё]")

_looked: dict[str, tuple[float, object]] = {}
_noted: ContextVar[set[str] | None] = ContextVar("noted", default=None)


class Mended(trans_real.DjangoTranslation):
    """A catalogue that says, where somebody asks, which of its lines were spoken.

    What Django and allauth say in Kyrgyz is there in Cyrillic alone.
    """

    def __init__(self, language: str) -> None:
        self.arabic = language == "ky-arab"
        super().__init__(language)

    def gettext(self, message: str) -> str:
        """A line; with its context before it, where it has one."""
        noted = _noted.get()
        if noted is not None:
            noted.add(message)
        return self._lettered(str(super().gettext(message)))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """A line that counts something."""
        noted = _noted.get()
        if noted is not None:
            noted.add(msgid1)
        return self._lettered(str(super().ngettext(msgid1, msgid2, n)))

    def _lettered(self, said: str) -> str:
        return in_arabic(said) if self.arabic and CYRILLIC.search(said) else said


@contextmanager
def noting() -> Iterator[set[str]]:
    """Note the lines that are spoken within, as their catalogue names them."""
    noted = set[str]()
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


def bring_up_to_date(language: str, *, at_once: bool = False) -> None:
    """Have a drafted language spoken with the wordings that were approved until now.

    Not while pages are published: those ask the record alone, and look once before they begin.
    """
    if language not in DRAFTED or publishing():
        return
    looked_at, version = _looked.get(language, (float("-inf"), None))
    now = time.monotonic()
    if now - looked_at < LOOKS_EVERY_SECONDS and not at_once:
        return
    spoken = _spoken_as(language)
    try:
        newest = wordings.version(spoken)
    except GroupAwayError:
        _looked[language] = (now, version)  # spoken as before, or as the machine drafted it
        return
    if newest != version or not isinstance(trans_real.translation(language), Mended):
        _speak(language, wordings.approved(spoken))
    _looked[language] = (now, newest)


def spoken(language: str) -> object:
    """Which wordings a language is spoken with now: equal as long as no other is."""
    bring_up_to_date(language)
    return _looked.get(language, (0.0, None))[1]


def wordings_now() -> tuple[object, ...]:
    """Have every drafted language up to date; equal as long as no wording is taken."""
    for language in sorted(DRAFTED):
        bring_up_to_date(language, at_once=True)
    return tuple(_looked[language][1] for language in sorted(DRAFTED))


def _spoken_as(language: str) -> str:
    return "ky" if language == "ky-arab" else language


def _speak(language: str, mended: Mapping[Line, str]) -> None:
    """Put a whole catalogue in place of the one before: a request that is under way keeps its own."""
    catalogue: Any = Mended(language)
    for line, wording in mended.items():
        key = f"{line.context}\x04{line.source}" if line.context else line.source
        said = in_arabic(wording) if language == "ky-arab" else wording
        counts = (key, line.form) in catalogue._catalog
        catalogue._catalog[(key, line.form) if counts else key] = said
    trans_real._translations[language] = catalogue  # type: ignore[attr-defined]


@cache
def lines_of(language: str) -> Mapping[Line, str]:
    """Each line of a language's own catalogue, as the machine drafted it."""
    path = Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES" / "django.mo"
    with path.open("rb") as file:
        catalogue: Any = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    found = {}
    for key, said in catalogue.items():
        name, form = key if isinstance(key, tuple) else (key, 0)
        context, _mark, source = name.rpartition("\x04")
        if source:
            found[Line(source, context, form)] = said
    return found
