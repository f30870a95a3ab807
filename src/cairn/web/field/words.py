"""What the field app says, in one language: its own sentences, and the words for what is on record."""

import json
from datetime import date
from enum import Enum
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from cairn.catalog import journal
from cairn.values import DRAFTED, LANGUAGE_NAMES, NEAREST, RIGHT_TO_LEFT
from cairn.web import mended
from cairn.web.api.answers import tag_of
from cairn.web.field.messages import MESSAGES
from cairn.web.forms import asked
from cairn.web.meanings import MEANINGS
from cairn.web.public.pack_words import AHEAD, GAPS, LINE_KINDS, RISKS, STEPS_NEXT
from cairn.web.reader import reader_of
from cairn.web.words import (
    CAPABILITIES,
    CONDITIONS,
    ENDS,
    LINE_ANSWERS,
    NEED_STATES,
    POST_ROLES,
    PROJECT_STAGES,
    SIGHTS,
    SORTS,
    THEMES,
    TOPICS,
    WAYS,
    word_of,
)

LISTS = {
    "ahead": AHEAD,
    "answered": LINE_ANSWERS,
    "capabilities": CAPABILITIES,
    "conditions": CONDITIONS,
    "ends": ENDS,
    "gaps": GAPS,
    "lines": LINE_KINDS,
    "needs": NEED_STATES,
    "next": STEPS_NEXT,
    "roles": POST_ROLES,
    "sights": SIGHTS,
    "sorts": SORTS,
    "stages": PROJECT_STAGES,
    "themes": THEMES,
    "topics": TOPICS,
    "ways": WAYS,
}
"""Words by code, as pages show them."""


@require_safe
def words(request: HttpRequest, language: str) -> HttpResponse:
    """Everything that the app says in a language. A phone asks anew whether a wording was mended."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    mended.bring_up_to_date(language)
    with translation.override(language):
        said = json.dumps(words_in(language), ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(said, content_type="application/json")
    response.headers["ETag"] = tag = tag_of(said)
    response.headers["Cache-Control"] = "no-cache"
    same = get_conditional_response(request, etag=tag, response=response)
    return same if isinstance(same, HttpResponse) else response


def words_in(language: str) -> dict[str, Any]:
    """The words of the language that is active."""
    return {
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "drafted": language in DRAFTED,
        "nearest": NEAREST.get(language, (language,)),
        "languages": LANGUAGE_NAMES,
        "months": months(language),
        "group": reader_of(language).group,
        "decimal": reader_of(language).decimal,
        "messages": {message: translation.gettext(message) for message in MESSAGES},
        "kinds": {kind: str(MEANINGS[kind]) for kind in journal.kinds},
        "answers": _answers(),
        "risks": {sort: [str(if_), str(then)] for sort, (if_, then) in RISKS.items()},
        **{
            called: {code: str(word) for code, word in these.items()}
            for called, these in LISTS.items()
        },
    }


def months(language: str) -> list[str]:
    """How a day of each month is written, with {y} and {d} where its numbers go."""
    spoken = reader_of(language)
    days = (spoken.day(date(2025, month, 28)) for month in range(1, 13))
    return [day.replace("2025", "{y}").replace("28", "{d}") for day in days]


def _answers() -> dict[str, dict[str, str]]:
    """The words for the answers that questions offer, by the class that declares them in a schema."""
    return {
        enum.__name__: {str(one.value): word_of(one) for one in enum}
        for kind in journal.kinds.values()
        for enum in (question.of for question in asked(kind))
        if isinstance(enum, type) and issubclass(enum, Enum)
    }
