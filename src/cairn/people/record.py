"""The one way in which a user records a fact, from a form or over the API.

In one transaction: the seat still stands → the table of rights → the two-person rules → the journal
→ who recorded it, kept privately. The journal knows posts only; so what a person holding two posts
must not do is refused here.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.journal.batch import Batch, May, things
from cairn.journal.columns import Columns, in_chunks
from cairn.journal.entry import Draft, Receipt, Refused, Verdict
from cairn.journal.fact import Fact
from cairn.journal.journal import Journal, RefusedError, receipt_in
from cairn.journal.projection import Objection, Rows
from cairn.people import seats
from cairn.people.models import Appointment, Recording
from cairn.people.rights import Guard, Where, rights
from cairn.people.scope import column, places_of, where
from cairn.people.seats import Seat, seat_of
from cairn.values import CairnError

Held = Mapping[int, Appointment]
"""Appointments as they stand within a transaction, by their ids."""

UUID_SIGNS = 36
"""A movement's id is that of its fact; the other leg of an exchange has some signs more."""


class SeatEndedError(CairnError):
    """The appointment does not stand any more."""


class MayNotError(RefusedError):
    """The table of rights does not let this post record this. `objections` say of which field."""


class GuardError(CairnError):
    """The user must show more before this: a second factor, or sign in anew. `guard` says which."""

    def __init__(self, guard: Guard) -> None:
        super().__init__(str(SHOW[guard]))
        self.guard = guard


def record(seat: Seat, draft: Draft, *, journal: Journal, now: datetime) -> Receipt:
    """Record a fact on behalf of a user, or answer the receipt it already has.

    Raises SeatEndedError, GuardError, MayNotError, RefusedError, ConflictError; then nothing was
    written. What the transaction holds is the programme's lock, so that no two users pass at once.
    """
    with journal.batch(seat.programme, now=now) as batch:
        held = look_up(batch, [(seat, draft)])
        return recorded_in(batch, seat, draft, held=held, now=now)


def look_up(batch: Batch, sent: Sequence[tuple[Seat, Draft]]) -> Held:
    """Read at once what these will be judged on, and by which appointments: else each would ask for its own."""
    batch.look_up([draft for _seat, draft in sent])
    seats.look_up({seat.post for seat, _draft in sent}, batch.rows)
    found = [
        batch.rows.find(*thing) for _seat, draft in sent for thing in things(draft.fact.upcast())
    ]
    batch.rows.load(("place", place) for row in found if (place := column(row, "place")))
    wanted = {seat.appointment for seat, _draft in sent}
    return {one.pk: one for one in Columns.of(Appointment).having("id", list(wanted))}


def recorded_in(batch: Batch, seat: Seat, draft: Draft, *, held: Held, now: datetime) -> Receipt:
    """Judge a fact that was looked up, and have it written with the batch.

    Raises what `record` does; then it is left out.
    """
    may = _said_against(batch, seat)
    return receipt_in(_judged(batch, seat, [draft], may, held=held, now=now)[0])


def record_all(
    seat: Seat,
    drafts: Sequence[Draft],
    *,
    journal: Journal,
    now: datetime,
    all_or_none: bool = False,
) -> list[Verdict]:
    """Record facts in order, in one transaction; a verdict for each, as Journal.append_batch gives.

    Raises SeatEndedError and GuardError, which are about whoever records and not about one fact; then
    nothing was written.
    """
    with journal.batch(seat.programme, now=now) as batch:
        held = look_up(batch, [(seat, draft) for draft in drafts])
        said_against = _said_against(batch, seat)

        def may(draft: Draft, rows: Rows) -> Sequence[Objection]:
            try:
                return said_against(draft, rows)
            except MayNotError as refused:
                return refused.objections

        verdicts = _judged(batch, seat, drafts, may, held=held, now=now)
        refused_ones: list[Verdict] = [one for one in verdicts if isinstance(one, Refused)]
        if all_or_none and refused_ones:
            batch.leave_out_all()
            return refused_ones
    return verdicts


def _said_against(batch: Batch, seat: Seat) -> May:
    """What rights and two-person rules say against a draft, with what stands in the batch taken as recorded."""

    def may(draft: Draft, rows: Rows) -> Sequence[Objection]:
        _refuse_without_right(seat, draft.fact, rows)
        return list(
            _recorded_by_the_same(
                seat, draft.fact, rows, batch.journal, itself=draft.id, under_way=batch.posts
            )
        )

    return may


def _judged(
    batch: Batch, seat: Seat, drafts: Sequence[Draft], may: May, *, held: Held, now: datetime
) -> list[Verdict]:
    """A verdict for each; and who recorded what is kept once and for good, whoever sends it again."""
    for draft in {draft.post: draft for draft in drafts}.values():
        _refuse_an_ended_seat(seat, draft, batch, held, now)
    verdicts = batch.judge(drafts, may)
    there = [one for one in verdicts if isinstance(one, Receipt)]
    new = {one.id for one in there if not one.again}
    recorder = _recorders(seat.programme, [one.id for one in there if one.id not in new])
    for place, (draft, said) in enumerate(zip(drafts, verdicts, strict=True)):
        # The receipt of what was sent again is for whoever recorded it, and for those who may.
        before = isinstance(said, Receipt) and said.again and said.id not in new
        if before and recorder.get(said.id) != seat.user and (no := may(draft, batch.rows)):
            verdicts[place] = Refused(draft.id, tuple(no))
    here = dict.fromkeys(one.id for one in verdicts if isinstance(one, Receipt))
    unknown = [(seat.programme, one, seat.user) for one in here if one not in recorder]
    Columns.of(Recording).insert(seat.programme, unknown)
    return verdicts


def _recorders(programme: str, facts: Sequence[UUID]) -> dict[UUID, int]:
    """Who recorded each of these, as far as somebody is remembered."""
    return {
        fact: user
        for some in in_chunks(facts)
        for fact, user in Recording.objects.filter(programme=programme, fact__in=some).values_list(
            "fact", "user"
        )
    }


def objections(seat: Seat, fact: Fact, *, journal: Journal) -> list[Objection]:
    """What rights and two-person rules say against a fact before it is sent: for a form's choices.

    Raises GuardError.
    """
    rows = Rows(seat.programme, journal.tables)
    try:
        _refuse_without_right(seat, fact, rows)
    except MayNotError as refused:
        return list(refused.objections)
    return list(_recorded_by_the_same(seat, fact, rows, journal, itself=None, under_way={}))


def _refuse_an_ended_seat(
    seat: Seat, draft: Draft, batch: Batch, held: Held, now: datetime
) -> None:
    appointment = held.get(seat.appointment)
    stands = seat_of(appointment, journal=batch.journal, now=now, rows=batch.rows)
    if stands is None or (stands.user, stands.programme, stands.post) != (
        seat.user,
        seat.programme,
        draft.post,
    ):
        raise SeatEndedError(_("You do not hold this post any more."))


def _refuse_without_right(seat: Seat, fact: Fact, rows: Rows) -> None:
    line = rights().lines.get(fact.kind)
    if seat.waits and seat.scope(fact.kind) is None:
        message = _(
            "Your team has not taken over yet: until both have signed it records the handover."
        )
        raise MayNotError([Objection("fact", message)])
    if line is None or seat.role not in line.roles:
        raise MayNotError([Objection("fact", _("This post may not record this."))])
    if any(rows.find(called, id_) is None for called, id_ in _referred_to(fact)):
        return  # the journal says of what is not on record, in its own words, and takes nothing
    wrong = [
        Objection(word.partition("+")[0].partition(".")[0], _("This is beyond this post's reach."))
        for word, thing in places_of(fact, line.judged_on, rows)
        if not seat.may(fact.kind, [thing])
    ]
    if not line.judged_on and not seat.may(fact.kind):
        wrong.append(Objection("fact", _("This is beyond this post's reach.")))
    wrong += _posts_beyond(seat, fact, rows)
    if wrong:
        raise MayNotError(wrong)
    if rights().needs_factor(seat.role):
        refuse_unguarded(seat, Guard.FACTOR)
    refuse_unguarded(seat, line.guard)


def _referred_to(fact: Fact) -> Iterator[tuple[str, str]]:
    for field, called in fact.references():
        value = getattr(fact, field)
        for id_ in value if isinstance(value, tuple) else (value,):
            if id_ is not None:
                yield called, id_


def _posts_beyond(seat: Seat, fact: Fact, rows: Rows) -> Iterator[Objection]:
    """A post opens and closes only posts of the roles it may appoint to: `appoint/ROLE`."""
    if ("post", "post") in fact.brings():
        role = str(getattr(getattr(fact, "role", ""), "value", ""))
        judged_on = rights().lines[fact.kind].judged_on
        at = [thing for _word, thing in places_of(fact, judged_on, rows)]
    elif ("post", "post") in fact.references():
        row = rows.find("post", getattr(fact, "post", ""))
        role, at = column(row, "role"), [where(row, rows)]
    else:
        return
    if role and not may_appoint(seat, role, at):
        yield Objection("role", _("This post does not decide about posts of this role."))


def may_appoint(seat: Seat, role: str, at: Sequence[Where]) -> bool:
    """Whether a post may open posts of a role there, invite to them, and end appointments."""
    return seat.may(f"appoint/{role}", at)


def refuse_unguarded(seat: Seat, guard: Guard) -> None:
    """Raises GuardError where the user must show more."""
    if guard and not seat.factor:
        raise GuardError(Guard.FACTOR)
    if guard is Guard.FRESH and not seat.fresh:
        raise GuardError(Guard.FRESH)


def _recorded_by_the_same(
    seat: Seat,
    fact: Fact,
    rows: Rows,
    journal: Journal,
    *,
    itself: UUID | None,
    under_way: Mapping[UUID, str],
) -> Iterator[Objection]:
    """The two-person rules, on posts and on the users behind them (`Fact.apart_from`).

    What is sent again did not come before `itself`. `under_way` are the posts of facts of this
    very batch, which no table has yet.
    """
    for path in fact.apart_from:
        field = path.partition(".")[0]
        ids = [one for one in _facts_at(fact, path, rows) if one != itself]
        posts = set(journal.posts_of(seat.programme, ids).values())
        posts |= {under_way[one] for one in ids if one in under_way}
        users = Recording.objects.filter(programme=seat.programme, fact__in=ids)
        if seat.post in posts:
            yield Objection(field, _("This post recorded what came before; another must do this."))
        elif seat.user in set(users.values_list("user", flat=True)):
            message = _(
                "You recorded what came before, as another post; somebody else must do this."
            )
            yield Objection(field, message)


def _facts_at(fact: Fact, path: str, rows: Rows) -> Iterator[UUID]:
    """The facts that a path of `apart_from` names."""
    field, _dot, name = path.partition(".")
    if not name:
        yield UUID(str(getattr(fact, field))[:UUID_SIGNS])
        return
    if field == "programme":
        row = rows.find("programme", "programme")
    else:
        row = rows.find(dict(fact.references())[field], getattr(fact, field))
    held = column(row, name) or ()
    for id_ in [held] if isinstance(held, str) else held:
        yield UUID(id_)


SHOW = {
    Guard.FACTOR: gettext_lazy("This needs a second factor; set one up first."),
    Guard.FRESH: gettext_lazy("This needs a sign-in of a moment ago; sign in once more."),
}
