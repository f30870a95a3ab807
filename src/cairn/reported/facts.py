"""What IATI files of other publishers say: each statement with the file and line that says it.

It is their word and no money of this programme: no account, grant or balance is touched by it. A newer
file that says something else makes a further fact of the same kind that names what it `replaces`; one
that no longer says it, a `…-vanished`. Facts are flat, so what IATI nests is told in short lines:

    title        "en:Clean water"                      the language, where the element names one
    description  "1/en:Wells in two villages"          the type and the language
    code         "sector|1|14030|50|en:Basic drinking water"   what, vocabulary, code, share, name
    period       "2025-01-01|2025-12-31|10|7"          from, to, target, actual
"""

from datetime import date
from typing import Annotated, Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, Field

from cairn.journal.fact import Ask, Fact, PutRight, Visibility
from cairn.values import MAX_MINOR, CurrencyCode, Names, Note, Refers, nfc

A_FILE: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
AN_ACTIVITY: Final = "01936f0a-0000-8000-8000-000000000011"
A_RESULT: Final = "01936f0a-0000-8000-8000-000000000012"
A_MENDING: Final = "01936f0a-0000-7000-8000-000000000013"
"""What examples name."""

LONGEST_TEXT: Final = 8000
"""Signs of one text that are kept: an entry of the log holds 64 KB, and four bytes are a sign's most."""

Short = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(nfc)]
"""A code, an id, a number as its publisher wrote it."""
Line = Annotated[str, Field(pattern=r"^[^\n]+$", max_length=800), AfterValidator(nfc)]
Told = Annotated[
    str,
    Field(pattern=r"^([A-Za-z0-9.\-]{0,20}/)?[A-Za-z0-9\-]{0,35}:", max_length=LONGEST_TEXT + 60),
    AfterValidator(nfc),
]
"""A text with the language it says it is in, or none: the default of its activity then."""
Coded = Annotated[
    str, Field(pattern=r"^[a-z\-]+(\|[^|]*){3}\|", max_length=800), AfterValidator(nfc)
]

ReportedFileId = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$"), Refers("reported-file")]
"""The SHA-256 of a file that was read."""
ReportedActivityId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$"), Refers("reported-activity")]
"""The id of the fact that brought an activity."""
StatementId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$"), Refers("reported-statement")]
"""The id of the fact that first said it."""
MendingId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$"), Refers("reported-mending")]


class FileRead(Fact, kind="reported.file-read"):
    """An IATI file of other publishers was read. What it says are further facts that name it.

    What of it Cairn does not keep is told here, so that nothing is dropped in silence.
    """

    visibility = Visibility.PUBLIC
    elsewhere = True
    sentence = _("{name} was read: {activities} activities")
    example: ClassVar[dict[str, Any]] = {
        "sha256": A_FILE,
        "name": "activities.xml",
        "version": "2.03",
        "generated": "2025-02-28T08:00:00Z",
        "lines": 1204,
        "activities": 12,
        "transactions": 57,
        "left_out": ["contact-info: 12 times, first in line 33: who is to be reached is not kept"],
    }

    sha256: Annotated[
        Annotated[str, Field(pattern=r"^[0-9a-f]{64}$"), Names("reported-file")],
        Ask(_("What is the hash of the file?")),
    ]
    name: Annotated[Short, Ask(_("What is the file called?"))]
    version: Annotated[Short | None, Ask(_("Which version of IATI does it say it follows?"))] = None
    generated: Annotated[Short | None, Ask(_("When does it say it was made?"))] = None
    lines: Annotated[Annotated[int, Field(ge=0, le=2**40)], Ask(_("How many lines has it?"))]
    activities: Annotated[
        Annotated[int, Field(ge=0, le=2**40)], Ask(_("How many activities has it?"))
    ]
    transactions: Annotated[
        Annotated[int, Field(ge=0, le=2**40)], Ask(_("How many transactions has it?"))
    ]
    replaces: Annotated[ReportedFileId | None, Ask(_("Of which file is it a newer version?"))] = (
        None
    )
    left_out: Annotated[
        Annotated[tuple[Line, ...], Field(max_length=200)], Ask(_("What of it is not kept?"))
    ] = ()


class _Stated(Fact, kind=""):
    """What every statement says of itself: which file says it, and where."""

    visibility = Visibility.PUBLIC
    elsewhere = True

    file: Annotated[ReportedFileId, Ask(_("Which file says so?"))]
    line: Annotated[Annotated[int, Field(ge=0, le=2**40)], Ask(_("In which line?"))]


class ActivityReported(_Stated, kind="reported.activity-reported"):
    """A publisher tells of an activity.

    The same activity told by two publishers is two; the one that is no secondary reporter counts.
    """

    sentence = _("{publisher} tells of the activity {identifier}")
    example: ClassVar[dict[str, Any]] = {
        "file": A_FILE,
        "line": 12,
        "identifier": "XM-EX-1-WATER",
        "publisher": "XM-EX-1",
        "title": ["en:Clean water"],
        "description": ["1/en:Wells in two villages"],
        "status": "2",
        "dates": ["1|2025-01-01", "2|2025-01-15"],
        "codes": ["sector|1|14030|100|"],
        "related": ["1|XM-EX-1-PROGRAMME"],
        "currency": "USD",
        "language": "en",
    }

    identifier: Annotated[Short, Ask(_("What is the id of the activity?"))]
    publisher: Annotated[Short, Ask(_("Which organisation reports it?"))]
    secondary: Annotated[bool, Ask(_("Does it report what another one answers for?"))] = False
    title: Annotated[tuple[Told, ...], Ask(_("What is it called?"))] = ()
    description: Annotated[tuple[Told, ...], Ask(_("How is it described?"))] = ()
    status: Annotated[Short | None, Ask(_("Which status does it have?"))] = None
    dates: Annotated[tuple[Line, ...], Ask(_("When does it begin and end?"))] = ()
    codes: Annotated[tuple[Coded, ...], Ask(_("How does its publisher classify it?"))] = ()
    related: Annotated[tuple[Line, ...], Ask(_("Which activities are related to it?"))] = ()
    hierarchy: Annotated[Short | None, Ask(_("At which level of its publisher's is it?"))] = None
    currency: Annotated[Short | None, Ask(_("In which currency are amounts that name none?"))] = (
        None
    )
    language: Annotated[Short | None, Ask(_("In which language are texts that name none?"))] = None
    updated: Annotated[Short | None, Ask(_("When does it say it was changed last?"))] = None
    replaces: Annotated[
        ReportedActivityId | None, Ask(_("Which earlier statement does it replace?"))
    ] = None


class _OfActivity(_Stated, kind=""):
    """What a statement about a part of an activity says of itself."""

    activity: Annotated[ReportedActivityId, Ask(_("Of which activity?"))]
    replaces: Annotated[StatementId | None, Ask(_("Which earlier statement does it replace?"))] = (
        None
    )


class OrganisationReported(_OfActivity, kind="reported.organisation-reported"):
    """An activity names an organisation: as the one that reports it, or in a role."""

    sentence = _("An organisation is named, in the role {part}: {name} {ref}")
    example: ClassVar[dict[str, Any]] = {
        "file": A_FILE,
        "line": 20,
        "activity": AN_ACTIVITY,
        "part": "1",
        "ref": "XM-EX-2",
        "type": "10",
        "far_activity": "XM-EX-2-GRANT-7",
        "name": ["en:Hongliu Foundation"],
    }

    part: Annotated[Short, Ask(_("In which role?"))]
    ref: Annotated[Short | None, Ask(_("What is the id of the organisation?"))] = None
    type: Annotated[Short | None, Ask(_("What sort of organisation is it?"))] = None
    far_activity: Annotated[Short | None, Ask(_("Which activity of its own does it name?"))] = None
    name: Annotated[tuple[Told, ...], Ask(_("What is the organisation called?"))] = ()


class TransactionReported(_OfActivity, kind="reported.transaction-reported"):
    """A publisher says that money was promised or moved. Below zero it corrects an earlier one."""

    sentence = _("A transaction of the type {type} on {on}: {minor} minor units of {currency}")
    example: ClassVar[dict[str, Any]] = {
        "file": A_FILE,
        "line": 44,
        "activity": AN_ACTIVITY,
        "type": 3,
        "on": "2025-02-01",
        "minor": 1850000,
        "currency": "USD",
        "receiver_ref": "XM-EX-3",
        "receiver_activity": "XM-EX-3-WELL",
    }

    type: Annotated[Annotated[int, Field(ge=1, le=13)], Ask(_("Which type has it?"))]
    on: Annotated[date, Ask(_("On which day?"))]
    minor: Annotated[
        Annotated[int, Field(ge=-MAX_MINOR, le=MAX_MINOR)], Ask(_("How much, in minor units?"))
    ]
    currency: Annotated[CurrencyCode, Ask(_("In which currency?"))]
    valued_on: Annotated[date | None, Ask(_("Of which day is its value?"))] = None
    ref: Annotated[Short | None, Ask(_("What is its reference?"))] = None
    provider_ref: Annotated[Short | None, Ask(_("What is the id of who gives?"))] = None
    provider_type: Annotated[Short | None, Ask(_("What sort of organisation gives?"))] = None
    provider_activity: Annotated[Short | None, Ask(_("From which activity is it?"))] = None
    provider: Annotated[tuple[Told, ...], Ask(_("What is the one who gives called?"))] = ()
    receiver_ref: Annotated[Short | None, Ask(_("What is the id of who gets it?"))] = None
    receiver_type: Annotated[Short | None, Ask(_("What sort of organisation gets it?"))] = None
    receiver_activity: Annotated[Short | None, Ask(_("Into which activity does it go?"))] = None
    receiver: Annotated[tuple[Told, ...], Ask(_("What is the one who gets it called?"))] = ()
    description: Annotated[tuple[Told, ...], Ask(_("How is it described?"))] = ()
    codes: Annotated[tuple[Coded, ...], Ask(_("How does its publisher classify it?"))] = ()


class LocationReported(_OfActivity, kind="reported.location-reported"):
    """Where an activity is, by its publisher's word: on a map to two kilometres, as all places are."""

    sentence = _("A location is named: {name}")
    example: ClassVar[dict[str, Any]] = {
        "file": A_FILE,
        "line": 52,
        "activity": AN_ACTIVITY,
        "name": ["en:Qarasu"],
        "north": 4130,
        "east": 7602,
        "codes": ["location-reach||1||"],
    }

    ref: Annotated[Short | None, Ask(_("What is its reference?"))] = None
    name: Annotated[tuple[Told, ...], Ask(_("What is it called?"))] = ()
    description: Annotated[tuple[Told, ...], Ask(_("How is it described?"))] = ()
    north: Annotated[
        Annotated[int, Field(ge=-9000, le=9000, multiple_of=2)] | None,
        Ask(_("How far north, in hundredths of a degree?")),
    ] = None
    east: Annotated[
        Annotated[int, Field(ge=-18000, le=18000, multiple_of=2)] | None,
        Ask(_("How far east, in hundredths of a degree?")),
    ] = None
    codes: Annotated[tuple[Coded, ...], Ask(_("How does its publisher classify it?"))] = ()


class DocumentReported(_OfActivity, kind="reported.document-reported"):
    """A publisher points to a document on the web. Cairn keeps where, and not the document."""

    sentence = _("A document is named: {title} {url}")
    example: ClassVar[dict[str, Any]] = {
        "file": A_FILE,
        "line": 60,
        "activity": AN_ACTIVITY,
        "url": "https://example.org/plan.pdf",
        "format": "application/pdf",
        "title": ["en:Plan of the wells"],
        "codes": ["category||A02||"],
    }

    url: Annotated[
        Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(nfc)],
        Ask(_("Where is it?")),
    ]
    format: Annotated[Short | None, Ask(_("What sort of file is it?"))] = None
    title: Annotated[tuple[Told, ...], Ask(_("What is it called?"))] = ()
    description: Annotated[tuple[Told, ...], Ask(_("How is it described?"))] = ()
    codes: Annotated[tuple[Coded, ...], Ask(_("How does its publisher classify it?"))] = ()
    dated: Annotated[date | None, Ask(_("Of which day is it?"))] = None


class ResultReported(_OfActivity, kind="reported.result-reported"):
    """What an activity is to bring about, by its publisher's word. How it is measured: its indicators."""

    sentence = _("A result is named: {title}")
    example: ClassVar[dict[str, Any]] = {
        "file": A_FILE,
        "line": 70,
        "activity": AN_ACTIVITY,
        "type": "1",
        "title": ["en:Wells that give water"],
    }

    type: Annotated[Short | None, Ask(_("What sort of result is it?"))] = None
    aggregation: Annotated[Short | None, Ask(_("May it be added to others?"))] = None
    title: Annotated[tuple[Told, ...], Ask(_("What is it called?"))] = ()
    description: Annotated[tuple[Told, ...], Ask(_("How is it described?"))] = ()


class IndicatorReported(_OfActivity, kind="reported.indicator-reported"):
    """How a result is measured: the baseline, and for each period the target and what came of it.

    Of wholes alone: what a publisher breaks down further is left out.
    """

    sentence = _("An indicator is named: {title}")
    example: ClassVar[dict[str, Any]] = {
        "file": A_FILE,
        "line": 75,
        "activity": AN_ACTIVITY,
        "result": A_RESULT,
        "measure": "1",
        "title": ["en:Wells drilled"],
        "baseline": ["2024||0"],
        "periods": ["2025-01-01|2025-12-31|2|1"],
    }

    result: Annotated[StatementId, Ask(_("Of which result?"))]
    measure: Annotated[Short | None, Ask(_("In what is it measured?"))] = None
    ascending: Annotated[Short | None, Ask(_("Is more of it better?"))] = None
    aggregation: Annotated[Short | None, Ask(_("May it be added to others?"))] = None
    title: Annotated[tuple[Told, ...], Ask(_("What is it called?"))] = ()
    description: Annotated[tuple[Told, ...], Ask(_("How is it described?"))] = ()
    baseline: Annotated[tuple[Line, ...], Ask(_("From which value does it start?"))] = ()
    periods: Annotated[
        tuple[Line, ...], Ask(_("What was the target of each period, and reached?"))
    ] = ()


class ActivityVanished(_Stated, kind="reported.activity-vanished"):
    """A newer version of a file no longer tells of an activity. What was told stays on record."""

    sentence = _("An activity is in the newer file no more: {activity}")
    example: ClassVar[dict[str, Any]] = {"file": A_FILE, "line": 0, "activity": AN_ACTIVITY}

    activity: Annotated[ReportedActivityId, Ask(_("Which activity?"))]


class StatementVanished(_Stated, kind="reported.statement-vanished"):
    """A newer version of an activity no longer says something. What was said stays on record."""

    sentence = _("A statement is in the newer file no more: {statement}")
    example: ClassVar[dict[str, Any]] = {"file": A_FILE, "line": 12, "statement": A_RESULT}

    statement: Annotated[StatementId, Ask(_("Which statement?"))]


class NameMended(Fact, kind="reported.name-mended"):
    """A post says which activity a misspelt id means. The publisher's own words stay as they are."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("reported.mending-revoked", {"mending": "id"}, seen="revoked"),)
    sentence = _("‘{written}’ means the activity {meant}: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "written": "XM-EX-1–WATER",
        "meant": "XM-EX-1-WATER",
        "reason": "A long dash for a short one",
    }

    written: Annotated[Short, Ask(_("Which id is misspelt?"))]
    meant: Annotated[Short, Ask(_("Which id is meant?"))]
    reason: Annotated[Note, Ask(_("Why is that certain?"))]


class MendingRevoked(Fact, kind="reported.mending-revoked"):
    """An id did not mean what somebody took it for. It counts again as it is written."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"mending": {"revoked": ""}}
    sentence = _("The mending {mending} is revoked: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "mending": A_MENDING,
        "reason": "They are two activities after all",
    }

    mending: Annotated[MendingId, Ask(_("Which mending?"))]
    reason: Annotated[Note, Ask(_("Why?"))]


Stated = (
    OrganisationReported
    | TransactionReported
    | LocationReported
    | DocumentReported
    | ResultReported
    | IndicatorReported
)
"""What an activity says of itself, part by part."""
