"""Tables of the desk as files: on the page's own address, as on public pages."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cairn.people.seats import Seat
from cairn.web.csv_out import csv_response
from cairn.web.public.links import links, with_query
from cairn.web.public.page import BEGINNING, not_found
from cairn.web.reader import reader
from cairn.web.tables import Setting, Table
from cairn.web.xlsx_out import xlsx_response


def file_of(request: HttpRequest, table: Table[Any], seat: Seat) -> HttpResponseBase | None:
    """The table as a file, where `?csv=ID` or `?xlsx=ID` asks for it; None where a page is wanted."""
    wanted, sheet = request.GET.get("csv"), request.GET.get("xlsx")
    if wanted is None and sheet is None:
        return None
    if (wanted or sheet) != table.id:
        return not_found(request)
    setting = Setting(reader(), links(seat.programme))
    if wanted is not None:
        return csv_response(table, setting, None, seat.programme)
    return xlsx_response(table, setting, None, seat.programme, (str(table.caption),))


def files_at(request: HttpRequest, table: str) -> dict[str, str]:
    """The addresses of a table's files."""
    return {
        "csv": with_query(request, csv=table, **BEGINNING),
        "xlsx": with_query(request, xlsx=table, **BEGINNING),
    }
