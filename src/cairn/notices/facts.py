"""Notices: what is published for residents, written once and read in several languages.

Things and dates, and never anything about a person. Answers to what a notice asks are voices, and no
facts of this capability.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, Field

from cairn.journal.fact import Ask, Fact, PutRight, Sealed, Visibility
from cairn.values import Names, Note, NoticeId, PlaceId, RecordingId, Slug, VersionId, nfc

A_RECORDING: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
"""The recording that examples name."""

WRITTEN, DRAFTED, CHECKED = "written", "drafted", "checked"
"""How far the text of a version has come: the source's is written and needs no check."""
PUBLISHED, WITHDRAWN = "published", "withdrawn"

Title = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(nfc)]
Body = Annotated[str, Field(min_length=1, max_length=1200), AfterValidator(nfc)]
"""What a sheet of A4 holds."""
Asks = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(nfc)]
Lines = Annotated[str, Field(min_length=1, max_length=600), AfterValidator(nfc)]

ABOUT_NOBODY: Final = _("Things and dates. Never about a person.")


class About(StrEnum):
    """What a notice is about."""

    POLICY = "policy"
    MONEY = "money"
    WORKS = "works"
    HEALTH_DAY = "health-day"
    MARKET = "market"
    OTHER = "other"


class InLanguage(StrEnum):
    """A language that a notice is read in: one of `values.LANGUAGES`."""

    EN = "en"
    ZH_HANS = "zh-hans"
    UG = "ug"
    KY = "ky"
    KY_ARAB = "ky-arab"


class Aloud(StrEnum):
    """That a notice is to be heard, too, for those who do not read."""

    WANTED = "wanted"


class MadeBy(StrEnum):
    """Who made a version out of the source."""

    SPEAKER = "speaker"
    MACHINE = "machine"


class NoticeWritten(Fact, kind="notices.notice-written"):
    """A notice is written, once, in one language. Others are made out of it.

    It stands on no board before its version is published.
    """

    visibility = Visibility.PUBLIC
    put_right = (
        PutRight("notices.notice-rewritten", {"notice": "notice"}),
        PutRight("notices.notice-withdrawn", {"notice": "notice"}),
    )
    sentence = _("The notice “{title}” was written, for {places}, from {since} to {until}.")
    example: ClassVar[dict[str, Any]] = {
        "notice": "well-2025",
        "about": "works",
        "places": ["qarasu"],
        "language": "en",
        "title": "The new well runs",
        "text": "Since 3 April water runs at the deep well, day and night.",
        "since": "2025-04-03",
        "until": "2025-05-03",
        "languages": ["zh-hans", "ky"],
        "aloud": "wanted",
        "question": "Where should the second tap stand?",
        "choices": "At the school\nAt the mill",
    }

    notice: Annotated[Slug, Names("notice"), Ask(_("Which short id does it get?"))]
    about: Annotated[About, Ask(_("What is it about?"))]
    places: Annotated[
        tuple[PlaceId, ...],
        Field(min_length=1),
        Ask(_("For which villages?"), _("For a township: for all its villages.")),
    ]
    language: Annotated[InLanguage, Ask(_("In which language do you write it?"))]
    title: Annotated[Title, Ask(_("What is its heading?"), ABOUT_NOBODY)]
    text: Annotated[Body, Ask(_("What does it say?"), ABOUT_NOBODY)]
    since: Annotated[date, Ask(_("From which day does it stand on the board?"))]
    until: Annotated[date, Ask(_("Until which day?"))]
    languages: Annotated[
        tuple[InLanguage, ...],
        Ask(_("In which other languages is it to be read?")),
    ] = ()
    aloud: Annotated[
        Aloud | None,
        Ask(
            _("Is it to be heard as well?"), _("A person reads it; no voice is made by a machine.")
        ),
    ] = None
    question: Annotated[
        Asks | None, Ask(_("Does it ask something?"), _("Such as: which of these wells first?"))
    ] = None
    choices: Annotated[
        Lines | None,
        Ask(
            _("What can be answered?"),
            _(
                "One choice on each line, two to nine. Without any, people answer in their own words."
            ),
        ),
    ] = None


class NoticeRewritten(Fact, kind="notices.notice-rewritten"):
    """The source of a notice says something else from now on: versions made out of it are stale.

    What it asks stays: who answered was asked that. Where it was published the new text stands at once.
    """

    visibility = Visibility.PUBLIC
    put_right = (PutRight("notices.notice-rewritten", {"notice": "notice"}),)
    offered: ClassVar[dict[str, Any]] = {"notice": {"withdrawn_on": None}}
    sentence = _("The notice {notice} now says: {title}. {reason}")
    example: ClassVar[dict[str, Any]] = {
        "notice": "well-2025",
        "title": "The new well runs",
        "text": "Since 5 April water runs at the deep well, day and night.",
        "until": "2025-05-05",
        "reason": "The pump came two days later",
    }

    notice: Annotated[NoticeId, Ask(_("Which notice?"))]
    title: Annotated[Title, Ask(_("What is its heading now?"), ABOUT_NOBODY)]
    text: Annotated[Body, Ask(_("What does it say now?"), ABOUT_NOBODY)]
    reason: Annotated[Note, Ask(_("Why?"))]
    until: Annotated[date | None, Ask(_("Until which day does it stand on the board now?"))] = None


class NoticeWithdrawn(Fact, kind="notices.notice-withdrawn"):
    """A notice stands on no board any more, in no language. Its page says so, and why."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"notice": {"withdrawn_on": None}}
    sentence = _("The notice {notice} was withdrawn: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "notice": "well-2025",
        "reason": "The pump stands still again",
    }

    notice: Annotated[NoticeId, Ask(_("Which notice?"))]
    reason: Annotated[Note, Ask(_("Why?"))]


class VersionDrafted(Fact, kind="notices.version-drafted"):
    """A notice was put into another language. It stands on no board yet.

    Told once more, the later text is the draft; what is published stays until that one is.
    """

    visibility = Visibility.PUBLIC
    put_right = (PutRight("notices.version-drafted", {"notice": "notice", "language": "language"}),)
    offered: ClassVar[dict[str, Any]] = {"notice": {"withdrawn_on": None}}
    sentence = _("The notice {notice} was put into another language: {title}")
    example: ClassVar[dict[str, Any]] = {
        "notice": "well-2025",
        "language": "zh-hans",
        "made_by": "speaker",
        "title": "新机井通水",
        "text": "自4月3日起，机井昼夜供水。",
        "question": "第二个取水点设在哪里？",
        "choices": "学校旁\n磨坊旁",
    }

    notice: Annotated[NoticeId, Ask(_("Which notice?"))]
    language: Annotated[InLanguage, Ask(_("Into which language was it put?"))]
    made_by: Annotated[
        MadeBy,
        Ask(_("Who put it into this language?"), _("What a machine made says so on every page.")),
    ]
    title: Annotated[Title, Ask(_("What is its heading in this language?"), ABOUT_NOBODY)]
    text: Annotated[Body, Ask(_("What does it say in this language?"), ABOUT_NOBODY)]
    question: Annotated[Asks | None, Ask(_("What does it ask, if the notice asks something?"))] = (
        None
    )
    choices: Annotated[
        Lines | None,
        Ask(_("What can be answered?"), _("One choice on each line, in the order of the source.")),
    ] = None


class VersionChecked(Fact, kind="notices.version-checked"):
    """Somebody who speaks the language, and did not write it, says that it says the same."""

    visibility = Visibility.PUBLIC
    apart_from: ClassVar[tuple[str, ...]] = ("version.drafted",)
    offered: ClassVar[dict[str, Any]] = {"version": {"checkable": True}}
    sentence = _("The version {version} was checked by a speaker.")
    example: ClassVar[dict[str, Any]] = {"version": "well-2025.zh-hans"}

    version: Annotated[VersionId, Ask(_("Which version do you understand, and say is right?"))]


class VersionPublished(Fact, kind="notices.version-published"):
    """A version stands on the boards of its villages, from its first day to its last.

    What a machine made and nobody checked says so there.
    """

    visibility = Visibility.PUBLIC
    put_right = (PutRight("notices.version-withdrawn", {"version": "version"}),)
    offered: ClassVar[dict[str, Any]] = {"version": {"publishable": True}}
    sentence = _("The version {version} was published.")
    example: ClassVar[dict[str, Any]] = {"version": "well-2025.zh-hans"}

    version: Annotated[VersionId, Ask(_("Which version?"))]


class VersionWithdrawn(Fact, kind="notices.version-withdrawn"):
    """A version stands on no board any more; the others stay."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"version": {"is_shown": True}}
    sentence = _("The version {version} was withdrawn: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "version": "well-2025.zh-hans",
        "reason": "A date was wrong",
    }

    version: Annotated[VersionId, Ask(_("Which version?"))]
    reason: Annotated[Note, Ask(_("Why?"))]


class VersionRecorded(Fact, kind="notices.version-recorded"):
    """Somebody read a version aloud, and it was recorded. With another text it is heard no more."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("notices.version-recorded", {"version": "version"}),)
    offered: ClassVar[dict[str, Any]] = {"version": {"stale": False}}
    sentence = _("The version {version} can be heard.")
    example: ClassVar[dict[str, Any]] = {"version": "well-2025.zh-hans", "sha256": A_RECORDING}

    version: Annotated[VersionId, Ask(_("Which version is read aloud?"))]
    sha256: Annotated[
        RecordingId | None, Sealed(needed=True, opened=True), Ask(_("Which recording is it?"))
    ] = None


def lines(text: str | None) -> list[str]:
    """The choices of a question: what is written on each line."""
    return [line.strip() for line in (text or "").split("\n") if line.strip()]


def texts_of(fact: NoticeWritten | VersionDrafted) -> Mapping[str, Any]:
    """What a version says."""
    return {
        "title": fact.title,
        "text": fact.text,
        "question": fact.question or "",
        "choices": lines(fact.choices),
    }
