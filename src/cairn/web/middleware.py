"""What every page goes through: its language, from its address, its security policy, and limits."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from cairn.web import mended

Next = Callable[[HttpRequest], HttpResponseBase]

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Nothing from elsewhere, no scripts, no inline styles (issue 4 forbids unsafe-inline)."""

SCRIPTS = f"{POLICY}; script-src 'self'; connect-src 'self'"
"""The same for a page that needs a script of ours."""

MOST_BYTES = 2**20
"""A body, files apart."""
MOST_BYTES_OF_FILES = 21 * 2**20
"""A body with a file: 20 MiB of it, and the form around."""


def language(get_response: Next) -> Next:
    """Speak the language that the address names.

    Django's LocaleMiddleware would also look for a cookie; pages have none. An address without a
    language (`/`) goes by Accept-Language.
    """

    def speak(request: HttpRequest) -> HttpResponseBase:
        named = translation.get_language_from_path(request.path_info)
        spoken = named or translation.get_language_from_request(request)
        mended.bring_up_to_date(spoken)
        with translation.override(spoken):
            response = get_response(request)
        response.headers["Content-Language"] = spoken
        if not named:
            patch_vary_headers(response, ["Accept-Language"])
        return response

    return speak


def headers(get_response: Next) -> Next:
    """Say what a page may load (what this installation serves, and nothing else) and how it may be used.

    Django's own middleware says most of it; but what an outer one refuses, no inner one sees.
    """

    def protect(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in (
            ("Content-Security-Policy", POLICY),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", settings.X_FRAME_OPTIONS),
            ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
            ("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY),
        ):
            response.headers.setdefault(name, value)
        return response

    return protect


def limits(get_response: Next) -> Next:
    """Refuse what is too large before any of it is read, and an address with NUL, which no id has.

    A body without its length is no body: WSGI gives none to read.
    """

    def limit(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > _most(request):
            return HttpResponse(_("It is larger than this address takes."), status=413)
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponse(_("The request cannot be read."), status=400)
        return get_response(request)

    return limit


def _most(request: HttpRequest) -> int:
    files = request.path_info.startswith("/api/files/")
    asks_for_files = "/~desk/" in request.path_info or request.path_info.endswith("/say/")
    form = request.content_type == "multipart/form-data" and asks_for_files
    return MOST_BYTES_OF_FILES if files or form else MOST_BYTES
