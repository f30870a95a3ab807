"""After recording: the sentence, the receipt, and what puts it right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cairn.catalog import journal
from cairn.following.answers import Named
from cairn.journal.batch import named
from cairn.journal.fact import Fact
from cairn.journal.journal import LostPartError
from cairn.journal.log import Log
from cairn.journal.models import Entry
from cairn.journal.projection import Recorded, Rows
from cairn.merkle.hashing import leaf_hash
from cairn.people.models import Recording
from cairn.people.scope import column
from cairn.people.seats import Seat
from cairn.programme.models import Post
from cairn.web.desk.asking import seat_at
from cairn.web.desk.naming import called, load_named, names_of, short, told
from cairn.web.public.links import PAGES, links
from cairn.web.public.page import not_found
from cairn.web.reader import Reader, reader
from cairn.web.words import Words


@dataclass(frozen=True, slots=True)
class Told:
    """A fact on record as the desk tells it."""

    id: str
    kind: str
    said: str
    happened_on: date
    position: int
    leaf: str = ""


@require_safe
def recorded(request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002 - it is the id
    """A fact that is on record: its receipt, what it puts right or what put it right, and what can."""
    seat, asks = seat_at(request), reader()
    entry = Entry.objects.filter(programme=seat.programme, id=id).first()
    said = _read(entry) if entry else None
    if entry is None or said is None:
        return not_found(request)
    rows = Rows(seat.programme, journal.tables)
    context = {
        "told": _told(said, rows, asks, leaf=leaf_hash(bytes(entry.body)).hex()),
        "covered": _covered(seat.programme, said.position),
        "things": list(_things(said, rows, asks)),
        "before": _put_right_by(said, seat, rows, asks),
        "after": list(_what_put_right(said, seat, rows, asks)),
        "remedies": list(_remedies(said, seat)),
        "again": said.fact.kind if seat.scope(said.fact.kind) else "",
    }
    return render(request, "desk/recorded.html", context)


def latest(seat: Seat, asks: Reader, *, most: int = 5) -> list[Told]:
    """What this user recorded last in the programme."""
    mine = Recording.objects.filter(programme=seat.programme, user=seat.user)
    ids = list(mine.order_by("-fact").values_list("fact", flat=True)[:most])
    return told_of(seat, [str(id_) for id_ in ids], asks)[::-1]


def told_of(seat: Seat, ids: Sequence[str], asks: Reader) -> list[Told]:
    """These facts as the desk tells them, in the order in which they were recorded."""
    # Sorted here: a database that is asked for an order may go through all entries in that order.
    entries = Entry.objects.filter(programme=seat.programme, id__in=[UUID(one) for one in ids])
    in_order = sorted(entries, key=lambda entry: entry.position)
    rows = Rows(seat.programme, journal.tables)
    facts = [said for said in map(_read, in_order) if said]
    _load(facts, rows)
    return [_told(said, rows, asks) for said in facts]


def steps_of(
    seat: Seat, history: Sequence[Sequence[str]], words: Words
) -> list[tuple[Told, Named | None, str]]:
    """The steps of a thing in order: each fact as it is told, its post, the state it led to, in words.

    Each of `history` is the fact's id, its day, its post and the state.
    """
    facts = {told.id: told for told in told_of(seat, [step[0] for step in history], reader())}
    posts = names_of(Post, seat.programme, {step[2] for step in history})
    return [
        (facts[id_], Named(post, posts.get(post, {})) if post else None, str(words[state]))
        for id_, _day, post, state in history
        if id_ in facts
    ]


def _read(entry: Entry) -> Recorded[Fact] | None:
    try:
        return journal.read(entry)
    except LostPartError:
        return None


def _load(facts: Sequence[Recorded[Fact]], rows: Rows) -> None:
    """Read at once whatever the sentences of these facts name."""
    found = [(thing, value) for said in facts for _field, thing, value in named(said.fact)]
    rows.load(found)
    load_named((row for thing, value in found if (row := rows.find(thing, value))), rows)


def _told(said: Recorded[Fact], rows: Rows, asks: Reader, *, leaf: str = "") -> Told:
    _load([said], rows)
    sentence = told(said.fact, rows, asks)
    return Told(str(said.id), said.fact.kind, sentence, said.happened_on, said.position, leaf)


def _covered(programme: str, position: int) -> str:
    """Whether a signed checkpoint covers a position: `yes`, `not yet`, or `unsigned`: no log here."""
    log = Log(programme)
    if not log.has_key:
        return "unsigned"
    checkpoint = log.checkpoint()
    return "yes" if checkpoint and checkpoint.size >= position else "not yet"


def _things(said: Recorded[Fact], rows: Rows, asks: Reader) -> Iterator[tuple[str, str]]:
    """The public pages of the things that a fact names, as (name, address)."""
    link = links(said.programme)
    found = [(thing, value) for _field, thing, value in named(said.fact)]
    for thing, value in found:
        if thing == "movement" and (row := rows.find(thing, value)):
            found += [("account", str(column(row, end))) for end in ("source", "target")]
    for thing, value in dict.fromkeys(found):
        row = rows.find(thing, value) if thing in PAGES else None
        if row:
            yield called(row, rows, asks), link(thing, value)


# Putting right


def _remedies(said: Recorded[Fact], seat: Seat) -> Iterator[tuple[str, str]]:
    """The further facts that put this one right and that this post may record: (what, address)."""
    for one in said.fact.put_right:
        if not seat.scope(one.kind):
            continue
        answers = {
            field: str(said.id) if by == "id" else getattr(said.fact, by)
            for field, by in one.by.items()
        }
        filled = urlencode({**answers, **one.answers})
        address = reverse("desk:record", args=[one.kind])
        yield short(journal.kinds[one.kind]), f"{address}?{filled}" if filled else address


def _what_put_right(said: Recorded[Fact], seat: Seat, rows: Rows, asks: Reader) -> Iterator[Told]:
    """The further facts that put this one right."""
    for one in said.fact.put_right:
        if not one.seen:
            continue
        field = next(name for name, by in one.by.items() if by == "id")
        row = rows.find(dict(journal.kinds[one.kind].references())[field], str(said.id))
        entry = _entry(seat, str(column(row, one.seen)))
        further = _read(entry) if entry else None
        if further:
            yield _told(further, rows, asks)


def _put_right_by(said: Recorded[Fact], seat: Seat, rows: Rows, asks: Reader) -> Told | None:
    """The fact that this one puts right."""
    names = {
        field
        for kind in journal.kinds.values()
        for one in kind.put_right
        if one.kind == said.fact.kind
        for field, by in one.by.items()
        if by == "id"
    }
    for name in names:
        entry = _entry(seat, str(getattr(said.fact, name)))
        earlier = _read(entry) if entry else None
        if earlier:
            return _told(earlier, rows, asks)
    return None


def _entry(seat: Seat, id_: str) -> Entry | None:
    if not id_:
        return None
    return Entry.objects.filter(programme=seat.programme, id=UUID(id_)).first()
