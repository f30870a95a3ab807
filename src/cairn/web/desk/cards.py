"""Cards from the box that answer what a notice asks: a post enters how many chose each choice.

They wait and are counted like answers from a page, one by one, and no more is kept of who enters them
than of who writes at home. What is counted is the cards; whose they were nobody asks.
"""

from collections.abc import Mapping
from random import SystemRandom

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cairn.following.answers import Named
from cairn.journal import spread
from cairn.journal.readonly import ReadOnlyError
from cairn.notices.models import Question
from cairn.people.rights import Where
from cairn.people.seats import Seat
from cairn.programme.models import Place
from cairn.voice import waiting
from cairn.voice.facts import QuestionAnswered
from cairn.web.desk.asking import seat_at
from cairn.web.desk.worklist import today_of
from cairn.web.public.page import not_found
from cairn.web.reader import reader

CHANCE = SystemRandom()


@require_http_methods(["GET", "HEAD", "POST"])
def cards(request: HttpRequest, notice: str) -> HttpResponseBase:
    """Enter how many cards chose each of the choices."""
    seat = seat_at(request)
    if not may_count(seat, notice):
        return not_found(request)
    question = Question.objects.get(programme=seat.programme, id=notice)
    typed = {n: request.POST.get(f"choice-{n}", "") for n in _numbers(question)}
    wrong = ""
    if request.method == "POST":
        wrong, entered = _entered(seat, notice, typed)
        if not wrong:
            return redirect(f"{request.path}?entered={entered}")
    kept = request.GET.get("entered", "")
    context = {
        "notice": Named(notice, question.name),
        "choices": [
            (n, reader().said(choice), typed[n])
            for n, choice in zip(_numbers(question), question.choices, strict=True)
        ],
        "most": waiting.MOST_ALIKE,
        "wrong": wrong,
        "kept": _said(int(kept)) if kept.isdecimal() and len(kept) < len("1000") else "",
    }
    return render(request, "desk/cards.html", context, status=422 if wrong else 200)


def may_count(seat: Seat, notice: str) -> bool:
    """Whether a post may enter cards for a notice: it is open today, in a place whose cards it enters."""
    today = today_of(seat)
    question = Question.objects.filter(programme=seat.programme, id=notice, open=True).first()
    if question is None or not question.since <= today <= question.until:
        return False
    rows = Place.objects.filter(programme=seat.programme, ended_on=None)
    paths = {row.id: row.path for row in rows}
    asked = tuple(paths[one] for one in question.places if one in paths)
    return any(
        path.startswith(asked) and seat.may("desk:cards", [Where(path)]) for path in paths.values()
    )


def open_questions(seat: Seat) -> list[Named]:
    """The questions whose cards a post may enter today."""
    rows = Question.objects.filter(programme=seat.programme, open=True).order_by("id")
    return [Named(row.id, row.name) for row in rows if may_count(seat, row.id)]


def _numbers(question: Question) -> range:
    return range(1, len(question.choices) + 1)


def _entered(seat: Seat, notice: str, typed: Mapping[int, str]) -> tuple[str, int]:
    """Why these are not taken, or nothing, and how many they are: all of them wait, or none does."""
    if not all(one.strip().isdecimal() or not one.strip() for one in typed.values()):
        return _("Write numbers: how many cards chose each."), 0
    many = {number: int(one) if one.strip() else 0 for number, one in typed.items()}
    if not sum(many.values()):
        return _("Write for one choice at least how many cards chose it."), 0
    full = _(
        "So many are taken of one notice on a day: {most} at most, with those from the page. Enter the "
        "others tomorrow; nothing of these was kept."
    ).format(most=waiting.MOST_ALIKE)
    if sum(many.values()) > waiting.MOST_ALIKE:
        return full, 0
    try:
        with spread.atomic(seat.programme):
            for number, times in many.items():
                for _card in range(times):
                    waiting.keep(
                        QuestionAnswered(notice=notice, number=number),
                        programme=seat.programme,
                        about=f"notice/{notice}",
                        on=today_of(seat),
                        slip="",
                        chance=CHANCE,
                    )
    except waiting.FullError:
        return full, 0
    except ReadOnlyError:
        return _("Nothing can be taken just now. Keep the cards."), 0
    return "", sum(many.values())


def _said(entered: int) -> str:
    message = ngettext(
        "{n} card was entered. It is counted tomorrow. Destroy it.",
        "{n} cards were entered. They are counted tomorrow. Destroy them.",
        entered,
    )
    return message.format(n=reader().count(entered))
