"""The digest by e-mail: asked for at the desk, confirmed and turned off by links in mails.

The pages of those links need no sign-in, and do nothing until somebody presses their button: what
opens every link in a mail to look for viruses must neither agree nor turn off.
"""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cairn.catalog import journal
from cairn.people import digests
from cairn.people.digests import DigestLinkError, Wanted
from cairn.people.models import Digest
from cairn.web import mailing
from cairn.web.desk.asking import seat_at
from cairn.web.mailing import TooManyMailsError

DAILY = "daily"
DAYS = {
    "1": gettext_lazy("Every Monday"),
    "2": gettext_lazy("Every Tuesday"),
    "3": gettext_lazy("Every Wednesday"),
    "4": gettext_lazy("Every Thursday"),
    "5": gettext_lazy("Every Friday"),
    "6": gettext_lazy("Every Saturday"),
    "7": gettext_lazy("Every Sunday"),
    DAILY: gettext_lazy("Every day"),
}

PLAIN = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
"""Addresses as people have them: no quoted parts, no numbers for hosts, nothing that breaks a line."""


class Asks(forms.Form):
    """Where the digest goes, when, and in which language."""

    address = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    when = forms.ChoiceField(label=gettext_lazy("When?"), choices=list(DAYS.items()))
    language = forms.ChoiceField(label=gettext_lazy("In which language?"))

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **more)
        languages = self.fields["language"]
        assert isinstance(languages, forms.ChoiceField)  # noqa: S101 - declared above
        languages.choices = settings.LANGUAGES

    def clean_address(self) -> str:
        """One address, plainly written."""
        address: str = self.cleaned_data["address"]
        if not PLAIN.fullmatch(address):
            raise ValidationError(_("Write one address, in Latin letters, as name@example.org."))
        return address


@require_http_methods(["GET", "HEAD", "POST"])
def digest(request: HttpRequest) -> HttpResponseBase:
    """What this post's holder asked for, and the form that changes it."""
    seat = seat_at(request)
    found = digests.digest_at(seat)
    form = Asks(request.POST if request.method == "POST" else None, initial=_said(found))
    if request.method == "POST" and settings.MAILS and form.is_valid():
        when = form.cleaned_data["when"]
        wanted = Wanted(
            address=form.cleaned_data["address"],
            language=form.cleaned_data["language"],
            weekday=None if when == DAILY else int(when),
        )
        try:
            mailing.ask(seat, wanted, now=timezone.now())
        except TooManyMailsError:
            form.add_error(None, _("Too many attempts. Wait a while, then try again."))
        else:
            return redirect("desk:digest")
    context = {"form": form, "digest": found, "mails": settings.MAILS, **_told(found)}
    return render(request, "desk/digest.html", context)


def _said(found: Digest | None) -> dict[str, str]:
    if found is None:
        return {"when": "1", "language": translation.get_language() or settings.LANGUAGE_CODE}
    when = DAILY if found.weekday is None else str(found.weekday)
    return {"address": found.address, "when": when, "language": found.language}


def _told(found: Digest | None) -> dict[str, object]:
    if found is None:
        return {}
    when = DAILY if found.weekday is None else str(found.weekday)
    return {"when": DAYS[when], "hour": digests.HOUR, "limit": mailing.PER_ADDRESS}


@require_POST
def end_digest(request: HttpRequest) -> HttpResponseBase:
    """Turn it off, and forget the address."""
    digests.end(seat_at(request))
    return redirect("desk:digest")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_digest(request: HttpRequest, secret: str) -> HttpResponse:
    """The page of the link in the first mail."""
    now = timezone.now()
    try:
        if request.method == "POST":
            found = digests.confirm(secret, journal=journal, now=now)
            return render(request, "desk/digest_on.html", {"first_on": digests.first_on(found)})
        digests.linked(secret, confirms=True, now=now)
    except DigestLinkError as error:
        return _nothing(request, error)
    return render(request, "desk/digest_confirm.html")


@require_http_methods(["GET", "HEAD", "POST"])
def turn_off_digest(request: HttpRequest, secret: str) -> HttpResponse:
    """The page of the link in every digest."""
    now = timezone.now()
    try:
        if request.method == "POST":
            digests.turn_off(secret, now=now)
            return render(request, "desk/digest_off.html", {"done": True})
        digests.linked(secret, confirms=False, now=now)
    except DigestLinkError as error:
        return _nothing(request, error)
    return render(request, "desk/digest_off.html", {"done": False})


def _nothing(request: HttpRequest, error: DigestLinkError) -> HttpResponse:
    return render(request, "desk/not_invited.html", {"why": str(error)}, status=404)
