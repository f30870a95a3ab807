"""Who holds which post: for whoever may appoint to it."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.catalog import journal
from cairn.journal.journal import RefusedError
from cairn.people import appointments, factors
from cairn.people.appointments import AppointmentError, Held
from cairn.people.record import MayNotError
from cairn.web.desk.asking import seat_at
from cairn.programme.facts import SecondFactorReplaced
from cairn.web.desk.forms import Invite
from cairn.web.desk.frame import refused
from cairn.web.public.page import not_found


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The posts that this one decides about, and who holds them."""
    return render(request, "desk/people.html", {"held": _held(request)})


def _held(request: HttpRequest) -> list[Held]:
    return appointments.holders(seat_at(request), journal=journal, now=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, post: str) -> HttpResponseBase:
    """Invite somebody to a post: the link is shown once."""
    found = next((one for one in _held(request) if one.post == post), None)
    if found is None:
        return not_found(request)
    form = Invite(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "desk/invite.html", {"form": form, "post": found})
    seat, now = seat_at(request), timezone.now()
    ends_on = form.cleaned_data["ends_on"]
    secret = appointments.invite(
        seat.programme, post, by=seat, journal=journal, now=now, ends_on=ends_on
    )
    link = request.build_absolute_uri(reverse("desk:invited", args=[secret]))
    return render(request, "desk/link.html", {"link": link, "post": found})


@require_POST
def end_appointment(request: HttpRequest) -> HttpResponseBase:
    """End an appointment at this moment."""
    chosen = request.POST.get("appointment", "")
    if not chosen.isdecimal():
        return not_found(request)
    try:
        appointments.end(int(chosen), by=seat_at(request), journal=journal, now=timezone.now())
    except (AppointmentError, MayNotError):
        return not_found(request)
    return redirect("desk:people")


@require_http_methods(["GET", "HEAD", "POST"])
def replace_factor(request: HttpRequest, post: str) -> HttpResponseBase:
    """Confirm that the holder of a post lost the second factor."""
    found = next((one for one in _held(request) if one.post == post), None)
    if found is None:
        return not_found(request)
    objections: tuple[str, ...] = ()
    if request.method == "POST":
        fact = SecondFactorReplaced(post=post)
        try:
            factors.replace_lost(
                seat_at(request), post, fact=fact, id=uuid4(), journal=journal, now=timezone.now()
            )
        except MayNotError as error:
            if not found.holders:
                return refused(request)
            objections = tuple(one.message for one in error.objections)
        except RefusedError as error:
            objections = tuple(one.message for one in error.objections)
        else:
            return redirect("desk:people")
    return render(request, "desk/replace_factor.html", {"post": found, "objections": objections})

