"""Setting up a second factor shows it: a code of the app was typed, the passkey was touched."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from allauth.mfa.base.internal.flows import post_authentication
from django.http import HttpRequest, HttpResponseBase

from cairn.people import factors
from cairn.people.rights import Guard
from cairn.web.desk.asking import user_of
from cairn.web.desk.forms import use_up
from cairn.web.desk.middleware import show_more
from cairn.web.desk.signing import factor_shown

View = Callable[..., HttpResponseBase]


def shows_what_it_adds(view: View) -> View:
    """Have one of allauth's pages count what it added as shown in this session, a moment ago.

    Whoever has a second factor already shows that first: else a password alone would add another.
    """

    def show(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401
        user = user_of(request)
        before = factors.factors_of(user)
        if before and not factor_shown(request):
            return show_more(request, Guard.FACTOR)
        answer = view(request, *args, **kwargs)
        for number, factor in factors.factors_of(user).items():
            if number not in before:
                use_up(number, request.POST.get("code", ""))
                post_authentication(request, factor)
        return answer

    return update_wrapper(show, view)
