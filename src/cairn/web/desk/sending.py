"""Recording facts that a page of the desk makes itself, all or none."""

from collections.abc import Sequence

from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from cairn.catalog import journal
from cairn.journal.entry import Draft, Refused
from cairn.people.record import GuardError, SeatEndedError, record_all
from cairn.people.seats import Seat
from cairn.web.desk.middleware import show_more


def send(
    request: HttpRequest, seat: Seat, drafts: Sequence[Draft], *, back: str
) -> tuple[HttpResponseBase | None, list[Refused]]:
    """Where a browser goes next; or None, and what was refused: then nothing was recorded.

    It goes `back`, or to where the user shows more, or chooses another post.
    """
    try:
        verdicts = record_all(seat, drafts, journal=journal, now=timezone.now(), all_or_none=True)
    except GuardError as error:
        return show_more(request, error.guard, back=back), []
    except SeatEndedError:
        logout(request)
        return redirect("desk:posts"), []
    wrong = [one for one in verdicts if isinstance(one, Refused)]
    return (None, wrong) if wrong else (redirect(back), [])
