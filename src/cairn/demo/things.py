"""What projects of the demo leave standing, what villages lack, and what inspections show."""

from dataclasses import dataclass
from typing import Final

from cairn.demo.places import both
from cairn.values import Text, Theme


@dataclass(frozen=True, slots=True)
class Leaves:
    """What a kind of project leaves: how often its upkeep is due, and what that is."""

    id: str
    name: Text
    every_months: int | None
    care: Text
    warranty_days: int = 365


OILED = both("Oiled, filters changed", "润滑并更换滤芯")
CLEANED = both("Cleaned and checked", "清理检查")
PAINTED = both("Joints sealed, paint renewed", "填缝补漆")
GRADED = both("Ruts filled, ditches cleared", "填补车辙、疏通边沟")

LEAVES: Final[dict[str, Leaves]] = {
    "deep-well": Leaves("pump", both("Well and pump", "水井与水泵"), 6, OILED, 730),
    "drinking-water": Leaves("main", both("Water main", "饮水管网"), 12, CLEANED, 730),
    "canal-lining": Leaves("canal", both("Lined canal", "防渗渠"), 6, CLEANED),
    "drip-lines": Leaves("lines", both("Drip lines", "滴灌管线"), 6, CLEANED),
    "storage-pond": Leaves("pond", both("Storage pond", "蓄水池"), 6, CLEANED),
    "sluices": Leaves("gates", both("Sluice gates", "闸门"), 6, OILED),
    "village-road": Leaves("road", both("Paved road", "硬化村道"), 12, GRADED, 730),
    "farm-track": Leaves("track", both("Gravel track", "砂石路"), 6, GRADED),
    "culverts": Leaves("bridge", both("Culverts and footbridge", "涵洞与便桥"), 12, PAINTED),
    "road-lamps": Leaves("lamps", both("Road lamps", "路灯"), 6, CLEANED, 730),
    "classrooms": Leaves("rooms", both("Classrooms", "教室"), 12, PAINTED),
    "school-kitchen": Leaves("kitchen", both("School kitchen", "学校食堂"), 3, CLEANED),
    "playground": Leaves("ground", both("Playground", "操场"), 12, PAINTED),
    "school-heating": Leaves("boiler", both("School boiler", "学校锅炉"), 12, OILED, 730),
    "reading-room": Leaves("shelves", both("Reading room", "图书室"), None, CLEANED),
    "clinic-room": Leaves("room", both("Clinic room", "卫生室"), 12, PAINTED),
    "clinic-goods": Leaves("goods", both("Clinic equipment", "卫生室设备"), 6, CLEANED, 730),
    "clinic-power": Leaves("power", both("Backup power", "备用电源"), 6, OILED, 730),
    "solar-roof": Leaves("panels", both("Solar panels", "光伏板"), 6, CLEANED, 1_825),
    "power-line": Leaves("line", both("Power line", "供电线路"), 12, CLEANED, 730),
    "street-lights": Leaves("lights", both("Street lights", "太阳能路灯"), 6, CLEANED, 730),
    "electric-heating": Leaves("heaters", both("Electric heaters", "电采暖设备"), 12, CLEANED),
    "roofs": Leaves("roofs", both("Roofs of the hall and store", "村委会与仓库屋面"), 12, PAINTED),
    "yard-walls": Leaves("walls", both("Walls and gates", "围墙大门"), None, PAINTED),
    "washrooms": Leaves("washrooms", both("Washrooms", "卫生厕所"), 3, CLEANED),
    "quake-frames": Leaves("frames", both("Steel frames", "抗震钢架"), 12, PAINTED, 1_825),
    "greenhouses": Leaves("houses", both("Greenhouses", "温室"), 6, PAINTED),
    "orchard": Leaves("trees", both("Orchard", "杏园"), 6, CLEANED),
    "sheep-pens": Leaves("pens", both("Sheep pens", "羊圈"), 6, CLEANED),
    "windbreak": Leaves("belt", both("Windbreak", "防风林带"), 12, CLEANED),
    "fodder-store": Leaves("store", both("Fodder store", "饲草库"), 12, PAINTED),
    "cold-store": Leaves("store", both("Cold store", "保鲜库"), 3, OILED, 730),
    "weaving": Leaves("looms", both("Looms", "织机"), 6, OILED),
    "bakery": Leaves("oven", both("Oven", "馕坑与烤炉"), 3, CLEANED),
    "market-hall": Leaves("hall", both("Market hall", "农贸大厅"), 12, PAINTED),
    "repair-shop": Leaves("tools", both("Workshop tools", "维修工具"), 6, OILED),
    "hall": Leaves("hall", both("Village hall", "文化活动室"), 12, PAINTED),
    "stage": Leaves("stage", both("Open-air stage", "文化小舞台"), 12, PAINTED),
    "sports-ground": Leaves("ground", both("Sports ground", "文体广场"), 12, PAINTED),
    "waste-point": Leaves("point", both("Waste collection point", "垃圾收集点"), 3, CLEANED),
    "notice-boards": Leaves("boards", both("Notice boards", "公开栏"), None, PAINTED),
    "winter-stock": Leaves("store", both("Fuel store", "燃料库"), 12, PAINTED),
}
"""What is not here leaves nothing: courses, seed, books."""

LACKING: Final[tuple[tuple[Theme, Text], ...]] = (
    (Theme.WATER, both("Water at the upper fields", "上游农田用水")),
    (Theme.ROAD, both("A way to the school in spring mud", "春季泥泞的上学路")),
    (Theme.SCHOOL, both("A warm classroom", "一间有暖气的教室")),
    (Theme.CLINIC, both("A room for the visiting doctor", "巡诊医生用房")),
    (Theme.ENERGY, both("Light on the main road", "主干道照明")),
    (Theme.SKILLS, both("Somebody taught to mend pumps", "水泵维修技能")),
    (Theme.FARMING, both("A place to keep fodder dry", "防潮饲草存放处")),
    (Theme.HOUSING, both("A sound roof on the village store", "村集体仓库屋面")),
    (Theme.ENTERPRISE, both("Somewhere to sell apricots", "杏子销售场所")),
    (Theme.WATER, both("Safe drinking water in summer", "夏季安全饮水")),
    (Theme.ROAD, both("A footbridge over the canal", "渠上人行便桥")),
    (Theme.CULTURE, both("A hall that opens in winter", "冬季可用的活动室")),
    (Theme.OTHER, both("A place for waste", "垃圾堆放点")),
)

STEPS: Final = {
    True: (both("Ground work done", "基础完工"), both("Ready to be used", "具备使用条件")),
    False: (both("Goods delivered", "设备到货"), both("Installed and tried", "安装调试完成")),
}
"""Two milestones of a project, by whether it is outdoors."""

SIGHTS: Final = {
    "step": both("The step that was planned", "计划节点现场"),
    "good": both("The finished work", "完工实景"),
    "worn": both("A part worn through", "部件磨损"),
    "broken": both("Broken, out of service", "损坏停用"),
}
"""What pictures of inspections show, by condition."""

ENTERPRISES: Final = {
    "cold-store": (both("cold-store cooperative", "保鲜合作社"), "cooperative"),
    "weaving": (both("weaving workshop", "编织作坊"), "workshop"),
    "bakery": (both("bakery", "馕坊"), "workshop"),
    "market-hall": (both("market", "农贸市场"), "shop"),
    "repair-shop": (both("repair shop", "农机维修店"), "workshop"),
}
