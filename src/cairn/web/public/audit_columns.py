"""The columns of what an auditor asks for: entries, samples, differences, exceptions.

As in columns.py, a column's `id` is its name in the CSV and stays as it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import ClassVar

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cairn.following.entries import EntryRead, Shows
from cairn.values import to_decimal
from cairn.web.public.columns import ACCOUNT, GRANT, MOVEMENT, Columns
from cairn.web.public.columns import EXCEPTIONS as FLAGGED_BY_GRANT
from cairn.web.tables import (
    NOTHING,
    Amount,
    Coded,
    Column,
    Count,
    Day,
    InCell,
    Row,
    Setting,
    Thing,
    inert,
)
from cairn.web.words import EXCEPTIONS, FIGURES, HAPPENED

the = attrgetter


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as a line of a table: what it says to its reader, and what is known of it beside."""

    entry: EntryRead
    sentence: str
    dated_before: bool = False
    draw: int = 0
    digest: str = ""
    covered: bool = False
    shows: Sequence[Shows] = ()

    @property
    def position(self) -> int:
        """Where it stands in the journal."""
        return self.entry.position


@dataclass(frozen=True, slots=True)
class CountRow:
    """How many exceptions of a kind there are, by what rule, and where they are listed."""

    code: str
    rule: str
    number: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Column[Row]):
    """The position of an entry, leading to its page."""

    classes: ClassVar[str] = "number"

    def csv(self, row: Row, setting: Setting) -> list[str]:
        del setting
        position: int | None = self.of(row)
        return [str(position or "")]

    def cell(self, row: Row, setting: Setting) -> SafeString:
        position: int | None = self.of(row)
        return _entry(position, setting) if position else NOTHING

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        del setting
        position: int | None = self.of(row)
        return str(position or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries(Column[Row]):
    """Several of them."""

    def csv(self, row: Row, setting: Setting) -> list[str]:
        del setting
        return [" ".join(str(position) for position in self.of(row))]

    def cell(self, row: Row, setting: Setting) -> SafeString:
        return SafeString(" ".join(_entry(position, setting) for position in self.of(row)))

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        return self.csv(row, setting)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Amount[Row]):
    """By how much a figure grew or shrank."""

    def cell(self, row: Row, setting: Setting) -> SafeString:
        minor: int = self.of(row)
        shown = setting.reader.amount(minor, setting.currency_of(row))
        return SafeString(f"<bdi>{'+' if minor > 0 else ''}{shown}</bdi>") if minor else NOTHING

    def csv(self, row: Row, setting: Setting) -> list[str]:
        return [to_decimal(self.of(row), setting.currency_of(row))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally(Count[Row]):
    """A whole number of which none is an answer too."""

    def cell(self, row: Row, setting: Setting) -> SafeString:
        return SafeString(setting.reader.count(self.of(row)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads(Coded[Row]):
    """A code by its word, which leads to a list."""

    to: Callable[[Row], str]

    def cell(self, row: Row, setting: Setting) -> SafeString:
        del setting
        word = escape(self.words[self.of(row)])
        return SafeString(f'<a href="{escape(self.to(row))}"><bdi>{word}</bdi></a>')


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidenced(Column[Row]):
    """What shows that a payment bought what it says: captions, or hashes in a CSV."""

    def header(self) -> list[str]:
        return [self.id, f"{self.id}_sha256"]

    def csv(self, row: Row, setting: Setting) -> list[str]:
        shows: Sequence[Shows] = self.of(row)
        return [inert(_in_words(shows, setting)), " ".join(one.sha256 for one in shows)]

    def cell(self, row: Row, setting: Setting) -> SafeString:
        shows: Sequence[Shows] = self.of(row)
        items = [f"<li><bdi>{escape(_in_words([one], setting))}</bdi></li>" for one in shows]
        return SafeString(f"<ul>{''.join(items)}</ul>") if items else NOTHING

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        return _in_words(self.of(row), setting)


def _in_words(shows: Sequence[Shows], setting: Setting) -> str:
    """Captions; of what was withdrawn also that it was, and by which entry."""
    captions = list[str]()
    for one in shows:
        caption = setting.reader.said(one.caption)
        if one.withdrawn_at:
            withdrawn = gettext("withdrawn by entry {position}")
            position = setting.reader.count(one.withdrawn_at)
            caption = f"{caption} ({withdrawn.format(position=position)})".strip()
        captions.append(caption)
    return "; ".join(captions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Day[Row]):
    """When an entry was recorded: a person sees the day, where the programme is."""

    def csv(self, row: Row, setting: Setting) -> list[str]:
        del setting
        entry: EntryRead = self.of(row)
        return [entry.at.isoformat()]

    def cell(self, row: Row, setting: Setting) -> SafeString:
        entry: EntryRead = self.of(row)
        shown = escape(setting.reader.day(entry.recorded_on))
        return SafeString(f'<time datetime="{entry.at.isoformat()}">{shown}</time>')

    def in_sheet(self, row: Row, setting: Setting) -> InCell:
        del setting
        entry: EntryRead = self.of(row)
        return entry.recorded_on


def _entry(position: int, setting: Setting) -> SafeString:
    address, shown = setting.link("entry", str(position)), setting.reader.count(position)
    if not address:
        return SafeString(f"<bdi>{shown}</bdi>")
    return SafeString(f'<a href="{escape(address)}"><bdi>{shown}</bdi></a>')


POSITION: Column[EntryRow] = Entry(id="position", label=_("Entry"), of=the("position"))
RECORDED: Column[EntryRow] = Moment(id="recorded_at", label=_("Recorded"), of=the("entry"))
HAPPENED_ON: Column[EntryRow] = Day(
    id="happened_on", label=_("Happened"), of=the("entry.happened_on")
)
SENTENCE: Column[EntryRow] = Column(id="sentence", label=_("What it says"), of=the("sentence"))
POST: Column[EntryRow] = Column(id="post", label=_("Post"), of=the("entry.post"))
KIND: Column[EntryRow] = Column(id="kind", label=_("Kind"), of=the("entry.kind"), csv_only=True)
ID: Column[EntryRow] = Column(id="id", label=_("Id"), of=the("entry.id"), csv_only=True)
LEAF: Column[EntryRow] = Column(
    id="leaf", label=_("Leaf"), of=lambda row: row.entry.leaf.hex(), csv_only=True
)
DAYS_LATE: Column[EntryRow] = Count(
    id="days_late",
    label=_("Days in between"),
    of=the("entry.days_late"),
    means=_("How many days after it happened it was recorded."),
)

FACTS: Columns = (
    POSITION,
    SENTENCE,
    HAPPENED_ON,
    RECORDED,
    DAYS_LATE,
    Coded(
        id="reaches_back",
        label=_("Reaches back"),
        of=lambda row: "dated-before" if row.dated_before else "",
        words={"dated-before": _("dated before")},
        tag=True,
        optional=True,
        means=_("It was recorded after the first of the two, and happened before its day."),
    ),
    POST,
    KIND,
    ID,
)

LATE: Columns = (POSITION, SENTENCE, HAPPENED_ON, RECORDED, DAYS_LATE, POST, KIND, ID)

SAMPLE: Columns = (
    Count(id="draw", label=_("Draw"), of=the("draw")),
    POSITION,
    SENTENCE,
    HAPPENED_ON,
    RECORDED,
    POST,
    Evidenced(id="evidence", label=_("Evidence"), of=the("shows")),
    Coded(
        id="covered",
        label=_("In the log"),
        of=lambda row: "covered" if row.covered else "not-yet",
        words={"covered": _("under the newest checkpoint"), "not-yet": _("not yet")},
        means=_("Whether a signed checkpoint covers it, so that it has a receipt."),
    ),
    KIND,
    ID,
    LEAF,
    Column(id="digest", label=_("Digest"), of=the("digest"), csv_only=True),
)

FIGURE = Coded(id="figure", label=_("Figure"), of=the("figure"), words=FIGURES)
THEN_AND_NOW: Columns = (
    Amount(id="then", label=_("Then"), of=the("then")),
    Amount(id="now", label=_("Now"), of=the("now")),
    Change(id="change", label=_("Change"), of=the("change")),
)
TOTALS_CHANGED: Columns = (FIGURE, *THEN_AND_NOW)


GRANTS_CHANGED: Columns = (replace(GRANT, of=the("thing")), FIGURE, *THEN_AND_NOW)
PROJECTS_CHANGED: Columns = (
    Thing(id="project", label=_("Project"), of=the("thing"), is_a="project"),
    FIGURE,
    *THEN_AND_NOW,
)

FLAGGED: Columns = (*FLAGGED_BY_GRANT, Entry(id="position", label=_("Entry"), of=the("position")))

COUNTS: Columns = (
    Leads(id="what", label=_("What"), of=the("code"), words=EXCEPTIONS, to=the("address")),
    Tally(id="number", label=_("How many"), of=the("number")),
    Column(id="rule", label=_("By which rule"), of=the("rule")),
)

WHAT_ENTRY: Column[object] = Coded(id="kind", label=_("What"), of=the("kind"), words=HAPPENED)
REVERSED: Columns = (
    Entry(id="position", label=_("Entry"), of=the("position")),
    WHAT_ENTRY,
    ACCOUNT,
    Amount(id="amount", label=_("Amount"), of=the("amount")),
    Entry(id="of", label=_("Reversed entry"), of=the("of")),
    Day(id="happened_on", label=_("Happened"), of=the("happened_on")),
    Day(id="recorded_on", label=_("Recorded"), of=the("recorded_on")),
    Column(id="reason", label=_("Remark"), of=the("reason")),
    MOVEMENT,
)
BACKDATED: Columns = (
    Entry(id="position", label=_("Entry"), of=the("position")),
    WHAT_ENTRY,
    ACCOUNT,
    Amount(id="amount", label=_("Amount"), of=the("amount")),
    Day(id="happened_on", label=_("Happened"), of=the("happened_on")),
    Day(
        id="reached",
        label=_("Account had reached"),
        of=the("reached"),
        means=_("The latest day of any movement that its account had on record by then."),
    ),
    Count(id="days_behind", label=_("Days behind"), of=the("days_behind")),
    Day(id="recorded_on", label=_("Recorded"), of=the("recorded_on")),
    MOVEMENT,
)
ROUND: Columns = (
    ACCOUNT,
    Day(id="first_on", label=_("First"), of=the("first_on")),
    Day(id="last_on", label=_("Last"), of=the("last_on")),
    Count(id="payments", label=_("Payments"), of=the("payments")),
    Amount(id="amount", label=_("Together"), of=the("amount")),
    Entries(id="entries", label=_("Entries"), of=the("positions")),
)
