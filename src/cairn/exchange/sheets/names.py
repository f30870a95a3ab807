"""Who and what the names in a sheet mean: things on record, things to be added, or a question.

A name means what is called exactly so, by id or in any language. One letter apart is a likely slip:
it is asked, never taken and never added.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from cairn.exchange.sheets.values import Reason, plain
from cairn.exchange.sheets.words import LEVELS, LEVELS_BY_HEADING, THEMES
from cairn.programme.facts import PlaceLevel
from cairn.values import Language, Text, Theme, slug_from

AS_NEW = "new"
"""As an answer under `names` in a map: it is not the similar thing on record, add it."""


class UnclearError(Exception):
    """A name that a person has to settle; carries the reason for the row."""

    def __init__(
        self,
        code: str,
        text: str,
        offer: str | None = None,
        /,
        *,
        about: str = "",
        meant: Iterable[str] = (),
        **said: str,
    ) -> None:
        self.reason = Reason(code, text, said, offer, about=about, meant=tuple(meant))
        super().__init__(self.reason.message)


@dataclass
class Register:
    """The things of one kind that a name can mean, on record and about to be."""

    called: str
    ids_by_name: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    names_by_id: dict[str, tuple[str, ...]] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    _one_letter_less: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, thing: str, names: Iterable[str]) -> None:
        """Make a thing known by its id and its names."""
        names = tuple(dict.fromkeys(names))
        self.names_by_id[thing] = names
        self.shown[thing] = names[0] if names else thing
        for name in {plain(thing), *map(plain, names)}:
            self.ids_by_name[name][thing] = None
            for shorter in _one_letter_less(name):
                self._one_letter_less[shorter][name] = None

    def remove(self, thing: str) -> None:
        """Forget a thing that is not to be added after all."""
        for name in {plain(thing), *map(plain, self.names_by_id.pop(thing))}:
            self.ids_by_name[name].pop(thing, None)
            if not self.ids_by_name[name]:
                for shorter in _one_letter_less(name):
                    self._one_letter_less[shorter].pop(name, None)

    def named(self, text: str) -> list[str]:
        """The ids of everything called exactly so."""
        if text in self.names_by_id:
            return [text]
        return list(self.ids_by_name.get(plain(text), ()))

    def near(self, text: str) -> list[str]:
        """The ids of things whose name differs by one letter that is no digit."""
        name = plain(text)
        candidates: dict[str, None] = {}
        for shorter in _one_letter_less(name):
            candidates.update(self._one_letter_less.get(shorter, {}))
        found: dict[str, None] = {}
        for candidate in candidates:
            if candidate != name and _is_a_slip(name, candidate):
                found.update(self.ids_by_name.get(candidate, {}))
        return list(found)

    def free_id(self, name: str) -> str:
        """An id made of a name that nothing has yet."""
        start = slug_from(name) or self.called
        if start not in self.names_by_id:
            return start
        numbered = (f"{start[:58]}-{number}" for number in range(2, 10_000))
        return next(free for free in numbered if free not in self.names_by_id)


def shown_list(ids: Iterable[str]) -> str:
    """The first few of many, for a sentence."""
    ids = list(ids)
    return ", ".join(f"‘{one}’" for one in islice(ids, 4)) + (" …" if len(ids) > 4 else "")


def _one_letter_less(name: str) -> Iterator[str]:
    # Below this, one letter is most of the name: 学校 and 学院 are two things.
    if len(name) < (3 if not name.isascii() else 5):
        return
    yield name
    for at in range(len(name)):
        yield name[:at] + name[at + 1 :]


def _is_a_slip(one: str, other: str) -> bool:
    """Whether one letter differs, and is a letter: 一期 and 二期, 2024 and 2025 are two things."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    if len(a) == len(b):
        if a[1:] != b[1:]:
            return False
    elif a[1:] != b and a != b[1:]:
        return False
    return not any(letter.isnumeric() for letter in (a[:1] + b[:1]))


def text_in_its_language(name: str) -> Text:
    """A name as a Text, in the language that its script suggests."""
    return Text.model_validate({_language_of(name): name})


def _language_of(name: str) -> Language:
    for letter in name:
        if "\u4e00" <= letter <= "\u9fff" or "\u3400" <= letter <= "\u4dbf":
            return "zh-hans"
        if "\u0600" <= letter <= "\u06ff":
            return "ug"
        if "\u0400" <= letter <= "\u04ff":
            return "ky"
    return "en"


def theme_of(text: str) -> Theme:
    """What a project is about, by the words of its name."""
    for theme, pattern in THEMES:
        if re.search(pattern, text, re.IGNORECASE):
            return Theme(theme)
    return Theme.OTHER


def level_of(text: str, heading: str) -> PlaceLevel:
    """What a place is, by its name, else by the heading it stands under."""
    for said, levels in ((text, LEVELS), (heading, LEVELS_BY_HEADING)):
        for level, pattern in levels:
            if re.search(pattern, said.strip(), re.IGNORECASE):
                return PlaceLevel(level)
    return PlaceLevel.VILLAGE
