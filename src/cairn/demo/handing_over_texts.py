"""What teams of the demo say as they hand over, in the languages of the villages."""

from typing import Final

from cairn.demo.voices import in_four
from cairn.values import Text

RISKS: Final[tuple[tuple[Text, Text], ...]] = (
    (
        in_four(
            "the pump of the school well runs dry in July",
            "七月学校水井抽空",
            "مەكتەپ قۇدۇقىنىڭ پومپىسى 7-ئايدا سۇ چىقارمىسا",
            "июлда мектеп кудугунун насосу суу чыгарбай калса",
        ),
        in_four(
            "let it rest from noon to four, and ask the township for the spare pump",
            "中午十二点到四点停机，并向乡里借备用泵",
            "چۈش سائەت 12 دىن 4 كىچە توختىتىڭ، يېزىدىن زاپاس پومپا سوراڭ",
            "түштөн саат төрткө чейин токтотуп, айылдан запас насос сураңыз",
        ),
    ),
    (
        in_four(
            "the canal is full of sand after the first flood",
            "第一场洪水后渠道淤沙",
            "بىرىنچى سەلدىن كېيىن ئۆستەڭگە قۇم تولسا",
            "биринчи селден кийин арык кумга толсо",
        ),
        in_four(
            "have the digger of the township for two days, before the fields are watered",
            "灌溉前向乡里借挖机清淤两天",
            "ئېتىز سۇغىرىشتىن بۇرۇن يېزىنىڭ ئېكسكاۋاتورىنى ئىككى كۈن ئىشلىتىڭ",
            "талааны сугаруудан мурда айылдын экскаваторун эки күн алыңыз",
        ),
    ),
    (
        in_four(
            "money for spring seed arrives after the sowing",
            "春播种子款在播种后才到",
            "باھارلىق ئۇرۇق پۇلى تېرىلغۇدىن كېيىن كەلسە",
            "жазгы үрөндүн акчасы себүүдөн кийин келсе",
        ),
        in_four(
            "ask the county in January, and order on the committee's account",
            "一月向县里申请，先由村委会账户订购",
            "1-ئايدا ناھىيەدىن سوراڭ، كومىتېت ھېساباتىدىن زاكاز قىلىڭ",
            "январда ооданга кайрылып, комитеттин эсебинен заказ кылыңыз",
        ),
    ),
    (
        in_four(
            "the road to the township is closed by snow for a week",
            "去乡里的路因雪封闭一周",
            "يېزىغا بارىدىغان يول قاردا بىر ھەپتە تاقالسا",
            "айылга барчу жол кардан бир жума жабылса",
        ),
        in_four(
            "keep fuel for ten days in the store",
            "库里备足十天燃料",
            "ئامباردا ئون كۈنلۈك يېقىلغۇ ساقلاڭ",
            "кампада он күндүк отун сактаңыз",
        ),
    ),
    (
        in_four(
            "a supplier does not come back for work under warranty",
            "质保期内供应商不来维修",
            "كاپالەت مۇددىتىدە تەمىنلىگۈچى كەلمىسە",
            "кепилдик мөөнөтүндө жеткирүүчү келбесе",
        ),
        in_four(
            "write to the county: it holds back a part of the price",
            "报县里：尚有尾款未付",
            "ناھىيەگە يېزىڭ: باھانىڭ بىر قىسمى تۇتۇپ قېلىنغان",
            "ооданга жазыңыз: баанын бир бөлүгү кармалып турат",
        ),
    ),
)
"""Of which the team that goes named the first three, and the one that came wrote all five back."""

ATTEMPTS: Final[tuple[tuple[Text, Text], ...]] = (
    (
        in_four(
            "Drip hoses on the upper field",
            "在上地试用滴灌带",
            "يۇقىرى ئېتىزدا تېمىتىپ سۇغىرىش",
            "Жогорку талаада тамчылатып сугаруу",
        ),
        in_four(
            "The water is too hard; they clog within a month",
            "水质太硬，一个月就堵",
            "سۇ بەك قاتتىق؛ بىر ئايدا توسۇلىدۇ",
            "Суу өтө катуу; бир айда тыгылып калат",
        ),
    ),
    (
        in_four(
            "A market on Fridays",
            "周五集市",
            "جۈمە بازىرى",
            "Жума базары",
        ),
        in_four(
            "The next village has one on the same day",
            "邻村同一天有集市",
            "قوشنا كەنتتە شۇ كۈنى بازار بار",
            "Кошуна айылда ошол эле күнү базар бар",
        ),
    ),
)
ADVICE: Final[tuple[Text, ...]] = (
    in_four(
        "Order seed before the snow goes: in April the road is mud",
        "化雪前订好种子：四月路上全是泥",
        "قار كەتمەستىن ئۇرۇق زاكاز قىلىڭ: 4-ئايدا يول پاتقاق",
        "Кар эрий электе үрөн заказ кылыңыз: апрелде жол баткак",
    ),
    in_four(
        "Post every payment on the board the same week: then nobody has to ask",
        "每笔支出当周上公示栏，就不用人来问",
        "ھەر بىر چىقىمنى شۇ ھەپتە تاختىغا چاپلاڭ: ھېچكىم سورىمايدۇ",
        "Ар бир чыгымды ошол эле жумада тактага илиңиз: эч ким сурабайт",
    ),
)
KEYS: Final = in_four(
    "In the locker of the committee's office, the hook with the red tag",
    "村委会办公室钥匙柜，红牌挂钩",
    "كومىتېت ئىشخانىسىنىڭ ئىشكاپىدا، قىزىل بەلگىلىك ئىلمەك",
    "Комитеттин кеңсесиндеги шкафта, кызыл белгилүү илгичте",
)
NOTE: Final = in_four(
    "It runs dry after six hours without a rest",
    "连续抽六小时会抽空",
    "ئالتە سائەت توختىماي ئىشلىسە سۇ تۈگەيدۇ",
    "Тыныгуусуз алты саат иштесе, суу түгөнөт",
)
LEAKS: Final = in_four(
    "The seal of the pump leaks",
    "水泵密封圈漏水",
    "پومپىنىڭ سالنىكىدىن سۇ ئېقىۋاتىدۇ",
    "Насостун тыгыздагычынан суу агат",
)
LESS: Final = in_four(
    "The bank's statement says 320.00 less than the books: find out why, and make it good",
    "银行对账单比账面少320.00元：请查明原因并补足",
    "بانكا ھېسابات ۋارىقى دەپتەردىن 320.00 يۈەن ئاز: سەۋەبىنى ئېنىقلاپ تولۇقلاڭ",
    "Банктын көчүрмөсү китептен 320.00 юанга аз: себебин таап, толуктаңыз",
)
NEW_SEAL: Final = in_four(
    "A fitter put in a new seal; a spare set lies in the committee's store",
    "维修工已换新密封圈，备件存村委会仓库",
    "رېمونتچى يېڭى سالنىك سالدى؛ زاپىسى كومىتېت ئامبىرىدا",
    "Оңдоочу жаңы тыгыздагыч салды; запасы комитеттин кампасында",
)
PLAN: Final = in_four(
    "Walk the canal with the committee; post the balances on the board; order seed",
    "与村委会一起巡渠；账目上公示栏；订购种子",
    "كومىتېت بىلەن ئۆستەڭنى كۆرۈش؛ ھېساباتنى تاختىغا چاپلاش؛ ئۇرۇق زاكاز قىلىش",
    "Комитет менен арыкты кароо; эсептерди тактага илүү; үрөн заказ кылуу",
)
SNOWED_IN: Final = in_four(
    "The next team is not placed yet: the pass is closed by snow until late January",
    "接任工作队尚未到村：山口因雪封闭至一月下旬",
    "كېيىنكى ئەترەت تېخى كەلمىدى: داۋان 1-ئاينىڭ ئاخىرىغىچە قاردا تاقاق",
    "Кийинки топ али келе элек: ашуу январдын аягына чейин кардан жабык",
)
NO_SAY: Final = in_four(
    "Nobody could say what was agreed with the builder: the sponsor clears that up first",
    "与施工方如何约定，无人说得清：请派出单位先厘清",
    "قۇرۇلۇشچى بىلەن نېمە كېلىشىلگەنلىكىنى ھېچكىم دېيەلمىدى: ئاۋۋال ئەۋەتكۈچى ئېنىقلىسۇن",
    "Куруучу менен эмне макулдашылганын эч ким айта албады: адегенде жөнөтүүчү тактасын",
)
RISK_LATE: Final = in_four(
    "What was agreed by word of mouth is known to nobody who is still there",
    "口头约定的事，现在无人知道",
    "ئېغىزچە كېلىشىلگەن ئىشلارنى ھازىر ھېچكىم بىلمەيدۇ",
    "Оозеки макулдашылган иштерди азыр эч ким билбейт",
)
PLAN_LATE: Final = in_four(
    "See every asset once more with its keeper; ask the township for the files",
    "与管护单位再看一遍各项资产；向乡里调取档案",
    "ھەر بىر مۈلۈكنى باشقۇرغۇچى بىلەن يەنە كۆرۈش؛ يېزىدىن ھۆججەتلەرنى سوراش",
    "Ар бир мүлктү кароочу менен кайра көрүү; айылдан документтерди сурап алуу",
)
