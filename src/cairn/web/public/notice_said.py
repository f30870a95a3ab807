"""What residents say to a notice: which of its choices they would take, and whether what it claims is so.

Two forms of one page each, like say.py's: no cookie, no script, no name, no hour. What is sent waits
with the voices and is counted in steps of five: docs/decisions/voices.md.
"""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.following.answers import Name
from cairn.following.notices import NoticeFollowed
from cairn.journal.fact import Fact
from cairn.journal.past import Past
from cairn.journal.readonly import ReadOnlyError
from cairn.notices.models import Notice, Version
from cairn.programme.models import Post
from cairn.values import NEAREST, RIGHT_TO_LEFT, UnknownThingError
from cairn.voice import waiting
from cairn.voice.facts import CLAIMS, ClaimConfirmed, Claimed, QuestionAnswered
from cairn.voice.queries import ClaimBoard
from cairn.voice.throttle import buckets
from cairn.web.charts.bars import Bar, bars_of
from cairn.web.public import asks, reads
from cairn.web.public.links import links
from cairn.web.public.notice_columns import CHOICES, Choice
from cairn.web.public.notices_told import Told
from cairn.web.public.origin import only_from_here
from cairn.web.public.page import Shown, drawn, not_found
from cairn.web.public.say import CHANCE
from cairn.web.published import asked, published_day
from cairn.web.reader import reader
from cairn.web.tables import Table
from cairn.web.words import CLAIMED, FOUND

# What the page of a notice shows


@dataclass(frozen=True, slots=True)
class Residents:
    """What residents said to a notice. `takes`: it stands on the board today, and here is who takes more."""

    choices: tuple[Choice, ...] = ()
    claim: ClaimBoard | None = None
    looked_by: Name = field(default_factory=dict)
    takes: bool = False

    @property
    def tables(self) -> tuple[Table[Any], ...]:
        """How often each choice was chosen, where there are any."""
        if not self.choices:
            return ()
        answers: Table[Choice] = Table(
            id="answers",
            caption=_("What was chosen"),
            columns=CHOICES,
            rows=self.choices,
            empty="",
        )
        return (answers,)

    @property
    def bars(self) -> list[tuple[Choice, Bar]]:
        """The rows of that table, each with its bar."""
        mirrored = reader().direction == "rtl"
        drawn = bars_of([one.figure for one in self.choices], mirrored=mirrored)
        return list(zip(self.choices, drawn, strict=True))

    @property
    def found_said(self) -> str:
        """What was found, in a word."""
        return str(FOUND[self.claim.found]) if self.claim and self.claim.found else ""


def residents(programme: str, found: NoticeFollowed, told: Told | None) -> Residents:
    """What is said to a notice that is, or was, on the board.

    Nothing in a past: from two of them one could tell what came in between.
    """
    row = found.row
    if told is None or Past.parse(programme) or row.state not in {"in-force", "over"}:
        return Residents()
    about = {"programme": programme, "notice": row.notice.id}
    figures = asks.chosen(**about) if told.text.choices else ()
    claim = asks.claimed(**about) if row.topic in CLAIMS else None
    return Residents(
        choices=tuple(
            Choice(number, text, figures[number - 1] if number <= len(figures) else 0)
            for number, text in enumerate(told.text.choices, start=1)
        ),
        claim=claim,
        looked_by=_post_called(programme, claim.looked_by) if claim and claim.looked_by else {},
        takes=row.state == "in-force" and not published_day(),
    )


@asked
def _post_called(programme: str, post: str) -> Name:
    """What a post is called."""
    row = Post.objects.filter(programme=programme, id=post).first()
    return dict(row.name) if row else {}


# The forms


@dataclass(frozen=True, slots=True)
class OnBoard:
    """A notice that is published, in the language of it that a reader gets."""

    row: Notice
    language: str
    says: dict[str, Any]
    stands: bool
    """Whether it stands on the board today."""
    stale: bool
    """Whether this version says what the notice said before. Whether that is so is not asked."""


@only_from_here
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, programme: str, notice: str) -> HttpResponseBase:
    """Choose one of the answers to what a notice asks."""
    return _form(request, programme, notice, "choice")


@only_from_here
@require_http_methods(["GET", "HEAD", "POST"])
def so(request: HttpRequest, programme: str, notice: str) -> HttpResponseBase:
    """Say whether what a notice claims is so."""
    return _form(request, programme, notice, "claimed")


def _form(request: HttpRequest, programme: str, notice: str, asks_for: str) -> HttpResponseBase:
    try:
        named, _nowhere = reads.present(programme)
    except UnknownThingError:
        return not_found(request)
    one = _on_board(programme, notice)
    if one is None:
        return not_found(request)
    choices = list(enumerate(one.says["choices"], start=1)) if asks_for == "choice" else []
    if not choices and (asks_for == "choice" or one.row.topic not in CLAIMS):
        return not_found(request)
    said, wrong, busy = False, "", False
    taken = one.stands and not (one.stale and asks_for == "claimed")
    if request.method == "POST" and taken:
        sent = request.POST.get(asks_for, "")
        said, wrong, busy = _choose(one, sent) if asks_for == "choice" else _confirm(one, sent)
    base = links(programme)
    page = base("notice", notice)
    shown = Shown(
        "public/notice_said.html",
        one.says["title"],
        programme=named,
        above=((_("Notices"), f"{base.base}notices/"), (one.says["title"], page)),
        section="notices",
        more={
            "one": one,
            "direction_of": "rtl" if one.language in RIGHT_TO_LEFT else "ltr",
            "choices": choices,
            "claims": CLAIMED.items(),
            "said": said,
            "wrong": wrong,
            "page": page,
        },
    )
    refused = bool(wrong) or (request.method == "POST" and not taken)
    return drawn(request, shown, status=429 if busy else 422 if refused else 200)


def _on_board(programme: str, notice: str) -> OnBoard | None:
    """A notice as it is published; None where it is not. Read without waiting for any trace."""
    row = Notice.objects.filter(programme=programme, id=notice, withdrawn_on=None).first()
    versions = Version.objects.filter(programme=programme, notice=notice, is_shown=True)
    shown = {one.language: one for one in versions}
    if row is None or not shown:
        return None
    spoken = get_language() or "en"
    wanted = (*NEAREST.get(spoken, (spoken,)), row.language, *sorted(shown))
    language = next(one for one in wanted if one in shown)
    today = reads.today_in(programme)
    version = shown[language]
    return OnBoard(
        row=row,
        language=language,
        says=version.shown,
        stands=row.since <= today <= row.until,
        stale=version.shown_stale,
    )


Taken = tuple[bool, str, bool]
"""Whether it is kept; or why not, and whether only for now."""


def _choose(one: OnBoard, sent: str) -> Taken:
    if sent not in {str(number) for number in range(1, len(one.says["choices"]) + 1)}:
        return False, _("Choose one of those offered."), False
    about = f"notice/{one.row.id}"
    return _kept(one, QuestionAnswered(notice=one.row.id, number=int(sent)), about)


def _confirm(one: OnBoard, sent: str) -> Taken:
    """Counted once a day. Whoever comes later that day is answered as the first was.

    Else anybody could find out every evening whether somebody had said so, by saying it.
    """
    if sent not in set(Claimed):
        return False, _("Choose one of those offered."), False
    about = f"notice/{one.row.id}/{sent}"
    return _kept(one, ClaimConfirmed(notice=one.row.id, claimed=Claimed(sent)), about, once=True)


def _kept(one: OnBoard, fact: Fact, about: str, *, once: bool = False) -> Taken:
    programme = one.row.programme
    if not buckets.take(f"{programme}/notice/{one.row.id}"):
        return False, _("Many people are asking just now. Try again in a minute."), True
    try:
        waiting.keep(
            fact,
            programme=programme,
            about=about,
            on=reads.today_in(programme),
            slip="",
            chance=CHANCE,
            once=once,
        )
    except (waiting.FullError, ReadOnlyError):
        return False, _("Nothing can be taken just now. Try again tomorrow."), True
    return True, "", False
