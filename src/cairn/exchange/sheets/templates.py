"""Empty sheets to fill in, one for each kind of row, with headings that the importer knows.

Their one row is an example: it has the word for that as its id, and is left out.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO, Final, Literal

from cairn.exchange.sheets.refused import safe
from cairn.exchange.sheets.words import DATE_FIELDS, RowKind

Headings = Literal["zh-hans", "en"]


@dataclass(frozen=True, slots=True)
class Column:
    """A field with its heading and what the example has there, in Chinese and in English."""

    field: str
    heading: tuple[str, str]
    example: tuple[str, str]


def _column(field: str, zh: str, en: str, example_zh: str, example_en: str = "") -> Column:
    return Column(field, (zh, en), (example_zh, example_en or example_zh))


_VOUCHER = _column("id", "凭证号", "Voucher no", "例", "example")
_ID = _column("id", "编号", "ID", "例", "example")
_CURRENCY = _column("currency", "币种", "Currency", "CNY")
_GRANT = _column("grant", "资助编号", "Grant", "水利2025", "water-2025")
_VILLAGE = _column("place", "村", "Village", "喀拉苏村", "Qarasu")

TITLES: Final[dict[RowKind, tuple[str, str]]] = {
    "money received": ("到账明细", "Money received"),
    "money sent": ("拨付明细", "Money sent"),
    "money spent": ("支出明细", "Money spent"),
    "money returned": ("退回明细", "Money returned"),
    "grants": ("资助清单", "Grants"),
    "accounts": ("账户清单", "Accounts"),
    "projects": ("项目清单", "Projects"),
    "assets": ("资产清单", "Assets"),
    "recommendations": ("建议清单", "Recommendations"),
}
"""What each sheet is called; the importer tells by it what its rows are."""

TEMPLATES: Final[dict[RowKind, tuple[Column, ...]]] = {
    "money received": (
        _VOUCHER,
        _column("date", "到账日期", "Date received", "2025-03-02"),
        _column("sponsor", "捐赠单位", "Sponsor", "县水利局", "Water bureau"),
        _GRANT,
        _column("account", "收款账户", "Account", "县乡村振兴办", "County office"),
        _column("amount", "到账金额", "Amount received", "250000.00"),
        _CURRENCY,
    ),
    "money sent": (
        _VOUCHER,
        _column("date", "拨付日期", "Date sent", "2025-03-05"),
        _column("from", "转出账户", "From account", "县乡村振兴办", "County office"),
        _column("to", "转入账户", "To account", "喀拉苏村委会", "Qarasu committee"),
        _column("amount", "拨付金额", "Amount sent", "80000.00"),
        _CURRENCY,
        _GRANT,
    ),
    "money spent": (
        _VOUCHER,
        _column("date", "付款日期", "Date paid", "2025-04-11"),
        _column("account", "付款账户", "Account", "喀拉苏村委会", "Qarasu committee"),
        _column("project", "项目名称", "Project", "机井", "Deep well"),
        _VILLAGE,
        _column("payee", "供应商", "Supplier", "昆仑钻井公司", "Kunlun Drilling Ltd"),
        _column("amount", "付款金额", "Amount paid", "18500.00"),
        _CURRENCY,
        _GRANT,
    ),
    "money returned": (
        _VOUCHER,
        _column("date", "退回日期", "Date returned", "2025-11-20"),
        _column("from", "退回单位", "Returned from", "喀拉苏村委会", "Qarasu committee"),
        _column("to", "退至账户", "Returned to", "县乡村振兴办", "County office"),
        _column("amount", "退回金额", "Amount returned", "1200.00"),
        _CURRENCY,
        _GRANT,
        _column("purpose", "退回原因", "Reason", "项目结余", "Left over"),
    ),
    "grants": (
        _ID,
        _column("name", "资助名称", "Grant name", "水利2025", "Water 2025"),
        _column("sponsor", "资助单位", "Sponsor", "县水利局", "Water bureau"),
        _column("amount", "资助金额", "Amount pledged", "1000000.00"),
        _CURRENCY,
        _column("date", "认捐日期", "Pledged on", "2025-01-15"),
        _column("until", "截止日期", "Valid until", "2026-12-31"),
    ),
    "accounts": (
        _ID,
        _column("name", "账户名称", "Account name", "喀拉苏村委会", "Qarasu committee"),
        _column("organisation", "开户单位", "Holder", "喀拉苏村委会", "Qarasu committee"),
        _VILLAGE,
        _CURRENCY,
        _column("date", "开户日期", "Opened on", "2025-01-10"),
    ),
    "projects": (
        _column("id", "项目编号", "Project ID", "例", "example"),
        _column("name", "项目名称", "Project name", "机井", "Deep well"),
        _VILLAGE,
        _column("amount", "预算", "Budget", "250000.00"),
        _CURRENCY,
        _column("status", "状态", "Status", "在建", "started"),
        _column("start", "开工日期", "Start date", "2025-04-01"),
        _column("until", "竣工日期", "End date", "2025-10-31"),
    ),
    "assets": (
        _column("id", "资产编号", "Asset ID", "例", "example"),
        _column("name", "资产名称", "Asset name", "机井水泵", "Pump of the deep well"),
        _VILLAGE,
        _column("organisation", "管护单位", "Keeper", "喀拉苏村委会", "Qarasu committee"),
        _column("date", "移交日期", "Handed over on", "2025-10-31"),
        _column("project", "项目", "Project", "机井", "Deep well"),
        _column("until", "质保至", "Warranty until", "2026-10-31"),
        _column("months", "保养周期(月)", "Months between upkeep", "6"),
        _column("amount", "年维护费", "Upkeep a year", "1200.00"),
        _CURRENCY,
        _column("condition", "状况", "Condition", "完好", "good"),
        _column("seen", "检查日期", "Seen on", "2025-11-15"),
    ),
    "recommendations": (
        _ID,
        _column("debrief", "会议", "Debrief", "2025年驻村工作总结会", "close-2025"),
        _column("date", "提出日期", "Drafted on", "2025-12-18"),
        _column(
            "recommendation",
            "建议内容",
            "Recommendation",
            "移交清单写明每项质保到期日",
            "List every warranty with its end date in the handover",
        ),
        _column("speaker", "提出岗位", "Speaker", "喀拉苏村工作队队长", "Team leader, Qarasu"),
        _column("asked", "承办岗位", "Asked post", "县办公室", "County office"),
        _column("until", "完成期限", "By when", "2026-03-31"),
    ),
}


def headings_of(kind: RowKind, language: Headings) -> list[str]:
    """The headings of a template, in order."""
    return [column.heading[_at(language)] for column in TEMPLATES[kind]]


def as_csv(kind: RowKind, language: Headings) -> bytes:
    """A template as a CSV that spreadsheets open as UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings_of(kind, language))
    writer.writerow(safe([column.example[_at(language)] for column in TEMPLATES[kind]]))
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(kind: RowKind, language: Headings, file: IO[bytes]) -> None:
    """Write a template as a workbook: dates are dates, and ids and amounts keep their digits."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - whoever reads sheets writes none

    with Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(TITLES[kind][_at(language)])
        bold, grey = book.add_format({"bold": True}), {"font_color": "#6b7280", "italic": True}
        day = {"num_format": "yyyy-mm-dd"}
        for at, (column, heading, cell) in enumerate(_cells(kind, language)):
            of_days = column.field in DATE_FIELDS
            sheet.set_column(
                at, at, max(14, len(heading) * 2), book.add_format(day) if of_days else None
            )
            sheet.write_string(0, at, heading, bold)
            if of_days:
                about = book.add_format({**grey, **day})
                sheet.write_datetime(1, at, date.fromisoformat(cell), about)
            else:
                sheet.write_string(1, at, cell, book.add_format(grey))
        sheet.freeze_panes(1, 0)


def _cells(kind: RowKind, language: Headings) -> Iterator[tuple[Column, str, str]]:
    at = _at(language)
    for column in TEMPLATES[kind]:
        yield column, column.heading[at], column.example[at]


def _at(language: Headings) -> int:
    return 0 if language == "zh-hans" else 1
