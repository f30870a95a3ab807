"""The columns of a pack's tables, as columns.py has the others. Every cell says something."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cairn.following.answers import Named
from cairn.pack.values import (
    Ahead,
    Balance,
    GrantHere,
    Owing,
    PackLine,
    ProjectLine,
    ProjectMoney,
    Risk,
    Unspent,
)
from cairn.web.public.columns import ACCOUNT, GRANT, PLACE, PROJECT, SPONSOR, Columns
from cairn.web.public.known_columns import (
    AnyCode,
    AnyDay,
    AnyThings,
    KnownAmount,
    KnownCode,
    KnownCount,
    KnownDay,
    KnownText,
    KnownThing,
    KnownThings,
    Sentence,
    is_a,
)
from cairn.web.public.pack_words import (
    AHEAD,
    ANSWERED_BY,
    BLOCKERS,
    CONTACTS,
    DOES,
    GAPS,
    LINE_KINDS,
    RISKS,
    STEPS_NEXT,
    THINGS,
    TRIED,
    UNSAID,
    WHEN,
)
from cairn.web.reader import Reader
from cairn.web.tables import Coded, Column, Day, Thing
from cairn.web.words import (
    CONDITIONS,
    FORMS,
    LANGUAGES,
    LINES_OF,
    POST_ROLES,
    PROJECT_STAGES,
    RECOMMENDATION_ANSWERS,
    RECOMMENDATION_STATES,
    ROLES,
    SORTS,
    THEMES,
    TOPICS,
)

the = attrgetter

NAME: Column[Any] = Thing(id="of", label=_("What"), of=the("of"), is_a=is_a)
KIND: Column[Any] = Coded(id="kind", label=_("Kind"), of=the("what"), words=THINGS)
SINCE: Column[Any] = Day(id="since", label=_("Since"), of=the("since"))


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project in one currency."""

    line: ProjectLine
    money: ProjectMoney

    @property
    def currency(self) -> str:
        """That of its amounts."""
        return self.money.currency


@dataclass(frozen=True, slots=True)
class UnspentRow:
    """An amount of a grant in an account, with what it may be used for."""

    balance: Balance
    unspent: Unspent
    grant: GrantHere

    @property
    def currency(self) -> str:
        """That of the account."""
        return self.balance.currency


READINESS: Columns = (
    Coded(id="what", label=_("Lines"), of=the("what"), words=LINES_OF),
    KnownCount(id="ready", label=_("Ready"), of=the("ready")),
    KnownCount(id="of", label=_("Of"), of=the("of")),
)


def _line_name(line: PackLine) -> Named:
    return Named(line.id, line.name)


def _line_page(line: PackLine) -> str:
    if line.what == "commitment":
        return line.key.split("/")[1] if line.key.startswith("commitment/need/") else ""
    return {"balance": "account", "transit": "account"}.get(line.what, line.what)


LINES: Columns = (
    Thing(id="name", label=_("What"), of=_line_name, is_a=_line_page),
    Coded(id="what", label=_("Kind"), of=the("what"), words=LINE_KINDS),
    KnownCode(
        id="missing",
        label=_("Not known"),
        of=the("missing"),
        words=GAPS,
        means=_("What somebody could still say of it."),
    ),
    KnownCode(id="late", label=_("Overdue"), of=the("late"), words=SORTS),
    KnownText(id="note", label=_("What the team says of it"), of=the("note"), optional=True),
    Column(id="key", label=_("Line"), of=the("key"), csv_only=True),
    Column(
        id="digest",
        label=_("Digest"),
        of=the("digest"),
        means=_("The first signs of the SHA-256 of what this pack says of it, whatever the day."),
    ),
)


def _asks(row: Owing, reader: Reader) -> str:
    """What is owed; of a notice, in which language."""
    del reader
    asked = str(SORTS[row.sort])
    return f"{asked}: {LANGUAGES[row.language]}" if row.language else asked


def _how_much(row: Owing | Ahead, reader: Reader) -> str:
    """An amount of money with its currency, or that none is spoken of."""
    if row.minor is None:
        return str(UNSAID["none"])
    return reader.money(row.minor, row.currency)


HOW_MUCH: tuple[Column[Any], ...] = (
    Sentence(id="how_much", label=_("Amount"), of=the("minor"), says=_how_much, optional=True),
    Column(id="currency", label=_("Currency"), of=the("currency"), csv_only=True),
)

OWED: Columns = (
    Sentence(id="sort", label=_("What is owed"), of=the("sort"), says=_asks),
    Thing(id="of", label=_("About"), of=the("of"), is_a=is_a),
    KnownThings(id="owed_by", label=_("Owed by"), of=the("owed_by"), is_a=""),
    KnownThing(id="to", label=_("Owed to"), of=the("to"), is_a=""),
    SINCE,
    Day(id="due", label=_("Due on"), of=the("due")),
    Coded(
        id="overdue",
        label=_("When"),
        of=lambda row: "overdue" if row.overdue else "in-time",
        words=WHEN,
        tag=True,
    ),
    *HOW_MUCH,
    KnownCount(id="count", label=_("How many"), of=the("count"), csv_only=True),
)


def _next(row: ProjectRow, reader: Reader) -> str:
    """What comes next; of a milestone, which."""
    step = str(STEPS_NEXT[row.line.next_step])
    return f"{step}: {reader.said(row.line.next_name)}" if row.line.next_name else step


PROJECTS: Columns = (
    Thing(id="project", label=_("Project"), of=the("line.project"), is_a="project"),
    Thing(id="place", label=_("Place"), of=the("line.place"), is_a="place"),
    Coded(id="theme", label=_("Theme"), of=the("line.theme"), words=THEMES, csv_only=True),
    Coded(id="stage", label=_("Stage"), of=the("line.stage"), words=PROJECT_STAGES),
    Sentence(id="next_step", label=_("Next step"), of=the("line.next_step"), says=_next),
    KnownDay(id="next_on", label=_("By the day"), of=the("line.next_on")),
    KnownCode(
        id="blockers", label=_("What is in its way"), of=the("line.blockers"), words=BLOCKERS
    ),
    KnownDay(id="ends_on", label=_("To end on"), of=the("line.ends_on")),
    KnownAmount(id="budget", label=_("Budget"), of=the("money.budget")),
    KnownAmount(id="spent", label=_("Spent"), of=the("money.spent")),
    KnownAmount(id="evidenced", label=_("Evidenced"), of=the("money.evidenced")),
    KnownAmount(id="in_kind", label=_("In kind"), of=the("money.in_kind"), optional=True),
)

GRANTS: Columns = (
    GRANT,
    KnownThing(id="sponsor", label=_("Sponsor"), of=the("sponsor"), is_a="sponsor"),
    KnownAmount(
        id="came_in",
        label=_("Came in"),
        of=the("came_in"),
        means=_("Reached the accounts here from elsewhere."),
    ),
    KnownAmount(
        id="spent", label=_("Spent"), of=the("spent"), means=_("Paid out of the accounts here.")
    ),
    KnownAmount(
        id="went_on",
        label=_("Went on"),
        of=the("went_on"),
        means=_("From the accounts here to others."),
    ),
    KnownAmount(
        id="in_transit",
        label=_("On its way from here"),
        of=the("in_transit"),
        means=_("Sent from here, and not yet confirmed by the receiver."),
    ),
    KnownAmount(
        id="standing",
        label=_("Unspent"),
        of=the("standing"),
        means=_("Stands in the accounts here: what came in less the three before."),
    ),
    KnownAmount(id="coming", label=_("On its way here"), of=the("coming")),
    KnownAmount(
        id="elsewhere",
        optional=True,
        label=_("Stands elsewhere, for here alone"),
        of=the("elsewhere"),
    ),
    KnownAmount(
        id="paid_here",
        label=_("Paid for projects here"),
        of=the("paid_here"),
        means=_("From any account, as traced."),
    ),
    KnownAmount(id="breach", optional=True, label=_("Breach"), of=the("breach"), wrong="breach"),
    KnownAmount(
        id="off_purpose",
        optional=True,
        label=_("Off purpose"),
        of=the("off_purpose"),
        wrong="off-purpose",
    ),
)

UNSPENT: Columns = (
    Thing(id="account", label=_("Account"), of=the("balance.account"), is_a="account"),
    Thing(id="grant", label=_("Grant"), of=the("unspent.grant"), is_a="grant"),
    KnownAmount(id="amount", label=_("Unspent"), of=the("unspent.amount")),
    AnyThings(id="places", label=_("For places"), of=the("grant.places"), is_a="place"),
    AnyCode(id="themes", label=_("For themes"), of=the("grant.themes"), words=THEMES),
    AnyThings(id="projects", label=_("For projects"), of=the("grant.projects"), is_a="project"),
    AnyDay(id="until", label=_("To be spent until"), of=the("grant.until")),
)

BALANCES: Columns = (
    ACCOUNT,
    KnownThing(id="holder", label=_("Held by"), of=the("holder"), is_a=""),
    KnownAmount(id="amount", label=_("Standing"), of=the("amount")),
    KnownAmount(
        id="unexplained",
        label=_("Unexplained"),
        of=the("unexplained"),
        wrong="unexplained",
        means=_("The part of what stands here that no recorded receipt accounts for."),
    ),
    KnownDay(id="stated_on", label=_("Its bank's statement of"), of=the("stated_on")),
    KnownAmount(id="stated", label=_("says"), of=the("stated")),
)

TRANSIT: Columns = (
    Thing(id="source", label=_("From"), of=the("source"), is_a="account"),
    Thing(id="target", label=_("To"), of=the("target"), is_a="account"),
    KnownAmount(id="amount", label=_("Not arrived"), of=the("amount")),
    KnownCount(id="movements", label=_("Movements"), of=the("movements")),
    SINCE,
)

UNEVIDENCED: Columns = (
    PROJECT,
    ACCOUNT,
    KnownCount(id="payments", label=_("Payments"), of=the("payments")),
    KnownAmount(id="amount", label=_("Amount"), of=the("amount")),
    SINCE,
)

ASSETS: Columns = (
    Thing(id="asset", label=_("Asset"), of=the("asset"), is_a="asset"),
    PLACE,
    Coded(id="condition", label=_("Condition"), of=the("condition"), words=CONDITIONS, tag=True),
    KnownDay(id="seen_on", label=_("Last seen"), of=the("seen_on")),
    KnownDay(id="pictured_on", label=_("Last photo"), of=the("pictured_on")),
    KnownThing(id="keeper", label=_("Keeper"), of=the("keeper"), is_a=""),
    KnownDay(id="next_service", label=_("Next upkeep"), of=the("next_service")),
    KnownCount(id="every_months", label=_("Every (months)"), of=the("every_months")),
    KnownDay(id="warranty_until", label=_("Warranty until"), of=the("warranty_until")),
    KnownThing(
        id="keys",
        label=_("Who has its keys"),
        of=lambda row: getattr(row.keys, "holder", row.keys),
        is_a="",
    ),
    KnownText(
        id="keys_are",
        label=_("Where they are"),
        of=lambda row: getattr(row.keys, "said", row.keys),
    ),
    KnownThing(id="mender", label=_("Mended by"), of=the("mender"), is_a=""),
    KnownDay(id="mend_by", label=_("by the day"), of=the("mend_by")),
    Column(id="picture", label=_("Fact that shows it"), of=the("picture"), csv_only=True),
)

ENTERPRISES: Columns = (
    Thing(id="enterprise", label=_("Enterprise"), of=the("enterprise"), is_a="enterprise"),
    Coded(id="form", label=_("Form"), of=the("form"), words=FORMS),
    PLACE,
    Thing(id="holder", label=_("Held by"), of=the("holder"), is_a=""),
    Day(id="opened_on", label=_("Opened on"), of=the("opened_on")),
    Sentence(
        id="last_year",
        label=_("Accounted for last"),
        of=the("last_year"),
        says=lambda row, _reader: str(UNSAID.get(row.last_year, row.last_year)),
    ),
)

RECOMMENDATIONS: Columns = (
    Thing(
        id="recommendation",
        label=_("Recommendation"),
        of=the("recommendation"),
        is_a="recommendation",
    ),
    Coded(
        id="state",
        label=pgettext_lazy("recommendation", "State"),
        of=the("state"),
        words=RECOMMENDATION_STATES,
        tag=True,
    ),
    KnownThing(id="asked", label=_("Who owes the answer"), of=the("asked"), is_a=""),
    KnownCode(id="answer", label=_("Answer"), of=the("answer"), words=RECOMMENDATION_ANSWERS),
    KnownText(id="reason", label=_("Why"), of=the("reason")),
    KnownDay(id="promised_by", label=_("promised by"), of=the("promised_by")),
    Day(id="drafted_on", label=_("Recommended on"), of=the("drafted_on")),
    Thing(id="debrief", label=_("Debrief"), of=the("debrief"), is_a="debrief"),
)

NOTICES: Columns = (
    Thing(id="notice", label=_("Notice"), of=the("notice"), is_a="notice"),
    Coded(id="topic", label=_("About"), of=the("topic"), words=TOPICS),
    KnownThings(id="places", label=_("For places"), of=the("places"), is_a="place"),
    Day(id="until", label=_("On the board until"), of=the("until")),
    KnownCode(id="languages", label=_("Published in"), of=the("languages"), words=LANGUAGES),
    KnownCode(
        id="missing",
        label=_("Missing or stale in"),
        of=the("missing"),
        words=LANGUAGES,
        means=_("Languages in which it is wanted, and does not say what the source says now."),
    ),
    KnownCode(
        id="unheard",
        optional=True,
        label=_("To be read aloud in"),
        of=the("unheard"),
        words=LANGUAGES,
    ),
)

CONTACTS_COLUMNS: Columns = (
    Thing(id="post", label=_("Post"), of=the("post"), is_a=""),
    Coded(id="role", label=pgettext_lazy("of a post", "Role"), of=the("role"), words=POST_ROLES),
    KnownThing(id="place", label=_("Place"), of=the("place"), is_a="place"),
    KnownThing(id="organisation", label=_("Organisation"), of=the("organisation"), is_a=""),
    Coded(id="why", label=_("Which is"), of=the("why"), words=CONTACTS),
)

ORGANISATIONS: Columns = (
    Thing(id="organisation", label=_("Organisation"), of=the("organisation"), is_a=""),
    KnownCode(id="role", label=_("What it is"), of=the("role"), words=ROLES),
    KnownCode(id="does", label=_("What it does here"), of=the("does"), words=DOES),
)

TEAMS: Columns = (
    Thing(id="team", label=_("Team"), of=lambda row: Named(row.team, {}), is_a="pack"),
    Thing(id="cohort", label=_("Cohort"), of=the("cohort"), is_a=""),
    PLACE,
    SPONSOR,
    KnownCount(id="strength", label=_("Members"), of=the("strength")),
    Day(id="placed_on", label=_("Since"), of=the("placed_on")),
    Day(id="ends_on", label=_("Its cohort ends on"), of=the("ends_on")),
    KnownDay(id="closed_on", label=_("Ended on"), of=the("closed_on")),
)

CALENDAR: Columns = (
    Day(id="on", label=_("Day"), of=the("on")),
    Coded(id="sort", label=_("What falls on it"), of=the("sort"), words=AHEAD),
    NAME,
    KIND,
    *HOW_MUCH,
)


def _if(row: Risk, reader: Reader) -> str:
    return reader.said(row.if_) if row.if_ else _filled(row, reader, 0)


def _then(row: Risk, reader: Reader) -> str:
    return reader.said(row.then) if row.if_ else _filled(row, reader, 1)


def _filled(row: Risk, reader: Reader, part: int) -> str:
    """Half a sentence, with the names, days and amounts that it is about."""
    on = row.on
    return str(RISKS[row.sort][part]).format(
        thing=reader.apart(f"“{reader.name(row.of)}”"),
        day=reader.apart(reader.day(on)) if on is not None and on != "unknown" else "",
        money=reader.apart(reader.money(row.minor or 0, row.currency)) if row.currency else "",
    )


RISKS_COLUMNS: Columns = (
    Sentence(id="if", label=_("If"), of=the("sort"), says=_if),
    Sentence(id="then", label=pgettext_lazy("if … then", "Then"), of=the("sort"), says=_then),
    KnownThing(id="of", label=_("About"), of=the("of"), is_a=is_a),
    KnownDay(id="on", label=_("Day"), of=the("on")),
    Column(id="sort", label=_("What"), of=the("sort"), csv_only=True),
)

TRIED_COLUMNS: Columns = (
    NAME,
    Coded(id="sort", label=_("What became of it"), of=the("sort"), words=TRIED),
    Day(id="on", label=_("Day"), of=the("on")),
    KnownText(id="why", label=_("Why"), of=the("why")),
)

ADVICE: Columns = (
    KnownText(id="said", label=_("What the team would tell the next"), of=the("said")),
    Thing(id="post", label=_("Said by"), of=the("post"), is_a=""),
    Day(id="on", label=_("Day"), of=the("on")),
)

GAPS_COLUMNS: Columns = (
    NAME,
    KIND,
    Coded(id="sort", label=_("What is not known"), of=the("sort"), words=GAPS),
    Coded(id="answered_by", label=_("What would make it known"), of=the("sort"), words=ANSWERED_BY),
)
