"""Where pages are: the address of a thing, of a table's CSV, of a page in another language.

Built from one prefix: Django's `reverse` would take as long as the rest of a table's cell. A test
holds each to `reverse`.
"""

from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from cairn.values import LANGUAGE_NAMES, LANGUAGES, UNEXPLAINED
from cairn.web.published import published_day, publishing

PAGES = {
    "grant": "grants",
    "project": "projects",
    "place": "places",
    "account": "accounts",
    "entry": "~entries",
    "asset": "assets",
    "need": "needs",
    "enterprise": "enterprises",
    "notice": "notices",
    "recommendation": "recommendations",
    "debrief": "debriefs",
    "team": "teams",
    "reported-activity": "reported/activities",
}


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses within one programme, in the language that is active."""

    base: str

    def __call__(self, what: str, id_: str) -> str:
        """The address of a thing's page; "" for what has none, as a bank's fees."""
        if not id_ or (id_.startswith("~") and what != "grant"):
            return ""
        if what == "entry" and published_day():
            return ""  # a published record holds the entries themselves
        if what == "sponsor" and id_ != UNEXPLAINED:
            return f"{self.base}grants/?sponsor={quote(id_)}"
        if what == "pack":
            return f"{self.base}teams/{quote(id_)}/pack/"
        return f"{self.base}{PAGES[what]}/{quote(id_)}/" if what in PAGES else ""


def links(programme: str) -> Links:
    """The addresses within a programme; none lead anywhere where there is no programme."""
    return Links(reverse("public:programme", args=[programme]))


def with_query(request: HttpRequest, **changed: str | int) -> str:
    """The address of this page with some of its query changed; it begins with `?`."""
    query = QueryDict(request.META.get("QUERY_STRING", ""), mutable=True)
    for name, value in changed.items():
        query.pop(name, None)
        if value != "":
            query[name] = str(value)
    return "?" + query.urlencode()


def in_languages(request: HttpRequest) -> list[tuple[str, str, str]]:
    """The address of this page, filters and all, in each language: (code, name, address).

    Of pages that are published, in each that is.
    """
    _, _, rest = request.get_full_path().lstrip("/").partition("/")
    now = publishing()
    codes = now.languages if now else LANGUAGES
    return [(code, LANGUAGE_NAMES[code], f"/{code}/{rest}") for code in codes]
