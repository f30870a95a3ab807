"""Recording a fact: what may be recorded, its form, and what becomes of what was sent."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.catalog import journal
from cairn.journal.entry import Draft, Refused
from cairn.journal.fact import Fact
from cairn.money.facts import MoneySpent, PaymentEvidenced
from cairn.people import drafts
from cairn.people.reach import kinds_for
from cairn.people.record import GuardError, SeatEndedError, record_all
from cairn.people.seats import Seat
from cairn.web.desk.alike import in_no_order
from cairn.web.desk.asked_for import Page, Part, page_of
from cairn.web.desk.asking import seat_at
from cairn.web.desk.frame import refused
from cairn.web.desk.middleware import show_more
from cairn.web.desk.naming import short
from cairn.web.desk.sheet_map import may_import
from cairn.web.desk.showing import shown_in
from cairn.web.desk.voices import heard_beside
from cairn.web.public.page import not_found
from cairn.web.reader import reader
from cairn.web.words import CAPABILITIES

NO_MORE = gettext_noop(
    "One of those that you ticked does not wait for its answer any more. Nothing was recorded: look once more."
)

SPEND = "~spend"
"""The draft of the page that records a payment and its receipt together."""

RECEIPT = {
    "en": "The receipt",
    "zh_hans": "收据",
    "ug": "تالون",
    "ky": "Квитанция",
    "ky_arab": "كۋىتانتسىيا",
}


@require_safe
def may_record(request: HttpRequest) -> HttpResponse:
    """Every kind of fact that this post may record, by capability; `?q=` looks for words."""
    seat, wanted = seat_at(request), request.GET.get("q", "").strip()
    words = wanted.casefold().split()
    told = [
        (kind.kind, short(kind), seat.scope(kind.kind))
        for kind in kinds_for(seat, journal.kinds.values())
        if kind.has_form()
    ]
    found = [one for one in told if all(word in f"{one[0]} {one[1]}".casefold() for word in words)]
    groups = [
        (CAPABILITIES.get(capability, capability), list(some))
        for capability, some in groupby(found, key=lambda one: one[0].partition(".")[0])
    ]
    now = timezone.now()
    open_ones = [
        (one, short(journal.kinds[one.form]), reverse("desk:record", args=[one.form]))
        for one in drafts.all_kept(seat, now=now)
        if one.form in journal.kinds
    ]
    context = {"groups": groups, "q": wanted, "drafts": open_ones, "nothing": not told}
    context["sheets"] = bool(seat.scope("desk:sheets") and may_import(seat))
    return TemplateResponse(request, "desk/may_record.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def record_fact(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The form of a kind: filled from its draft or its address, and recorded when it is sent."""
    seat, known = seat_at(request), _known(kind)
    if known is None:
        return not_found(request)
    if not seat.scope(kind):
        return refused(request)
    page = page_of(request, seat, kind, Part(known))
    back = reverse("desk:record", args=[kind])
    return _answered(request, page, back, {"title": short(known), "means": short(known)})


@require_http_methods(["GET", "HEAD", "POST"])
def spend(request: HttpRequest) -> HttpResponseBase:
    """A payment for a project and the photo of its receipt, recorded together or not at all."""
    seat = seat_at(request)
    language = reader().language.replace("-", "_")
    caption = {f"caption_{language}": RECEIPT.get(language, RECEIPT["en"])}
    evidence = Part(PaymentEvidenced, "evidence", about_the_first="movement", usual=caption)
    page = page_of(request, seat, SPEND, Part(MoneySpent), evidence)
    title = {"title": _("A payment with the photo of its receipt"), "means": short(MoneySpent)}
    return _answered(request, page, reverse("desk:spend"), title)


@require_POST
def keep_draft(request: HttpRequest, form: str) -> HttpResponse:
    """Keep what is being typed, for a script; a form without scripts has a button."""
    seat = seat_at(request)
    parts = _parts(seat, form)
    if not parts:
        return not_found(request)
    page = page_of(request, seat, form, *parts)
    kept = page.keep(request)
    return HttpResponse(status=204 if kept else 413)


def _parts(seat: Seat, form: str) -> tuple[Part, ...]:
    if form == SPEND:
        both = (
            Part(MoneySpent),
            Part(PaymentEvidenced, "evidence", about_the_first="movement"),
        )
        return both if seat.scope(MoneySpent.kind) else ()
    known = _known(form)
    return (Part(known),) if known and seat.scope(form) else ()


def _known(kind: str) -> type[Fact] | None:
    """A kind that a form asks."""
    known = journal.kinds.get(kind)
    return known if known and known.has_form() else None


def _answered(
    request: HttpRequest, page: Page, back: str, about: Mapping[str, Any]
) -> HttpResponseBase:
    status = 200
    if request.method == "POST":
        answer = _taken(request, page, back)
        if answer:
            return answer
        status, page = 422, page.shown_again(request)
    errors = [
        (field, sentence)
        for form in page.forms
        for field in form.visible_fields()
        for sentence in field.errors
    ]
    judged = status != 200 and not any(form.errors for form in page.forms)
    shows = shown_in(page.seat, page.forms) if judged else []
    context = {
        **about,
        "page": page,
        "errors": errors,
        "shows": shows,
        "back": back,
        "asks_for": page.forms,
        "heard": heard_beside(page.seat, page.main),
    }
    return TemplateResponse(request, "desk/record.html", context, status=status)


def _taken(request: HttpRequest, page: Page, back: str) -> HttpResponseBase | None:
    """What follows from what was sent; None where the form is shown again, with what is against it."""
    do = request.POST.get("do", "record")
    if do == "forget":
        drafts.erase(page.seat, page.name)
        return redirect(back)
    if page.unknown:
        message = _("The form sent what it does not ask for: {names}. Nothing was recorded.")
        page.main.is_valid()
        page.main.object_to(None, message.format(names=", ".join(page.unknown)))
        return None
    valid = page.is_valid
    if do == "keep":
        page.keep(request)
        return redirect(back)
    if not valid or (do != "anyway" and shown_in(page.seat, page.forms)):
        return None
    return _recorded(request, page, back)


def _recorded(request: HttpRequest, page: Page, back: str) -> HttpResponseBase | None:
    on: date = page.main.cleaned_data["happened_on"]
    sent = [_draft(page.seat, form.fact, form.cleaned_data["id"], on) for form in page.forms]
    every = sent
    if page.several:
        if page.several.gone:
            page.main.object_to(None, _(NO_MORE))
            return None
        every = in_no_order([*sent, *page.several.drafts(sent[0])])
    try:
        verdicts = record_all(page.seat, every, journal=journal, now=page.now, all_or_none=True)
    except GuardError as error:
        page.keep(request)
        return show_more(request, error.guard, back=back)
    except SeatEndedError:
        logout(request)
        return redirect("desk:posts")
    wrong = {one.id: one for one in verdicts if isinstance(one, Refused)}
    if not wrong:
        drafts.erase(page.seat, page.name)
        return redirect("desk:recorded", sent[0].id)
    for draft, form in zip(sent, page.forms, strict=True):
        if draft.id in wrong:
            form.take(wrong.pop(draft.id).objections)
    for id_, one in wrong.items():
        said = page.several.called(id_) if page.several else ""
        for objection in one.objections:
            page.main.object_to(None, f"{Truncator(said).chars(60)} {objection.message}".strip())
    return None


def _draft(seat: Seat, fact: Fact | None, id_: UUID, on: date) -> Draft:
    if fact is None:
        raise LookupError("a form that is valid has its fact")
    return seat.draft(fact, id=id_, happened_on=on)
