"""Filters of a page: plain GET forms, read from the address and shown with what was asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cairn.following.queries.stretches import Beside, Start
from cairn.web.published import published_day

Choices = tuple[tuple[str, str | Promise], ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One filter: a choice of `choices`, or what an input of some `type` takes, a day by default.

    `unless` says what is shown unless something is chosen; else it is everything.
    """

    name: str
    label: str
    value: str
    choices: Choices = ()
    wrong: str = ""
    type: str = "date"
    unless: str = ""


def choice(
    request: HttpRequest,
    name: str,
    label: str,
    choices: Iterable[tuple[str, str | Promise]],
    *,
    unless: str = "",
) -> Field:
    """A filter that takes one of these; what is asked for is kept though none of them is it.

    A published page has no filters to choose from: then the choices are not even read.
    """
    asked = request.GET.get(name, "")
    found = tuple(choices) if published_day() is None else ()
    if asked and asked not in dict(found):
        found = ((asked, asked), *found)
    return Field(name, label, asked, found, unless=unless)


def day(request: HttpRequest, name: str, label: str) -> tuple[Field, date | None]:
    """A filter that takes a day, with the day asked for, if it is one."""
    asked = request.GET.get(name, "")
    try:
        found = date.fromisoformat(asked) if asked else None
    except ValueError:
        return Field(name, label, "", wrong=_("Write a day like 2025-06-30.")), None
    return Field(name, label, asked), found


def text(request: HttpRequest, name: str, label: str, *, most: int = 64) -> Field:
    """A filter that takes a short text."""
    return Field(name, label, request.GET.get(name, "").replace("\0", "")[:most], type="text")


def number(
    request: HttpRequest, name: str, label: str, *, otherwise: int, most: int
) -> tuple[Field, int]:
    """A filter that takes a whole number from 1, with the number asked for."""
    asked = request.GET.get(name, "")
    fine = asked.isascii() and asked.isdecimal() and 1 <= len(asked) < 10
    found = min(max(int(asked), 1), most) if fine else otherwise
    return Field(name, label, str(found), type="number"), found


LONGEST_KEY = 300


def beside(request: HttpRequest) -> Start:
    """Where a page of a long list lies that the database sorts: `?after=KEY` or `?before=KEY`, of a row."""
    for name in ("after", "before"):
        if key := request.GET.get(name, "").replace("\0", "")[:LONGEST_KEY]:
            return Beside(key, start(request), before=name == "before")
    return 0


def start(request: HttpRequest) -> int:
    """At which row of a long list the page starts."""
    asked = request.GET.get("start", "")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else 0
