"""What queries answer about notices: frozen values, as in answers.py."""

from dataclasses import dataclass
from datetime import date

from cairn.following.answers import Named
from cairn.values import NEAREST


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice in a list. `state`: unpublished, to-come, in-force, over or withdrawn.

    `languages` are those in which it is published, the source's first; `heard` those with a recording.
    """

    notice: Named
    topic: str
    places: tuple[Named, ...]
    since: date
    until: date
    state: str
    languages: tuple[str, ...]
    heard: tuple[str, ...]
    asks: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording that is kept here: the SHA-256 of its file, the ending of its name, its bytes."""

    file: str
    suffix: str
    size: int


@dataclass(frozen=True, slots=True)
class Text:
    """What a notice says in one language, as published.

    `unchecked` was made by a machine and checked by nobody; `stale` says what the source said before.
    """

    language: str
    title: str
    text: str
    question: str
    choices: tuple[str, ...]
    is_source: bool
    unchecked: bool
    stale: bool
    published_on: date
    heard: Heard | None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A notice in one language, wanted or there. `state`: missing, or how far its text has come.

    What is `shown` may be an earlier text than the one that this is about.
    """

    language: str
    state: str
    made_by: str
    stale: bool
    shown: bool
    unchecked: bool
    drafted_on: date | None
    checked_on: date | None
    published_on: date | None
    heard: bool


@dataclass(frozen=True, slots=True)
class NoticeFollowed:
    """A notice with what is published of it, the source first, and each of its versions."""

    row: NoticeRow
    language: str
    texts: tuple[Text, ...]
    versions: tuple[VersionRow, ...]
    written_on: date
    changed_on: date
    withdrawn_on: date | None
    withdrawn_because: str

    def in_language(self, language: str) -> Text | None:
        """What a reader of this language gets: that version, else the nearest, else the source's."""
        by_language = {text.language: text for text in self.texts}
        nearest = (one for one in NEAREST.get(language, (language,)) if one in by_language)
        found = next(nearest, "")
        return by_language.get(found) or next(iter(self.texts), None)
