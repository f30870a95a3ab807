"""Which names in a sheet look like a person's: Cairn keeps no record of any.

A supplier's column often names the carpenter. No list knows every name, so this errs towards
persons: an organisation taken for one is told by a line under `names` in the map.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_TITLED: Final = re.compile(
    r"(mr|mrs|ms|miss|mx|dr|rev|sir|dame|lady)\.?\s+\S.*|.*\b(redacted|personal data)\b.*",
    re.IGNORECASE,
)
_ORGANISED: Final = re.compile(
    r"\b(ltd|limited|llp|llc|inc|plc|co|company|group|partners|partnership|sons|bros|trust|school"
    r"|foundation|fund|university|surgery|practice|centre|center|clinic|college|church|services?|associates|solicitors)\b\.?|&",
    re.IGNORECASE,
)

_ADDRESSED: Final = re.compile(
    r"[\u4e00-\u9fff·]{1,12}(先生|女士|小姐|同志|师傅|农户|户|等[\d一二三四五六七八九十]*人)"
)
_TRANSCRIBED: Final = re.compile(r"[\u4e00-\u9fff]{1,10}[·•・‧][\u4e00-\u9fff]{1,10}")
"""Uyghur, Kazakh and Kyrgyz names in Chinese letters: 买买提·艾山."""

_SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范石姚谭廖邹熊陆郝孔崔邱秦江史顾侯邵孟龙段雷钱汤尹黎易常武乔贺赖龚庞樊兰殷施陶"
    "洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳"
    "盛童欧甄华方万金白文项曲成游裴席卫查屈鲍位覃霍翁隋甘景薄单包司柏宁柯阮桂闵阳解强柴车冉房边窦萨阿买吐艾依古热库"
)
_TWO_LETTER_SURNAMES: Final = "欧阳|司马|上官|诸葛|皇甫|尉迟|公孙|慕容|令狐|端木|东方|司徒"
_CHINESE: Final = re.compile(
    rf"(?:(?:{_TWO_LETTER_SURNAMES})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})"
)
_ENDS_AN_ORGANISATION: Final = (
    "店厂站队社部行局处所院校会馆坊场司办委村镇乡县市区组铺房庄园业库网台厅"
)


@lru_cache(maxsize=4096)
def looks_like_a_person(name: str) -> bool:
    """Whether a name is likelier a person's than an organisation's, or hides a person's."""
    text = " ".join(unicodedata.normalize("NFKC", name).split())
    if _TITLED.fullmatch(text):
        return not _ORGANISED.search(text)
    text = text.replace(" ", "")  # 张 三 is how names are set to equal width
    if _ADDRESSED.fullmatch(text) or _TRANSCRIBED.fullmatch(text):
        return True
    return bool(_CHINESE.fullmatch(text)) and text[-1] not in _ENDS_AN_ORGANISATION
