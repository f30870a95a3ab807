"""What the notices of the demo say, each in the languages that it is there in, by a machine's hand.

Kyrgyz in Arabic letters is the Cyrillic, letter by letter.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.notices.facts import About


@dataclass(frozen=True, slots=True)
class Said:
    """A notice: its villages, its days, and by language its heading, what it says, asks and offers."""

    id: str
    about: About
    places: tuple[str, ...]
    since: date
    until: date
    texts: dict[str, tuple[str, ...]]
    machine: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()


NOW: Final = (
    Said(
        "which-well", About.MONEY, ("qarasu",), date(2026, 11, 2), date(2026, 12, 31),
        {
            "zh-hans": ("先修哪口井？", "今年的资金够新打一口井。", "先修哪一口？", "学校旁\n磨坊旁\n桥边"),
            "en": ("Which well first?", "This year's money pays for one new well.", "Which is to come first?",
                   "At the school\nAt the mill\nBy the bridge"),
            "ug": ("قايسى قۇدۇق ئاۋۋال؟", "بۇ يىلقى پۇل بىر يېڭى قۇدۇققا يېتىدۇ.", "قايسىسى ئاۋۋال بولسۇن؟",
                   "مەكتەپ يېنىدا\nتۈگمەن يېنىدا\nكۆۋرۈك يېنىدا"),
            "ky": ("Кайсы кудук биринчи?", "Быйылкы акча бир жаңы кудукка жетет.", "Кайсынысы биринчи болсун?",
                   "Мектептин жанында\nТегирмендин жанында\nКөпүрөнүн жанында"),
            "ky-arab": ("قايسى قۇدۇق بىرىنچى؟", "بىيىلقى اقچا بىر جاڭى قۇدۇققا جەتەت.",
                        "قايسىنىسى بىرىنچى بولسۇن؟",
                        "مەكتەپتىن جانىندا\nتەگىرمەندىن جانىندا\nكۅپۉرۅنۉن جانىندا"),
        },
    ),
    Said(
        "bridge-money", About.MONEY, ("shimen",), date(2026, 11, 5), date(2026, 12, 31),
        {
            "zh-hans": ("修桥款已到账", "86,000元已到村账户，账目贴在公告栏上。"),
            "en": ("Money for the bridge has arrived", ("CNY 86,000 stand in the village's account. The account "
                   "is on the board.")),
            "ug": ("كۆۋرۈك پۇلى كەلدى", "86,000 يۈەن كەنت ھېساباتىغا كىردى. ھېسابات تاختىدا تۇرىدۇ."),
            "ky": ("Көпүрөгө акча келди", "Көпүрөгө 86 000 юань айылдын эсебине келди. Эсеп тактада турат."),
            "ky-arab": ("كۅپۉرۅگۅ اقچا كەلدى",
                        "كۅپۉرۅگۅ 86 000 يۇان ايىلدىن ەسەبىنە كەلدى. ەسەپ تاقتادا تۇرات."),
        },
    ),
    Said(
        "health-day", About.HEALTH_DAY, ("hongliu-township",), date(2026, 11, 9), date(2026, 12, 31),
        {
            "zh-hans": ("义诊日", "12月28日上午9点至12点，医生到学校，不收费。"),
            "en": ("A health day", ("On 28 December doctors come to the school, from nine to twelve. It costs "
                   "nothing.")),
            "ug": ("ساغلاملىق كۈنى", "12-ئاينىڭ 28-كۈنى سائەت 9 دىن 12 گىچە دوختۇرلار مەكتەپكە كېلىدۇ. ھەقسىز."),
            "ky": ("Саламаттык күнү", ("28-декабрда саат тогуздан он экиге чейин врачтар мектепке келет. Акы "
                   "алынбайт.")),
        },
        machine=("ug", "ky"),
        unchecked=("ug",),
    ),
    Said(
        "monday-market", About.MARKET, ("qarasu", "ushterek"), date(2026, 11, 16), date(2027, 1, 31),
        {
            "zh-hans": ("周一集市", "自11月30日起，每周一在路边。"),
            "en": ("A market on Mondays", "From 30 November, each Monday by the road."),
            "ug": ("دۈشەنبە بازىرى", "11-ئاينىڭ 30-كۈنىدىن باشلاپ، ھەر دۈشەنبە يول بويىدا."),
            "ky": ("Дүйшөмбү базары", "Базар 30-ноябрдан баштап ар дүйшөмбүдө жолдун боюнда."),
            "ky-arab": ("دۉيشۅمبۉ بازارى", "بازار 30-نويابردان باشتاپ ار دۉيشۅمبۉدۅ جولدۇن بويۇندا."),
        },
        unchecked=("ky-arab",),
    ),
    Said(
        "three-prices", About.POLICY, ("qumbulaq-county",), date(2026, 9, 1), date(2027, 6, 30),
        {
            "zh-hans": ("请看三家报价", "每项工程询价三家。报价单在办公室，人人可看。"),
            "en": ("Ask for the three prices", ("Three prices are asked for each piece of work. The list lies at "
                   "the office for everybody.")),
            "ug": ("ئۈچ باھانى كۆرۈڭ", "ھەر بىر ئىشقا ئۈچ باھا سورىلىدۇ. تىزىملىك ئىشخانىدا، ھەممە كۆرەلەيدۇ."),
            "ky": ("Баалардын тизмесин сураңыз", ("Ар бир ишке үч баа суралат. Тизме кеңседе, аны ар ким көрө "
                   "алат.")),
            "ky-arab": ("باالاردىن تىزمەسىن سۇراڭىز",
                        "ار بىر ىشكە ۉچ باا سۇرالات. تىزمە كەڭسەدە، انى ار كىم كۅرۅ الات."),
        },
    ),
)  # fmt: skip
"""What stands on the boards on the demo's last day."""

WELL: Final = Said(
    "well-hours", About.WORKS, ("qarasu",), date(2026, 10, 19), date(2027, 1, 31),
    {
        "zh-hans": ("机井恢复供水", "每天早上6点至10点供水。"),
        "en": ("The deep well runs again", "Water from six to ten in the morning."),
        "ug": ("چوڭقۇر قۇدۇق يەنە ئىشلەيدۇ", "ھەر كۈنى ئەتىگەن 6 دىن 10 غىچە سۇ بار."),
        "ky": ("Терең кудук кайра иштейт", "Суу эртең менен сааттын алтысынан онуна чейин."),
        "ky-arab": ("تەرەڭ قۇدۇق قايرا ىشتەيت", "سۇۇ ەرتەڭ مەنەن سااتتىن التىسىنان ونۇنا چەيىن."),
    },
)  # fmt: skip
"""Whose hours changed, so that what was made out of it is stale."""

BEFORE: Final = (
    Said(
        "spring-seeds", About.POLICY, ("hongliu-township",), date(2025, 3, 10), date(2025, 4, 20),
        {"zh-hans": ("春播种子", "良种在乡政府领取，每户同样多。"),
         "en": ("Seeds for spring", "Seeds are at the township, as much for each house.")},
    ),
    Said(
        "road-closed", About.WORKS, ("ushterek",), date(2025, 5, 12), date(2025, 6, 15),
        {"zh-hans": ("村道施工封闭", "5月15日至6月10日，请走河边路。"),
         "en": ("The lane is closed", "From 15 May to 10 June, take the way by the river.")},
    ),
    Said(
        "canal-cleaned", About.WORKS, ("yantag",), date(2025, 8, 4), date(2025, 9, 4),
        {"zh-hans": ("渠道已清淤", "水从周五起恢复。")},
    ),
    Said(
        "sheep-day", About.OTHER, ("beshbulaq", "tugmen"), date(2025, 9, 8), date(2025, 9, 30),
        {"zh-hans": ("羊群防疫日", "9月20日，在老打谷场。"),
         "ky": ("Кой эмдөө күнү", "20-сентябрда эски кырманда.")},
    ),
    Said(
        "no-power", About.OTHER, ("hongliu-township",), date(2026, 2, 23), date(2026, 3, 8),
        {"zh-hans": ("停电通知", "3月2日9点至17点检修线路。"),
         "en": ("No power", "On 2 March from nine to five the line is mended.")},
    ),
    Said(
        "roof-done", About.WORKS, ("shimen",), date(2026, 6, 22), date(2026, 8, 31),
        {"zh-hans": ("学校屋顶已完工", "教室9月1日启用。"),
         "en": ("The school has its roof", "The classroom opens on 1 September.")},
    ),
)  # fmt: skip
"""What is over."""
