"""The places of the demo: three counties of a province that does not exist.

An arid inland country with several languages. Names are of springs, trees, sand and stone; no
county of this name is on a map.
"""

from dataclasses import dataclass
from typing import Final

from cairn.values import Text, slug_from


def both(en: str, zh: str) -> Text:
    """A text in the two languages of the demo."""
    return Text(en=en, zh_hans=zh)


@dataclass(frozen=True, slots=True)
class Village:
    """A village; `name` is English and Chinese, without and with the word for village."""

    id: str
    name: Text
    township: "Township"


@dataclass(frozen=True, slots=True)
class Township:
    """A township and its county."""

    id: str
    name: Text
    county: "County"


@dataclass(frozen=True, slots=True)
class County:
    """A county."""

    id: str
    name: Text


# county → township → villages, each "English|Chinese"
TREE: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "Qumbulaq County|库木布拉克县": {
        "Hongliu Township|红柳乡": (
            "Qarasu|喀拉苏村",
            "Ushterek|玉西铁热克村",
            "Yantag|羊塔克村",
            "Shimen|石门村",
        ),
        "Sarijilga Township|萨热吉勒尕乡": (
            "Beshbulaq|别什布拉克村",
            "Tugmen|吐格曼村",
            "Qoshsay|阔什萨依村",
            "Qamishliq|卡米什力克村",
        ),
        "Shazao Town|沙枣镇": (
            "Dongqu|东渠村",
            "Xiqu|西渠村",
            "Liushu|柳树村",
            "Jigdalik|吉格代力克村",
        ),
        "Yengibostan Township|英博斯坦乡": (
            "Bostanboyi|博斯坦博依村",
            "Gulsay|古勒萨依村",
            "Almiliq|阿勒米力克村",
        ),
    },
    "Altunsay County|阿勒通萨依县": {
        "Naran Bulag Township|那仁布拉格乡": (
            "Ulan Tolgoi|乌兰陶勒盖村",
            "Tsagaan Us|查干乌苏村",
            "Khar Mod|哈尔莫敦村",
            "Shar Tal|夏尔塔拉村",
        ),
        "Xiaquan Town|下泉镇": (
            "Xiaquan|下泉村",
            "Shangquan|上泉村",
            "Yanwan|盐湾村",
            "Cuigou|翠沟村",
        ),
        "Kokjar Township|阔克加尔乡": (
            "Kokjar|阔克加尔村",
            "Aqjar|阿克加尔村",
            "Jangibulaq|江尕布拉克村",
            "Toruy|托茹依村",
        ),
        "Jigdasay Township|吉格代萨依乡": (
            "Uzumluk|玉祖木鲁克村",
            "Qoghunluq|阔衮鲁克村",
            "Bugdaylik|布格代力克村",
        ),
    },
    "Aykol County|艾阔勒县": {
        "Tashkopruk Township|塔什库普热克乡": (
            "Tashkopruk|塔什库普热克村",
            "Sayboyi|萨依博依村",
            "Kolboyi|阔勒博依村",
            "Yulghunluq|玉勒滚鲁克村",
        ),
        "Baiyangdu Town|白杨渡镇": (
            "Baiyangdu|白杨渡村",
            "Hongya|红崖村",
            "Sandaoqu|三道渠村",
            "Xinqu|新渠村",
        ),
        "Sugunluq Township|苏滚鲁克乡": (
            "Sugunluq|苏滚鲁克村",
            "Chongqum|琼库木村",
            "Kichikqum|克其克库木村",
            "Otturasu|奥吐拉苏村",
        ),
        "Dongwan Township|东湾乡": (
            "Dongwan|东湾村",
            "Xiwan|西湾村",
            "Shajing|沙井村",
            "Lubian|路边村",
        ),
    },
}


def _grown() -> tuple[list[County], list[Township], list[Village]]:
    counties, townships, villages = [], [], []
    for county_name, below in TREE.items():
        county = County(_id(county_name), both(*county_name.split("|")))
        counties.append(county)
        for township_name, names in below.items():
            township = Township(_id(township_name), both(*township_name.split("|")), county)
            townships.append(township)
            villages += [Village(_id(name), both(*name.split("|")), township) for name in names]
    return counties, townships, villages


def _id(name: str) -> str:
    return slug_from(name.split("|", maxsplit=1)[0])


Place = County | Township | Village

COUNTIES, TOWNSHIPS, VILLAGES = _grown()
"""3, 12 and 46."""

PLACES: Final[tuple[Place, ...]] = (*COUNTIES, *TOWNSHIPS, *VILLAGES)
"""All of them, none before what it is part of."""


def path_of(place: Place) -> tuple[str, ...]:
    """A place and all it is part of, the county first."""
    if isinstance(place, County):
        return (place.id,)
    if isinstance(place, Township):
        return (place.county.id, place.id)
    return (*path_of(place.township), place.id)


def county_of(place: Place) -> County:
    """The county a place is in, or is."""
    if isinstance(place, County):
        return place
    return place.county if isinstance(place, Township) else place.township.county
