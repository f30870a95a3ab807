"""What offices call things in their sheets, in Chinese and English: data, in one place.

A heading is compared after `sheet_values.plain`: NFKC, lower case, no spaces, dots or hyphens, and
without a unit in brackets. To teach the importer a heading, add it here and nowhere else.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, get_args

RowKind = Literal[
    "money received",
    "money sent",
    "money spent",
    "money returned",
    "cash book",
    "grants",
    "accounts",
    "projects",
    "assets",
    "recommendations",
    "places",
    "organisations",
    "followed",
]
ROW_KINDS: Final[tuple[RowKind, ...]] = get_args(RowKind)

OF_A_WORKBOOK: Final = ("places", "organisations", "followed")
"""Kinds of rows that only a workbook which Cairn wrote has: guessed where its rows name their facts."""

LABELS: Final = {
    "to": "receiving account",
    "from": "sending account",
    "payee": "organisation paid",
    "purpose": "reason",
    "until": "end",
    "income": "amount in",
    "expense": "amount out",
    "what": "kind of movement",
    "seen": "day of inspection",
    "months": "months between upkeep",
}
"""How a field is called in a sentence where its name alone would puzzle."""

AMOUNT_FIELDS: Final = ("amount", "income", "expense")
"""Fields that hold an amount; a cash book has a side for each way, and a row says one of them."""

DATE_FIELDS: Final = ("date", "start", "until", "seen")
"""Fields that hold a date; `until` is when a grant or a warranty lapses or a project ends, `seen` when
somebody looked at an asset."""


@dataclass(frozen=True, slots=True)
class KindWords:
    """How a sheet of one kind of row gives itself away.

    `fields` gives for each field the headings that mean it, as patterns matched whole, best first.
    `tells` are the fields that other kinds rarely have. `title` is searched in the title rows, the
    sheet's name and the headings. `needs` are the fields a row says nothing without: either all
    of a group, or one of it where the group is a tuple.
    """

    fields: dict[str, tuple[str, ...]]
    tells: tuple[str, ...]
    title: str
    needs: tuple[str | tuple[str, ...], ...]


_ID = (
    r"(.*·)?(流水号|编号|凭证号|凭证编号|单号|业务编号|记录编号|票据号)",
    r"(.*·)?(序号|行号)",
    r"(row|record|source)?id|(.*)identifier|(row|line)?(no|number)|#",
    r"(transaction|document|voucher|invoice|reference|journal)(id|no|number)?|ref",
    r"sapdocument(no|number)",
)
_DATE = (
    r"(.*·)?(日期|时间|年月日)",
    r"(.*)(日期|时间)",
    r"date|(transaction|payment|posting|value|paid|invoice)date|dateof.*|when",
)
_AMOUNT = (
    r"(.*·)?(金额|数额|总额|款额)",
    r"amount(·gross)?|grossamount|gross|total|value|sum",
    r"amount·?net|netamount|net|.*amount",
)
_CURRENCY = (r"币种|货币|币别|currency(code)?",)
_PLACE = (
    r"(.*·)?(村|村名|村别|行政村|驻村|所在村|受益村|项目村|收款村|村庄)",
    r"(village|township|place|county)(name)?|乡镇|地点|所在地|实施地点|区域",
    r"beneficiarylocation:name|location|country",
    r"region",
)
_FACT = (r"factid|事实标识",)
_NOTE = (r"备注|说明|附注|note|notes|remark|remarks|comment|comments|memo",)
_PURPOSE = (
    r"用途|资金用途|款项用途|事由|内容|摘要",
    r"purpose|narrative|description|details?|g/ldescription|expenditure(category|type)|for",
)
_GRANT = (
    r"资助编号|资助项目|资金名称|专项资金|拨款文号|资金批次",
    r"grant(id|name|code|title)?|fund(name|code)?|sourceoffunds|fundingsource",
)
_ORGANISATION = (
    r"实施单位|责任单位|主管单位|建设单位|开户单位|户名|所属单位|单位名称|单位|持有单位",
    r"organisation|organization|holder|owner|implementingagency|heldby|agency",
)


def _with_usual(**own: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    usual = {
        "id": _ID,
        "date": _DATE,
        "amount": _AMOUNT,
        "currency": _CURRENCY,
        "place": _PLACE,
        "note": _NOTE,
        "purpose": _PURPOSE,
        "fact": _FACT,
    }
    # A kind's own headings come first: `人民币金额` is an amount, `到账金额` the better one.
    merged = {field: own.get(field, ()) + patterns for field, patterns in usual.items()}
    return {**{field: own[field] for field in own if field not in usual}, **merged}


def _only(fields: dict[str, tuple[str, ...]], **first: int) -> dict[str, tuple[str, ...]]:
    """The fields, some of them by their own headings alone: by so many; by none, no such field."""
    kept = {name: words[: first.get(name, len(words))] for name, words in fields.items()}
    return {name: words for name, words in kept.items() if words}


def _without_amount(fields: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {field: patterns for field, patterns in fields.items() if field != "amount"}


KINDS: Final[dict[RowKind, KindWords]] = {
    "money received": KindWords(
        fields=_with_usual(
            date=(
                r"(到账|收款|入账|到款|捐赠|收到)(日期|时间)|date(of)?recei(ved|pt)|receiveddate",
            ),
            amount=(r"(到账|收款|入账|到款|捐赠|收入)(金额|数)|amountreceived",),
            sponsor=(
                r"拨款单位|捐赠单位|捐款单位|资助单位|出资单位|来款单位|拨付单位|派出单位",
                r"付款单位|付款方|资金来源|来源",
                r"sponsor|donor|funder|receivedfrom|payer|from",
            ),
            grant=_GRANT,
            account=(
                r"(收款|到账|入账|专用)?账户(名称)?|收款单位",
                r"(receiving|bank)?account(name)?|receivedinto|recipient",
            ),
            purpose=(r"项目|项目名称",),
        ),
        tells=("sponsor",),
        title=r"到账|收入|收款|进账|捐赠明细|拨款明细|income|receipts?\b|received|donations?",
        needs=("date", "amount", "currency", ("grant", "sponsor"), ("account", "place")),
    ),
    "money sent": KindWords(
        fields=_with_usual(
            date=(
                r"(转账|拨付|汇款|划拨|下拨|转出)(日期|时间)|(transfer|sent)date|date(sent|oftransfer)",
            ),
            amount=(r"(转账|拨付|汇款|划拨|下拨|转出)金额|amountsent",),
            **{
                "from": (
                    r"转出(账户|单位|方)?|汇出(账户|单位|方)?|拨出(账户|单位)|付款(账户|单位|方)",
                    r"from(account)?|sender|payer|sending(account|organisation)",
                ),
                "to": (
                    r"转入(账户|单位|方)?|汇入(账户|单位|方)?|拨入(账户|单位)|收款(账户|单位|方)",
                    r"to(account)?|receiver|recipient|receiving(account|organisation)",
                ),
            },
            grant=_GRANT,
        ),
        tells=("from", "to"),
        title=r"转账|拨付|下拨|划拨|汇款|transfers?|remittances?|sent",
        needs=("date", "amount", "currency", "from", "to"),
    ),
    "money returned": KindWords(
        fields=_with_usual(
            date=(r"(退回|退还|退款|返还)(日期|时间)|(return|refund)date|date(returned|refunded)",),
            amount=(r"(退回|退还|退款|返还)金额|amount(returned|refunded)|refund",),
            **{
                "from": (r"退回?(账户|单位|方)|转出(账户|单位)?", r"returnedfrom|from(account)?"),
                "to": (
                    r"退至(账户|单位)?|收款(账户|单位|方)|转入(账户|单位)?",
                    r"returnedto|to(account)?",
                ),
            },
            grant=_GRANT,
            purpose=(r"(退回|退还|退款)?(原因|事由)", r"reason|why"),
        ),
        tells=("from", "to"),
        title=r"退回|退还|退款|返还|returned|refunds?\b|returns\b",
        needs=("date", "amount", "currency", "from", "to", "purpose"),
    ),
    "money spent": KindWords(
        fields=_with_usual(
            date=(r"(支出|付款|支付|报销|凭证·?)(日期|时间)|paymentdate|dateofpayment|datepaid",),
            amount=(r"(支出|付款|支付|报销|实付)(金额|数)(·.*)?|amount(paid|spent)",),
            payee=(
                r"收款(单位|方)|供应商(名称)?|供货(商|单位)|商家|承包商|施工(单位|方)|承建单位",
                r"payee(name)?|supplier(name)?|vendor(name)?|contractor|paidto|merchantname",
            ),
            project=(
                r"项目·名称|项目名称|工程名称|项目|工程",
                r"project(name|title|id)?|activity",
                r"service(label|area|name)?|directorate|department",
            ),
            grant=(r"资金来源|经费来源|资金渠道", *_GRANT),
            account=(
                r"(付款|支出|支付)?账户(名称)?|付款单位|支出单位",
                r"(paying|bank)?account(name)?|paidfrom|bodyname|authorityname|organisationname",
            ),
        ),
        tells=("payee", "project"),
        title=r"支出|付款|支付|报销|expenditure|spending|spend\b|payments?|paid",
        needs=("date", "amount", "currency", "project", ("account", "place")),
    ),
    "cash book": KindWords(
        fields=_without_amount(
            _with_usual(
                income=(r"收入(金额)?|借方(金额)?", r"in|cashin|receipts?|debit"),
                expense=(r"支出(金额)?|付出(金额)?|贷方(金额)?", r"out|cashout|payments?|credit"),
                balance=(r"余额|结余", r"balance"),
                what=(r"业务类型|业务种类", r"kind|type"),
                other=(r"对方(单位|科目|账户)?", r"otherend|counterparty"),
                grant=_GRANT,
                account=(r"账户(名称)?", r"account(name)?"),
            )
        ),
        tells=("income", "expense"),
        title=r"日记账|现金账|cash\s?book",
        needs=("date", "currency", ("income", "expense"), "account", "what"),
    ),
    "grants": KindWords(
        fields=_with_usual(
            date=(
                r"(认捐|资助|签约|承诺|批准|立项)(日期|时间)|awarddate|pledged?(date|on)|dateofaward",
            ),
            amount=(
                r"(认捐|资助|承诺|捐赠|协议|批准)(金额|数)",
                r"amountawarded|amountpledged|pledge|award|committed",
            ),
            name=(r"(资助|资金|捐赠|认捐|拨款|项目)?名称|资助项目|(grant)?(title|name)",),
            sponsor=(
                r"(捐赠|资助|认捐|出资|拨款|派出|赞助)(单位|方)",
                r"fundingorg:name|sponsor|donor|funder|fundingorganisation",
            ),
            recipient=(r"受助单位|受赠单位|接收单位|recipientorg:name|recipient(name)?",),
            theme=(r"领域|主题|类别|grantprogramme:title|theme|sector",),
            start=(r"(开始|起始)(日期|时间)|planneddates:startdate|startdate",),
            until=(
                r"(截止|结束|到期)(日期|时间)|有效期至|使用期限",
                r"planneddates:enddate|enddate|until|validuntil|expires",
            ),
        ),
        tells=("sponsor", "recipient", "until"),
        title=r"认捐|资助|捐赠协议|承诺|grants?\b|pledges?|awards?",
        needs=("name", "sponsor", "amount", "currency", "date"),
    ),
    "accounts": KindWords(
        fields=_with_usual(
            name=(r"(账户|户头)(名称)?|账户名|account(name|title)?|name",),
            organisation=_ORGANISATION,
            date=(r"开户(日期|时间)|opened(on|date)?",),
        ),
        tells=("name", "organisation"),
        title=r"账户|开户|accounts?\b",
        needs=("name", "organisation", "currency"),
    ),
    "projects": KindWords(
        fields=_with_usual(
            id=(r"项目(编号|代码)|project(id|code|no|number)",),
            name=(r"项目·名称|(项目|工程|建设项目)(名称)?|名称|project(name|title)|name|title",),
            amount=(
                r"(项目)?(预算|总投资|计划投资|投资额|概算)(金额|资金|总额)?",
                r"(currentproject|project|total)?(cost|budget)",
            ),
            organisation=_ORGANISATION,
            status=(r"(项目)?(状态|进度|进展|建设情况)|(project)?status|stage",),
            start=(
                r"(开工|开始|启动|计划开工)(日期|时间)|(planned)?start(date)?|boardapprovaldate",
            ),
            until=(
                r"(竣工|完工|结束|计划完工|计划竣工)(日期|时间)",
                r"(planned|expected)?end(date)?|(project)?closingdate|completion(date)?",
            ),
            purpose=(r"建设内容|主要内容|建设规模|projectdevelopmentobjective|objective",),
            theme=(r"领域|主题|theme",),
        ),
        tells=("name", "status", "organisation"),
        title=r"项目库|项目清单|项目一览|项目表|项目台账|projects?\b",
        needs=("name",),
    ),
    "places": KindWords(
        fields={
            "fact": _FACT,
            "id": _ID,
            "name": (r"name|名称",),
            "level": (r"level|级别",),
            "within": (r"within|上级",),
        },
        tells=("level", "within"),
        title=r"地点|places?\b",
        needs=("name", "level"),
    ),
    "organisations": KindWords(
        fields={
            "fact": _FACT,
            "id": _ID,
            "name": (r"name|名称",),
            "role": (r"role|角色",),
        },
        tells=("role",),
        title=r"单位名录|organisations?\b",
        needs=("name", "role"),
    ),
    "followed": KindWords(
        fields=_with_usual(
            of=(r"offact|所涉事实",),
            what=(r"what|事项",),
            purpose=(r"reason|原因",),
        ),
        tells=("of", "what"),
        title=r"confirmed.*reversed|确认.*冲销",
        needs=("date", "of", "what"),
    ),
    "assets": KindWords(
        fields=_only(
            _with_usual(
                id=(r"资产(编号|代码)|asset(id|code|no|number)",),
                name=(r"(资产|设施|设备|物品)(名称)?|名称|asset(name)?|name|item|thing",),
                organisation=(
                    r"(管护|管理|保管|接收|使用)(单位|方|主体)|keeper|keptby|custodian",
                    *_ORGANISATION,
                ),
                project=(r"(来源|所属|建设)?项目(名称)?|project(name|title|id)?",),
                date=(r"(移交|交付|验收|接收)(日期|时间)|handedover(on)?|handover(date)?",),
                until=(r"(质保|保修)(期)?(至|到期|截止)?(日期|时间)?|warranty(until|ends?)?",),
                months=(
                    r"(维护|保养|管护|检修)周期(\(月\)|月)?",
                    r"(upkeep)?every(months)?|monthsbetweenupkeep",
                ),
                amount=(
                    r"(年|每年)?(维护|保养|管护)(费用?|成本|经费)",
                    r"(annual|yearly)?(upkeep|maintenance)(cost)?(ayear|peryear)?",
                ),
                condition=(r"(资产|设施|使用|设备)?(状况|状态|现状)|condition|state",),
                seen=(r"(检查|巡查|查看|盘点)(日期|时间)|seen(on)?|inspected(on)?|checkedon",),
            ),
            # A column of prices is no cost of upkeep.
            amount=2,
        ),
        tells=("condition", "months", "seen"),
        title=r"资产|设施清单|设施台账|assets?\b|inventory",
        needs=("name", "place", "organisation", "date"),
    ),
    "recommendations": KindWords(
        fields=_only(
            _with_usual(
                recommendation=(
                    r"建议(内容|事项)?|意见建议|recommendations?|whatisrecommended|suggestion",
                ),
                debrief=(r"(总结会|复盘会|座谈会|会议)(名称|编号)?|debrief(id|name)?|meeting",),
                speaker=(r"(提出|建议)(岗位|单位|方)|speaker|saidby|proposedby",),
                asked=(
                    r"(承办|责任|主责|落实|答复)(岗位|单位|部门)|asked(post)?|responsible(post)?",
                ),
                date=(r"(提出|会议|召开)(日期|时间)|recommendedon|draftedon",),
                until=(
                    r"(完成|办结|落实)(期限|时限|日期)|期限|截止(日期|时间)?",
                    r"by(when)?|deadline|due(date|by)?|wantedby",
                ),
            ),
            amount=0,
            currency=0,
            place=0,
            purpose=0,
        ),
        tells=("recommendation", "debrief", "asked"),
        title=r"建议|复盘|总结会|recommendations?\b|debrief",
        needs=("recommendation", "debrief", "date"),
    ),
}

PERSONAL: Final = (
    r"(.*·)?(姓名|户主.*|领款人.*|收款人.*|经办人|联系人|身份证.*|证件号.*|电话|手机.*|联系方式"
    r"|民族|性别|年龄|出生.*|政治面貌|宗教.*|婚姻.*|健康.*|残疾.*|低保.*|户籍.*|家庭.*|住址"
    r"|微信.*|支付宝.*|签名|签字|银行卡号?|卡号|账号|银行账号|收款账号|iban)"
    r"|(full|first|last|sur)name|beneficiaryname|nameofbeneficiary|household.*|contact(person|name)?"
    r"|phone|telephone|mobile|email(address)?|address|idcard.*|passport.*|accountnumber"
    r"|gender|sex|age|dateofbirth|birth.*|dob|ethnicity|religion|disability|health.*"
)
"""Headings that name a person or a secret. Cairn keeps no record of residents: never read."""

TOTAL: Final = (
    r"(本[页月季年]|本期|全[年部]|[一二三四]季度|[上下]半年|年度|以上|逐月|项目)?"
    r"(合计|小计|总计|累计|共计|总额)(金额|数)?([:(\d].*)?"
    r"|(sub|grand)?-?total(s|amount)?(:.*)?|sum|balance(carried|brought)forward"
    r"|(期初|期末|上[期月年])(余额|结转)|(opening|closing)balance|totalofthe(month|yearsofar)"
)
"""A cell that makes its row a total, compared whole, without spaces."""

FOOTER: Final = (
    r"(制表|填表|填报|审核|复核|审批|负责|经办|会计|出纳|编制|主管|领导|单位负责|报送)(人|单位|日期|领导|签字)?(\(.*\))?:"
    r"|(日期|填报日期|填表日期|打印时间|截止日期|附注|说明|备注|注|注意)\d?:"
    r"|(preparedby|checkedby|approvedby|signature|source|note|notes|printedon|generatedon):"
)
"""How a line under the table begins, compared without spaces."""

UNITS: Final[dict[str, Decimal]] = {
    "亿元": Decimal(10**8),
    "百万元": Decimal(10**6),
    "万元": Decimal(10**4),
    "千元": Decimal(10**3),
    "亿": Decimal(10**8),
    "万": Decimal(10**4),
    "元": Decimal(1),
    "millions": Decimal(10**6),
    "million": Decimal(10**6),
    "thousands": Decimal(10**3),
    "thousand": Decimal(10**3),
    "'000": Decimal(10**3),
    "000s": Decimal(10**3),
}
"""What an amount is multiplied by where the sheet says so. Longer names come before their parts."""

CURRENCIES: Final[dict[str, str]] = {
    "人民币": "CNY",
    "rmb": "CNY",
    "cn¥": "CNY",
    "yuan": "CNY",
    "港币": "HKD",
    "港元": "HKD",
    "hk$": "HKD",
    "美元": "USD",
    "美金": "USD",
    "us$": "USD",
    "欧元": "EUR",
    "€": "EUR",
    "英镑": "GBP",
    "£": "GBP",
    "日元": "JPY",
    "日圆": "JPY",
    "卢布": "RUB",
    "сом": "KGS",
    "索姆": "KGS",
    "坚戈": "KZT",
    "тенге": "KZT",
}
"""What people write for a currency besides its code. `$` and `¥` alone are more than one currency."""

MONTHS: Final[dict[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}

EXAMPLE: Final = frozenset({"例", "示例", "例如", "example"})
"""An id that makes its row an example, as the templates have one."""

NOTHING: Final = frozenset({"", "-", "--", "—", "——", "/", "无", "空", "n/a", "na", "nil", "none"})
"""What people write into a cell to say that it is empty."""

STATUSES: Final[dict[str, str]] = {
    "proposed": r"拟建|申报|待批|谋划|提出|proposed|pipeline|planned|计划",
    "approved": r"已批|批复|立项|approved",
    "started": r"在建|施工|实施中|开工|进行中|started|active|underway|in progress|ongoing",
    "completed": r"完工|竣工|完成|验收|已建成|completed|closed|finished",
    "cancelled": r"取消|终止|停建|撤销|cancelled|canceled|dropped|terminated",
}
"""Where a project stands, searched in the cell's text."""

CONDITIONS: Final[dict[str, str]] = {
    "gone": r"丢失|报废|灭失|不存在|gone|lost|missing",
    "broken": r"损坏|坏|故障|停用|不能用|不正常|broken|damaged|defective",
    "worn": r"老化|磨损|一般|陈旧|worn|fair",
    "good": r"完好|良好|正常|好|good|fine",
}
"""In which condition an asset is, searched in the cell's text; the first that fits."""

BOOKED: Final[dict[str, str]] = {
    "received": r"到账|收到|received",
    "spent": r"支出|付款|spent|paid",
    "sent": r"拨付|汇出|sent",
    "interest": r"利息|interest",
    "fee": r"手续费|(bank\s?)?fee",
    "returned": r"退回|returned",
    "moved": r"转存|调拨|划转|moved",
}
"""What a line of a cash book is, compared whole. Others tell of what is on record elsewhere."""

FOLLOWED: Final[dict[str, str]] = {
    "confirmed": r"confirmed|确认",
    "voided": r"voided|作废",
    "reversed": r"reversed|冲销",
}
"""What became of a movement, compared whole."""

COMMITTEE: Final = r"委会|委员会|合作社|committee|council of elders|айыл өкмөт"
"""In a holder's name: it is a committee and not an office."""

LEVELS: Final = (
    ("village", r"(村|屯|寨|社区|队)$|village"),
    ("township", r"(镇|乡|街道|苏木)$|township|town$"),
    ("county", r"(县|市|区|旗|州|省)$|county|district"),
)
"""What a place's own name says about its level."""

LEVELS_BY_HEADING: Final = (
    ("village", r"村|village"),
    ("township", r"乡|镇|township"),
    ("county", r"县|county|country|region|district|location|地点"),
)
"""What the heading says, where the name does not."""

THEMES: Final = (
    ("water", r"水|井|渠|灌溉|water|well|irrigat|sanitation"),
    ("energy", r"电|光伏|路灯|能源|energy|power|solar|electric|geothermal"),
    ("road", r"路|道|桥|road|bridge|transport|aviation"),
    ("school", r"学校|小学|中学|幼儿园|教学|教育|school|education"),
    ("clinic", r"卫生|诊所|医|clinic|health|hospital"),
    ("housing", r"住房|房屋|危房|housing"),
    ("farming", r"大棚|养殖|种植|农|牧|林|farm|agri|livestock|forest|fisher"),
    ("enterprise", r"合作社|企业|加工|车间|电商|enterprise|business|market"),
    ("culture", r"文化|广场|戏台|体育|图书|culture|sport|library"),
    ("skills", r"培训|技能|skills|training"),
)
"""What a project's name says it is about; the first that fits. Otherwise it is `other`."""

VOUCHERS: Final = r"凭证|单号|票据|流水|voucher|invoice|document|transaction|receipt|reference"
"""In the heading of an id: it is a document's number, which the fact keeps."""
