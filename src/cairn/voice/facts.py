"""What can happen to a voice: from what a resident said to its answer, and whether it was true.

None of it is public but for what may be said about: the published record holds that there is an
entry. Answers are read on the board of their village. Why all this: docs/decisions/voices.md.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, Field

from cairn.journal.fact import Ask, Fact, PutRight, Sealed, Visibility
from cairn.values import (
    AssetId,
    CategoryId,
    Names,
    Note,
    NoticeId,
    OrganisationId,
    PlaceId,
    PostId,
    ProjectId,
    RecordingId,
    Slug,
    Text,
    VoiceId,
    nfc,
)

A_VOICE = "8c1f0a52-5b7e-4c0d-9a41-2f6d0e7b9c33"
"""The voice that examples name."""

RECEIVED, SCREENED, ROUTED = "received", "screened", "routed"
ANSWERED, DISPUTED, CLOSED = "answered", "disputed", "closed"
"""How far a voice has come. Of the last one nobody owes anything."""

OPEN = (RECEIVED, SCREENED, ROUTED, ANSWERED, DISPUTED)

LONGEST_VOICE = 2000
"""Signs of a text: what fits on a card."""

LONGEST_SPOKEN_SECONDS = 120
MOST_SPOKEN_BYTES = 3 * 2**20
"""Of a recording: as long as that card takes to say, in the containers that phones write."""

A_RECORDING = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
"""The recording that examples name."""

Words = Annotated[str, Field(min_length=1, max_length=LONGEST_VOICE), AfterValidator(nfc)]
"""What a resident said."""


class Outcome(StrEnum):
    """What an answer comes to. Every answer has one."""

    DONE = "done"
    WILL_BE_DONE = "will-be-done"
    CANNOT = "cannot"
    NOT_OURS = "not-ours"


# What a programme settles


class CategoryOffered(Fact, kind="voice.category-offered"):
    """Something that residents may say something about: things and work, never people.

    One with a door is too sensitive to be kept here: whoever chooses it is shown the door, and what
    they wrote is not kept.
    """

    visibility = Visibility.PUBLIC
    put_right = (PutRight("voice.category-withdrawn", {"category": "category"}),)
    sentence = _("Residents may speak about: {name}")
    example: ClassVar[dict[str, Any]] = {
        "category": "abuse",
        "name": {"en": "Somebody is hurt or threatened", "zh-hans": "有人受到伤害或威胁"},
        "door": {"en": "Police 110, women's hotline 12338", "zh-hans": "报警110，妇女热线12338"},
    }

    name: Annotated[Text, Ask(_("What may residents speak about?"), _("Things, never people."))]
    category: Annotated[Slug, Names("category"), Ask(_("By which short name?"))]
    door: Annotated[
        Text | None,
        Ask(
            _("Where must one go with it instead?"),
            _(
                "For what is too sensitive to be kept: an office, a telephone number, when it is open."
            ),
        ),
    ] = None


class CategoryWithdrawn(Fact, kind="voice.category-withdrawn"):
    """Nobody is asked about this any more. What was said about it stays."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"category": {"withdrawn_on": None}}
    sentence = _("Residents are no longer asked about: {category}")
    example: ClassVar[dict[str, Any]] = {"category": "abuse"}

    category: Annotated[CategoryId, Ask(_("Which category?"))]


class ClocksSet(Fact, kind="voice.clocks-set"):
    """How long a programme may take for voices, and how long it keeps what was said."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("voice.clocks-set", {}),)
    sentence = _(
        "Voices are looked at within {screen_days} working days, answered within {answer_days}, "
        "and erased {keep_days} days after they are closed."
    )
    example: ClassVar[dict[str, Any]] = {"screen_days": 2, "answer_days": 15, "keep_days": 90}

    screen_days: Annotated[
        int, Field(ge=1, le=20), Ask(_("Within how many working days is a voice looked at?"))
    ]
    answer_days: Annotated[
        int, Field(ge=1, le=60), Ask(_("Within how many working days is it answered?"))
    ]
    keep_days: Annotated[
        int,
        Field(ge=1, le=365),
        Ask(_("How many days after it is closed is what was said erased?")),
    ]


class Works(StrEnum):
    """What a resident says of a thing that money left standing, or is to leave."""

    WORKS = "works"
    DOES_NOT = "does-not"
    NOT_THERE = "not-there"


CLAIMS: Final = ("money", "works")
"""What a notice is about (`notices.facts.About`) that says of something that it is so now: one can go and see."""

MOST_CHOICES: Final = 9
"""With so many a question of a notice can be answered at most."""


class Claimed(StrEnum):
    """What a resident says of what a notice claims."""

    SO = "so"
    NOT_SO = "not-so"


class Found(StrEnum):
    """What somebody found who looked into what a notice claims."""

    SO = "so"
    IN_PART = "in-part"
    NOT_SO = "not-so"


# What residents say: appended by the daily batch, by no post


class VoiceReceived(Fact, kind="voice.voice-received"):
    """Somebody said something about a village. Who, nobody knows, and nothing here can tell.

    It comes in a shuffled batch once its day is over, under a random id.
    """

    visibility = Visibility.PROGRAMME
    sentence = _("A voice from {place} about {category}: {text}")
    example: ClassVar[dict[str, Any]] = {
        "place": "qarasu",
        "category": "abuse",
        "text": "The pump by the school has stood still since spring",
    }

    place: Annotated[PlaceId, Ask(_("Which place is it about?"))]
    category: Annotated[CategoryId, Ask(_("What is it about?"))]
    text: Annotated[Words | None, Sealed(needed=True), Ask(_("What do you want to say?"))] = None


class VoiceSpoken(Fact, kind="voice.voice-spoken"):
    """Somebody said something about a village, aloud. Who looks at it listens, and writes it down.

    Then the sound is erased: nobody who answers hears it. Its field is called as that of a text: which
    field of which entry was erased is public, and must not tell who spoke and who wrote.
    """

    visibility = Visibility.PROGRAMME
    sentence = _("A voice from {place} about {category}, as a recording: {text}")
    example: ClassVar[dict[str, Any]] = {
        "place": "qarasu",
        "category": "abuse",
        "text": A_RECORDING,
    }

    place: Annotated[PlaceId, Ask(_("Which place is it about?"))]
    category: Annotated[CategoryId, Ask(_("What is it about?"))]
    text: Annotated[RecordingId | None, Sealed(needed=True), Ask(_("What do you want to say?"))] = (
        None
    )


class BlankReceived(Fact, kind="voice.blank-received"):
    """Nothing was said. It stands among the voices of a day so that nobody can count those.

    In the public record it looks like a voice, and is erased like one.
    """

    visibility = Visibility.PROGRAMME
    sentence = _("A blank among the voices of a day: {text}")
    example: ClassVar[dict[str, Any]] = {"text": "-"}

    text: Annotated[Words | None, Sealed(needed=True), Ask(_("Which text does it have?"))] = None


class VoiceDisputed(Fact, kind="voice.voice-disputed"):
    """Whoever holds the code of a voice says that what was answered did not happen.

    It goes one level up. Like a voice it comes in a batch, under a random id.
    """

    visibility = Visibility.PROGRAMME
    sentence = _("What was answered to a voice did not happen, says its sender.")
    example: ClassVar[dict[str, Any]] = {"voice": A_VOICE}

    voice: Annotated[VoiceId, Ask(_("Which voice?"))]


class ThingConfirmed(Fact, kind="voice.thing-confirmed"):
    """Somebody says whether a thing works, or is there at all: once a day for each label.

    It proves nothing by itself. That a thing is not there is for somebody to go and see.
    """

    visibility = Visibility.PROGRAMME
    sentence = _("Somebody said of {asset}{project}: {works}")
    example: ClassVar[dict[str, Any]] = {"asset": "qarasu-pump", "works": "not-there"}

    works: Annotated[Works, Ask(_("Does it work?"))]
    asset: Annotated[AssetId | None, Ask(_("Which asset?"))] = None
    project: Annotated[ProjectId | None, Ask(_("Which project?"))] = None


class QuestionAnswered(Fact, kind="voice.question-answered"):
    """Somebody chose one of the answers to what a notice asks. Anybody may, more than once: it is no vote.

    It comes in a batch, under a random id, whether it was chosen on a page or on a card in the box.
    """

    visibility = Visibility.PROGRAMME
    sentence = _("Somebody answered what the notice {notice} asks: choice {number}")
    example: ClassVar[dict[str, Any]] = {"notice": "well-2025", "number": 2}

    notice: Annotated[NoticeId, Ask(_("Which notice?"))]
    number: Annotated[
        int, Field(ge=1, le=MOST_CHOICES), Ask(_("Which of its choices, by its number?"))
    ]


class ClaimConfirmed(Fact, kind="voice.claim-confirmed"):
    """Somebody says whether what a notice claims is so: once a day for each notice and answer.

    It proves nothing by itself. That it is not so is for somebody else than its writer to look into.
    """

    visibility = Visibility.PROGRAMME
    sentence = _("Somebody said of what the notice {notice} claims: {claimed}")
    example: ClassVar[dict[str, Any]] = {"notice": "well-2025", "claimed": "not-so"}

    notice: Annotated[NoticeId, Ask(_("Which notice?"))]
    claimed: Annotated[Claimed, Ask(_("Is it so?"))]


# What posts do about it


class ClaimLookedInto(Fact, kind="voice.claim-looked-into"):
    """A post that did not write a notice looked into what it claims, and says what it found.

    Everybody reads it on the page of the notice. It may be told unasked: that somebody looked does not
    say that a resident doubted it. Told once more, the later finding stands.
    """

    visibility = Visibility.PUBLIC
    apart_from: ClassVar[tuple[str, ...]] = ("notice.wrote",)
    put_right = (PutRight("voice.claim-looked-into", {"notice": "notice"}),)
    offered: ClassVar[dict[str, Any]] = {"notice": {"withdrawn_on": None, "topic__in": CLAIMS}}
    sentence = _("What the notice {notice} claims was looked into: {found}. {what}")
    example: ClassVar[dict[str, Any]] = {
        "notice": "well-2025",
        "found": "in-part",
        "what": {
            "en": "The pump runs by day; at night the power fails",
            "zh-hans": "白天供水，夜间停电",
        },
    }

    notice: Annotated[NoticeId, Ask(_("Which notice?"))]
    found: Annotated[Found, Ask(_("Is it so?"))]
    what: Annotated[
        Text, Ask(_("What did you find?"), _("Everybody reads it. Never about a person."))
    ]


class VoiceScreened(Fact, kind="voice.voice-screened"):
    """Somebody looked at a voice before it goes on: it shows nobody, and stays as it is."""

    visibility = Visibility.PROGRAMME
    offered: ClassVar[dict[str, Any]] = {"voice": {"state": RECEIVED, "spoken": False}}
    sentence = _("A voice was looked at: {voice}")
    example: ClassVar[dict[str, Any]] = {"voice": A_VOICE}

    voice: Annotated[VoiceId, Ask(_("Which voice?"))]


class VoiceRedacted(Fact, kind="voice.voice-redacted"):
    """A voice showed who somebody is. It was written anew without, and what came first is erased.

    A recording always shows it: whoever speaks can be recognised. So it is written down before it goes on.
    """

    visibility = Visibility.PROGRAMME
    offered: ClassVar[dict[str, Any]] = {"voice": {"state__in": (RECEIVED, SCREENED, ROUTED)}}
    sentence = _("A voice was written anew, without what showed who somebody is: {voice} {text}")
    example: ClassVar[dict[str, Any]] = {
        "voice": A_VOICE,
        "text": "The pump by the school stands still; […] was told",
    }

    voice: Annotated[VoiceId, Ask(_("Which voice?"))]
    text: Annotated[
        Words | None,
        Sealed(needed=True),
        Ask(
            _("How does it read without what shows who somebody is?"),
            _(
                "Put […] where you leave something out. What came first, written or spoken, is erased "
                "for good."
            ),
        ),
    ] = None


class VoiceRouted(Fact, kind="voice.voice-routed"):
    """A post is to answer a voice."""

    visibility = Visibility.PROGRAMME
    offered: ClassVar[dict[str, Any]] = {"voice": {"state": SCREENED}}
    sentence = _("{asked} is to answer a voice: {voice}")
    example: ClassVar[dict[str, Any]] = {
        "voice": A_VOICE,
        "asked": "township-office",
        "by": "2025-03-20",
    }

    voice: Annotated[VoiceId, Ask(_("Which voice?"))]
    asked: Annotated[PostId, Ask(_("Who is to answer it?"))]
    by: Annotated[date | None, Ask(_("By when?"), _("Left open, the programme's clock says."))] = (
        None
    )


class VoiceRedirected(Fact, kind="voice.voice-redirected"):
    """It is for another post to answer. Its clock goes on."""

    visibility = Visibility.PROGRAMME
    offered: ClassVar[dict[str, Any]] = {"voice": {"state": ROUTED}}
    sentence = _("{asked} is to answer a voice instead: {voice}. {reason}")
    example: ClassVar[dict[str, Any]] = {
        "voice": A_VOICE,
        "asked": "county-water-engineer",
        "reason": "The pump is still under the county's warranty",
    }

    voice: Annotated[VoiceId, Ask(_("Which voice?"))]
    asked: Annotated[PostId, Ask(_("Who is to answer it?"))]
    reason: Annotated[Note, Ask(_("Why?"))]


class VoiceAnswered(Fact, kind="voice.voice-answered"):
    """A post answers, and says what it comes to. The answer is read on the board of the village."""

    visibility = Visibility.PROGRAMME
    offered: ClassVar[dict[str, Any]] = {"voice": {"state__in": (ROUTED, ANSWERED, CLOSED)}}
    sentence = _("A voice was answered: {outcome}. {answer}")
    example: ClassVar[dict[str, Any]] = {
        "voice": A_VOICE,
        "outcome": "will-be-done",
        "answer": {"en": "The pump is mended in April", "zh-hans": "四月修好水泵"},
        "by": "2025-04-30",
    }

    voice: Annotated[VoiceId, Ask(_("Which voice?"))]
    outcome: Annotated[Outcome, Ask(_("What does it come to?"))]
    answer: Annotated[
        Text | None,
        Sealed(needed=True),
        Ask(
            _("What do you answer?"), _("Everybody in the village reads it. Never about a person.")
        ),
    ] = None
    by: Annotated[date | None, Ask(_("If it will be done: by when?"))] = None
    theirs: Annotated[OrganisationId | None, Ask(_("If it is not yours: whose is it?"))] = None


class DisputeAnswered(Fact, kind="voice.dispute-answered"):
    """One level up, somebody answers anew what a sender said did not happen."""

    visibility = Visibility.PROGRAMME
    apart_from: ClassVar[tuple[str, ...]] = ("voice.answered",)
    offered: ClassVar[dict[str, Any]] = {"voice": {"state": DISPUTED}}
    sentence = _("A disputed answer was answered anew: {outcome}. {answer}")
    example: ClassVar[dict[str, Any]] = {
        "voice": A_VOICE,
        "outcome": "cannot",
        "answer": {"en": "No money before autumn; water comes by lorry until then"},
    }

    voice: Annotated[VoiceId, Ask(_("Which voice?"))]
    outcome: Annotated[Outcome, Ask(_("What does it come to?"))]
    answer: Annotated[
        Text | None,
        Sealed(needed=True),
        Ask(
            _("What do you answer?"), _("Everybody in the village reads it. Never about a person.")
        ),
    ] = None
    by: Annotated[date | None, Ask(_("If it will be done: by when?"))] = None
    theirs: Annotated[OrganisationId | None, Ask(_("If it is not yours: whose is it?"))] = None


class VoiceClosed(Fact, kind="voice.voice-closed"):
    """Nothing more is owed for a voice. Closed is not mended: the outcome says that."""

    visibility = Visibility.PROGRAMME
    offered: ClassVar[dict[str, Any]] = {"voice": {"state": ANSWERED}}
    sentence = _("A voice was closed: {voice}")
    example: ClassVar[dict[str, Any]] = {"voice": A_VOICE}

    voice: Annotated[VoiceId, Ask(_("Which voice?"))]
