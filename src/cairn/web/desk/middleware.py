"""What only the desk and the API go through: sessions, users, seats, and the table of rights.

The pages for everybody are not even given a session, so none of them can set a cookie.
"""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from cairn.catalog import journal
from cairn.journal.away import GroupAwayError
from cairn.journal.spread import DEFAULT, group_of
from cairn.people import devices, factors
from cairn.people.record import GuardError, refuse_unguarded
from cairn.people.rights import Guard, Right, rights
from cairn.people.seats import Seat
from cairn.people.sessions import BEGUN, SEEN
from cairn.web.api.problems import API, REVOKED, problem, problem_of
from cairn.web.desk.asking import user_of
from cairn.web.desk.frame import refused
from cairn.web.desk.signing import factor_shown, held_of, signed_in_lately
from cairn.web.middleware import SCRIPTS, Next
from cairn.web.spread import out_of_reach
from cairn.worklist.kept import BeingPutTogetherError

DESK = re.compile(r"/[a-z-]+/~desk(/|$)")
APPOINTMENT = "appointment"
"""In a session: the appointment by which its user acts now."""

ASKED_AGAIN_SECONDS = 60
"""How exactly a session knows when it was last used: else each page would write."""

WITH_SCRIPTS = frozenset(
    {
        "account_login",
        "desk:record",
        "desk:sheet",
        "desk:spend",
        "mfa_authenticate",
        "mfa_add_webauthn",
        "mfa_reauthenticate_webauthn",
    }
)
"""Pages that need a script: a browser hands out passkeys to scripts alone."""


def at_the_desk(path: str) -> bool:
    """Whether an address is one of people at work, or of their devices."""
    return bool(DESK.match(path)) or path.startswith(API)


class _OnlyThere:
    get_response: Any

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if at_the_desk(request.path_info):
            there = cast("Next", super().__call__)  # type: ignore[misc]  # Django's, beside this one
            return there(request)
        return cast("HttpResponseBase", self.get_response(request))


class Sessions(_OnlyThere, SessionMiddleware):
    """Sessions, at the desk."""


class Authentication(_OnlyThere, AuthenticationMiddleware):
    """Users, at the desk."""

    def process_view(self, *_: Any) -> None:  # noqa: ANN401 - Django's
        """Whether a page needs a user is for the table of rights to say."""


class Messages(_OnlyThere, MessageMiddleware):
    """What one page has to say on the next, at the desk."""


class Seats:
    """Says as which post somebody acts, `request.seat`, and lets nobody past the table of rights."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Find the seat; and nothing of a desk is kept by a browser."""
        request.seat = None  # type: ignore[attr-defined]
        if not at_the_desk(request.path_info):
            return self.get_response(request)
        now = timezone.now()
        token = _bearer(request) if request.path_info.startswith(API) else None
        try:
            if request.path_info.startswith(API) and (token or not request.user.is_authenticated):
                # Without a session there is nothing for another site to ride on; the answer is 401.
                request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
            if token is not None:
                request.seat = devices.seat_by(token, journal=journal, now=now)  # type: ignore[attr-defined]
            elif request.user.is_authenticated:
                _end_an_old_session(request, now)
                request.seat = _seat(request)  # type: ignore[attr-defined]
        except GroupAwayError as error:
            if token is not None or error.group == DEFAULT:
                return out_of_reach(request, error.group)
            request.away = error.group  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers["Cache-Control"] = "no-store"
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponseBase | None:
        """Refuse whatever the table of rights does not allow. A route that is not in it is refused."""
        match = request.resolver_match
        line = rights().lines.get(match.view_name) if match else None
        if line is None:
            return _forbidden(request)
        if line.everybody:
            return None
        return _refused_user(request) or _refused_seat(request, line)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """A worklist that takes long and that somebody else has begun: the page looks again by itself."""
        if not isinstance(error, BeingPutTogetherError) or request.path_info.startswith(API):
            return None
        response = render(request, "desk/put_together.html", status=503)
        response.headers["Retry-After"] = "2"
        return response

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:  # noqa: ANN401
        """Allow the pages that need a script our own scripts."""
        match = request.resolver_match
        if match and match.view_name in WITH_SCRIPTS:
            response.headers["Content-Security-Policy"] = SCRIPTS
        return response


def _refused_user(request: HttpRequest) -> HttpResponseBase | None:
    seat: Seat | None = request.seat  # type: ignore[attr-defined]
    if request.path_info.startswith(API):
        if away := getattr(request, "away", ""):
            return out_of_reach(request, away)
        return _unknown(_bearer(request)) if seat is None else None
    if request.user.is_authenticated:
        return None
    return redirect_to_login(request.get_full_path(), reverse("account_login"))


def _refused_seat(request: HttpRequest, line: Right) -> HttpResponseBase | None:
    if line.user:
        return None
    seat: Seat | None = request.seat  # type: ignore[attr-defined]
    if seat is None:
        away = getattr(request, "away", "")
        return out_of_reach(request, away) if away else redirect("desk:posts")
    if seat.role not in line.roles:
        return _forbidden(request)
    try:
        needed = Guard.FACTOR if rights().needs_factor(seat.role) else Guard.NONE
        refuse_unguarded(seat, needed)
        refuse_unguarded(seat, line.guard)
    except GuardError as error:
        if request.path_info.startswith(API):
            return problem_of(error)
        return show_more(request, error.guard)
    return None


def show_more(request: HttpRequest, guard: Guard, *, back: str = "") -> HttpResponseBase:
    """Send a user to show what is missing: to set up a second factor, to use it, or to sign in anew.

    Then back to the page, or to `back`. What a form held is not kept for later, as allauth would: it would be taken
    without another look at the table of rights.
    """
    kinds = factors.kinds_of(user_of(request))
    if not kinds and guard is Guard.FACTOR:
        return redirect("mfa_index")
    page = "account_reauthenticate"
    if kinds:
        page = "mfa_reauthenticate" if "totp" in kinds else "mfa_reauthenticate_webauthn"
    return redirect_to_login(back or _page_of(request), reverse(page))


def _page_of(request: HttpRequest) -> str:
    """The page that somebody looks at: of a form that was sent, the one with the form."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    form = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(form, {request.get_host()})
    return urlsplit(form).path if form and ours else reverse("desk:posts")


def _bearer(request: HttpRequest) -> str | None:
    kind, _blank, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def _end_an_old_session(request: HttpRequest, now: datetime) -> None:
    """End a session that was left alone too long, or is too old whatever happens in it."""
    at = now.timestamp()
    begun, seen = request.session.get(BEGUN, 0), request.session.get(SEEN, 0)
    if at - begun > settings.SESSION_COOKIE_AGE or at - seen > settings.SESSION_IDLE_SECONDS:
        logout(request)
    elif at - seen > ASKED_AGAIN_SECONDS:
        request.session[SEEN] = at


def _seat(request: HttpRequest) -> Seat | None:
    """The post that was chosen; without a choice the only one there is. Where it ended, so does this.

    Raises GroupAwayError.
    """
    if not request.user.is_authenticated:
        return None
    chosen = request.session.get(APPOINTMENT)
    held, away = held_of(request.user)
    if chosen is None:
        seat = held[0] if len(held) == 1 and not away else None
    else:
        seat = next((one for one in held if one.appointment == chosen), None)
        for one in away:
            if one.pk == chosen:
                raise GroupAwayError(group_of(one.programme))
        if seat is None:
            logout(request)
    if seat is None:
        return None
    return replace(seat, factor=factor_shown(request), fresh=signed_in_lately(request))


def _forbidden(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith(API):
        return problem(403, _("This post may not do this."))
    return refused(request)


def _unknown(token: str | None) -> HttpResponse:
    if token and devices.is_revoked(token):
        said = _("This device's token was revoked. The device is to erase what it keeps.")
        return problem(401, said, type=REVOKED)
    return problem(401, _("This token is not known, or not any more."))
