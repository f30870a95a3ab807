"""What Cairn's words are in IATI's code lists, both ways: whoever writes IATI and whoever reads it.

Nothing here knows XML or the record. Codes of transactions are in transaction_types.py.
"""

from typing import Final

from cairn.values import Language

VERSION: Final = "2.03"


def activity_id(publisher: str, programme: str, thing: tuple[str, str] | None = None) -> str:
    """The id of an activity: the publisher's, the programme's, then what it is and its own."""
    begins = f"{publisher}-{programme}"
    return begins if thing is None else f"{begins}-{thing[0]}-{thing[1]}"


LANGUAGES: Final[dict[Language, str]] = {
    "en": "en",
    "zh-hans": "zh",
    "ug": "ug",
    "ky": "ky",
    "ky-arab": "ky-Arab",
}
"""IATI's list has ISO 639-1, so Chinese is zh; Kyrgyz in Arabic letters has no code of its own there."""

ORGANISATION_TYPES: Final = {
    "government": "10",
    "local-government": "11",
    "other-public": "15",
    "international-ngo": "21",
    "national-ngo": "22",
    "multilateral": "40",
    "foundation": "60",
    "company": "70",
    "university": "80",
    "other": "90",
}
"""An organisation's legal form → OrganisationType."""

FUNDING, ACCOUNTABLE, EXTENDING, IMPLEMENTING = "1", "2", "3", "4"
"""OrganisationRole: what an organisation is to an activity."""

PIPELINE, IMPLEMENTATION, FINALISATION, CLOSED, CANCELLED = "1", "2", "3", "4", "5"
"""ActivityStatus."""

PLANNED_START, ACTUAL_START, PLANNED_END, ACTUAL_END = "1", "2", "3", "4"
"""ActivityDateType."""

PARENT, CHILD, SIBLING = "1", "2", "3"
"""RelatedActivityType."""

DAC, OWN = "1", "99"
"""SectorVocabulary: OECD DAC's five digits, and the publisher's own words."""

DAC_SECTORS: Final = {
    "road": "21020",
    "school": "11120",
    "clinic": "12230",
    "farming": "31120",
    "culture": "16061",
    "skills": "11330",
}
"""Theme → DAC purpose code, where the two mean the same.

Water may be for fields as well as for drinking, energy may be a line or a plant, a house may be of
any cost: of those DAC asks more than a theme says, so they are told in the publisher's own words alone.
"""

RURAL_DEVELOPMENT: Final = "43040"
"""DAC's purpose of what a programme does in villages as a whole, and of money that may be for anything."""

PLEDGED, COMMITTED, RECEIVED, DISBURSED, SPENT = "13", "2", "1", "3", "4"
"""TransactionType of: a sponsor's pledge, a supplier engaged, money in, money out, money used."""

WEB_PAGE, RESULTS, ORGANISATION_PAGE = "A12", "A08", "B16"
"""DocumentCategory."""
