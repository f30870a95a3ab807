"""Sheets at the desk: sent, their columns looked through, each row judged, and the good ones recorded.

What takes long the worker does (exchange/sheets/work.py); a page only says what is wanted, and how far it is.
"""

import io
import time
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.exchange.sheets import held as holding
from cairn.exchange.sheets import held_rows
from cairn.exchange.sheets.held import WORKS, Held, Stage
from cairn.exchange.sheets.held_rows import Outcome
from cairn.exchange.sheets.names import AS_NEW
from cairn.exchange.sheets.templates import TEMPLATES, Headings, as_csv, write_xlsx
from cairn.exchange.sheets.values import Reason
from cairn.people.record import GuardError, refuse_unguarded
from cairn.people.rights import rights
from cairn.people.seats import Seat
from cairn.web.desk import sheet_refused, sheet_words
from cairn.web.desk.asking import seat_at
from cairn.web.desk.frame import refused
from cairn.web.desk.middleware import show_more
from cairn.web.desk.sheet_map import forms, may_import, mended
from cairn.web.public.page import not_found
from cairn.web.xlsx_out import XLSX

MOST_BYTES: Final = 20 * 2**20
ROWS_ON_A_PAGE: Final = 50
AS_ONE_AT_MOST: Final = 5000
"""Rows that are recorded all or none, in one transaction: more would make others wait for it."""

WAIT_SECONDS: Final = 1.0
"""How long a page waits for the worker before it says so: of a small sheet nobody sees it."""


@require_http_methods(["GET", "HEAD", "POST"])
def sheets(request: HttpRequest) -> HttpResponseBase:
    """Send a sheet, fetch a template, go on with one that is on its way."""
    seat, now, wrong = seat_at(request), timezone.now(), ""
    if not may_import(seat):
        return refused(request)
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None or not file.size:
            wrong = _("Choose a file with something in it.")
        elif file.size > MOST_BYTES:
            wrong = _("It is larger than 20 MB; send it in parts.")
        else:
            language = get_language() or "en"
            name = str(file.name)
            held = holding.take_in(seat, file.chunks(), file=name, language=language, now=now)
            return redirect("desk:sheet", key=held.key)
    context = {
        "held": [(one, _stage(one)) for one in holding.of(seat, now=now)],
        "templates": [
            (sheet_words.KINDS[kind], kind.replace(" ", "-"))
            for kind in may_import(seat)
            if kind in TEMPLATES
        ],
        "languages_of_templates": [("zh-hans", "中文"), ("en", "English")],
        "wrong": wrong,
    }
    return render(request, "desk/sheets.html", context, status=422 if wrong else 200)


@require_safe
def template(request: HttpRequest, name: str) -> HttpResponseBase:
    """An empty sheet to fill in: money-spent.zh-hans.xlsx."""
    parts = name.split(".")
    languages: dict[str, Headings] = {"zh-hans": "zh-hans", "en": "en"}
    kind = next((one for one in TEMPLATES if one.replace(" ", "-") == parts[0]), None)
    if len(parts) != 3 or kind is None or parts[1] not in languages:
        return not_found(request)
    language = languages[parts[1]]
    if parts[2] == "csv":
        response = HttpResponse(as_csv(kind, language), content_type="text/csv; charset=utf-8")
    elif parts[2] == "xlsx":
        out = io.BytesIO()
        write_xlsx(kind, language, out)
        response = HttpResponse(out.getvalue(), content_type=XLSX)
    else:
        return not_found(request)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, key: str) -> HttpResponseBase:
    """A sheet on its way in, at the step where it stands."""
    seat = seat_at(request)
    held = holding.one_of(seat, key, now=timezone.now())
    if held is None:
        return not_found(request)
    if request.method == "POST":
        return _done(request, seat, held)
    held = _settled(held, seat)
    if held is None:
        return redirect("desk:sheets")
    if held.about.stage in WORKS:
        context = {"held": held, "stage": _stage(held), "far": _far(held)}
        return TemplateResponse(request, "desk/sheet_wait.html", context)
    if held.about.stage is Stage.MAPPED:
        return _map(request, seat, held)
    return _rows(request, held)


@require_safe
def progress(request: HttpRequest, key: str) -> HttpResponseBase:
    """How far a sheet is, for the script of the page that waits."""
    held = holding.one_of(seat_at(request), key, now=timezone.now())
    if held is None:
        return JsonResponse({"works": False})
    works = held.about.stage in WORKS
    said = {"works": works, "said": _far(held), "rows": held.about.rows, "read": held.read_so_far()}
    return JsonResponse(said)


@require_safe
def sheet_refused_rows(request: HttpRequest, key: str, form: str) -> HttpResponseBase:
    """The rows that are not taken, with reasons, as a file."""
    held = holding.one_of(seat_at(request), key, now=timezone.now())
    if held is None or form not in sheet_refused.FORMS or not _is_judged(held):
        return not_found(request)
    return sheet_refused.as_csv(held) if form == "csv" else sheet_refused.as_xlsx(held)


# What a person does


def _done(request: HttpRequest, seat: Seat, held: Held) -> HttpResponseBase:
    """Take the next step, from where the sheet stands; what does not fit there changes nothing."""
    do, about = request.POST.get("do", ""), held.about
    if do == "away" and about.stage is not Stage.IMPORTING:
        held.remove()
        return redirect("desk:sheets")
    if do in {"check", "look"} and about.stage is Stage.MAPPED:
        return _mend(request, seat, held)
    if do == "map" and about.stage is Stage.CHECKED:
        about.stage = Stage.MAPPED
        held.save()
    if do == "answer" and about.stage is Stage.CHECKED:
        _answer(request, held)
    if do == "import" and about.stage is Stage.CHECKED and about.counts.get(Outcome.GOOD):
        return _import(request, seat, held)
    return redirect("desk:sheet", key=held.key)


def _mend(request: HttpRequest, seat: Seat, held: Held) -> HttpResponseBase:
    """Keep what was said of the columns, and have the rows judged; or the sheet looked at anew."""
    about, said = held.about, mended(held.about, seat, request.POST)
    if said.wrong and not said.again:
        return _map(request, seat, held, said.wrong, request.POST.dict())
    if len(said.out) == len(said.sheets):
        nothing = {0: (_("Say of one sheet at least what its rows are."),)}
        return _map(request, seat, held, nothing, request.POST.dict())
    about.mapping = {
        **about.mapping,
        "sheet": [one.model_dump(mode="json") for one in said.sheets],
    }
    for at, one in enumerate(about.sheets):
        one["out"] = at in said.out
        one["again"] = said.again.get(at)
    looks = bool(said.again) or request.POST.get("do") == "look"
    about.stage, about.wrong = (Stage.LOOKING if looks else Stage.CHECKING), ""
    held.tell(0)
    held.save()
    return redirect("desk:sheet", key=held.key)


def _answer(request: HttpRequest, held: Held) -> None:
    """Take what names mean, and have the rows judged once more."""
    about = held.about
    names = dict(about.mapping.get("names", {}))
    for at, question in enumerate(about.questions):
        meant = request.POST.get(f"q{at}", "")
        if meant == AS_NEW or meant in {id_ for id_, _name in question.meant}:
            names[question.name] = meant
    about.mapping["names"] = names
    about.stage = Stage.CHECKING
    held.tell(0)
    held.save()


def _import(request: HttpRequest, seat: Seat, held: Held) -> HttpResponseBase:
    about = held.about
    try:
        for kind in about.kinds:
            if kind in rights().lines:
                refuse_unguarded(seat, rights().guard(kind))
    except GuardError as error:
        return show_more(request, error.guard, back=request.path)
    about.factor, about.fresh = seat.factor, seat.fresh
    refused_ones = about.counts.get(Outcome.REFUSED, 0) + about.counts.get(Outcome.QUESTION, 0)
    about.all_or_nothing = not refused_ones and about.rows <= AS_ONE_AT_MOST
    about.stage, about.wrong = Stage.IMPORTING, ""
    held.tell(0)
    held.save()
    return redirect("desk:sheet", key=held.key)


# What a person sees


def _settled(held: Held, seat: Seat) -> Held | None:
    """The sheet once the worker has done its step, or after a moment; None where it was removed."""
    until = time.monotonic() + WAIT_SECONDS
    found: Held | None = held
    while found and found.about.stage in WORKS and time.monotonic() < until:
        time.sleep(0.05)
        found = holding.one_of(seat, held.key, now=timezone.now())
    return found


def _map(
    request: HttpRequest,
    seat: Seat,
    held: Held,
    wrong: Mapping[int, tuple[str, ...]] | None = None,
    posted: dict[str, str] | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "held": held,
        "forms": forms(held.about, seat, wrong or {}, posted),
        "wrong": held.about.wrong,
    }
    return render(request, "desk/sheet_map.html", context, status=422 if wrong else 200)


def _rows(request: HttpRequest, held: Held) -> HttpResponse:
    about = held.about
    if not _is_judged(held):
        return render(request, "desk/sheet_unread.html", {"held": held}, status=200)
    wanted = request.GET.get("rows", "")
    outcome = next((one for one in Outcome if one == wanted), None)
    after = request.GET.get("after", "0")
    after_n = int(after) if after.isascii() and after.isdigit() and len(after) < 12 else 0
    most = ROWS_ON_A_PAGE + 1
    found = held_rows.page(held.verdicts, outcome=outcome, after=after_n, most=most)
    done = about.stage is Stage.DONE
    called = {**sheet_words.OUTCOMES, **({Outcome.GOOD: sheet_words.RECORDED} if done else {})}
    headings = _headings(held)
    context = {
        "held": held,
        "done": done,
        "counts": [
            (one, called[one], about.counts[one]) for one in Outcome if about.counts.get(one)
        ],
        "good": about.counts.get(Outcome.GOOD, 0),
        "refused": about.counts.get(Outcome.REFUSED, 0) + about.counts.get(Outcome.QUESTION, 0),
        "wanted": outcome,
        "rows": [
            (row, called[row.outcome], [_why(row, one, headings) for one in row.why])
            for row in found[:ROWS_ON_A_PAGE]
        ],
        "next": found[ROWS_ON_A_PAGE - 1].n if len(found) == most else 0,
        "new": [
            (sheet_words.THINGS.get(thing, thing), name or id_) for thing, id_, name in about.new
        ],
        "questions": list(enumerate(about.questions)),
        "things": sheet_words.THINGS,
    }
    return render(request, "desk/sheet_rows.html", context)


def _is_judged(held: Held) -> bool:
    return held.about.stage in {Stage.CHECKED, Stage.DONE} and held.verdicts.exists()


def _headings(held: Held) -> dict[tuple[str, str], str]:
    """The heading of each field, by sheet and field."""
    return {
        (one.name, field): heading
        for one in held.about.map().sheet
        for field, heading in one.columns.items()
    }


def _why(
    row: held_rows.HeldRow, reason: Reason, headings: dict[tuple[str, str], str]
) -> tuple[str, str]:
    """The heading under which the cell stands, and what is wrong with it."""
    heading = headings.get((row.sheet, reason.of)) or str(sheet_words.FIELDS.get(reason.of, ""))
    return heading if reason.of else "", sheet_words.said(reason)


def _stage(held: Held) -> str:
    return {
        Stage.LOOKING: _("The sheet is being read."),
        Stage.MAPPED: _("Say what its columns are."),
        Stage.CHECKING: _("Its rows are being judged. Nothing is recorded yet."),
        Stage.CHECKED: _("Its rows are judged. Nothing is recorded yet."),
        Stage.IMPORTING: _("Its rows are being recorded."),
        Stage.DONE: _("Done."),
    }[held.about.stage]


def _far(held: Held) -> str:
    read = held.read_so_far()
    if not read:
        return ""
    if held.about.stage is Stage.IMPORTING and held.about.rows >= read:
        return _("{read} of {rows} rows").format(read=read, rows=held.about.rows)
    return ngettext("{read} row", "{read} rows", read).format(read=read)
