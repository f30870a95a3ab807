"""Every page of Cairn. The language stands in the address, so that no page needs a cookie."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cairn.web.public import data
from cairn.web.public.files import file


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this process answers."""
    del request
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for a mark beside what is no page, as a CSV: the mark that pages name."""
    del request
    return redirect(static("cairn/cairn.svg"), permanent=True)


@require_safe
def in_my_language(request: HttpRequest) -> HttpResponse:
    """From `/` to the pages in the language that the browser asks for."""
    del request
    return redirect(f"/{get_language()}/")


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("favicon.ico", favicon, name="favicon"),
    path("", in_my_language, name="root"),
    re_path(
        r"^files/(?P<programme>[^/]+)/(?P<file>[0-9a-f]{64})(?P<suffix>\.(jpg|pdf|ogg|mp3|m4a|wav))$",
        file,
        name="file",
    ),
    path("data/<str:programme>/<str:name>", data.file, name="data-file"),
    path("", include("cairn.web.open311")),
    path("api/", include(("cairn.web.api.urls", "api"))),
    path("field/", include("cairn.web.field.urls")),
    *i18n_patterns(
        path("~desk/", include("cairn.web.desk.urls")),
        path("", include("cairn.web.public.urls")),
    ),
]

handler404 = "cairn.web.public.page.not_found"
