"""A year of a small programme, with everything that a page can show."""

from cairn.following.snapshot import bring_up_to_date
from cairn.journal.files import keep
from cairn.money.facts import (
    BankFeeCharged,
    EvidenceAttached,
    GiftInKindGiven,
    GrantPledged,
    InterestReceived,
    MoneyConfirmed,
    MoneyReceived,
    MoneyReturned,
    MoneySent,
    MoneySpent,
    MovementReversed,
    PaymentEvidenced,
)
from cairn.programme.facts import TeamPlaced
from cairn.values import Text, Theme
from cairn.works.facts import ProjectApproved, ProjectProposed, ProjectStarted
from cast import Pen, a_picture, assemble, cny
from stands import tell_what_stands

COUNTY, VILLAGE, WELL = "county-office", "qarasu-committee", "qarasu-well"


def programme_told() -> str:
    """A programme with the whole cast and its year, followed to its end: its id."""
    pen = Pen.opened()
    assemble(pen)
    tell_a_year(pen)
    tell_what_stands(pen)
    bring_up_to_date(pen.programme)
    return pen.programme


def tell_a_year(pen):
    """A short arrival, a breach, something off purpose, unexplained, returned, reversed, in kind."""
    pen.record(
        GrantPledged(
            grant="roads-2025",
            name=Text(en="Roads <2025>", zh_hans="2025年道路"),
            sponsor="seed-company",
            amount=cny("30000.00"),
            themes=(Theme.ROAD,),
        )
    )
    for project in ("=cmd", "lane"):
        pen.record(
            ProjectProposed(
                project=project.strip("="),
                name=Text(en=project, zh_hans=project),
                place="石桥村",
                theme=Theme.ROAD,
                budget=cny("9000.00"),
            )
        )
    pen.record(ProjectApproved(project=WELL))
    pen.record(ProjectStarted(project=WELL))
    pen.record(
        TeamPlaced(team="qarasu-2025", cohort="2025", place="qarasu", sponsor="water-bureau")
    )
    for grant, amount in (("water-2025", "50000.00"), ("roads-2025", "20000.00")):
        pen.movement(MoneyReceived(grant=grant, account=COUNTY, amount=cny(amount)))
    for grant, amount, came in (
        ("water-2025", "20000.00", "18000.00"),
        ("roads-2025", "8000.00", "8000.00"),
    ):
        sent = pen.movement(
            MoneySent(source=COUNTY, target=VILLAGE, amount=cny(amount), grant=grant)
        )
        pen.movement(MoneyConfirmed(movement=sent, amount=cny(came)))
    first = _spent(pen, WELL, "15000.00", "water-2025")
    pen.record(
        EvidenceAttached(movement=first, sha256="ab" * 32, caption=Text(en="The pump on its base"))
    )
    second = _spent(pen, WELL, "6000.00", "water-2025")
    for colour in ("teal", "brown"):
        photo, caption = keep(pen.programme, a_picture(colour)), Text(en=f"The pump, {colour}")
        pen.record(PaymentEvidenced(movement=second, sha256=photo, caption=caption))
    _spent(pen, "lane", "2000.00", "roads-2025")
    _spent(pen, "cmd", "9000.00", None)
    twice = _spent(pen, WELL, "700.00", None)
    pen.movement(MovementReversed(movement=twice, reason="=Entered twice"))
    pen.movement(
        MoneyReturned(source=COUNTY, target="county-cash", amount=cny("300.00"), reason="Left over")
    )
    pen.movement(InterestReceived(account=COUNTY, amount=cny("42.10")))
    pen.movement(BankFeeCharged(account=COUNTY, amount=cny("15.00")))
    pen.record(
        GiftInKindGiven(
            sponsor="water-bureau",
            project=WELL,
            what=Text(en="steel pipe", zh_hans="钢管"),
            quantity=120,
            unit="m",
            worth=cny("9600.00"),
        )
    )


def _spent(pen, project, amount, grant):
    fact = MoneySpent(
        account=VILLAGE, project=project, amount=cny(amount), grant=grant, voucher="记-0042"
    )
    return pen.movement(fact)
