"""The cast: who and what stands in the programme that tests are about.

A sponsor and a second one, a county office, a township, two villages with a committee each, a
driller; accounts, two grants and a well. All fictional, and no person among them. Their ids are
those that the examples of facts use.
"""

import math
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

from PIL import Image

from cairn.catalog import journal
from cairn.journal.entry import Draft, Receipt
from cairn.journal.fact import Fact
from cairn.journal.journal import Journal, RefusedError
from cairn.money.facts import AccountOpened, GrantPledged
from cairn.programme.facts import (
    CohortOpened,
    OrganisationJoined,
    OrganisationRole,
    PlaceAdded,
    PlaceLevel,
    ProgrammeOpened,
)
from cairn.values import Money, Text, Theme
from cairn.works.facts import ProjectProposed

OPENED = date(2025, 1, 1)
DAY = date(2025, 3, 1)
NOW = datetime(2025, 6, 30, 4, 0, tzinfo=UTC)
POST = "county-accountant"


def a_picture(colour: str = "teal", *, size: tuple[int, int] = (64, 48)) -> bytes:
    """A plain picture, as a phone might send it."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def a_recording(*, seconds: float = 0.2) -> bytes:
    """A tone, as somebody might send it: 8,000 samples a second, and beside them who made it."""
    out = BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8_000)
        tone = (int(9_000 * math.sin(nth / 3)) for nth in range(int(8_000 * seconds)))
        written.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in tone))
    return out.getvalue() + b"LIST\x10\x00\x00\x00INFOIART\x04\x00\x00\x00Amin"


_ids, _programmes = count(1), count(1)


def new_id() -> UUID:
    """An id nobody has: version 7 by its form, counted so that a failure reads the same twice."""
    return UUID(int=next(_ids) | 0x01936F0A << 96 | 7 << 76 | 2 << 62)


def new_programme() -> str:
    """A programme that nobody has written in."""
    return f"teams-{next(_programmes)}"


def cny(text: str) -> Money:
    return Money.of(text, "CNY")


def named(text: str) -> Text:
    return Text(en=text)


@dataclass
class Pen:
    """Records facts in one programme, at one moment, as one post."""

    programme: str = field(default_factory=new_programme)
    now: datetime = NOW
    journal: Journal = journal

    @classmethod
    def opened(cls, programme: str | None = None) -> "Pen":
        pen = cls(programme or new_programme())
        pen.record(OPENING, on=OPENED)
        return pen

    @property
    def today(self) -> date:
        """The day it is there: for a third of a day another than in UTC."""
        return self.now.astimezone(ZoneInfo(OPENING.timezone)).date()

    def draft(self, fact: Fact, *, on: date = DAY, id: UUID | None = None) -> Draft:
        return Draft(id or new_id(), on, POST, fact)

    def append(self, draft: Draft) -> Receipt:
        return self.journal.append(self.programme, draft, now=self.now)

    def record(self, fact: Fact, *, on: date = DAY) -> Receipt:
        return self.append(self.draft(fact, on=on))

    def movement(self, fact: Fact, *, on: date = DAY) -> str:
        """Record a movement; later facts name it by the id returned."""
        return str(self.record(fact, on=on).id)

    def batch(self, *drafts: Draft, all_or_none: bool = False):
        return self.journal.append_batch(
            self.programme, drafts, now=self.now, all_or_none=all_or_none
        )

    def objections(self, fact: Fact, *, on: date = DAY) -> dict[str, str]:
        """What the journal says against a fact, by field; empty when it takes it."""
        try:
            self.record(fact, on=on)
        except RefusedError as refused:
            return {objection.field: objection.message for objection in refused.objections}
        return {}

    def the(self, called: str, id: str):
        """The row of a read model."""
        return journal.tables[called].objects.get(programme=self.programme, id=id)

    def tables(self) -> dict[str, list[dict]]:
        """Every read model of the programme, as it stands."""
        return {
            called: list(table.objects.filter(programme=self.programme).order_by("id").values())
            for called, table in journal.tables.items()
        }


OPENING = ProgrammeOpened(
    name=Text(en="Resident teams", zh_hans="驻村工作"), timezone="Asia/Shanghai", currency="CNY"
)


def assemble(pen: Pen) -> None:
    """Put the whole cast on record."""
    verdicts = pen.batch(*(pen.draft(fact, on=OPENED) for fact in everybody()))
    assert all(isinstance(verdict, Receipt) for verdict in verdicts), verdicts


def everybody() -> Iterator[Fact]:
    """What brings the cast on record, in order."""
    for place, name, level, within in (
        ("kunlun", "Kunlun", PlaceLevel.COUNTY, None),
        ("hongliu", "Hongliu", PlaceLevel.TOWNSHIP, "kunlun"),
        ("qarasu", "Qarasu", PlaceLevel.VILLAGE, "hongliu"),
        ("石桥村", "Stone Bridge", PlaceLevel.VILLAGE, "hongliu"),
    ):
        yield PlaceAdded(place=place, name=named(name), level=level, within=within)
    for organisation, role in (
        ("water-bureau", OrganisationRole.SPONSOR),
        ("seed-company", OrganisationRole.SPONSOR),
        ("county-office", OrganisationRole.OFFICE),
        ("qarasu-committee", OrganisationRole.COMMITTEE),
        ("石桥村委会", OrganisationRole.COMMITTEE),
        ("kunlun-drilling", OrganisationRole.CONTRACTOR),
    ):
        yield OrganisationJoined(organisation=organisation, name=named(organisation), role=role)
    yield CohortOpened(cohort="2025", name=named("Cohort of 2025"), ends_on=date(2025, 12, 31))
    for account, holder, place, currency in (
        ("county-office", "county-office", "kunlun", "CNY"),
        ("county-cash", "county-office", "kunlun", "CNY"),
        ("county-dollars", "county-office", "kunlun", "USD"),
        ("qarasu-committee", "qarasu-committee", "qarasu", "CNY"),
        ("石桥村委会", "石桥村委会", "石桥村", "CNY"),
    ):
        yield AccountOpened(
            account=account, name=named(account), holder=holder, place=place, currency=currency
        )
    yield ProjectProposed(
        project="qarasu-well", name=named("Deep well"), place="qarasu", theme=Theme.WATER
    )
    for grant, sponsor in (("water-2025", "water-bureau"), ("seeds-2025", "seed-company")):
        yield GrantPledged(
            grant=grant, name=named(grant), sponsor=sponsor, amount=cny("1000000.00")
        )
