"""What the journal will not take about handovers."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.about_people import refused
from cairn.handover import facts
from cairn.handover.facts import (
    ACCEPTED,
    CONTEST_DAYS,
    FROZEN,
    GOING_ON,
    LEFT,
    OPENED,
    WITHDRAWN,
    AdviceLeft,
    AssetSought,
    AttemptTold,
    BalanceChecked,
    ExceptionSettled,
    HandoverOpened,
    HandoverWithdrawn,
    HandoverWitnessed,
    IncomingSigned,
    LineContested,
    LineExcepted,
    LineNoted,
    LineRefused,
    LinesAccepted,
    NoteTakenBack,
    OutgoingSigned,
    PackFrozen,
    PlanWritten,
    RiskNamed,
    SettlementDoubted,
    Side,
    SideMissing,
    Sight,
    SuccessorNamed,
)
from cairn.handover.projections import KEPT, Handover, HandoverLine, TeamNote, Turn, lines_of
from cairn.journal.fact import Fact, kinds_in
from cairn.journal.projection import Objection, Recorded, Rows, objects
from cairn.values import Text

INSTEAD: Final = {
    OPENED: gettext_lazy("Its pack is not frozen yet."),
    FROZEN: gettext_lazy("Its pack is frozen, and being walked."),
    ACCEPTED: gettext_lazy("It is accepted: what is found now is contested line by line."),
    LEFT: gettext_lazy("Nobody took over: its lines stay with the outgoing sponsor."),
    WITHDRAWN: gettext_lazy("It was withdrawn: open it anew."),
}
"""Why something cannot be done in a state."""

AT: Final[dict[type[Fact], tuple[str, ...]]] = {
    SuccessorNamed: (OPENED, FROZEN, LEFT),
    HandoverWithdrawn: GOING_ON,
    PackFrozen: (OPENED, FROZEN, LEFT),
    PlanWritten: (FROZEN, LEFT),
    OutgoingSigned: (FROZEN,),
    HandoverWitnessed: (FROZEN, LEFT),
    IncomingSigned: (FROZEN, LEFT),
    SideMissing: GOING_ON,
    AssetSought: (FROZEN, LEFT),
    BalanceChecked: (FROZEN, LEFT),
    LinesAccepted: (FROZEN, LEFT),
    LineExcepted: (FROZEN, LEFT),
    LineRefused: (FROZEN, LEFT),
    LineContested: (ACCEPTED,),
    ExceptionSettled: (ACCEPTED,),
    SettlementDoubted: (ACCEPTED,),
}
"""The states in which each can happen."""

ASSET, BALANCE = "asset/", "balance/"

Noted = RiskNamed | AttemptTold | AdviceLeft | LineNoted


# What is said


@objects(*kinds_in(facts))
def of_things_and_work(said: Recorded[Any], rows: Rows) -> Iterator[Objection]:
    """A team leaves word of things, money and work; what would watch, sort or change people is refused."""
    del rows
    for name in type(said.fact).model_fields:
        text = getattr(said.fact, name)
        if isinstance(text, Text) and any(refused(one) for one in text.by_language().values()):
            message = _(
                "This is about people: watching, sorting or changing them. A team hands over things, money and "
                "promises only. Say what is to be built, kept or done."
            )
            yield Objection(name, message)


# Who


@objects(RiskNamed, AttemptTold, AdviceLeft, LineNoted)
def a_team_speaks_for_itself(said: Recorded[Noted], rows: Rows) -> Iterator[Objection]:
    """What a team would tell the next, its own posts say; once it is gone nobody says it for it."""
    yield from _of_the_team(said, said.fact.team, "team", rows)


@objects(NoteTakenBack)
def its_own_word(said: Recorded[NoteTakenBack], rows: Rows) -> Iterator[Objection]:
    """Only the team that left a word takes it back, and once."""
    note = rows.the(TeamNote, said.fact.note)
    if note.taken_back:
        yield Objection("note", _("It was taken back already."))
    yield from _of_the_team(said, note.team, "note", rows)


@objects(HandoverOpened)
def opened_once_for_a_team_that_is_there(
    said: Recorded[HandoverOpened], rows: Rows
) -> Iterator[Objection]:
    """A team hands over once, and the post that signs is one of its own."""
    fact = said.fact
    row = rows.get(Handover, fact.team)
    if row is not None and row.state != WITHDRAWN:
        yield Objection("team", _("Its handover is open already, or over."))
    if getattr(rows.find("post", said.post), "team", "") not in {"", fact.team}:
        yield Objection("team", _("Another team cannot hand over for it."))
    yield from _is_a_post_of(fact.outgoing, fact.team, "outgoing", rows)


@objects(SuccessorNamed)
def another_team_of_the_same_place(
    said: Recorded[SuccessorNamed], rows: Rows
) -> Iterator[Objection]:
    """Whoever takes over is another team, at the same place; and the post that signs is one of its own."""
    fact = said.fact
    row, team = rows.the(Handover, fact.handover), rows.find("team", fact.team)
    if fact.team == fact.handover:
        yield Objection("team", _("A team cannot take over from itself."))
    elif getattr(team, "place", "") != row.place:
        yield Objection("team", _("It is at another place: name a team at the same one."))
    turn = rows.get(Turn, fact.team)
    if turn is not None and turn.ended_on:
        yield Objection("team", _("It has handed over itself."))
    if turn is not None and turn.waits_for not in {"", row.id}:
        yield Objection("team", _("It waits already to take over from another team."))
    yield from _is_a_post_of(fact.incoming, fact.team, "incoming", rows)


@objects(OutgoingSigned)
def the_outgoing_side(said: Recorded[OutgoingSigned], rows: Rows) -> Iterator[Objection]:
    """The post that was named for it signs."""
    if said.post != rows.the(Handover, said.fact.handover).outgoing:
        yield Objection("handover", _("Only the post that hands over can do this."))


@objects(PackFrozen)
def frozen_by_whoever_hands_over(said: Recorded[PackFrozen], rows: Rows) -> Iterator[Objection]:
    """The post that hands over freezes the pack; where it is missing or gone, a post of no team does."""
    row = rows.the(Handover, said.fact.handover)
    alone = row.outgoing_missing or row.state == LEFT
    if said.post == row.outgoing or (
        alone and not getattr(rows.find("post", said.post), "team", "")
    ):
        return
    yield Objection("handover", _("Only the post that hands over can do this."))


@objects(PlanWritten, IncomingSigned)
def the_incoming_side(
    said: Recorded[PlanWritten | IncomingSigned], rows: Rows
) -> Iterator[Objection]:
    """The post that was named for it answers and signs."""
    yield from _incoming(said, rows.the(Handover, said.fact.handover), "handover")


@objects(LineExcepted, LineRefused, LineContested, SettlementDoubted)
def the_incoming_side_answers(
    said: Recorded[LineExcepted | LineRefused | LineContested | SettlementDoubted], rows: Rows
) -> Iterator[Objection]:
    """Likewise of a line."""
    line = rows.the(HandoverLine, said.fact.line)
    yield from _incoming(said, rows.the(Handover, line.handover), "line")


@objects(HandoverWitnessed)
def somebody_else_is_the_witness(
    said: Recorded[HandoverWitnessed], rows: Rows
) -> Iterator[Objection]:
    """A witness is of neither side."""
    row = rows.the(Handover, said.fact.handover)
    post = rows.find("post", said.post)
    if getattr(post, "team", "") and getattr(post, "team", "") in {row.id, row.successor}:
        yield Objection("handover", _("A witness is a post of neither team."))


def _incoming(said: Recorded[Any], row: Handover, field: str) -> Iterator[Objection]:
    if not row.incoming:
        yield Objection(field, _("Nobody is named yet who takes over."))
    elif said.post != row.incoming:
        yield Objection(field, _("Only the post that takes over can do this."))


def _of_the_team(said: Recorded[Any], team: str, field: str, rows: Rows) -> Iterator[Objection]:
    post = rows.find("post", said.post)
    if getattr(post, "team", "") != team:
        yield Objection(field, _("A team speaks for itself: only a post of it can say this."))


def _is_a_post_of(post: str, team: str, field: str, rows: Rows) -> Iterator[Objection]:
    row = rows.find("post", post)
    if row is not None and getattr(row, "team", "") != team:
        yield Objection(field, _("This is no post of that team."))
    if getattr(row, "closed_on", None):
        yield Objection(field, _("This post is no more."))


# When


@objects(*AT)
def in_its_state(said: Recorded[Any], rows: Rows) -> Iterator[Objection]:
    """Each happens while it can, and not before the handover was opened."""
    field, found = _named(said, rows)
    for row in found:
        if row.state not in AT[type(said.fact)]:
            yield Objection(field, str(INSTEAD[row.state]))
        elif said.happened_on < row.opened_on:
            message = _("It was opened only on {day}.").format(day=row.opened_on)
            yield Objection("happened_on", message)


def _named(said: Recorded[Any], rows: Rows) -> tuple[str, list[Handover]]:
    """The field with which a fact names a handover, or lines of some; and these handovers."""
    fact = said.fact
    if hasattr(fact, "handover"):
        return "handover", [rows.the(Handover, fact.handover)]
    field = "lines" if hasattr(fact, "lines") else "line"
    lines = _lines(fact.lines if field == "lines" else (fact.line,), rows)
    ids = dict.fromkeys(line.handover for line in lines)
    return field, [rows.the(Handover, id_) for id_ in ids]


def _lines(ids: Iterable[str], rows: Rows) -> list[HandoverLine]:
    return [rows.the(HandoverLine, id_) for id_ in ids]


@objects(PackFrozen)
def a_pack_of_what_is_on_record(said: Recorded[PackFrozen], rows: Rows) -> Iterator[Objection]:
    """It tells the journal up to an entry that is there; each line once; and nobody has signed yet."""
    fact = said.fact
    row = rows.the(Handover, fact.handover)
    if fact.upto >= said.position:
        yield Objection("upto", _("There is no such entry yet."))
    keys = [line.partition(" ")[0] for line in fact.lines]
    if len(keys) != len(set(keys)):
        yield Objection("lines", _("A line stands there twice."))
    if row.outgoing_signed or row.witnessed:
        yield Objection("handover", _("It is signed: what happens from now on comes after it."))


@objects(HandoverWithdrawn)
def not_once_it_is_signed(said: Recorded[HandoverWithdrawn], rows: Rows) -> Iterator[Objection]:
    """What one side signed is not withdrawn, nor by a team that is to take over."""
    if getattr(rows.find("post", said.post), "team", "") not in {"", said.fact.handover}:
        yield Objection("handover", _("Another team cannot hand over for it."))
    if rows.the(Handover, said.fact.handover).outgoing_signed:
        yield Objection("handover", _("It is signed already."))


# The walk


@objects(AssetSought, BalanceChecked, LinesAccepted, LineExcepted, LineRefused)
def of_the_pack_that_stands(said: Recorded[Any], rows: Rows) -> Iterator[Objection]:
    """What was frozen anew counts; and a line is not answered twice once both signed."""
    field, _handovers = _named(said, rows)
    ids = said.fact.lines if field == "lines" else (said.fact.line,)
    if any(not line.standing for line in _lines(ids, rows)):
        yield Objection(field, _("The pack was frozen anew without this line."))


@objects(AssetSought)
def an_asset_is_sought(said: Recorded[AssetSought], rows: Rows) -> Iterator[Objection]:
    """Both went to an asset; one that was seen has an inspection of its own."""
    fact = said.fact
    line = rows.the(HandoverLine, fact.line)
    if not line.key.startswith(ASSET):
        yield Objection("line", _("This is no asset."))
        return
    inspection = rows.find("inspection", fact.inspection) if fact.inspection else None
    if fact.sight is Sight.SEEN and inspection is None:
        yield Objection("inspection", _("Say in which condition it is."))
    elif inspection is not None and ASSET + getattr(inspection, "asset", "") != line.key:
        yield Objection("inspection", _("That is an inspection of another asset."))


@objects(BalanceChecked)
def a_balance_is_checked(said: Recorded[BalanceChecked], rows: Rows) -> Iterator[Objection]:
    """In the currency of its account."""
    line = rows.the(HandoverLine, said.fact.line)
    if not line.key.startswith(BALANCE):
        yield Objection("line", _("This is no balance."))
    elif said.fact.stated and said.fact.stated.currency != line.currency:
        message = _("Its account is kept in {currency}.").format(currency=line.currency)
        yield Objection("stated", message)


@objects(LinesAccepted)
def accepted_once_it_was_looked_at(
    said: Recorded[LinesAccepted], rows: Rows
) -> Iterator[Objection]:
    """An asset that nobody saw, or a balance that does not agree, is not taken over as it stands."""
    lines = _lines(said.fact.lines, rows)
    handovers = {line.handover: rows.the(Handover, line.handover) for line in lines}
    for row in handovers.values():
        yield from _incoming(said, row, "lines")
    if any(line.key.startswith(ASSET) and line.sight != Sight.SEEN for line in lines):
        message = _(
            "Go to each asset first; one that is not there is refused, or accepted but for that."
        )
        yield Objection("lines", message)
    if any(line.key.startswith(BALANCE) and line.checked_on is None for line in lines):
        yield Objection("lines", _("Hold each balance against a statement first."))
    elif any(line.key.startswith(BALANCE) and line.stated_minor != line.minor for line in lines):
        message = _("A balance that does not agree is refused, or accepted but for the difference.")
        yield Objection("lines", message)


@objects(LineExcepted)
def due_after_it_was_found(said: Recorded[LineExcepted], rows: Rows) -> Iterator[Objection]:
    """What is to be put right has its day to come."""
    del rows
    if said.fact.by < said.happened_on:
        yield Objection("by", _("That day has passed already."))


# The signatures


@objects(OutgoingSigned, HandoverWitnessed, IncomingSigned)
def the_pack_that_stands(
    said: Recorded[OutgoingSigned | HandoverWitnessed | IncomingSigned], rows: Rows
) -> Iterator[Objection]:
    """Everybody signs the same hash."""
    row = rows.the(Handover, said.fact.handover)
    if row.sha256 and said.fact.sha256 != row.sha256:
        yield Objection("sha256", _("Another pack was frozen since: look at that one."))


@objects(OutgoingSigned)
def after_every_line_was_answered(
    said: Recorded[OutgoingSigned], rows: Rows
) -> Iterator[Objection]:
    """The outgoing side signs once, knowing every exception; alone, where nobody takes over."""
    row = rows.the(Handover, said.fact.handover)
    if row.outgoing_signed:
        yield Objection("handover", _("It is signed already."))
    if not row.incoming_missing and any(not line.answer for line in lines_of(row, rows)):
        message = _(
            "Not every line is answered yet. Where nobody takes over, the township says so first."
        )
        yield Objection("handover", message)


@objects(HandoverWitnessed)
def witnessed_after_it_was_signed(
    said: Recorded[HandoverWitnessed], rows: Rows
) -> Iterator[Objection]:
    """The witness saw the outgoing side sign, or that it was not there."""
    row = rows.the(Handover, said.fact.handover)
    if row.witnessed:
        yield Objection("handover", _("It was witnessed already."))
    if not (row.outgoing_signed or row.outgoing_missing):
        yield Objection("handover", _("The outgoing side has not signed yet."))


@objects(IncomingSigned)
def last_of_all(said: Recorded[IncomingSigned], rows: Rows) -> Iterator[Objection]:
    """Whoever takes over signs last: everything was looked at, answered, planned and witnessed."""
    row = rows.the(Handover, said.fact.handover)
    lines = lines_of(row, rows)
    if not (row.outgoing_signed or row.outgoing_missing):
        yield Objection("handover", _("The outgoing side has not signed yet."))
    if not row.witnessed:
        yield Objection("handover", _("No witness has signed yet."))
    if any(not line.answer for line in lines):
        yield Objection("handover", _("Not every line is answered yet."))
    if any(line.key.startswith(ASSET) and not line.sight for line in lines):
        yield Objection("handover", _("Not every asset was gone to yet."))
    if any(line.key.startswith(BALANCE) and line.checked_on is None for line in lines):
        yield Objection("handover", _("Not every balance was held against a statement yet."))
    if not row.planned:
        yield Objection(
            "handover", _("Write first the biggest risks and the plan for thirty days.")
        )


@objects(SideMissing)
def a_side_that_has_not_signed(said: Recorded[SideMissing], rows: Rows) -> Iterator[Objection]:
    """Whoever signed took its part."""
    row = rows.the(Handover, said.fact.handover)
    if said.fact.side is Side.OUTGOING and row.outgoing_signed:
        yield Objection("side", _("It has signed."))


# After it


@objects(LineContested)
def within_thirty_days(said: Recorded[LineContested], rows: Rows) -> Iterator[Objection]:
    """A line that was accepted as it stood, in time."""
    line = rows.the(HandoverLine, said.fact.line)
    row = rows.the(Handover, line.handover)
    if line.answer != KEPT:
        yield Objection("line", _("It was not accepted as it stood: the sponsor owes it already."))
    if row.ended_on and said.happened_on > row.ended_on + timedelta(CONTEST_DAYS):
        message = _("Lines may be contested for {days} days.").format(days=CONTEST_DAYS)
        yield Objection("happened_on", message)


@objects(ExceptionSettled)
def what_is_owed(said: Recorded[ExceptionSettled], rows: Rows) -> Iterator[Objection]:
    """Something is open about the line."""
    if not rows.the(HandoverLine, said.fact.line).open:
        yield Objection("line", _("Nothing is owed about this line."))


@objects(SettlementDoubted)
def what_was_settled(said: Recorded[SettlementDoubted], rows: Rows) -> Iterator[Objection]:
    """It was said to be put right."""
    if not rows.the(HandoverLine, said.fact.line).settled:
        yield Objection("line", _("Nobody has said that it was put right."))
