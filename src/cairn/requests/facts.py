"""What posts ask of one another, and what visits find missing: help, and never a report.

Not public: the published record holds only that something was asked. Posts of the programme read it.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from cairn.journal.fact import Ask, Fact, PutRight, Sealed, Visibility
from cairn.values import FileId, Note, PlaceId, PostId, ProjectId, RequestId, Text

A_REQUEST = "01936f0a-0000-7000-8000-000000000003"
A_PHOTO = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
"""The request and the file that examples name."""

OPEN, ACCEPTED, DONE = "open", "accepted", "done"
REFUSED, CONFIRMED, WITHDRAWN = "refused", "confirmed", "withdrawn"
"""How far a request has come. Of the last three nobody owes anything."""


class Help(StrEnum):
    """What one post asks of another. No report is among them: those are computed."""

    EXPERTISE = "expertise"
    REPAIR = "repair"
    MATERIAL = "material"
    TRANSPORT = "transport"
    MONEY = "money"
    DECISION = "decision"
    EXPLANATION = "explanation"


class RequestRaised(Fact, kind="requests.request-raised"):
    """A post asks another for help, and says by when it is needed."""

    visibility = Visibility.PROGRAMME
    put_right = (PutRight("requests.request-withdrawn", {"request": "id"}, seen="ended_by"),)
    sentence = _("{asked} was asked for help: {what}")
    example: ClassVar[dict[str, Any]] = {
        "asked": "county-water-engineer",
        "help": "expertise",
        "what": {"en": "An engineer to look at the pump", "zh-hans": "请水利工程师查看水泵"},
        "place": "qarasu",
        "by": "2025-05-15",
    }

    asked: Annotated[PostId, Ask(_("Whom do you ask?"))]
    help: Annotated[Help, Ask(_("What kind of help is it?"))]
    what: Annotated[
        Text, Ask(_("What is needed?"), _("Things and work. Never about a person by name."))
    ]
    by: Annotated[date, Ask(_("By when is it needed?"))]
    place: Annotated[PlaceId | None, Ask(_("Which place is it about?"))] = None
    project: Annotated[ProjectId | None, Ask(_("Which project is it about?"))] = None


class VisitMade(Fact, kind="requests.visit-made"):
    """Somebody came to see a place, and says what was missing and who will help mend it.

    It asks nothing of those who were visited. What was found becomes a request to whoever helps.
    """

    visibility = Visibility.PROGRAMME
    put_right = (PutRight("requests.request-withdrawn", {"request": "id"}, seen="ended_by"),)
    sentence = _("{place} was visited. Missing: {what}")
    example: ClassVar[dict[str, Any]] = {
        "place": "qarasu",
        "what": {"en": "No spare filter for the pump", "zh-hans": "水泵无备用滤芯"},
        "asked": "county-water-engineer",
        "help": "material",
        "by": "2025-05-15",
    }

    place: Annotated[PlaceId, Ask(_("Which place was visited?"))]
    project: Annotated[ProjectId | None, Ask(_("Which project was looked at?"))] = None
    what: Annotated[
        Text | None,
        Ask(_("What was found missing?"), _("Things and work. Never about a person by name.")),
    ] = None
    asked: Annotated[
        PostId | None,
        Ask(
            _("Who will help mend it?"), _("A post of your own level or of another; not the team.")
        ),
    ] = None
    help: Annotated[Help | None, Ask(_("What kind of help is it?"))] = None
    by: Annotated[date | None, Ask(_("By when?"))] = None


class RequestAccepted(Fact, kind="requests.request-accepted"):
    """Whoever was asked will do it, by a day.

    Told once more, the later one stands.
    """

    visibility = Visibility.PROGRAMME
    offered: ClassVar[dict[str, Any]] = {"request": {"state__in": (OPEN, ACCEPTED, REFUSED)}}
    sentence = _("“{request}” was accepted: by {by}.")
    example: ClassVar[dict[str, Any]] = {
        "request": A_REQUEST,
        "by": "2025-05-10",
        "what": {"en": "The engineer comes with the next tour", "zh-hans": "工程师随下次巡检到村"},
    }

    request: Annotated[RequestId, Ask(_("Which request?"))]
    by: Annotated[date, Ask(_("By when will it be done?"))]
    what: Annotated[Text | None, Ask(_("What will be done?"))] = None


class RequestRefused(Fact, kind="requests.request-refused"):
    """Whoever was asked will not do it, for a reason."""

    visibility = Visibility.PROGRAMME
    offered: ClassVar[dict[str, Any]] = {"request": {"state__in": (OPEN, ACCEPTED)}}
    sentence = _("“{request}” was refused: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "request": A_REQUEST,
        "reason": "The warranty covers it: the driller must come",
    }

    request: Annotated[RequestId, Ask(_("Which request?"))]
    reason: Annotated[Note, Ask(_("Why?"))]


class RequestPassedOn(Fact, kind="requests.request-passed-on"):
    """It is for another post to do. The clock of an answer begins anew, its history stays."""

    visibility = Visibility.PROGRAMME
    offered: ClassVar[dict[str, Any]] = {"request": {"state__in": (OPEN, ACCEPTED)}}
    sentence = _("“{request}” was passed on to {asked}: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "request": A_REQUEST,
        "asked": "township-office",
        "reason": "The township has a pump fitter of its own",
    }

    request: Annotated[RequestId, Ask(_("Which request?"))]
    asked: Annotated[PostId, Ask(_("To whom?"))]
    reason: Annotated[Note, Ask(_("Why?"))]


class RequestDone(Fact, kind="requests.request-done"):
    """Whoever was asked says that it is done. Whoever asked says whether that is so."""

    visibility = Visibility.PROGRAMME
    offered: ClassVar[dict[str, Any]] = {"request": {"state__in": (OPEN, ACCEPTED)}}
    sentence = _("“{request}” is said to be done: {what}")
    example: ClassVar[dict[str, Any]] = {
        "request": A_REQUEST,
        "what": {"en": "Pump lifted, seal replaced", "zh-hans": "已提泵并更换密封圈"},
        "sha256": A_PHOTO,
        "caption": {"en": "The new seal", "zh-hans": "新密封圈"},
    }

    request: Annotated[RequestId, Ask(_("Which request?"))]
    what: Annotated[Text, Ask(_("What was done?"))]
    sha256: Annotated[FileId | None, Sealed(), Ask(_("Which photo shows it?"))] = None
    caption: Annotated[Text | None, Sealed(), Ask(_("What does it show?"))] = None


class RequestConfirmed(Fact, kind="requests.request-confirmed"):
    """It was done, as somebody saw who did not do it. That closes it."""

    visibility = Visibility.PROGRAMME
    apart_from: ClassVar[tuple[str, ...]] = ("request.done",)
    put_right = (PutRight("requests.request-reopened", {"request": "request"}),)
    offered: ClassVar[dict[str, Any]] = {"request": {"state__in": (DONE,)}}
    sentence = _("“{request}” was done.")
    example: ClassVar[dict[str, Any]] = {"request": A_REQUEST}

    request: Annotated[RequestId, Ask(_("Which request?"))]


class RequestReopened(Fact, kind="requests.request-reopened"):
    """It is not done, or the refusal does not stand: it is owed again."""

    visibility = Visibility.PROGRAMME
    offered: ClassVar[dict[str, Any]] = {"request": {"state__in": (DONE, REFUSED, CONFIRMED)}}
    sentence = _("“{request}” is open again: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "request": A_REQUEST,
        "reason": "The pump stands still again since Tuesday",
    }

    request: Annotated[RequestId, Ask(_("Which request?"))]
    reason: Annotated[Note, Ask(_("What is still missing?"))]


class RequestWithdrawn(Fact, kind="requests.request-withdrawn"):
    """Whoever asked needs it no more, or asked by mistake."""

    visibility = Visibility.PROGRAMME
    offered: ClassVar[dict[str, Any]] = {"request": {"state__in": (OPEN, ACCEPTED, REFUSED, DONE)}}
    sentence = _("“{request}” was withdrawn: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "request": A_REQUEST,
        "reason": "The driller repaired it under warranty",
    }

    request: Annotated[RequestId, Ask(_("Which request?"))]
    reason: Annotated[Note, Ask(_("Why?"))]
