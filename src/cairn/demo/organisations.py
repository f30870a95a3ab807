"""The organisations of the demo. All are made up, and none is a person."""

from dataclasses import dataclass
from typing import Final

from cairn.demo.places import both
from cairn.values import Text, Theme, slug_from


@dataclass(frozen=True, slots=True)
class Sponsor:
    """Who pledges money and sends teams. `leaning` is what it likes to pay for, `weight` its size."""

    id: str
    name: Text
    leaning: tuple[Theme, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Contractor:
    """Who builds and delivers, in its trades."""

    id: str
    name: Text
    trades: tuple[Theme, ...]


def _sponsor(en: str, zh: str, weight: float, *leaning: Theme) -> Sponsor:
    return Sponsor(slug_from(en), both(en, zh), leaning, weight)


def _contractor(en: str, zh: str, *trades: Theme) -> Contractor:
    return Contractor(slug_from(en), both(en, zh), trades)


SPONSORS: Final = (
    _sponsor("Xiling Water Authority", "西岭水务局", 1.6, Theme.WATER, Theme.FARMING),
    _sponsor("Xiling Roads Bureau", "西岭公路局", 1.7, Theme.ROAD),
    _sponsor("Dryland Farming Institute", "旱塬农业研究院", 0.7, Theme.FARMING, Theme.SKILLS),
    _sponsor("University of Xiling", "西岭大学", 0.8, Theme.SCHOOL, Theme.SKILLS),
    _sponsor("Xiling Teachers College", "西岭师范学院", 0.6, Theme.SCHOOL, Theme.CULTURE),
    _sponsor("Three Wells Foundation", "三眼井基金会", 1.0, Theme.WATER, Theme.CLINIC),
    _sponsor("Long Shade Foundation", "长荫基金会", 0.8, Theme.SCHOOL, Theme.CLINIC),
    _sponsor("Snowline Power Company", "雪线电力公司", 1.5, Theme.ENERGY, Theme.ROAD),
    _sponsor("Kunyuan Mining Group", "坤垣矿业集团", 2.2, Theme.ROAD, Theme.HOUSING),
    _sponsor("Westgate Savings Bank", "西闸储蓄银行", 1.4, Theme.ENTERPRISE, Theme.FARMING),
    _sponsor("Stone Camel Logistics", "石驼物流公司", 0.8, Theme.ENTERPRISE, Theme.ROAD),
    _sponsor("Xiling Provincial Clinic", "西岭省立医院", 0.7, Theme.CLINIC),
    _sponsor("Xiling Culture Office", "西岭文化局", 0.6, Theme.CULTURE, Theme.SKILLS),
    _sponsor("High Meadow Dairy", "高甸乳业", 0.9, Theme.FARMING, Theme.ENTERPRISE),
    _sponsor("Far Rivers Fund", "远河国际基金", 1.1, Theme.WATER, Theme.ENERGY),
)

BUILDING = (Theme.SCHOOL, Theme.CLINIC, Theme.HOUSING, Theme.CULTURE, Theme.OTHER)
GOODS = (Theme.FARMING, Theme.ENTERPRISE, Theme.SKILLS, Theme.OTHER)

CONTRACTORS: Final = (
    _contractor("Blackrock Drilling", "黑岩钻井队", Theme.WATER),
    _contractor("Clear Channel Works", "清渠水利工程公司", Theme.WATER),
    _contractor("Northbank Pipe and Pump", "北岸管泵公司", Theme.WATER, Theme.ENERGY),
    _contractor("Drip and Furrow Irrigation", "滴沟节水灌溉公司", Theme.WATER, Theme.FARMING),
    _contractor("Gravel Plain Roadworks", "戈壁滩筑路公司", Theme.ROAD),
    _contractor("Two Bridges Construction", "双桥建筑公司", Theme.ROAD, *BUILDING),
    _contractor("Redwillow Builders", "红柳滩建筑队", *BUILDING),
    _contractor("Qumbulaq Masonry", "库木布拉克砌筑队", *BUILDING),
    _contractor("Altunsay County Builders", "阿勒通萨依建安公司", *BUILDING),
    _contractor("Aykol Timber and Roof", "艾阔勒木业屋面公司", *BUILDING),
    _contractor("Steppe Steel Frames", "草原钢构公司", Theme.ENTERPRISE, *BUILDING),
    _contractor("Noon Sun Solar", "正午光伏公司", Theme.ENERGY),
    _contractor("Last Mile Electric", "末端电气安装公司", Theme.ENERGY, Theme.ROAD),
    _contractor(
        "Warm Stove Heating", "暖炉供热安装公司", Theme.ENERGY, Theme.SCHOOL, Theme.HOUSING
    ),
    _contractor("Apricot Row Nursery", "杏林苗圃", Theme.FARMING),
    _contractor("Good Ear Seed Company", "良穗种业", Theme.FARMING),
    _contractor("Fold and Fleece Livestock", "圈羊牧业公司", Theme.FARMING, Theme.ENTERPRISE),
    _contractor("Oasis Cold Store", "绿塬冷库工程公司", Theme.ENTERPRISE, Theme.FARMING),
    _contractor("Weft Workshop Supplies", "纬线作坊设备公司", Theme.ENTERPRISE, Theme.SKILLS),
    _contractor("Chalk and Slate School Goods", "石板教学用品公司", Theme.SCHOOL, Theme.SKILLS),
    _contractor("Whitecoat Clinic Goods", "白褂医疗用品公司", Theme.CLINIC),
    _contractor("Open Stage Sound and Light", "露台灯光音响公司", Theme.CULTURE, Theme.SKILLS),
    _contractor("Market Day Traders", "巴扎日商贸公司", *GOODS),
    _contractor("Roundtable Training", "圆桌培训公司", Theme.SKILLS),
    _contractor("Clean Yard Services", "净院环卫公司", Theme.OTHER, Theme.HOUSING),
)
