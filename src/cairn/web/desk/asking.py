"""Who asks: what a view of the desk knows of the request that reached it."""

from django.http import HttpRequest

from cairn.people.seats import Seat


def seat_at(request: HttpRequest) -> Seat:
    """The seat that somebody acts from. The table of rights lets nobody without one reach the view."""
    seat = getattr(request, "seat", None)
    if not isinstance(seat, Seat):
        raise LookupError("this route asks for no post in people/rights.csv")
    return seat


def user_of(request: HttpRequest) -> int:
    """The user who is signed in."""
    return int(str(request.user.pk))
