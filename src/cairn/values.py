"""Values that every part of Cairn speaks in: money, ids, texts in several languages.

Frozen, without Django and without a database. What happened is in each capability's facts.py.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Final, Literal, get_args
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from cairn.kyrgyz import in_arabic

MAX_MINOR: Final = 10**15
"""The largest amount, in minor units, that one fact may name: what the trace is exact up to."""

UNEXPLAINED: Final = "unexplained"
"""The grant that money belongs to which no recorded receipt accounts for."""

Language = Literal["en", "zh-hans", "ug", "ky", "ky-arab"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
LANGUAGE_NAMES: Final[dict[str, str]] = {
    "en": "English",
    "zh-hans": "简体中文",
    "ug": "ئۇيغۇرچە",
    "ky": "Кыргызча",
    "ky-arab": "قىرعىزچا",
}
RIGHT_TO_LEFT: Final = frozenset({"ug", "ky-arab"})
DRAFTED: Final = frozenset({"ug", "ky", "ky-arab"})
"""Languages whose catalogue a machine wrote and no speaker has checked: each page says so."""

NEAREST: Final[dict[str, tuple[str, ...]]] = {
    "zh-hans": ("zh-hans", "en"),
    "ug": ("ug", "zh-hans", "en"),
    "ky": ("ky", "en"),
    "ky-arab": ("ky-arab", "ky", "zh-hans", "en"),
}
"""Which versions of a text a reader gets, the best first: English for whom nothing is said.

Who reads Uyghur, or Kyrgyz in Arabic letters, lives in China, where Chinese is read more than English.
"""


class CairnError(Exception):
    """Something a person can put right; its message says where and what to do."""


class UnknownCurrencyError(CairnError):
    """A code that ISO 4217 does not list, or that has no minor unit (gold, test codes)."""


class AmountError(CairnError):
    """Text that is no amount of its currency."""


@cache
def currency_digits(code: str) -> int:
    """How many decimal digits ISO 4217 (not CLDR) gives a currency: CNY 2, JPY 0, KWD 3.

    Raises UnknownCurrencyError.
    """
    from iso4217 import Currency  # noqa: PLC0415 - parses its table on import: 40 ms nobody else needs

    try:
        digits = Currency(code).exponent
    except ValueError:
        digits = None
    if digits is None:
        msg = f"‘{code}’ is not a currency code of ISO 4217, such as CNY, USD or KGS"
        raise UnknownCurrencyError(msg)
    return int(digits)


def to_minor(text: str, currency: str) -> int:
    """Read a plain decimal ("1234.50") as minor units of its currency.

    Raises AmountError when it is no number or has more digits than the currency, and
    UnknownCurrencyError.
    """
    digits = currency_digits(currency)
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text, re.ASCII):
        raise AmountError(f"‘{text}’ is not an amount; write it like 1234.50")
    if len(text) > 28:  # what a Decimal computes with; more would be rounded without a word
        raise AmountError(f"‘{text[:28]}…’ is too long to be an amount")
    scaled = Decimal(text).scaleb(digits)
    if scaled != scaled.to_integral_value():
        raise AmountError(f"‘{text}’ has more decimals than {currency}, which has {digits}")
    return int(scaled)


def to_decimal(minor: int, currency: str) -> str:
    """Write minor units as a plain decimal with exactly the currency's digits ("1234.50")."""
    digits = currency_digits(currency)
    sign, minor = ("-", -minor) if minor < 0 else ("", minor)
    if not digits:
        return f"{sign}{minor}"
    return f"{sign}{minor // 10**digits}.{minor % 10**digits:0{digits}d}"


def _is_currency(code: str) -> str:
    try:
        currency_digits(code)
    except UnknownCurrencyError as error:
        raise ValueError(str(error)) from error
    return code


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def nfc(text: str) -> str:
    """Bring text to Unicode normal form C: keyboards spell one name in two ways, a hash may not.

    Raises ValueError for control characters other than tab and newline: no page can show them,
    and PostgreSQL does not keep NUL.
    """
    if _CONTROL.search(text):
        raise ValueError("it holds a control character; type it anew without")
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _slug(text: str) -> str:
    """A few letters become three in form C, and a column must hold the id."""
    text = nfc(text)
    if len(text) > 64:
        raise ValueError("it is longer than 64 signs; choose a shorter id")
    return text


CurrencyCode = Annotated[
    str,
    Field(pattern=r"^[A-Z]{3}$", description="a currency of ISO 4217, such as CNY"),
    AfterValidator(_is_currency),
]


class Money(BaseModel):
    """An exact amount above zero: `{"currency": "CNY", "minor": 123450}` is CNY 1,234.50."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    minor: Annotated[int, Field(gt=0, le=MAX_MINOR)]
    currency: CurrencyCode

    @classmethod
    def of(cls, text: str, currency: str) -> "Money":
        """Read `Money.of("1234.50", "CNY")`. Raises AmountError, UnknownCurrencyError."""
        return cls(minor=to_minor(text, currency), currency=currency)

    def __str__(self) -> str:
        return f"{self.currency} {to_decimal(self.minor, self.currency)}"


Written = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(nfc)]


class Text(BaseModel):
    """One text in the languages somebody wrote it in: `{"en": "Well", "zh-hans": "水井"}`."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", populate_by_name=True)

    en: Written | None = None
    zh_hans: Annotated[Written | None, Field(alias="zh-hans")] = None
    ug: Written | None = None
    ky: Written | None = None
    ky_arab: Annotated[Written | None, Field(alias="ky-arab")] = None

    def model_post_init(self, _context: object) -> None:
        """Refuse a text in no language: it would leave no bytes and say nothing."""
        if not self.by_language():
            raise ValueError("write it in at least one language")

    def by_language(self) -> dict[str, str]:
        """The versions there are, in the order of LANGUAGES."""
        versions = {code: getattr(self, code.replace("-", "_")) for code in LANGUAGES}
        return {code: text for code, text in versions.items() if text is not None}


def in_language(versions: dict[str, str], language: str) -> str:
    """The version a reader of `language` gets: that one, else the nearest, else whichever there is.

    Kyrgyz that is there in Cyrillic alone is shown in Arabic letters to whoever reads those.
    """
    for code in NEAREST.get(language, ("en",)):
        if text := versions.get(code):
            return in_arabic(text) if (language, code) == ("ky-arab", "ky") else text
    return next(iter(versions.values()), "")


class Theme(StrEnum):
    """What a project is about, and what a grant may be restricted to. Things, never people."""

    WATER = "water"
    ROAD = "road"
    SCHOOL = "school"
    CLINIC = "clinic"
    ENERGY = "energy"
    HOUSING = "housing"
    FARMING = "farming"
    ENTERPRISE = "enterprise"
    CULTURE = "culture"
    SKILLS = "skills"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Refers:
    """Marks a field that names a thing which must be on record, by the name of its read model."""

    to: str


@dataclass(frozen=True, slots=True)
class Names:
    """Marks the field with which a fact brings a new thing on record; its id must be free."""

    a: str


@dataclass(frozen=True, slots=True)
class KeptFile:
    """Marks a field that names a file kept beside the journal, by the SHA-256 of its bytes.

    One that is `heard` is a recording; others are pictures and documents.
    """

    heard: bool = False


def slug_from(text: str) -> str:
    """Make an id out of a name: lower case, NFKC, anything but letters and digits a hyphen.

    Letters of every script stay, because a person must be able to read the id: 石桥村 is 石桥村.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    # What counts and is no digit, as ⅷ's kin of old scripts: Pydantic's \w does not take it.
    text = "".join("-" if unicodedata.category(sign) == "No" else sign for sign in text)
    return re.sub(r"[\W_]+", "-", text).strip("-")[:64].strip("-")


SLUG = r"^[^\W_]([\w.\-]{0,62}[^\W_])?$"

Slug = Annotated[str, Field(pattern=SLUG, max_length=64), AfterValidator(_slug)]
Note = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(nfc)]
"""A short remark about the money or the thing. Never about a person."""

PlaceId = Annotated[Slug, Refers("place")]
OrganisationId = Annotated[Slug, Refers("organisation")]
CohortId = Annotated[Slug, Refers("cohort")]
TeamId = Annotated[Slug, Refers("team")]
PostId = Annotated[Slug, Refers("post")]
AccountId = Annotated[Slug, Refers("account")]
GrantId = Annotated[Slug, Refers("grant")]
ProjectId = Annotated[Slug, Refers("project")]
AssetId = Annotated[Slug, Refers("asset")]
NeedId = Annotated[Slug, Refers("need")]
EnterpriseId = Annotated[Slug, Refers("enterprise")]
MilestoneId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$"), Refers("milestone")]
"""The id of the fact that planned the milestone."""
RequestId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$"), Refers("request")]
"""The id of the fact that raised the request."""
VoiceId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$"), Refers("voice")]
"""The id of the entry with which a voice came on record; a random one."""
CategoryId = Annotated[Slug, Refers("category")]
DebriefId = Annotated[Slug, Refers("debrief")]
LessonThemeId = Annotated[Slug, Refers("lesson-theme")]
RecommendationId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$"), Refers("recommendation")]
HandoverId = Annotated[Slug, Refers("handover")]
"""The id of the team that hands over."""
HandoverLineId = Annotated[
    str, Field(min_length=3, max_length=260), AfterValidator(nfc), Refers("handover-line")
]
"""A line of a pack that is handed over: `qarasu-2025/asset/qarasu-well-pump`."""
TeamNoteId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$"), Refers("note")]
"""The id of the fact with which a team left word of something."""
InspectionId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$"), Refers("inspection")]
"""The id of the fact that says in which condition an asset was seen."""
MovementId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$"), Refers("movement")]
"""The id of the fact that recorded the movement."""

FileId = Annotated[
    str,
    Field(pattern=r"^[0-9a-f]{64}$", description="a kept file, by its SHA-256 in hexadecimal"),
    KeptFile(),
]


RecordingId = Annotated[
    str,
    Field(pattern=r"^[0-9a-f]{64}$", description="a kept recording, by its SHA-256 in hexadecimal"),
    KeptFile(heard=True),
]
NoticeId = Annotated[Slug, Refers("notice")]
VersionId = Annotated[
    str, Field(min_length=3, max_length=80), AfterValidator(nfc), Refers("version")
]
"""A notice in a language: `water-day.ky`."""


def uuid7(milliseconds: int, chance: int) -> UUID:
    """A UUIDv7 (RFC 9562 §5.7) of 48 bits of time and 74 of chance."""
    high, low = chance >> 62, chance & (2**62 - 1)
    return UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low)


class UnknownThingError(CairnError):
    """A thing that is not on record. A page answers 404."""
