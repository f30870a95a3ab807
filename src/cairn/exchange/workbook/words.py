"""What the sheets of a workbook are called, and their columns: data, in the languages that the importer knows.

A column is a field of the importer. Those with a star name a thing by its id, which the importer takes
without doubt; its name stands beside it, for people.
"""

from dataclasses import dataclass
from typing import Final, Literal

from cairn.exchange.sheets.words import RowKind

Tongue = Literal["en", "zh-hans"]
TONGUES: Final[tuple[Tongue, ...]] = ("en", "zh-hans")

FACT: Final = {"en": "Fact id", "zh-hans": "事实标识"}
NAME_OF: Final = {"en": "{} (name)", "zh-hans": "{}（名称）"}

_VOUCHER = {"en": "Voucher no", "zh-hans": "凭证号"}
_DATE = {"en": "Date", "zh-hans": "日期"}
_AMOUNT = {"en": "Amount", "zh-hans": "金额"}
_CURRENCY = {"en": "Currency", "zh-hans": "币种"}
_ID = {"en": "ID", "zh-hans": "编号"}
_NAME = {"en": "Name", "zh-hans": "名称"}
_PLACE = {"en": "Place", "zh-hans": "所在地"}
_GRANT = {"en": "Grant", "zh-hans": "资助编号"}
_ACCOUNT = {"en": "Account", "zh-hans": "账户"}
_THEME = {"en": "Theme", "zh-hans": "领域"}
_REASON = {"en": "Reason", "zh-hans": "原因"}

Said = dict[str, str]


@dataclass(frozen=True, slots=True)
class SheetWords:
    """A sheet: of which kind its rows are, what it is called, and its columns in order."""

    kind: RowKind
    called: Said
    columns: tuple[tuple[str, Said], ...]
    named: tuple[str, ...] = ()


SHEETS: Final = (
    SheetWords(
        "places",
        {"en": "Places", "zh-hans": "地点"},
        (
            ("id", _ID),
            ("name", _NAME),
            ("level", {"en": "Level", "zh-hans": "级别"}),
            ("within", {"en": "Within", "zh-hans": "上级"}),
        ),
    ),
    SheetWords(
        "organisations",
        {"en": "Organisations", "zh-hans": "单位名录"},
        (("id", _ID), ("name", _NAME), ("role", {"en": "Role", "zh-hans": "角色"})),
    ),
    SheetWords(
        "accounts",
        {"en": "Accounts", "zh-hans": "账户"},
        (
            ("id", _ID),
            ("name", {"en": "Account name", "zh-hans": "账户名称"}),
            ("organisation", {"en": "Holder", "zh-hans": "开户单位"}),
            ("place", _PLACE),
            ("currency", _CURRENCY),
            ("date", {"en": "Opened on", "zh-hans": "开户日期"}),
        ),
        named=("organisation",),
    ),
    SheetWords(
        "grants",
        {"en": "Grants", "zh-hans": "资助"},
        (
            ("id", _ID),
            ("name", {"en": "Grant name", "zh-hans": "资助名称"}),
            ("sponsor", {"en": "Sponsor", "zh-hans": "资助单位"}),
            ("amount", {"en": "Amount pledged", "zh-hans": "认捐金额"}),
            ("currency", _CURRENCY),
            ("date", {"en": "Pledged on", "zh-hans": "认捐日期"}),
            ("place", _PLACE),
            ("theme", _THEME),
            ("until", {"en": "Until", "zh-hans": "截止日期"}),
        ),
        named=("sponsor",),
    ),
    SheetWords(
        "projects",
        {"en": "Projects", "zh-hans": "项目清单"},
        (
            ("id", _ID),
            ("name", {"en": "Project name", "zh-hans": "项目名称"}),
            ("place", _PLACE),
            ("theme", _THEME),
            ("amount", {"en": "Budget", "zh-hans": "预算"}),
            ("currency", _CURRENCY),
            ("date", _DATE),
            ("status", {"en": "Status", "zh-hans": "状态"}),
            ("start", {"en": "Start", "zh-hans": "开工日期"}),
            ("until", {"en": "End", "zh-hans": "竣工日期"}),
        ),
    ),
    SheetWords(
        "money received",
        {"en": "Received", "zh-hans": "到账"},
        (
            ("id", _VOUCHER),
            ("date", _DATE),
            ("amount", _AMOUNT),
            ("currency", _CURRENCY),
            ("grant", _GRANT),
            ("account", _ACCOUNT),
        ),
        named=("grant", "account"),
    ),
    SheetWords(
        "money sent",
        {"en": "Sent", "zh-hans": "拨付"},
        (
            ("id", _VOUCHER),
            ("date", _DATE),
            ("amount", _AMOUNT),
            ("currency", _CURRENCY),
            ("from", {"en": "From", "zh-hans": "转出账户"}),
            ("to", {"en": "To", "zh-hans": "转入账户"}),
            ("grant", _GRANT),
        ),
        named=("from", "to"),
    ),
    SheetWords(
        "money spent",
        {"en": "Payments", "zh-hans": "支出"},
        (
            ("id", _VOUCHER),
            ("date", _DATE),
            ("amount", _AMOUNT),
            ("currency", _CURRENCY),
            ("account", _ACCOUNT),
            ("place", _PLACE),
            ("project", {"en": "Project", "zh-hans": "项目"}),
            ("payee", {"en": "Payee", "zh-hans": "收款单位"}),
            ("grant", _GRANT),
        ),
        named=("account", "project", "payee"),
    ),
    SheetWords(
        "money returned",
        {"en": "Returned", "zh-hans": "退回"},
        (
            ("id", _VOUCHER),
            ("date", _DATE),
            ("amount", _AMOUNT),
            ("currency", _CURRENCY),
            ("from", {"en": "From", "zh-hans": "转出账户"}),
            ("to", {"en": "To", "zh-hans": "转入账户"}),
            ("grant", _GRANT),
            ("purpose", _REASON),
        ),
        named=("from", "to"),
    ),
    SheetWords(
        "cash book",
        {"en": "Cash book", "zh-hans": "日记账"},
        (
            ("id", _VOUCHER),
            ("date", _DATE),
            ("what", {"en": "Kind", "zh-hans": "业务类型"}),
            ("income", {"en": "In", "zh-hans": "收入"}),
            ("expense", {"en": "Out", "zh-hans": "支出"}),
            ("currency", _CURRENCY),
            ("account", _ACCOUNT),
            ("other", {"en": "Other end", "zh-hans": "对方账户"}),
            ("grant", _GRANT),
        ),
        named=("account",),
    ),
    SheetWords(
        "followed",
        {"en": "Confirmed, voided, reversed", "zh-hans": "确认、作废、冲销"},
        (
            ("id", _VOUCHER),
            ("date", _DATE),
            ("what", {"en": "What", "zh-hans": "事项"}),
            ("of", {"en": "Of fact", "zh-hans": "所涉事实"}),
            ("amount", _AMOUNT),
            ("currency", _CURRENCY),
            ("purpose", _REASON),
        ),
    ),
)

STATUS: Final = {
    "en": {},
    "zh-hans": {
        "proposed": "拟建",
        "approved": "已批复",
        "started": "在建",
        "completed": "已完工",
        "cancelled": "已取消",
    },
}

WHAT: Final = {
    "en": {},
    "zh-hans": {
        "interest": "利息",
        "fee": "手续费",
        "moved": "转存",
        "confirmed": "确认",
        "voided": "作废",
        "reversed": "冲销",
    },
}

ABOUT: Final = {
    "en": (
        "About",
        "The accounts, grants, projects and movements of ‘{programme}’, as of position {position}.",
        "Cairn reads this workbook back: cairn import FILE.xlsx --programme {programme}.",
        (
            "A row names its fact in the first column. A row that is changed here is refused there: "
            "what is on record is put right at the desk."
        ),
        (
            "In no sheet, and in the data package: {left} movements that no sheet has a place for "
            "(opening balances, exchanges, repayments, and what became of them); names in other "
            "languages; restrictions of grants to projects; days of approvals; planned ends of what "
            "is completed."
        ),
    ),
    "zh-hans": (
        "说明",
        "“{programme}”的账户、资助、项目和资金往来，截至日志第 {position} 条。",
        "本工作簿可重新导入 Cairn：cairn import 文件.xlsx --programme {programme}。",
        "每行第一列标明所记的事实。在此改动过的行导入时会被退回：已记录的内容须在工作台更正。",
        (
            "以下内容不在各表中，而在数据包里：{left} 笔各表容不下的往来（期初余额、兑换、归还及其后续）；"
            "其他语言的名称；资助对项目的限定；批准日期；已完工项目原定的完工日期。"
        ),
    ),
}
"""The first sheet: its name, and its lines."""
