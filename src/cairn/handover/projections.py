"""Read models of what teams leave word of, of handovers and their lines, and of whose turn it is."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.db import models

from cairn.handover.facts import (
    ACCEPTED,
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
    KeysLeft,
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
    SuccessorNamed,
)
from cairn.journal.projection import ReadModel, Recorded, Rows, folds
from cairn.values import Text

KEPT, EXCEPTED, REFUSED, CONTESTED = "accepted", "excepted", "refused", "contested"
"""What the incoming team said to a line; of the last three the outgoing sponsor owes something."""


class KeysAt(ReadModel):
    """Where the keys of an asset are. Its id is the asset's."""

    called: ClassVar[str] = "keys"

    holder = models.CharField(max_length=100)
    text = models.JSONField()
    said_on = models.DateField()


class TeamNote(ReadModel):
    """A word that a team leaves: a risk and what to do, an attempt and why it failed, advice, a line's note.

    Its id is that of the fact.
    """

    called: ClassVar[str] = "note"

    team = models.CharField(max_length=100)
    place = models.CharField(max_length=100)
    sort = models.CharField(max_length=10)
    """`risk`, `attempt`, `advice` or `line`."""
    key = models.CharField(max_length=200, blank=True)
    """The key of the line that it is a note to."""
    name = models.JSONField()
    """What it says: of a risk, what may happen; of an attempt, what was tried."""
    then = models.JSONField(default=dict)
    """Of a risk what is to be done then; of an attempt why it did not work."""
    said_on = models.DateField()
    post = models.CharField(max_length=100)
    taken_back = models.CharField(max_length=100, blank=True)
    """The fact that took it back."""

    class Meta:
        indexes = [models.Index(fields=["programme", "team"])]


class Handover(ReadModel):
    """The handover of a team; its id is the team's. See facts.py for its states."""

    called: ClassVar[str] = "handover"

    place = models.CharField(max_length=100)
    sponsor = models.CharField(max_length=100)
    """Who sent the outgoing team, and answers for what nobody takes over."""
    state = models.CharField(max_length=10, default=OPENED)
    opened_on = models.DateField()
    planned_on = models.DateField()
    outgoing = models.CharField(max_length=100)
    """The post that signs for the outgoing team."""
    successor = models.CharField(max_length=100, blank=True)
    """The team that takes over."""
    incoming = models.CharField(max_length=100, blank=True)
    """The post that signs for it."""
    frozen = models.CharField(max_length=100, blank=True)
    """The fact that froze the pack that stands."""
    frozen_on = models.DateField(null=True)
    keys = models.JSONField(default=list)
    """The keys of its lines, in the order of the pack."""
    upto = models.PositiveBigIntegerField(null=True)
    """The position up to which the pack tells the journal."""
    sha256 = models.CharField(max_length=64, blank=True)
    risks = models.JSONField(default=list)
    """What the incoming team sees as the biggest risks, the biggest first."""
    plan = models.JSONField(default=dict)
    planned = models.CharField(max_length=100, blank=True)
    """The fact that holds the plan."""
    outgoing_missing = models.CharField(max_length=10, blank=True)
    incoming_missing = models.CharField(max_length=10, blank=True)
    """Why a side takes no part: `late`, `absent` or `refuses`; empty where it does."""
    missing_because = models.JSONField(default=dict)
    """What was said of it, by side."""
    outgoing_signed = models.CharField(max_length=100, blank=True)
    outgoing_signed_on = models.DateField(null=True)
    witnessed = models.CharField(max_length=100, blank=True)
    witnessed_by = models.CharField(max_length=100, blank=True)
    witnessed_on = models.DateField(null=True)
    incoming_signed = models.CharField(max_length=100, blank=True)
    """The facts of the two signatures, and of the witness."""
    ended_on = models.DateField(null=True)
    """When it was accepted, or left without anybody who takes over."""

    class Meta:
        indexes = [models.Index(fields=["programme", "state"])]


class HandoverLine(ReadModel):
    """A line of a frozen pack. Its id is `HANDOVER/KEY`."""

    called: ClassVar[str] = "handover-line"

    id = models.CharField(max_length=260)
    handover = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    place = models.CharField(max_length=100)
    standing = models.BooleanField(default=True)
    """Whether the pack that was frozen last has it."""
    hashed = models.CharField(max_length=16)
    """The first digits of the SHA-256 of what it says."""
    minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    """What stands there by the books; empty where it is no balance."""
    stated_minor = models.BigIntegerField(null=True)
    checked_on = models.DateField(null=True)
    """What the statement said, and when it was looked at."""
    sight = models.CharField(max_length=10, blank=True)
    """Whether an asset was there on the walk; empty where nobody has gone to it."""
    inspection = models.CharField(max_length=100, blank=True)
    sight_note = models.JSONField(default=dict)
    answer = models.CharField(max_length=10, blank=True)
    """`accepted`, `excepted`, `refused` or `contested`; empty while nothing was said."""
    reason = models.JSONField(default=dict)
    """What is to be put right, or why it is refused or contested."""
    answered_on = models.DateField(null=True)
    due = models.DateField(null=True)
    open = models.BooleanField(default=False)
    """Whether the outgoing sponsor owes something about it."""
    settled = models.CharField(max_length=100, blank=True)
    """The fact that says how it was put right."""
    settled_on = models.DateField(null=True)
    how = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["programme", "handover"]),
            models.Index(fields=["programme", "open"]),
        ]


class Turn(ReadModel):
    """Whose turn it is: a team whose work went to another, or that waits to take over. Its id is the team's.

    Rights, the worklist and seats ask it by the team of a post.
    """

    called: ClassVar[str] = "turn"

    ended_on = models.DateField(null=True)
    """Since when it has handed over, or left: nobody acts for it any more."""
    waits_for = models.CharField(max_length=100, blank=True)
    """The team from which it is named to take over and has not yet: it waits for as long as that one is there."""


def line_id(handover: str, key: str) -> str:
    """How a line is named in facts."""
    return f"{handover}/{key}"


# What a team leaves word of


@folds(KeysLeft)
def _keys_left(said: Recorded[KeysLeft], rows: Rows) -> None:
    fact = said.fact
    rows.put(
        KeysAt(
            programme=said.programme,
            id=fact.asset,
            holder=fact.holder,
            text=fact.text.by_language(),
            said_on=said.happened_on,
        )
    )


@folds(RiskNamed)
def _risk_named(said: Recorded[RiskNamed], rows: Rows) -> None:
    _note(said, rows, "risk", then=said.fact.then.by_language())


@folds(AttemptTold)
def _attempt_told(said: Recorded[AttemptTold], rows: Rows) -> None:
    _note(said, rows, "attempt", then=said.fact.then.by_language())


@folds(AdviceLeft)
def _advice_left(said: Recorded[AdviceLeft], rows: Rows) -> None:
    _note(said, rows, "advice")


@folds(LineNoted)
def _line_noted(said: Recorded[LineNoted], rows: Rows) -> None:
    _note(said, rows, "line", key=said.fact.key)


def _note(
    said: Recorded[Any],
    rows: Rows,
    sort: str,
    *,
    key: str = "",
    then: dict[str, str] | None = None,
) -> None:
    team = rows.find("team", said.fact.team)
    rows.put(
        TeamNote(
            programme=said.programme,
            id=str(said.id),
            team=said.fact.team,
            place=getattr(team, "place", ""),
            sort=sort,
            key=key,
            name=said.fact.text.by_language(),
            then=then or {},
            said_on=said.happened_on,
            post=said.post,
        )
    )


@folds(NoteTakenBack)
def _note_taken_back(said: Recorded[NoteTakenBack], rows: Rows) -> None:
    note = rows.the(TeamNote, said.fact.note)
    note.taken_back = str(said.id)
    rows.put(note)


# The handover


@folds(HandoverOpened)
def _opened(said: Recorded[HandoverOpened], rows: Rows) -> None:
    fact = said.fact
    team = rows.find("team", fact.team)
    rows.put(
        Handover(
            programme=said.programme,
            id=fact.team,
            place=getattr(team, "place", ""),
            sponsor=getattr(team, "sponsor", ""),
            opened_on=said.happened_on,
            planned_on=fact.on,
            outgoing=fact.outgoing,
        )
    )


@folds(SuccessorNamed)
def _successor_named(said: Recorded[SuccessorNamed], rows: Rows) -> None:
    fact = said.fact
    row = rows.the(Handover, fact.handover)
    if row.successor not in {"", fact.team}:
        _begin_to_walk_anew(row, rows)
    _let_go(row, rows)
    row.successor, row.incoming, row.incoming_missing = fact.team, fact.incoming, ""
    rows.put(row)
    if row.state in GOING_ON:
        turn = _turn(said.programme, fact.team, rows)
        turn.waits_for = row.id
        rows.put(turn)


def _begin_to_walk_anew(row: Handover, rows: Rows) -> None:
    """What one team said to the lines, and planned, binds no other; nor was its walk witnessed."""
    for line in lines_of(row, rows):
        line.answer, line.answered_on, line.due, line.reason = "", None, None, {}
        rows.put(line)
    row.risks, row.plan, row.planned = [], {}, ""
    row.witnessed, row.witnessed_by, row.witnessed_on = "", "", None


@folds(HandoverWithdrawn)
def _withdrawn(said: Recorded[HandoverWithdrawn], rows: Rows) -> None:
    row = rows.the(Handover, said.fact.handover)
    for line in lines_of(row, rows):
        line.standing = False
        rows.put(line)
    _let_go(row, rows)
    row.state = WITHDRAWN
    rows.put(row)


@folds(PackFrozen)
def _frozen(said: Recorded[PackFrozen], rows: Rows) -> None:
    fact = said.fact
    row = rows.the(Handover, fact.handover)
    _lay_out(said, row, rows)
    row.state = row.state if row.state == LEFT else FROZEN
    row.frozen, row.frozen_on = str(said.id), said.happened_on
    row.upto, row.sha256 = fact.upto, fact.sha256
    rows.put(row)


def _lay_out(said: Recorded[PackFrozen], row: Handover, rows: Rows) -> None:
    """The lines of the pack. Those that read as in the one that stood keep what was said; others start anew."""
    lines = [_Line.read(one) for one in said.fact.lines]
    rows.load(
        ("handover-line", line_id(row.id, key)) for key in {*row.keys, *(one.key for one in lines)}
    )
    for key in set(row.keys) - {one.key for one in lines}:
        gone = rows.the(HandoverLine, line_id(row.id, key))
        gone.standing = False
        rows.put(gone)
    for one in lines:
        held = rows.get(HandoverLine, line_id(row.id, one.key))
        if held is None or not held.standing or held.hashed != one.digest:
            held = HandoverLine(
                programme=said.programme,
                id=line_id(row.id, one.key),
                handover=row.id,
                key=one.key,
                place=row.place,
                hashed=one.digest,
                minor=one.minor,
                currency=one.currency,
            )
        held.standing = True
        rows.put(held)
    row.keys = [one.key for one in lines]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as the fact that froze it writes it: `KEY DIGEST`, and `CUR MINOR` where it is a balance."""

    key: str
    digest: str
    currency: str = ""
    minor: int | None = None

    @classmethod
    def read(cls, said: str) -> "_Line":
        key, digest, *balance = said.split(" ")
        return cls(key, digest, balance[0], int(balance[1])) if balance else cls(key, digest)


# The walk


@folds(AssetSought)
def _sought(said: Recorded[AssetSought], rows: Rows) -> None:
    fact = said.fact
    line = rows.the(HandoverLine, fact.line)
    line.sight, line.inspection = fact.sight.value, fact.inspection or ""
    line.sight_note = fact.remark.by_language() if fact.remark else {}
    rows.put(line)


@folds(BalanceChecked)
def _checked(said: Recorded[BalanceChecked], rows: Rows) -> None:
    line = rows.the(HandoverLine, said.fact.line)
    line.stated_minor = said.fact.stated.minor if said.fact.stated else 0
    line.checked_on = said.happened_on
    rows.put(line)


@folds(LinesAccepted)
def _accepted(said: Recorded[LinesAccepted], rows: Rows) -> None:
    for one in said.fact.lines:
        _answer(said, rows.the(HandoverLine, one), rows, KEPT)


@folds(LineExcepted)
def _excepted(said: Recorded[LineExcepted], rows: Rows) -> None:
    fact = said.fact
    line = rows.the(HandoverLine, fact.line)
    _answer(said, line, rows, EXCEPTED, reason=fact.exception, due=fact.by)


@folds(LineRefused)
def _refused(said: Recorded[LineRefused], rows: Rows) -> None:
    _answer(said, rows.the(HandoverLine, said.fact.line), rows, REFUSED, reason=said.fact.reason)


def _answer(
    said: Recorded[Any],
    line: HandoverLine,
    rows: Rows,
    answer: str,
    *,
    reason: Text | None = None,
    due: date | None = None,
) -> None:
    """What the incoming team says to a line; the sponsor owes what is not plainly accepted once it signed."""
    line.answer, line.answered_on, line.due = answer, said.happened_on, due
    line.reason = reason.by_language() if reason else {}
    rows.put(line)


@folds(PlanWritten)
def _planned(said: Recorded[PlanWritten], rows: Rows) -> None:
    fact = said.fact
    row = rows.the(Handover, fact.handover)
    risks = (fact.risk, fact.second, fact.third, fact.fourth, fact.fifth)
    row.risks = [one.by_language() for one in risks if one]
    row.plan, row.planned = fact.plan.by_language(), str(said.id)
    rows.put(row)


# The signatures


@folds(SideMissing)
def _missing(said: Recorded[SideMissing], rows: Rows) -> None:
    fact = said.fact
    row = rows.the(Handover, fact.handover)
    if fact.side is Side.OUTGOING:
        row.outgoing_missing = fact.why.value
    else:
        row.incoming_missing = fact.why.value
    row.missing_because = {**row.missing_because, fact.side.value: fact.text.by_language()}
    rows.put(row)
    _leave_where_nobody_comes(said, row, rows)


@folds(OutgoingSigned)
def _outgoing_signed(said: Recorded[OutgoingSigned], rows: Rows) -> None:
    row = rows.the(Handover, said.fact.handover)
    row.outgoing_signed, row.outgoing_signed_on = str(said.id), said.happened_on
    row.outgoing_missing = ""
    rows.put(row)
    _leave_where_nobody_comes(said, row, rows)


@folds(HandoverWitnessed)
def _witnessed(said: Recorded[HandoverWitnessed], rows: Rows) -> None:
    row = rows.the(Handover, said.fact.handover)
    row.witnessed, row.witnessed_by = str(said.id), said.post
    row.witnessed_on = said.happened_on
    rows.put(row)


@folds(IncomingSigned)
def _incoming_signed(said: Recorded[IncomingSigned], rows: Rows) -> None:
    """Responsibility, rights and worklist go over at this fact."""
    row = rows.the(Handover, said.fact.handover)
    _let_go(row, rows)
    row.state, row.ended_on = ACCEPTED, said.happened_on
    row.incoming_signed = str(said.id)
    rows.put(row)
    for line in lines_of(row, rows):
        line.open = line.answer != KEPT
        rows.put(line)
    _end(said, row.id, rows)


def _leave_where_nobody_comes(said: Recorded[Any], row: Handover, rows: Rows) -> None:
    """The outgoing team goes though nobody takes over: what it had in hand stays with its sponsor."""
    if (
        row.state in GOING_ON
        and row.incoming_missing
        and (row.outgoing_signed or row.outgoing_missing)
    ):
        _let_go(row, rows)
        row.state, row.ended_on = LEFT, said.happened_on
        rows.put(row)
        _end(said, row.id, rows)


def lines_of(row: Handover, rows: Rows) -> list[HandoverLine]:
    """The lines of the pack that stands."""
    ids = [line_id(row.id, key) for key in row.keys]
    rows.load(("handover-line", id_) for id_ in ids)
    return [rows.the(HandoverLine, id_) for id_ in ids]


def _end(said: Recorded[Any], team: str, rows: Rows) -> None:
    turn = _turn(said.programme, team, rows)
    turn.ended_on = turn.ended_on or said.happened_on
    rows.put(turn)


def _let_go(row: Handover, rows: Rows) -> None:
    """The team that was to take over waits no longer; for what was left none waited."""
    turn = rows.get(Turn, row.successor) if row.successor and row.state in GOING_ON else None
    if turn is not None and turn.waits_for == row.id:
        turn.waits_for = ""
        rows.put(turn)


def _turn(programme: str, team: str, rows: Rows) -> Turn:
    return rows.get(Turn, team) or Turn(programme=programme, id=team)


# After it


@folds(LineContested)
def _contested(said: Recorded[LineContested], rows: Rows) -> None:
    line = rows.the(HandoverLine, said.fact.line)
    _answer(said, line, rows, CONTESTED, reason=said.fact.reason)
    line.open = True


@folds(ExceptionSettled)
def _settled(said: Recorded[ExceptionSettled], rows: Rows) -> None:
    line = rows.the(HandoverLine, said.fact.line)
    line.open, line.settled, line.settled_on = False, str(said.id), said.happened_on
    line.how = said.fact.how.by_language()
    rows.put(line)


@folds(SettlementDoubted)
def _doubted(said: Recorded[SettlementDoubted], rows: Rows) -> None:
    line = rows.the(HandoverLine, said.fact.line)
    line.open, line.settled, line.settled_on = True, "", None
    line.reason = said.fact.reason.by_language()
    rows.put(line)
