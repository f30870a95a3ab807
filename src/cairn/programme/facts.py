"""What can happen to a programme itself: its places, organisations, cohorts, teams and posts."""

from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, Field

from cairn.journal.fact import Ask, Fact, PutRight, Visibility
from cairn.merkle.note import MalformedError, Verifier, decode_base64
from cairn.trace.policy import Policy
from cairn.values import (
    CohortId,
    CurrencyCode,
    Money,
    Names,
    Note,
    OrganisationId,
    PlaceId,
    PostId,
    Slug,
    TeamId,
    Text,
    nfc,
)


@cache
def _timezones() -> frozenset[str]:
    """Python looks through the folders of the whole database for them, each time it is asked."""
    return frozenset(available_timezones())


def _is_timezone(name: str) -> str:
    if name not in _timezones():
        raise ValueError(f"‘{name}’ is not a time zone; write one like Asia/Shanghai")
    return name


IATI_REF = r"^[^\s/&|?-]+-[^\s/&|?-]+-[^\s/&|?]+$"
"""As IATI asks for: who keeps the list, then the id on it, as `CN-USCI-11650000MB0000001X`. No sign that a link needs."""


def _is_country(code: str) -> str:
    from babel import Locale  # noqa: PLC0415 - reads its files on import; few facts name a country

    if code not in Locale("en").territories or code in {"ZZ", "EU", "EZ", "UN", "QO", "XA", "XB"}:
        raise ValueError(f"‘{code}’ is no country of ISO 3166; write two letters, such as CN or KG")
    return code


IatiRef = Annotated[
    str,
    Field(
        pattern=IATI_REF,
        max_length=100,
        description="an organisation's identifier in IATI, such as CN-USCI-11650000MB0000001X",
    ),
    AfterValidator(nfc),
]
Country = Annotated[
    str,
    Field(pattern=r"^[A-Z]{2}$", description="a country of ISO 3166, such as CN"),
    AfterValidator(_is_country),
]
Website = Annotated[
    str,
    Field(
        pattern=r"^https://[A-Za-z0-9.\-]+(:[0-9]{1,5})?(/([A-Za-z0-9._~\-/]|%[0-9A-Fa-f]{2})*)?$",
        max_length=200,
        description="an address that begins with https://, in ASCII as browsers copy it",
    ),
]

TimeZone = Annotated[
    str, Field(description="a time zone, such as Asia/Shanghai"), AfterValidator(_is_timezone)
]


def _is_verifier(key: str) -> str:
    try:
        return nfc(str(Verifier.parse(key)))
    except MalformedError as error:
        raise ValueError(f"it is no verifier key of a signed note: {error}") from error


def _is_signature(text: str) -> str:
    try:
        if len(decode_base64(text, "the signature")) == 64:
            return text
    except MalformedError as error:
        raise ValueError(str(error)) from error
    raise ValueError("an Ed25519 signature is 64 bytes long")


VerifierKey = Annotated[
    str,
    Field(max_length=300, description="a verifier key of a C2SP signed note"),
    AfterValidator(_is_verifier),
]
Signature = Annotated[
    str,
    Field(max_length=88, description="an Ed25519 signature, in base64"),
    AfterValidator(_is_signature),
]


class PlaceLevel(StrEnum):
    """Where in the tree a place stands."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class OrganisationRole(StrEnum):
    """What an organisation is to the programme. One may send money and another keep the well."""

    SPONSOR = "sponsor"
    OFFICE = "office"
    COMMITTEE = "committee"
    CONTRACTOR = "contractor"


class LegalForm(StrEnum):
    """What an organisation is by its legal form, as IATI's list OrganisationType tells them apart."""

    GOVERNMENT = "government"
    LOCAL_GOVERNMENT = "local-government"
    OTHER_PUBLIC = "other-public"
    NATIONAL_NGO = "national-ngo"
    INTERNATIONAL_NGO = "international-ngo"
    FOUNDATION = "foundation"
    COMPANY = "company"
    UNIVERSITY = "university"
    MULTILATERAL = "multilateral"
    OTHER = "other"


class PostRole(StrEnum):
    """What a post is there for. What each may do stands in cairn/people/rights.csv."""

    SPONSOR = "sponsor"
    PROGRAMME_OFFICE = "programme-office"
    COUNTY = "county"
    TOWNSHIP = "township"
    COMMITTEE = "committee"
    TEAM_LEADER = "team-leader"
    TEAM_MEMBER = "team-member"
    KEEPER = "keeper"
    AUDITOR = "auditor"
    WITNESS = "witness"


class ProgrammeOpened(Fact, kind="programme.programme-opened"):
    """A programme begins: the first fact of every journal.

    Nothing may be dated before it. Its time zone decides when a day ends.
    """

    visibility = Visibility.PUBLIC
    sentence = _("The programme “{name}” was opened.")
    example: ClassVar[dict[str, Any]] = {
        "name": {"en": "Resident teams", "zh-hans": "驻村工作"},
        "timezone": "Asia/Shanghai",
        "currency": "CNY",
    }

    name: Annotated[Text, Ask(_("What is the programme called?"))]
    timezone: Annotated[TimeZone, Ask(_("In which time zone do its days end?"))]
    currency: Annotated[CurrencyCode, Ask(_("In which currency does it mostly keep its books?"))]


class PolicyChosen(Fact, kind="programme.policy-chosen"):
    """The programme chose how a payment is made up where nobody said which grant's money it is.

    Each page and export names the policy, because the answers differ.
    """

    visibility = Visibility.PUBLIC
    put_right = (PutRight("programme.policy-chosen", {}),)
    sentence = _("The programme follows its money by the policy {policy}.")
    example: ClassVar[dict[str, Any]] = {"policy": "grant-fifo"}

    policy: Annotated[Policy, Ask(_("Which money is spent first where nobody said?"))]


class PlaceAdded(Fact, kind="programme.place-added"):
    """A county, township or village became part of the programme."""

    visibility = Visibility.PUBLIC
    sentence = _("The {level} {name} was added.")
    example: ClassVar[dict[str, Any]] = {
        "place": "qarasu",
        "name": {"en": "Qarasu", "zh-hans": "喀拉苏村"},
        "level": "village",
        "within": "hongliu",
    }

    place: Annotated[Slug, Names("place"), Ask(_("Which id shall it have?"))]
    name: Annotated[Text, Ask(_("What is it called?"))]
    level: Annotated[PlaceLevel, Ask(_("What is it?"))]
    within: Annotated[PlaceId | None, Ask(_("Which place is it part of?"))] = None


class PlaceRenamed(Fact, kind="programme.place-renamed"):
    """A place is called otherwise from now on. It is the same place, and keeps its id."""

    visibility = Visibility.PUBLIC
    sentence = _("{place} is called {name} from now on.")
    example: ClassVar[dict[str, Any]] = {
        "place": "qarasu",
        "name": {"en": "New Qarasu", "zh-hans": "新喀拉苏村"},
    }

    place: Annotated[PlaceId, Ask(_("Which place?"))]
    name: Annotated[Text, Ask(_("What is it called now?"))]


class PlaceLocated(Fact, kind="programme.place-located"):
    """About where a place is, for a map: to two kilometres, which is no house and no field.

    In hundredths of a degree, even ones only: finer than that cannot be said.
    """

    visibility = Visibility.PUBLIC
    sentence = _("{place} is about at {north} north, {east} east, in hundredths of a degree.")
    example: ClassVar[dict[str, Any]] = {"place": "qarasu", "north": 4130, "east": -4218}

    place: Annotated[PlaceId, Ask(_("Which place?"))]
    north: Annotated[
        Annotated[int, Field(ge=-9000, le=9000, multiple_of=2)],
        Ask(_("How far north, in hundredths of a degree?")),
    ]
    east: Annotated[
        Annotated[int, Field(ge=-18000, le=18000, multiple_of=2)],
        Ask(_("How far east, in hundredths of a degree?")),
    ]


class PlaceMerged(Fact, kind="programme.place-merged"):
    """A village became part of another. What was recorded there stays with it, and counts for both."""

    visibility = Visibility.PUBLIC
    sentence = _("{place} became part of {successor}.")
    example: ClassVar[dict[str, Any]] = {"place": "石桥村", "successor": "qarasu"}

    place: Annotated[PlaceId, Ask(_("Which village is no more?"))]
    successor: Annotated[PlaceId, Ask(_("Which village is it part of now?"))]


class PlaceSplit(Fact, kind="programme.place-split"):
    """A village became several, each added before. What was recorded there stays with it."""

    visibility = Visibility.PUBLIC
    sentence = _("{place} was split into {successors}.")
    example: ClassVar[dict[str, Any]] = {
        "place": "qarasu",
        "successors": ["upper-qarasu", "lower-qarasu"],
    }

    place: Annotated[PlaceId, Ask(_("Which village is no more?"))]
    successors: Annotated[
        Annotated[tuple[PlaceId, ...], Field(min_length=2)], Ask(_("Which villages did it become?"))
    ]


class OrganisationJoined(Fact, kind="programme.organisation-joined"):
    """A sponsor, public office, village committee or contractor takes part."""

    visibility = Visibility.PUBLIC
    sentence = _("{name} joined as {role}.")
    example: ClassVar[dict[str, Any]] = {
        "organisation": "water-bureau",
        "name": {"en": "Provincial Water Bureau", "zh-hans": "省水利厅"},
        "role": "sponsor",
    }

    organisation: Annotated[Slug, Names("organisation"), Ask(_("Which id shall it have?"))]
    name: Annotated[Text, Ask(_("What is it called?"))]
    role: Annotated[OrganisationRole, Ask(_("What is it to the programme?"))]


class OrganisationIdentified(Fact, kind="programme.organisation-identified"):
    """By which identifier others know an organisation where money is published, as IATI has it.

    With it, what several publishers say of the same money can be put together.
    """

    visibility = Visibility.PUBLIC
    put_right = (PutRight("programme.organisation-identified", {"organisation": "organisation"}),)
    sentence = _("{organisation} is known as {ref} in IATI.")
    example: ClassVar[dict[str, Any]] = {
        "organisation": "water-bureau",
        "ref": "CN-USCI-11650000MB0000001X",
        "legal_form": "local-government",
    }

    organisation: Annotated[OrganisationId, Ask(_("Which organisation?"))]
    ref: Annotated[IatiRef, Ask(_("What is its identifier in IATI?"))]
    legal_form: Annotated[LegalForm, Ask(_("What is it by its legal form?"))]


class PublisherRegistered(Fact, kind="programme.publisher-registered"):
    """The programme publishes its money in IATI's format from now on, and this organisation answers for it."""

    visibility = Visibility.PUBLIC
    put_right = (
        PutRight("programme.publisher-registered", {}),
        PutRight("programme.publisher-withdrawn", {}),
    )
    sentence = _("{organisation} publishes this programme as IATI data.")
    example: ClassVar[dict[str, Any]] = {
        "organisation": "water-bureau",
        "country": "CN",
        "website": "https://record.example.org/teams/",
    }

    organisation: Annotated[OrganisationId, Ask(_("Which organisation publishes it?"))]
    country: Annotated[Country, Ask(_("In which country is the work done?"))]
    website: Annotated[
        Website | None, Ask(_("At which address does the public record stand, if at one?"))
    ] = None


class PublisherWithdrawn(Fact, kind="programme.publisher-withdrawn"):
    """The programme publishes no IATI data any more. What others copied stays with them."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("programme.publisher-registered", {}),)
    sentence = _("This programme publishes no IATI data any more: {reason}")
    example: ClassVar[dict[str, Any]] = {"reason": "Another office publishes it now"}

    reason: Annotated[Note, Ask(_("Why?"))]


class CohortOpened(Fact, kind="programme.cohort-opened"):
    """A rotation of teams begins."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("programme.cohort-closed", {"cohort": "cohort"}),)
    sentence = _("The cohort “{name}” began; it ends on {ends_on}.")
    example: ClassVar[dict[str, Any]] = {
        "cohort": "2025",
        "name": {"en": "Cohort of 2025", "zh-hans": "2025年度工作队"},
        "ends_on": "2025-12-31",
    }

    cohort: Annotated[Slug, Names("cohort"), Ask(_("Which id shall it have?"))]
    name: Annotated[Text, Ask(_("What is it called?"))]
    ends_on: Annotated[date, Ask(_("When is it to end?"))]


class CohortClosed(Fact, kind="programme.cohort-closed"):
    """A rotation of teams has ended and gone home."""

    visibility = Visibility.PUBLIC
    sentence = _("The cohort {cohort} ended.")
    example: ClassVar[dict[str, Any]] = {"cohort": "2025"}

    cohort: Annotated[CohortId, Ask(_("Which cohort?"))]


class TeamPlaced(Fact, kind="programme.team-placed"):
    """A cohort's team, sent by one sponsor, took up its work in a place.

    A team is a seat at a place. Who sits there is kept outside the journal.
    """

    visibility = Visibility.PUBLIC
    sentence = _("{sponsor} sent a team to {place} for the cohort {cohort}.")
    example: ClassVar[dict[str, Any]] = {
        "team": "qarasu-2025",
        "cohort": "2025",
        "place": "qarasu",
        "sponsor": "water-bureau",
        "strength": 4,
    }

    team: Annotated[Slug, Names("team"), Ask(_("Which id shall it have?"))]
    cohort: Annotated[CohortId, Ask(_("Of which cohort?"))]
    place: Annotated[PlaceId, Ask(_("Where does it live?"))]
    sponsor: Annotated[OrganisationId, Ask(_("Who sent it?"))]
    strength: Annotated[
        Annotated[int, Field(gt=0, le=1000)] | None, Ask(_("How many members has it?"))
    ] = None


class PostOpened(Fact, kind="programme.post-opened"):
    """A seat that acts: from now on somebody may be appointed to it. Who sits there is kept outside.

    It reaches the place it is at and all within, and its organisation. One of a team or a cohort
    ends with it.
    """

    visibility = Visibility.PUBLIC
    put_right = (PutRight("programme.post-closed", {"post": "post"}),)
    sentence = _("The post “{name}” was opened: {role}.")
    example: ClassVar[dict[str, Any]] = {
        "post": "team-leader.qarasu-2025",
        "name": {"en": "Team leader, Qarasu", "zh-hans": "喀拉苏村工作队队长"},
        "role": "team-leader",
        "place": "qarasu",
        "team": "qarasu-2025",
    }

    post: Annotated[Slug, Names("post"), Ask(_("Which id shall it have?"))]
    name: Annotated[Text, Ask(_("What is it called?"))]
    role: Annotated[PostRole, Ask(_("What is it there for?"))]
    place: Annotated[PlaceId | None, Ask(_("At which place?"))] = None
    organisation: Annotated[OrganisationId | None, Ask(_("Of which organisation?"))] = None
    team: Annotated[TeamId | None, Ask(_("Of which team, if of one?"))] = None
    cohort: Annotated[CohortId | None, Ask(_("With which cohort does it end, if with one?"))] = None


class PostClosed(Fact, kind="programme.post-closed"):
    """A post is no more. Nobody acts as it from then on; what it recorded stays."""

    visibility = Visibility.PUBLIC
    sentence = _("The post {post} was closed.")
    example: ClassVar[dict[str, Any]] = {"post": "team-leader.qarasu-2025"}

    post: Annotated[PostId, Ask(_("Which post?"))]


class SecondFactorReplaced(Fact, kind="programme.second-factor-replaced"):
    """Whoever holds a post lost what they sign in with beside the password; another post vouches.

    The old one is void from then on. It says which post, and never who.
    """

    visibility = Visibility.PUBLIC
    sentence = _("The lost second factor of {post} was replaced.")
    example: ClassVar[dict[str, Any]] = {"post": "team-leader.qarasu-2025"}

    post: Annotated[PostId, Ask(_("Whose second factor was lost?"))]


class ApprovalLimitSet(Fact, kind="programme.approval-limit-set"):
    """A project that may cost more than this needs the approval of two from now on."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("programme.approval-limit-set", {}),)
    sentence = _("A project that may cost more than {amount} needs two approvals.")
    example: ClassVar[dict[str, Any]] = {"amount": {"currency": "CNY", "minor": 20_000_000}}

    amount: Annotated[Money, Ask(_("Up to how much may one post approve?"))]


class LogKeyMade(Fact, kind="programme.log-key-made"):
    """The programme's public log is signed from now on, and this is its first key.

    Whoever is given this key can follow every later one through the entries. The key has signed
    three lines: `change of a log's key`, `programme ID`, `to KEY`, each with its newline.
    """

    visibility = Visibility.PUBLIC
    sentence = _("The programme's public log is signed with the key {key}.")
    example: ClassVar[dict[str, Any]] = {
        "key": "cairn.example/teams+e1b63af0+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
        "signature": "+cSaKUT8Cp0dwQe0yWx76AwEaHH87cRgUXzzk8Pz0tiMy+M/jyGKL/lzPpBJwfCkVEE++itTyBo6IWA2Ok6uCw==",
    }

    key: Annotated[VerifierKey, Ask(_("With which key is it checked?"))]
    signature: Annotated[Signature, Ask(_("What has the key signed, to show that it is held?"))]


class LogKeyRotated(Fact, kind="programme.log-key-rotated"):
    """The programme's public log is signed with another key from now on. Both keys say so.

    Each has signed four lines: `change of a log's key`, `programme ID`, `from OLD`, `to NEW`.
    The first checkpoint over this fact bears the signatures of both; those after it only the new.
    """

    visibility = Visibility.PUBLIC
    sentence = _("The key of the programme's public log changed from {old} to {new}.")
    example: ClassVar[dict[str, Any]] = {
        "old": "cairn.example/teams+e1b63af0+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
        "new": "cairn.example/teams+230525db+AYE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU",
        "signed_by_old": "qXzozKTNmwVQlX0uNQxQoijuqbuT67b2oUFZAXAL+Dt4FIDjFtaNRMIB5Iog5TYjkJpt/qvjdCwmOUa5fEvdCQ==",
        "signed_by_new": "L4DkaLVzaLbm2rWcLYw+qMKNpb1HCX1XVickmNayJQLjtCQBHhZ42vuA4u9gSC5xZP/9NBlysFC5zxKoqz+HAA==",
    }

    old: Annotated[VerifierKey, Ask(_("Which key was it?"))]
    new: Annotated[VerifierKey, Ask(_("Which key is it now?"))]
    signed_by_old: Annotated[Signature, Ask(_("What has the old key signed?"))]
    signed_by_new: Annotated[Signature, Ask(_("What has the new key signed?"))]


def statement(programme: str, new: Verifier, *, old: Verifier | None = None) -> bytes:
    """What the keys of a log sign when it changes. It can never pass as a checkpoint."""
    lines = ["change of a log's key", f"programme {programme}"]
    lines += [f"from {old}"] if old else []
    return "".join(f"{line}\n" for line in [*lines, f"to {new}"]).encode()
