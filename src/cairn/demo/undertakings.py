"""What is built and bought in the demo: kinds of project, gifts, and what evidence shows.

Things only. Nothing here is about anybody.
"""

from dataclasses import dataclass
from typing import Final

from cairn.demo.places import both
from cairn.values import Text, Theme


@dataclass(frozen=True, slots=True)
class Undertaking:
    """A kind of project. `cost` is what a usual one costs, in thousand yuan; `days` how long it takes.

    `outdoor` work stops when the ground is frozen.
    """

    id: str
    theme: Theme
    en: str
    zh: str
    cost: int
    days: int
    outdoor: bool = False

    def name(self, place: Text, nth: int) -> Text:
        """What it is called at a place; the second one of its kind there is a second phase."""
        phase = (f", phase {nth}", f"({'〇一二三四五六七八九'[nth]}期)") if nth > 1 else ("", "")
        return both(f"{self.en}, {place.en}{phase[0]}", f"{place.zh_hans}{self.zh}{phase[1]}")


W, R, S, C, E, H, F, B, K, L, O = (  # noqa: E741 - O is for other
    Theme.WATER,
    Theme.ROAD,
    Theme.SCHOOL,
    Theme.CLINIC,
    Theme.ENERGY,
    Theme.HOUSING,
    Theme.FARMING,
    Theme.ENTERPRISE,
    Theme.CULTURE,
    Theme.SKILLS,
    Theme.OTHER,
)

UNDERTAKINGS: Final = (
    Undertaking("deep-well", W, "Deep well and pump house", "机井及泵房", 420, 75, outdoor=True),
    Undertaking("drinking-water", W, "Drinking-water main", "饮水管网", 560, 90, outdoor=True),
    Undertaking("canal-lining", W, "Canal lining", "渠道防渗", 380, 60, outdoor=True),
    Undertaking("drip-lines", W, "Drip irrigation", "滴灌系统", 310, 50, outdoor=True),
    Undertaking("storage-pond", W, "Storage pond", "蓄水池", 450, 70, outdoor=True),
    Undertaking("sluices", W, "Sluice gates", "闸口改造", 90, 30, outdoor=True),
    Undertaking("village-road", R, "Village road, paved", "村道硬化", 820, 80, outdoor=True),
    Undertaking("farm-track", R, "Farm track, gravelled", "田间砂石路", 260, 40, outdoor=True),
    Undertaking("culverts", R, "Culverts and a footbridge", "涵洞与便桥", 180, 45, outdoor=True),
    Undertaking("road-lamps", R, "Lamps along the road", "道路照明", 130, 25, outdoor=True),
    Undertaking("classrooms", S, "Classroom repair", "教室修缮", 270, 55, outdoor=True),
    Undertaking("school-kitchen", S, "School kitchen", "学校食堂改造", 220, 50),
    Undertaking("playground", S, "School playground", "学校操场", 190, 45, outdoor=True),
    Undertaking("school-heating", S, "School heating", "学校供暖改造", 240, 40),
    Undertaking("reading-room", S, "Reading room", "图书室", 60, 25),
    Undertaking("clinic-room", C, "Clinic room", "卫生室改建", 230, 60),
    Undertaking("clinic-goods", C, "Clinic equipment", "卫生室设备", 110, 25),
    Undertaking("clinic-power", C, "Backup power for the clinic", "卫生室备用电源", 70, 20),
    Undertaking("solar-roof", E, "Solar panels on the hall", "村委会屋顶光伏", 340, 45),
    Undertaking("power-line", E, "Power line for the pumps", "机井供电线路", 390, 60, outdoor=True),
    Undertaking("street-lights", E, "Solar street lights", "太阳能路灯", 160, 25, outdoor=True),
    Undertaking("electric-heating", E, "Electric heating", "电采暖改造", 280, 45),
    Undertaking("roofs", H, "Roof repairs", "屋面维修", 240, 45, outdoor=True),
    Undertaking("yard-walls", H, "Yard walls and gates", "院墙大门改造", 170, 40, outdoor=True),
    Undertaking("washrooms", H, "Washrooms", "卫生厕所改造", 200, 50, outdoor=True),
    Undertaking("quake-frames", H, "Earthquake-safe frames", "抗震加固", 480, 80, outdoor=True),
    Undertaking("greenhouses", F, "Greenhouses", "温室大棚", 520, 60, outdoor=True),
    Undertaking("orchard", F, "Apricot orchard", "杏园", 210, 60, outdoor=True),
    Undertaking("sheep-pens", F, "Sheep pens", "羊圈", 260, 50, outdoor=True),
    Undertaking("seed", F, "Seed and fertiliser", "良种与肥料", 85, 20),
    Undertaking("windbreak", F, "Poplar windbreak", "防风林带", 140, 40, outdoor=True),
    Undertaking("fodder-store", F, "Fodder store", "饲草库", 190, 45, outdoor=True),
    Undertaking("cold-store", B, "Cold store", "保鲜库", 620, 75),
    Undertaking("weaving", B, "Weaving workshop", "编织作坊", 180, 40),
    Undertaking("bakery", B, "Bakery", "馕坊", 95, 30),
    Undertaking("market-hall", B, "Market hall", "农贸市场大厅", 540, 80),
    Undertaking("repair-shop", B, "Farm-machine repair shop", "农机维修点", 150, 35),
    Undertaking("hall", K, "Village hall", "文化活动室", 210, 50),
    Undertaking("stage", K, "Open-air stage", "文化小舞台", 130, 35, outdoor=True),
    Undertaking("library", K, "Books in four languages", "多语种图书角", 35, 20),
    Undertaking("sports-ground", K, "Sports ground", "文体广场", 230, 45, outdoor=True),
    Undertaking("welding", L, "Welding course", "焊工培训班", 48, 30),
    Undertaking("machine-course", L, "Farm-machine course", "农机手培训班", 42, 25),
    Undertaking("grafting", L, "Fruit-tree grafting course", "果树嫁接培训班", 30, 20),
    Undertaking("bookkeeping", L, "Bookkeeping course", "村级账务培训班", 25, 15),
    Undertaking("waste-point", O, "Waste collection point", "垃圾收集点", 75, 25, outdoor=True),
    Undertaking("notice-boards", O, "Notice boards", "公开栏", 22, 15),
    Undertaking("winter-stock", O, "Winter fuel store", "冬季燃料储备点", 60, 20),
)

MONTHS_OF_FROST: Final = (12, 1, 2)


@dataclass(frozen=True, slots=True)
class Gift:
    """Things given: how they are counted, how many at least and at most, what one is worth in yuan."""

    name: Text
    unit: str
    least: int
    most: int
    worth: int
    theme: Theme


GIFTS: Final = (
    Gift(both("steel pipe", "钢管"), "m", 80, 600, 78, W),
    Gift(both("water tanks", "储水罐"), "pcs", 2, 12, 2_650, W),
    Gift(both("cement", "水泥"), "t", 10, 80, 420, R),
    Gift(both("desks and chairs", "课桌椅"), "sets", 30, 160, 265, S),
    Gift(both("books", "图书"), "pcs", 300, 3_000, 24, S),
    Gift(both("examination couches", "诊查床"), "pcs", 2, 6, 1_480, C),
    Gift(both("street lamps", "路灯"), "pcs", 10, 60, 1_850, E),
    Gift(both("roof panels", "彩钢瓦"), "m²", 100, 900, 46, H),
    Gift(both("apricot saplings", "杏树苗"), "pcs", 400, 4_000, 14, F),
    Gift(both("winter wheat seed", "冬小麦种子"), "kg", 800, 6_000, 6, F),
    Gift(both("sewing machines", "缝纫机"), "pcs", 6, 30, 1_320, B),
    Gift(both("loudspeakers", "音响"), "sets", 1, 6, 3_900, K),
    Gift(both("welding sets", "电焊机"), "sets", 4, 12, 1_150, L),
    Gift(both("waste bins", "垃圾桶"), "pcs", 20, 120, 210, O),
)

SHOWN_OUTDOORS: Final = (
    both("Delivery note and invoice", "送货单与发票"),
    both("The ground staked out", "现场放线"),
    both("The trench before filling", "回填前的沟槽"),
    both("Concrete cast and covered", "混凝土浇筑养护"),
    both("Inspection sheet of the township", "乡镇验收单"),
    both("The finished work", "完工实景"),
)
SHOWN_INDOORS: Final = (
    both("Delivery note and invoice", "送货单与发票"),
    both("Goods counted on arrival", "到货清点"),
    both("Installed and switched on", "安装调试"),
    both("Contract and price comparison", "合同与比价单"),
    both("Inspection sheet of the township", "乡镇验收单"),
)
