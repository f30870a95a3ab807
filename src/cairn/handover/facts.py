"""What can happen when a team goes and another comes: what it leaves word of, the walk, the signatures.

A handover is one team's: its id is the team's. What is handed over is a pack, computed from the journal
up to a position and frozen by its hash; its lines are accepted one by one. Things, money and promises:
never people.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, Field

from cairn.journal.codec import MAX_INTEGER
from cairn.journal.fact import Ask, Fact, PutRight, Visibility
from cairn.values import (
    AssetId,
    HandoverId,
    HandoverLineId,
    InspectionId,
    Money,
    OrganisationId,
    PostId,
    TeamId,
    TeamNoteId,
    Text,
    nfc,
)

OPENED, FROZEN, ACCEPTED, LEFT, WITHDRAWN = "opened", "frozen", "accepted", "left", "withdrawn"
"""How far a handover has come. One that is left has nobody who takes over: its lines stay with the sponsor."""

GOING_ON = (OPENED, FROZEN)

CONTEST_DAYS = 30
"""For so many days after it signed, the incoming team may contest a line."""

A_NOTE = "01936f0a-0000-7000-8000-000000000031"
AN_INSPECTION = "01936f0a-0000-7000-8000-000000000032"
A_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
"""The note, the inspection and the hash that examples name."""

LINE = r"[a-z-]+(/[^\s/]+)+"
"""How the key of a line is written: what it is about, and its id: `asset/qarasu-well-pump`."""

LineKey = Annotated[str, Field(pattern=f"^{LINE}$", max_length=180), AfterValidator(nfc)]
FrozenLine = Annotated[
    str,
    Field(
        pattern=rf"^{LINE} [0-9a-f]{{16}}( [A-Z]{{3}} [0-9]{{1,16}})?$",
        max_length=220,
        description="a line's key, the first 16 digits of the SHA-256 of what it says; of a balance, "
        "its currency and minor units",
    ),
    AfterValidator(nfc),
]
PackHash = Annotated[
    str,
    Field(
        pattern="^[0-9a-f]{64}$",
        description="the SHA-256 of a pack's canonical JSON, in hexadecimal",
    ),
]


class Side(StrEnum):
    """One of the two that hand over."""

    OUTGOING = "outgoing"
    INCOMING = "incoming"


class Missing(StrEnum):
    """Why a side does not take its part."""

    LATE = "late"
    ABSENT = "absent"
    REFUSES = "refuses"


class Sight(StrEnum):
    """Whether a thing was there on the walk."""

    SEEN = "seen"
    NOT_SEEN = "not-seen"


# What a team leaves word of, on any day


class KeysLeft(Fact, kind="handover.keys-left"):
    """Where the keys of an asset are: at which organisation, and where there."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("handover.keys-left", {"asset": "asset"}),)
    sentence = _("The keys of {asset} are with {holder}: {text}")
    example: ClassVar[dict[str, Any]] = {
        "asset": "qarasu-well-pump",
        "holder": "qarasu-committee",
        "text": {"en": "In the locker of the committee's office", "zh-hans": "村委会办公室钥匙柜"},
    }

    asset: Annotated[AssetId, Ask(_("The keys of which asset?"))]
    holder: Annotated[OrganisationId, Ask(_("Which organisation has them?"))]
    text: Annotated[Text, Ask(_("Where are they?"), _("A place or a post. Never a person."))]


class RiskNamed(Fact, kind="handover.risk-named"):
    """What may happen, and what to do then."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("handover.note-taken-back", {"note": "id"}, seen="taken_back"),)
    sentence = _("If {text}, then: {then}")
    example: ClassVar[dict[str, Any]] = {
        "team": "qarasu-2025",
        "text": {"en": "the pump stops in July", "zh-hans": "七月水泵停机"},
        "then": {"en": "ask the township for the spare pump", "zh-hans": "向乡里借备用泵"},
    }

    team: Annotated[TeamId, Ask(_("Which team says so?"))]
    text: Annotated[Text, Ask(_("If what happens?"))]
    then: Annotated[Text, Ask(_("What is to be done then?"))]


class AttemptTold(Fact, kind="handover.attempt-told"):
    """What a team tried that did not work, and why not."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("handover.note-taken-back", {"note": "id"}, seen="taken_back"),)
    sentence = _("Tried: {text}. It did not work: {then}")
    example: ClassVar[dict[str, Any]] = {
        "team": "qarasu-2025",
        "text": {"en": "Drip hoses on the upper field", "zh-hans": "在上地试用滴灌带"},
        "then": {
            "en": "The water is too hard; they clog in a month",
            "zh-hans": "水质硬，一个月就堵",
        },
    }

    team: Annotated[TeamId, Ask(_("Which team says so?"))]
    text: Annotated[Text, Ask(_("What was tried?"))]
    then: Annotated[Text, Ask(_("Why did it not work?"))]


class AdviceLeft(Fact, kind="handover.advice-left"):
    """What a team would tell the one that comes after it."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("handover.note-taken-back", {"note": "id"}, seen="taken_back"),)
    sentence = _("To whoever comes next: {text}")
    example: ClassVar[dict[str, Any]] = {
        "team": "qarasu-2025",
        "text": {
            "en": "Order seed before the snow goes: the road is mud in April",
            "zh-hans": "化雪前订种子，四月路不通",
        },
    }

    team: Annotated[TeamId, Ask(_("Which team says so?"))]
    text: Annotated[
        Text, Ask(_("What would you tell them?"), _("Of things and work. Never of a person."))
    ]


class LineNoted(Fact, kind="handover.line-noted"):
    """A word of the outgoing team to one line of its pack."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("handover.note-taken-back", {"note": "id"}, seen="taken_back"),)
    sentence = _("To {key}: {text}")
    example: ClassVar[dict[str, Any]] = {
        "team": "qarasu-2025",
        "key": "asset/qarasu-well-pump",
        "text": {"en": "It runs dry after six hours", "zh-hans": "连续六小时会抽空"},
    }

    team: Annotated[TeamId, Ask(_("Which team says so?"))]
    key: Annotated[LineKey, Ask(_("To which line?"), _("As asset/qarasu-well-pump."))]
    text: Annotated[Text, Ask(_("What is to be known of it?"))]


class NoteTakenBack(Fact, kind="handover.note-taken-back"):
    """What a team left word of is not so any more, or never was."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"note": {"taken_back": ""}}
    sentence = _("Taken back: {note}")
    example: ClassVar[dict[str, Any]] = {"note": A_NOTE}

    note: Annotated[TeamNoteId, Ask(_("Which word?"))]


# The handover


class HandoverOpened(Fact, kind="handover.handover-opened"):
    """A team begins to hand over what it has in hand; a post of it signs, on a day that is planned."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("handover.handover-withdrawn", {"handover": "team"}),)
    offered: ClassVar[dict[str, Any]] = {"outgoing": {"role": "team-leader"}}
    sentence = _("The team {team} hands over on {on}; {outgoing} signs for it.")
    example: ClassVar[dict[str, Any]] = {
        "team": "qarasu-2025",
        "outgoing": "team-leader.qarasu-2025",
        "on": "2025-12-29",
    }

    team: Annotated[TeamId, Ask(_("Which team hands over?"))]
    outgoing: Annotated[PostId, Ask(_("Which post of it signs?"))]
    on: Annotated[date, Ask(_("On which day do both walk?"))]


class SuccessorNamed(Fact, kind="handover.successor-named"):
    """Which team takes over, and which post of it signs. Until it did, it records nothing else."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("handover.successor-named", {"handover": "handover"}),)
    offered: ClassVar[dict[str, Any]] = {
        "handover": {"state__in": (OPENED, FROZEN, LEFT)},
        "incoming": {"role": "team-leader"},
    }
    sentence = _("{team} takes over from {handover}; {incoming} signs for it.")
    example: ClassVar[dict[str, Any]] = {
        "handover": "qarasu-2025",
        "team": "qarasu-2026",
        "incoming": "team-leader.qarasu-2026",
    }

    handover: Annotated[HandoverId, Ask(_("Which handover?"))]
    team: Annotated[TeamId, Ask(_("Which team takes over?"))]
    incoming: Annotated[PostId, Ask(_("Which post of it signs?"))]


class HandoverWithdrawn(Fact, kind="handover.handover-withdrawn"):
    """It was opened by mistake, or too early: it is as if it had not been."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"handover": {"state__in": GOING_ON, "outgoing_signed": ""}}
    sentence = _("The handover of {handover} was withdrawn: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "handover": "qarasu-2025",
        "reason": {"en": "The team stays another half year", "zh-hans": "工作队延期半年"},
    }

    handover: Annotated[HandoverId, Ask(_("Which handover?"))]
    reason: Annotated[Text, Ask(_("Why?"))]


class PackFrozen(Fact, kind="handover.pack-frozen"):
    """What is handed over: the pack as the journal up to a position tells it, by its hash.

    Whoever has the journal computes it again. Frozen once more, lines that read the same keep what was
    said to them.
    """

    visibility = Visibility.PUBLIC
    elsewhere = True
    put_right = (PutRight("handover.pack-frozen", {"handover": "handover"}),)
    sentence = _("The pack of {handover} is frozen as of entry {upto}: {sha256}")
    example: ClassVar[dict[str, Any]] = {
        "handover": "qarasu-2025",
        "upto": 4711,
        "sha256": A_HASH,
        "lines": [
            "asset/qarasu-well-pump 0123456789abcdef",
            "balance/qarasu-account/CNY fedcba9876543210 CNY 1840000",
        ],
    }

    handover: Annotated[HandoverId, Ask(_("Which handover?"))]
    upto: Annotated[int, Field(gt=0, le=MAX_INTEGER), Ask(_("Up to which entry?"))]
    sha256: Annotated[PackHash, Ask(_("What is the hash of the pack?"))]
    lines: Annotated[tuple[FrozenLine, ...], Field(max_length=900), Ask(_("Which lines has it?"))]


# The walk


class AssetSought(Fact, kind="handover.asset-sought"):
    """On the walk both went to an asset: it was there, or not. In which condition, an inspection says."""

    visibility = Visibility.PUBLIC
    sentence = _("On the walk: {line} {sight}.")
    example: ClassVar[dict[str, Any]] = {
        "line": "qarasu-2025/asset/qarasu-well-pump",
        "sight": "seen",
        "inspection": AN_INSPECTION,
    }

    line: Annotated[HandoverLineId, Ask(_("Which asset?"))]
    sight: Annotated[Sight, Ask(_("Was it there?"))]
    inspection: Annotated[
        InspectionId | None, Ask(_("Which inspection says in which condition it is?"))
    ] = None
    remark: Annotated[Text | None, Ask(_("What is to be said of it?"))] = None


class BalanceChecked(Fact, kind="handover.balance-checked"):
    """A balance was held against a statement of the bank, or what was counted in the box."""

    visibility = Visibility.PUBLIC
    sentence = _("{line} was held against a statement: {stated}.")
    example: ClassVar[dict[str, Any]] = {
        "line": "qarasu-2025/balance/qarasu-account/CNY",
        "stated": {"currency": "CNY", "minor": 1_840_000},
    }

    line: Annotated[HandoverLineId, Ask(_("Which balance?"))]
    stated: Annotated[
        Money | None, Ask(_("How much does the statement say?"), _("Left open: nothing."))
    ] = None


class LinesAccepted(Fact, kind="handover.lines-accepted"):
    """The incoming team takes lines of the pack over as they stand."""

    visibility = Visibility.PUBLIC
    sentence = _("Accepted: {lines}")
    example: ClassVar[dict[str, Any]] = {"lines": ["qarasu-2025/asset/qarasu-well-pump"]}

    lines: Annotated[
        tuple[HandoverLineId, ...], Field(min_length=1, max_length=400), Ask(_("Which lines?"))
    ]


class LineExcepted(Fact, kind="handover.line-excepted"):
    """The incoming team takes a line over but for something, which the outgoing sponsor puts right."""

    visibility = Visibility.PUBLIC
    sentence = _("{line} is accepted but for: {exception}, by {by}.")
    example: ClassVar[dict[str, Any]] = {
        "line": "qarasu-2025/asset/qarasu-well-pump",
        "exception": {"en": "The seal leaks", "zh-hans": "密封圈漏水"},
        "by": "2026-02-28",
    }

    line: Annotated[HandoverLineId, Ask(_("Which line?"))]
    exception: Annotated[Text, Ask(_("What is to be put right by the sponsor that sent the team?"))]
    by: Annotated[date, Ask(_("By when?"))]


class LineRefused(Fact, kind="handover.line-refused"):
    """The incoming team does not take a line over: it stays with the outgoing sponsor."""

    visibility = Visibility.PUBLIC
    sentence = _("{line} is not taken over: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "line": "qarasu-2025/asset/qarasu-well-pump",
        "reason": {"en": "It is not there", "zh-hans": "现场没有"},
    }

    line: Annotated[HandoverLineId, Ask(_("Which line?"))]
    reason: Annotated[Text, Ask(_("Why?"))]


class PlanWritten(Fact, kind="handover.plan-written"):
    """What the incoming team sees as the biggest risks, five at most, and what it does in thirty days."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("handover.plan-written", {"handover": "handover"}),)
    offered: ClassVar[dict[str, Any]] = {"handover": {"state__in": (FROZEN, LEFT)}}
    sentence = _("In the first thirty days: {plan}")
    example: ClassVar[dict[str, Any]] = {
        "handover": "qarasu-2025",
        "risk": {"en": "The pump's warranty ends in October", "zh-hans": "水泵十月过保"},
        "second": {
            "en": "Money for the road is spent by June only if tenders go out",
            "zh-hans": "修路款须抓紧招标",
        },
        "plan": {
            "en": "Walk the canal; meet the committee; order seed",
            "zh-hans": "巡渠、见村委会、订种子",
        },
    }

    handover: Annotated[HandoverId, Ask(_("Which handover?"))]
    risk: Annotated[Text, Ask(_("What is the biggest risk?"))]
    second: Annotated[Text | None, Ask(_("And the second?"))] = None
    third: Annotated[Text | None, Ask(_("And the third?"))] = None
    fourth: Annotated[Text | None, Ask(_("And the fourth?"))] = None
    fifth: Annotated[Text | None, Ask(_("And the fifth?"))] = None
    plan: Annotated[Text, Ask(_("What will you do in the first thirty days?"))]


# The signatures


class OutgoingSigned(Fact, kind="handover.outgoing-signed"):
    """The outgoing team signs what it hands over, by the hash of the pack."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"handover": {"state": FROZEN, "outgoing_signed": ""}}
    sentence = _("The outgoing team of {handover} signed the pack {sha256}.")
    example: ClassVar[dict[str, Any]] = {"handover": "qarasu-2025", "sha256": A_HASH}

    handover: Annotated[HandoverId, Ask(_("Which handover?"))]
    sha256: Annotated[PackHash, Ask(_("Which pack, by its hash?"))]


class HandoverWitnessed(Fact, kind="handover.handover-witnessed"):
    """A post of the township, or one above, was there and saw what was handed over."""

    visibility = Visibility.PUBLIC
    apart_from: ClassVar[tuple[str, ...]] = ("handover.outgoing_signed",)
    offered: ClassVar[dict[str, Any]] = {"handover": {"state__in": (FROZEN, LEFT), "witnessed": ""}}
    sentence = _("The handover of {handover} was witnessed: {sha256}.")
    example: ClassVar[dict[str, Any]] = {"handover": "qarasu-2025", "sha256": A_HASH}

    handover: Annotated[HandoverId, Ask(_("Which handover?"))]
    sha256: Annotated[PackHash, Ask(_("Which pack, by its hash?"))]


class IncomingSigned(Fact, kind="handover.incoming-signed"):
    """The incoming team signs what it was handed: from then on it answers for what it accepted."""

    visibility = Visibility.PUBLIC
    apart_from: ClassVar[tuple[str, ...]] = ("handover.outgoing_signed", "handover.witnessed")
    offered: ClassVar[dict[str, Any]] = {"handover": {"state__in": (FROZEN, LEFT)}}
    sentence = _("The incoming team took over from {handover}: {sha256}.")
    example: ClassVar[dict[str, Any]] = {"handover": "qarasu-2025", "sha256": A_HASH}

    handover: Annotated[HandoverId, Ask(_("Which handover?"))]
    sha256: Annotated[PackHash, Ask(_("Which pack, by its hash?"))]


class SideMissing(Fact, kind="handover.side-missing"):
    """One side does not take its part: it is late, absent, or refuses. The handover goes on without it.

    Without an incoming team the outgoing one may still go: every line stays with its sponsor.
    """

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"handover": {"state__in": GOING_ON}}
    sentence = _("The {side} side of {handover} does not take part ({why}): {text}")
    example: ClassVar[dict[str, Any]] = {
        "handover": "qarasu-2025",
        "side": "incoming",
        "why": "late",
        "text": {"en": "The road is closed until March", "zh-hans": "封路至三月"},
    }

    handover: Annotated[HandoverId, Ask(_("Which handover?"))]
    side: Annotated[Side, Ask(_("Which side does not take part?"))]
    why: Annotated[Missing, Ask(_("Why?"))]
    text: Annotated[Text, Ask(_("What happened?"), _("Of the team. Never of a person."))]


# After it


class LineContested(Fact, kind="handover.line-contested"):
    """Within thirty days the incoming team finds that a line it accepted is not as it was handed over."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"line": {"answer": "accepted"}}
    sentence = _("{line} is contested: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "line": "qarasu-2025/asset/qarasu-well-pump",
        "reason": {"en": "Two of four pipes are missing", "zh-hans": "四根管少了两根"},
    }

    line: Annotated[HandoverLineId, Ask(_("Which line?"))]
    reason: Annotated[Text, Ask(_("What is not as it was handed over?"))]


class ExceptionSettled(Fact, kind="handover.exception-settled"):
    """The outgoing sponsor put right what an incoming team excepted, refused or contested."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"line": {"open": True}}
    sentence = _("{line} was put right: {how}")
    example: ClassVar[dict[str, Any]] = {
        "line": "qarasu-2025/asset/qarasu-well-pump",
        "how": {"en": "A new seal was put in", "zh-hans": "已更换密封圈"},
    }

    line: Annotated[HandoverLineId, Ask(_("Which line?"))]
    how: Annotated[Text, Ask(_("How was it put right?"))]


class SettlementDoubted(Fact, kind="handover.settlement-doubted"):
    """What is said to have been put right is not: the outgoing sponsor still owes it."""

    visibility = Visibility.PUBLIC
    apart_from: ClassVar[tuple[str, ...]] = ("line.settled",)
    sentence = _("{line} was not put right: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "line": "qarasu-2025/asset/qarasu-well-pump",
        "reason": {"en": "It leaks again", "zh-hans": "又漏水"},
    }

    line: Annotated[HandoverLineId, Ask(_("Which line?"))]
    reason: Annotated[Text, Ask(_("What is missing?"))]
