"""What every page goes through: its language, from its address, and its security policy."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

Next = Callable[[HttpRequest], HttpResponseBase]

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Nothing from elsewhere, no scripts, no inline styles (issue 4 forbids unsafe-inline)."""


def language(get_response: Next) -> Next:
    """Speak the language that the address names.

    Django's LocaleMiddleware would also look for a cookie; pages have none. An address without a
    language (`/`) goes by Accept-Language.
    """

    def speak(request: HttpRequest) -> HttpResponseBase:
        named = translation.get_language_from_path(request.path_info)
        spoken = named or translation.get_language_from_request(request)
        with translation.override(spoken):
            response = get_response(request)
        response.headers["Content-Language"] = spoken
        if not named:
            patch_vary_headers(response, ["Accept-Language"])
        return response

    return speak


def content_security_policy(get_response: Next) -> Next:
    """Say what a page may load: what this installation serves, and nothing else."""

    def protect(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return protect
