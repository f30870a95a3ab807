"""What stands in the programme of told.py, and what it lacks: a pump that broke, needs, a bakery."""

from datetime import date

from cairn.assets.facts import (
    AssetHandedOver,
    AssetInspected,
    AssetRepaired,
    AssetServiced,
    AssetTakenOutOfUse,
    Condition,
    EnterpriseAccounted,
    EnterpriseForm,
    EnterpriseOpened,
    KeeperChanged,
)
from cairn.journal.files import keep
from cairn.money.models import Movement
from cairn.programme.facts import PlaceLocated
from cairn.trace.policy import Kind
from cairn.values import Text, Theme
from cairn.works.facts import (
    Finding,
    GrantBudgeted,
    MilestonePlanned,
    MilestoneReached,
    NeedMetElsewhere,
    NeedRaised,
    NeedRefused,
    NeedTakenUp,
    ProgressInspected,
    ProjectCompleted,
    SupplierEngaged,
)
from cast import DAY, a_picture, cny

PUMP, TANK, WELL = "qarasu-pump", "石桥村-tank", "qarasu-well"
VILLAGE, DRILLER = "qarasu-committee", "kunlun-drilling"


def tell_what_stands(pen):
    """The well's works, its pump from good to broken to mended, and what the villages lack."""
    for place, north, east in (("qarasu", 3400, -4200), ("石桥村", 3416, -4184)):
        pen.record(PlaceLocated(place=place, north=north, east=east))
    tell_works(pen)
    tell_assets(pen)
    tell_needs(pen)
    bakery = Text(en="Qarasu bakery", zh_hans="喀拉苏馕坊", ug="قاراسۇ ناۋايخانىسى")
    pen.record(
        EnterpriseOpened(
            enterprise="qarasu-bakery",
            name=bakery,
            form=EnterpriseForm.WORKSHOP,
            place="qarasu",
            holder=VILLAGE,
        ),
        on=date(2025, 1, 10),
    )
    pen.record(
        EnterpriseAccounted(
            enterprise="qarasu-bakery", year=2025, income=cny("1864.00"), costs=cny("1231.00"),
            shared_out=cny("400.00"),
        )
    )  # fmt: skip


def tell_works(pen):
    pen.record(GrantBudgeted(project=WELL, grant="water-2025", amount=cny("20000.00")))
    struck = pen.movement(
        MilestonePlanned(
            project=WELL, name=Text(en="Water struck", zh_hans="出水"), due_on=date(2025, 2, 20)
        )
    )
    pen.record(MilestonePlanned(project=WELL, name=Text(en="Pump runs"), due_on=date(2025, 4, 1)))
    photo = keep(pen.programme, a_picture("navy"))
    pen.record(MilestoneReached(milestone=struck, sha256=photo, caption=Text(en="Water at 140 m")))
    pen.record(
        SupplierEngaged(
            project=WELL, supplier=DRILLER, what=Text(en="Drilling"), amount=cny("16500.00")
        )
    )
    pen.record(
        ProgressInspected(
            project=WELL, finding=Finding.FAULTY, mender=DRILLER, mend_by=date(2025, 3, 20)
        )
    )
    pen.record(ProjectCompleted(project="lane"), on=date(2025, 4, 3))


def tell_assets(pen):
    pump = AssetHandedOver(
        asset=PUMP,
        name=Text(en="Pump of the deep well", zh_hans="机井水泵", ky="Терең кудуктун насосу"),
        place="qarasu",
        keeper="county-office",
        project=WELL,
        warranty_until=date(2026, 3, 31),
        every_months=1,
        upkeep_cost=cny("1200.00"),
    )
    pen.record(pump, on=date(2025, 4, 3))
    tank = AssetHandedOver(
        asset=TANK, name=Text(zh_hans="水井旁水箱"), place="石桥村", keeper=VILLAGE
    )
    pen.record(tank, on=date(2025, 4, 3))
    pen.record(AssetInspected(asset=PUMP, condition=Condition.GOOD), on=date(2025, 4, 10))
    pen.record(KeeperChanged(asset=PUMP, keeper=VILLAGE, reason="=Near by"), on=date(2025, 4, 12))
    pen.record(AssetServiced(asset=PUMP, what=Text(en="Oiled")), on=date(2025, 4, 28))
    photo = keep(pen.programme, a_picture("gray"))
    broken = AssetInspected(
        asset=PUMP,
        condition=Condition.BROKEN,
        mender=DRILLER,
        mend_by=date(2025, 5, 20),
        sha256=photo,
        caption=Text(en="The seal leaks", zh_hans="密封圈漏水"),
    )
    pen.record(broken, on=date(2025, 5, 10))
    paid = Movement.objects.filter(
        programme=pen.programme, kind=Kind.SPEND, target=WELL, reversed_by=""
    )
    repair = AssetRepaired(
        asset=PUMP,
        what=Text(en="New seal", zh_hans="更换密封圈"),
        condition=Condition.WORN,
        movement=paid.order_by("position")[0].id,
    )
    pen.record(repair, on=date(2025, 5, 18))
    late = AssetInspected(
        asset=PUMP, condition=Condition.WORN, mender=DRILLER, mend_by=date(2025, 6, 10)
    )
    pen.record(late, on=date(2025, 6, 1))
    pen.record(AssetTakenOutOfUse(asset=TANK, reason="It rusted through"), on=date(2025, 6, 2))


def tell_needs(pen):
    for need, theme, place in (
        ("footbridge", Theme.ROAD, "qarasu"),
        ("clean-water", Theme.WATER, "qarasu"),
        ("reading-room", Theme.SCHOOL, "石桥村"),
        ("second-lane", Theme.ROAD, "石桥村"),
    ):
        name = Text(en=f"A {need.replace('-', ' ')}", zh_hans=f"{place}需要：{need}")
        pen.record(NeedRaised(need=need, name=name, place=place, theme=theme), on=DAY)
    pen.record(NeedTakenUp(need="clean-water", project=WELL))
    pen.record(NeedMetElsewhere(need="reading-room", what=Text(en="The county's book rooms")))
    pen.record(NeedRefused(need="second-lane", reason="=One is enough"))
