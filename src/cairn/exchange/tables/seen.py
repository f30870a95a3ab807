"""The tables about what is said and learned: debriefs, recommendations, handovers, notices.

What posts ask of one another, what residents say and the minutes of debriefs are on no public
record, and in no table here.
"""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from cairn.exchange.tables.declared import Row, Table, amount, key, several, texts, the
from cairn.following.queries.reading import Reading
from cairn.handover.facts import HandoverOpened
from cairn.handover.models import Handover, HandoverLine, TeamNote
from cairn.lessons.models import Debrief, Recommendation
from cairn.notices.models import Notice, Version

DEBRIEFS: Final = Table(
    name="debriefs",
    title=_("Debriefs"),
    about="Meetings at which cohorts said what they learned.",
    model=Debrief,
    day="planned_on",
    fields=(
        key("Its id."),
        *texts("name", "What it is called."),
        the("cohort", to="cohorts", about="Of which cohort."),
        the("place", to="places", about="For which place."),
        the("chair", about="Which post held it.", typed=True),
        the("planned_on", "date", "For which day it was called."),
        the("held_on", "date", "When it was held."),
        the("present", "integer", "How many took part. Who, is on no record."),
    ),
)

RECOMMENDATIONS: Final = Table(
    name="recommendations",
    title=_("Recommendations"),
    about="What debriefs asked somebody to do, and what became of it.",
    model=Recommendation,
    day="drafted_on",
    fields=(
        key("That of the fact that drafted it."),
        *texts("name", "What is recommended."),
        the("debrief", to="debriefs", about="By which debrief."),
        the("cohort", to="cohorts", about="By which cohort."),
        the("place", to="places", about="For which place."),
        the("state", about="How far it has come."),
        the("drafted_on", "date", "When it was drafted."),
        the("asked", of="post", about="The post that owes the answer.", typed=True),
        the("asked_on", "date", "When that was asked."),
        the("answer", about="accepted, partly, rejected; empty while there is none."),
        the("answered_on", "date", "When it was answered."),
        *texts("reason", "Why it was answered so."),
        the("promised_by", "date", "By when it was promised."),
        the("verified_on", "date", "When somebody else saw that it is done."),
        the("ending", about="How it ended."),
        the("closed_on", "date", "When."),
        the("merged_into", to="recommendations", about="The one that says the same."),
    ),
)

HANDOVERS: Final = Table(
    name="handovers",
    title=_("Handovers"),
    about="Walks from one team to the next. The id is that of the outgoing team.",
    model=Handover,
    day="opened_on",
    fields=(
        the("team", of="id", to="teams", needed=True, asked=(HandoverOpened, "team")),
        the("place", to="places", about="Where."),
        the("sponsor", to="organisations", about="Who answers for what nobody takes over."),
        the("state", about="How far it has come."),
        the("opened_on", "date", "When it was opened."),
        the("planned_on", "date", "For which day the walk is planned."),
        the("successor", to="teams", about="The team that takes over."),
        the(
            "pack_position",
            "integer",
            "The position of the journal that its pack tells.",
            of="upto",
        ),
        the("pack_sha256", of="sha256", about="The SHA-256 of the pack."),
        the("frozen_on", "date", "When the pack was frozen."),
        the("outgoing_signed_on", "date", "When the outgoing team signed."),
        the("witnessed_on", "date", "When the witness signed."),
        the("ended_on", "date", "When it was accepted, or left without a successor."),
    ),
    key=("team",),
)

LINES: Final = Table(
    name="handover_lines",
    title=_("Lines of handovers"),
    about="What a frozen pack lists, and what was said to each line on the walk and since.",
    model=HandoverLine,
    where={"standing": True},
    day="answered_on",
    fields=(
        key("The handover and the key of the line."),
        the("handover", to="handovers", needed=True, about="Of which handover."),
        the("key", about="What the line is about: asset/…, balance/…, project/….", typed=True),
        the("place", to="places", about="Where."),
        amount("balance", "What stands there by the books.", minor="minor"),
        amount("stated", "What the bank's statement says."),
        the("currency", about="The currency of both."),
        the("checked_on", "date", "When the statement was looked at."),
        the("sight", about="Whether an asset was there on the walk."),
        the("answer", about="accepted, excepted, refused, contested; empty: none yet."),
        *texts("reason", "What is to be put right, or why it is refused."),
        the("answered_on", "date", "When it was answered."),
        the("due", "date", "By when it is to be put right."),
        the("settled_on", "date", "When it was put right."),
        *texts("how", "How."),
    ),
)

NOTES: Final = Table(
    name="handover_notes",
    title=_("What teams leave in words"),
    about="Risks and what to do then, attempts and why they failed, advice.",
    model=TeamNote,
    where={"taken_back": ""},
    day="said_on",
    fields=(
        key("That of the fact.", typed=False),
        the("team", to="teams", about="Which team."),
        the("place", to="places", about="Where."),
        the("sort", about="risk, attempt, advice, or a note to a line."),
        the("key", about="The key of the line that it is a note to.", typed=True),
        *texts("text", "What may happen, what was tried, what is advised.", of="name"),
        *texts("then", "What is to be done then, or why it did not work."),
        the("said_on", "date", "When."),
    ),
)

NOTICES: Final = Table(
    name="notices",
    title=_("Notices"),
    about="What was published for residents.",
    model=Notice,
    day="since",
    fields=(
        key("Its id."),
        *texts("name", "Its heading."),
        the("topic", about="What it is about."),
        several("places", "For whom: ids of places, each with all within it."),
        the("since", "date", "From when it is in force."),
        the("until", "date", "Until when."),
        the("withdrawn_on", "date", "When it was withdrawn."),
        the("withdrawn_because", about="Why.", typed=True),
    ),
)


def _published(reading: Reading) -> Iterator[Row]:
    found = Version.objects.filter(programme=reading.id).exclude(shown={}).order_by("id")
    for row in found.iterator():
        yield [
            row.id, row.notice, row.language, row.shown["title"], row.shown["text"],
            row.shown["question"] or None, row.published_on, row.unchecked,
        ]  # fmt: skip


def _published_count(reading: Reading) -> int:
    return Version.objects.filter(programme=reading.id).exclude(shown={}).count()


TEXTS: Final = Table(
    name="notice_texts",
    title=_("Texts of notices"),
    about="Each notice in each language in which it is published.",
    rows=_published,
    count=_published_count,
    day="published_on",
    fields=(
        key("The notice and the language, with a dot between."),
        the("notice", to="notices", needed=True, about="Of which notice."),
        the("language", about="In which language."),
        the("title", about="Its heading.", typed=True),
        the("text", about="What it says.", typed=True),
        the("question", about="What it asks.", typed=True),
        the("published_on", "date", "When it was published."),
        the("unchecked", "boolean", "Whether a machine made it and nobody has checked it."),
    ),
)

SEEN: Final = (DEBRIEFS, RECOMMENDATIONS, HANDOVERS, LINES, NOTES, NOTICES, TEXTS)
