"""The lines of a language that a machine drafted: what each says, and better words for it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from cairn.kyrgyz import in_arabic
from cairn.people import wordings as kept
from cairn.people.models import Wording
from cairn.people.wordings import KEPT, Line, WordingError
from cairn.values import LANGUAGE_NAMES
from cairn.web import mended
from cairn.web.desk.asking import user_of
from cairn.web.reader import reader

SHOWN: Final = 60
"""So many lines on a page; words narrow them down."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A line on the page. `said` is how pages say it now."""

    key: str
    line: Line
    said: str

    @property
    def pieces(self) -> list[tuple[bool, str]]:
        """What it says, in pieces: whether each stands for a value or marks one, and its text."""
        return pieces(self.said)


def pieces(said: str) -> list[tuple[bool, str]]:
    """A line cut where something in it is no word: that is read from left to right in any language."""
    cut = re.split(f"({KEPT.pattern})", said)
    return [(bool(at % 2), piece) for at, piece in enumerate(cut) if piece]


@require_http_methods(["GET", "HEAD", "POST"])
def wordings(request: HttpRequest) -> HttpResponseBase:
    """Lines by their words or by the page they stand on; propose another wording, or decide on one."""
    language = reader().language
    if language not in mended.MENDABLE:
        return _elsewhere(request, language)
    if request.GET.get("as") == "po":
        return _as_po(language)
    wrong, key = "", ""
    if request.method == "POST":
        try:
            _do(request, language)
        except WordingError as error:
            wrong, key = str(error), request.POST.get("line", "")
        else:
            mended.bring_up_to_date(language, at_once=True)
            return redirect(request.get_full_path())
    return _shown(request, language, wrong, key)


def _do(request: HttpRequest, language: str) -> None:
    asked, by, now = request.POST, user_of(request), timezone.now()
    if asked.get("do") == "propose":
        found = next((one for one in _lines(language) if one.key == asked.get("line")), None)
        if found is None:
            raise WordingError(translation.gettext("This line is not in the catalogue."))
        wording = asked.get("wording", "")
        kept.propose(found.line, wording, language=language, instead_of=found.said, by=by, now=now)
        return
    number = asked.get("number", "")
    take = asked.get("do") == "take"
    kept.decide(int(number) if number.isdecimal() else 0, take=take, by=by, now=now)


def _shown(request: HttpRequest, language: str, wrong: str, key: str) -> HttpResponse:
    q, of = request.GET.get("q", "").strip()[:100], request.GET.get("of", "")[:500]
    spoken = _spoken_on(request, of) if of else None
    found = [one for one in _lines(language) if one.key == key or _fits(one, q, spoken)]
    found.sort(key=lambda one: one.key != key)  # what was refused stands first
    me = user_of(request)
    context = {
        "q": q,
        "of": of if spoken is not None else "",
        "lines": found[:SHOWN],
        "more": len(found) - SHOWN,
        "wrong": wrong,
        "wrong_key": key,
        "typed": request.POST.get("wording", ""),
        "waiting": [_waits(one, language, me) for one in kept.waiting(language)],
        "has_approved": bool(kept.approved(language)),
    }
    return render(request, "desk/wordings.html", context, status=422 if wrong else 200)


def _waits(one: Wording, language: str, me: int) -> Mapping[str, object]:
    said = _said(Line(one.source, one.context, one.form), language)
    arabic = in_arabic(one.wording) if language == "ky" else ""
    return {
        "one": one,
        "said": pieces(said),
        "proposed": pieces(one.wording),
        "mine": one.proposed_by_id == me,
        "arabic": pieces(arabic),
    }


def _fits(one: Shown, q: str, spoken: set[str] | None) -> bool:
    if spoken is not None:
        name = f"{one.line.context}\x04{one.line.source}" if one.line.context else one.line.source
        if name not in spoken:
            return False
    return q.casefold() in f"{one.line.source} {one.said}".casefold()


def _lines(language: str) -> Iterable[Shown]:
    now_said, drafted = kept.approved(language), mended.lines_of(language)
    for line in sorted(
        drafted, key=lambda line: KEPT.sub("", line.source).strip(" .,:").casefold()
    ):
        said = drafted[line]
        whole = f"{line.context}\0{line.source}\0{line.form}"
        key = sha256(whole.encode()).hexdigest()[:16]
        yield Shown(key, line, now_said.get(line, said))


def _said(line: Line, language: str) -> str:
    return kept.approved(language).get(line) or mended.lines_of(language).get(line, "")


def _spoken_on(request: HttpRequest, of: str) -> set[str] | None:
    """The lines on a page that everybody may read, by drawing it; None where there is no such page."""
    try:
        match = resolve(of)
    except Resolver404:
        return None
    if match.namespaces != ["public"]:
        return None
    there = WSGIRequest(
        {**request.META, "REQUEST_METHOD": "GET", "PATH_INFO": of, "QUERY_STRING": ""}
    )
    there.resolver_match = match
    with mended.noting() as spoken:
        match.func(there, *match.args, **match.kwargs)
    return spoken


def _elsewhere(request: HttpRequest, language: str) -> HttpResponseBase:
    """Kyrgyz is mended in Cyrillic; and what no machine drafted, not here."""
    asked = {name: request.GET[name] for name in ("q", "of") if name in request.GET}
    if language == "ky-arab":
        asked["of"] = asked.get("of", "").replace("/ky-arab/", "/ky/", 1)
        return redirect(f"/ky/~desk/wordings/?{urlencode(asked)}")
    offered = [(code, LANGUAGE_NAMES[code]) for code in mended.MENDABLE]
    return render(request, "desk/wordings.html", {"offered": offered})


def _as_po(language: str) -> HttpResponse:
    """The approved wordings, for whoever keeps the catalogue."""
    entries = []
    for line, wording in kept.approved(language).items():
        context = f"msgctxt {_quoted(line.context)}\n" if line.context else ""
        form = f"# plural form {line.form}\n" if line.form else ""
        entries.append(f"{form}{context}msgid {_quoted(line.source)}\nmsgstr {_quoted(wording)}\n")
    response = HttpResponse("\n".join(entries), content_type="text/x-gettext-translation")
    response["Content-Disposition"] = f'attachment; filename="mended.{language}.po"'
    return response


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
