"""Whether a form comes from a page of ours, told without a cookie.

Residents' forms have no session that another site could ride on, so they need no token. But another
site could have its visitors send them: what does not come from here is refused.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt

from cairn.web.desk.frame import refused

Asked = ParamSpec("Asked")
View = Callable[Concatenate[HttpRequest, Asked], HttpResponseBase]


def only_from_here(view: View[Asked]) -> View[Asked]:
    """A view whose form is taken from our own pages alone, without a token. Its address has no query."""

    @wraps(view)
    def plain(
        request: HttpRequest, /, *args: Asked.args, **kwargs: Asked.kwargs
    ) -> HttpResponseBase:
        if request.GET:  # a code that somebody put there would stay in every link of the page
            return redirect(request.path)
        return view(request, *args, **kwargs)

    return form_from_here(plain)


def form_from_here(view: View[Asked]) -> View[Asked]:
    """The same of a view whose address may have a query: nothing in it is anybody's."""

    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: Asked.args, **kwargs: Asked.kwargs
    ) -> HttpResponseBase:
        if request.method == "POST" and not is_from_here(request):
            return refused(request)
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)


def is_from_here(request: HttpRequest) -> bool:
    """By the first of these that the browser sent; every browser sends one with a form."""
    ours = (request.scheme, request.get_host())
    origin = request.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin)[:2] == ours
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Referer", ""))[:2] == ours
