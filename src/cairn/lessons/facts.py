"""What can happen to what a cohort learned: from its debrief to the answer, and whether it was done.

A debrief says how many took part and for which posts, never who. Its minutes are not public and can be
erased; a recommendation, and what became of it, is public.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, Field

from cairn.journal.fact import Ask, Fact, PutRight, Sealed, Visibility
from cairn.values import (
    CohortId,
    DebriefId,
    FileId,
    LessonThemeId,
    Names,
    PlaceId,
    PostId,
    RecommendationId,
    Slug,
    Text,
    nfc,
)

A_RECOMMENDATION = "01936f0a-0000-7000-8000-000000000005"
ANOTHER = "01936f0a-0000-7000-8000-000000000006"
A_PHOTO = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
"""The recommendations and the file that examples name."""

DRAFTED, CONFIRMED, ASKED = "drafted", "confirmed", "asked"
ACCEPTED, REJECTED, BEGUN, CLAIMED, VERIFIED = (
    "accepted", "rejected", "begun", "claimed", "verified",
)  # fmt: skip
CLOSED, DROPPED, MERGED = "closed", "dropped", "merged"
"""How far a recommendation has come. Of the last three nobody owes anything."""

STANDING = (CONFIRMED, ASKED, ACCEPTED, REJECTED, BEGUN, CLAIMED, VERIFIED)
"""The states in which it stands on the next debrief's agenda by itself."""

Minutes = Annotated[str, Field(min_length=1, max_length=60_000), AfterValidator(nfc)]


class Answer(StrEnum):
    """What whoever is asked says to a recommendation."""

    ACCEPTED = "accepted"
    IN_PART = "in-part"
    REJECTED = "rejected"


class Ending(StrEnum):
    """How a recommendation ended."""

    IMPLEMENTED = "implemented"
    ALTERNATIVE = "alternative"
    NOT_IMPLEMENTED = "not-implemented"
    NO_LONGER = "no-longer-applicable"


# The debrief


class DebriefCalled(Fact, kind="lessons.debrief-called"):
    """A cohort is to say what it learned, on a day; a post has the chair."""

    visibility = Visibility.PUBLIC
    sentence = _("{cohort} is to say what it learned: {name}, on {on}.")
    example: ClassVar[dict[str, Any]] = {
        "debrief": "close-2025",
        "cohort": "2025",
        "place": "hongliu",
        "name": {"en": "What the teams of 2025 learned", "zh-hans": "2025年驻村工作总结会"},
        "chair": "county-office",
        "on": "2025-12-18",
    }

    debrief: Annotated[Slug, Names("debrief"), Ask(_("Which id shall it have?"))]
    cohort: Annotated[CohortId, Ask(_("Which cohort says what it learned?"))]
    place: Annotated[
        PlaceId, Ask(_("Of which place?"), _("The county or township it is held for."))
    ]
    name: Annotated[Text, Ask(_("What is the meeting called?"))]
    chair: Annotated[PostId, Ask(_("Which post has the chair?"))]
    on: Annotated[date, Ask(_("On which day?"))]


class ItemPut(Fact, kind="lessons.item-put"):
    """A post wants something to be spoken about."""

    visibility = Visibility.PUBLIC
    sentence = _("To be spoken about at {debrief}: {name}")
    example: ClassVar[dict[str, Any]] = {
        "debrief": "close-2025",
        "name": {"en": "Who keeps the pumps", "zh-hans": "机井由谁管护"},
    }

    debrief: Annotated[DebriefId, Ask(_("At which debrief?"))]
    name: Annotated[
        Text, Ask(_("What is to be spoken about?"), _("Things and work. Never a person."))
    ]


class DebriefHeld(Fact, kind="lessons.debrief-held"):
    """It took place. How many took part, and for which posts; never who."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("lessons.debrief-held", {"debrief": "debrief"}),)
    sentence = _("{debrief} was held; {present} took part.")
    example: ClassVar[dict[str, Any]] = {
        "debrief": "close-2025",
        "posts": ["county-office", "township-office"],
        "present": 31,
    }

    debrief: Annotated[DebriefId, Ask(_("Which debrief?"))]
    posts: Annotated[
        tuple[PostId, ...], Field(min_length=1, max_length=200), Ask(_("Which posts took part?"))
    ]
    present: Annotated[
        int, Field(ge=1, le=10_000), Ask(_("How many took part?"), _("A number, and no list."))
    ]


class MinutesWritten(Fact, kind="lessons.minutes-written"):
    """What was said, as it was written down. Later minutes stand in place of earlier ones."""

    visibility = Visibility.PROGRAMME
    put_right = (PutRight("lessons.minutes-written", {"debrief": "debrief"}),)
    sentence = _("The minutes of {debrief} were written. {text}")
    example: ClassVar[dict[str, Any]] = {
        "debrief": "close-2025",
        "text": "Team leader, Mill Ford: the handover should list every warranty.",
    }

    debrief: Annotated[DebriefId, Ask(_("Of which debrief?"))]
    text: Annotated[
        Minutes | None,
        Sealed(needed=True),
        Ask(
            _("What was said?"),
            _("Posts and offices by what they are called; nobody by name. Cairn drafts from it."),
        ),
    ] = None


# Recommendations


class RecommendationDrafted(Fact, kind="lessons.recommendation-drafted"):
    """Something that a debrief asks somebody to do, as it was understood.

    It is of things and work; one about watching, sorting or changing people is refused.
    """

    visibility = Visibility.PUBLIC
    put_right = (PutRight("lessons.recommendation-dropped", {"recommendation": "id"}),)
    sentence = _("Drafted from {debrief}: {text}")
    example: ClassVar[dict[str, Any]] = {
        "debrief": "close-2025",
        "text": {
            "en": "List every warranty with its end date in the handover",
            "zh-hans": "移交清单写明每项质保到期日",
        },
        "speaker": "team-leader-qarasu",
        "asked": "county-office",
        "by": "2026-03-31",
    }

    debrief: Annotated[DebriefId, Ask(_("From which debrief?"))]
    text: Annotated[
        Text, Ask(_("What is recommended?"), _("Of things and work. Never of a person."))
    ]
    speaker: Annotated[PostId | None, Ask(_("Which post said it?"))] = None
    asked: Annotated[PostId | None, Ask(_("Which post could do it?"))] = None
    by: Annotated[date | None, Ask(_("By when is it wanted?"))] = None


class RecommendationReworded(Fact, kind="lessons.recommendation-reworded"):
    """It is said in other words. Until its speaker or the chair confirms it, and not after."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"recommendation": {"state": DRAFTED}}
    sentence = _("In other words: {text}")
    example: ClassVar[dict[str, Any]] = {
        "recommendation": A_RECOMMENDATION,
        "text": {"en": "List every warranty, with its end date and who holds it"},
    }

    recommendation: Annotated[RecommendationId, Ask(_("Which recommendation?"))]
    text: Annotated[
        Text, Ask(_("What is recommended?"), _("Of things and work. Never of a person."))
    ]


class RecommendationDropped(Fact, kind="lessons.recommendation-dropped"):
    """It was not meant, or nobody stands by it."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"recommendation": {"state": DRAFTED}}
    sentence = _("Nobody recommends it: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "recommendation": A_RECOMMENDATION,
        "reason": {"en": "It was an example, and not a wish"},
    }

    recommendation: Annotated[RecommendationId, Ask(_("Which recommendation?"))]
    reason: Annotated[Text, Ask(_("Why?"))]


class RecommendationMerged(Fact, kind="lessons.recommendation-merged"):
    """Another recommendation says the same: it goes on there."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {
        "recommendation": {"state__in": (DRAFTED, CONFIRMED)},
        "into": {"state__in": (DRAFTED, *STANDING)},
    }
    sentence = _("“{into}” says the same.")
    example: ClassVar[dict[str, Any]] = {"recommendation": A_RECOMMENDATION, "into": ANOTHER}

    recommendation: Annotated[RecommendationId, Ask(_("Which recommendation?"))]
    into: Annotated[RecommendationId, Ask(_("Which one says the same?"))]


class RecommendationConfirmed(Fact, kind="lessons.recommendation-confirmed"):
    """Its speaker, or the chair, says that this is what was meant."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"recommendation": {"state": DRAFTED}}
    sentence = _("That is what was meant: {recommendation}")
    example: ClassVar[dict[str, Any]] = {"recommendation": A_RECOMMENDATION}

    recommendation: Annotated[RecommendationId, Ask(_("Which recommendation?"))]


class ThemeOffered(Fact, kind="lessons.theme-offered"):
    """What like recommendations are about: a short list of a programme."""

    visibility = Visibility.PUBLIC
    sentence = _("Recommendations may be about: {name}")
    example: ClassVar[dict[str, Any]] = {
        "theme": "upkeep",
        "name": {"en": "Upkeep of what was built", "zh-hans": "设施管护"},
    }

    theme: Annotated[Slug, Names("lesson-theme"), Ask(_("By which short name?"))]
    name: Annotated[Text, Ask(_("What are they about?"), _("Things, never people."))]


class RecommendationThemed(Fact, kind="lessons.recommendation-themed"):
    """It is about something that others are about, too."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"recommendation": {"state__in": (DRAFTED, *STANDING)}}
    sentence = _("“{recommendation}” is about: {theme}")
    example: ClassVar[dict[str, Any]] = {"recommendation": A_RECOMMENDATION, "theme": "upkeep"}

    recommendation: Annotated[RecommendationId, Ask(_("Which recommendation?"))]
    theme: Annotated[LessonThemeId, Ask(_("What is it about?"))]


class RecommendationPut(Fact, kind="lessons.recommendation-put"):
    """A post is asked to answer it. Asked anew, another owes the answer, and the clock goes on."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"recommendation": {"state__in": (CONFIRMED, ASKED)}}
    sentence = _("{asked} is asked to answer: {recommendation}")
    example: ClassVar[dict[str, Any]] = {
        "recommendation": A_RECOMMENDATION,
        "asked": "county-office",
    }

    recommendation: Annotated[RecommendationId, Ask(_("Which recommendation?"))]
    asked: Annotated[PostId, Ask(_("Who is to answer it?"))]


class RecommendationAnswered(Fact, kind="lessons.recommendation-answered"):
    """Whoever was asked says yes, yes in part, or no; why; and by when it is done."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {
        "recommendation": {"state__in": (ASKED, ACCEPTED, REJECTED, BEGUN)}
    }
    sentence = _("Answered: {answer}. {reason}")
    example: ClassVar[dict[str, Any]] = {
        "recommendation": A_RECOMMENDATION,
        "answer": "accepted",
        "reason": {"en": "The list is made for the next handover", "zh-hans": "下次移交前完成"},
        "by": "2026-03-31",
    }

    recommendation: Annotated[RecommendationId, Ask(_("Which recommendation?"))]
    answer: Annotated[Answer, Ask(_("What do you answer?"))]
    reason: Annotated[Text, Ask(_("Why, and what will be done?"), _("Everybody reads it."))]
    by: Annotated[date | None, Ask(_("By when is it done?"))] = None


class RecommendationBegun(Fact, kind="lessons.recommendation-begun"):
    """Somebody is at it."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"recommendation": {"state": ACCEPTED}}
    sentence = _("Somebody is at it: {recommendation}")
    example: ClassVar[dict[str, Any]] = {"recommendation": A_RECOMMENDATION}

    recommendation: Annotated[RecommendationId, Ask(_("Which recommendation?"))]


class RecommendationClaimed(Fact, kind="lessons.recommendation-claimed"):
    """Whoever was asked says that it is done, and shows it."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"recommendation": {"state__in": (ACCEPTED, BEGUN)}}
    sentence = _("It is said to be done: {recommendation}")
    example: ClassVar[dict[str, Any]] = {
        "recommendation": A_RECOMMENDATION,
        "shows": {"en": "The list, signed by both sides", "zh-hans": "双方签字的清单"},
        "sha256": A_PHOTO,
    }

    recommendation: Annotated[RecommendationId, Ask(_("Which recommendation?"))]
    shows: Annotated[Text, Ask(_("What shows that it is done?"))]
    sha256: Annotated[
        FileId | None, Sealed(opened=True), Ask(_("Is there a photo or a paper that shows it?"))
    ] = None


class RecommendationVerified(Fact, kind="lessons.recommendation-verified"):
    """Somebody else saw that it is done."""

    visibility = Visibility.PUBLIC
    apart_from: ClassVar[tuple[str, ...]] = ("recommendation.claimed",)
    offered: ClassVar[dict[str, Any]] = {"recommendation": {"state": CLAIMED}}
    sentence = _("Somebody else saw that it is done: {recommendation}")
    example: ClassVar[dict[str, Any]] = {"recommendation": A_RECOMMENDATION}

    recommendation: Annotated[RecommendationId, Ask(_("Which recommendation?"))]


class ClaimRefuted(Fact, kind="lessons.claim-refuted"):
    """Somebody else went and saw that it is not done: whoever was asked goes on."""

    visibility = Visibility.PUBLIC
    apart_from: ClassVar[tuple[str, ...]] = ("recommendation.claimed",)
    offered: ClassVar[dict[str, Any]] = {"recommendation": {"state": CLAIMED}}
    sentence = _("It is not done: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "recommendation": A_RECOMMENDATION,
        "reason": {"en": "The list names no end dates"},
    }

    recommendation: Annotated[RecommendationId, Ask(_("Which recommendation?"))]
    reason: Annotated[Text, Ask(_("What is missing?"))]


class RecommendationClosed(Fact, kind="lessons.recommendation-closed"):
    """Nothing more is owed for it, and how it ended."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"recommendation": {"state__in": STANDING}}
    sentence = _("Closed: {ending}. {reason}")
    example: ClassVar[dict[str, Any]] = {
        "recommendation": A_RECOMMENDATION,
        "ending": "implemented",
    }

    recommendation: Annotated[RecommendationId, Ask(_("Which recommendation?"))]
    ending: Annotated[Ending, Ask(_("How did it end?"))]
    reason: Annotated[Text | None, Ask(_("Why, if it was not done as recommended?"))] = None
