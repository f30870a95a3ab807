"""What voices leave open: to look at or listen to, to give to a post, to answer, to keep a promise, to close.

And what residents say is not there, or not as a notice claims: somebody goes and sees.
"""

from collections.abc import Iterator
from datetime import date

from django.db.models import F, Max, Q

from cairn.assets.facts import AssetInspected
from cairn.assets.models import Asset
from cairn.journal.fact import Fact
from cairn.notices.models import Notice
from cairn.voice.clocks import working_days_after
from cairn.voice.facts import (
    ANSWERED,
    DISPUTED,
    OPEN,
    RECEIVED,
    ROUTED,
    SCREENED,
    ClaimLookedInto,
    DisputeAnswered,
    Outcome,
    VoiceAnswered,
    VoiceClosed,
    VoiceRedacted,
    VoiceRedirected,
    VoiceRouted,
    VoiceScreened,
)
from cairn.voice.models import ClaimSaid, ThingSaid, Voice
from cairn.voice.queries import clocks
from cairn.worklist.clocks import DAYS
from cairn.worklist.commitment import THE_PROGRAMME, Among, Owed, Thing, Way, after
from cairn.works.facts import ProgressInspected
from cairn.works.models import ProgressInspection, Project


def owed(programme: str, today: date, among: Among) -> Iterator[Owed]:
    """Everything that voices leave open. Each is owed to the village that it came from."""
    del today
    days = clocks(programme)
    lasting = Voice.objects.filter(programme=programme, state__in=OPEN)
    for row in among.within(lasting, "voice"):
        since = _last_day(row)
        if row.spoken:
            yield _about(row, "voice-listen", since, row.screen_by, VoiceRedacted)
        elif row.state == RECEIVED:
            ways = (VoiceScreened, VoiceRedacted)
            yield _about(row, "voice-screen", since, row.screen_by, *ways)
        elif row.state == SCREENED:
            due = min(working_days_after(since, days.screen_days), max(row.answer_by, since))
            yield _about(row, "voice-route", since, due, VoiceRouted, VoiceRedacted)
        elif row.state == ROUTED:
            due = row.answer_by
            yield _about(row, "voice-answer", since, due, VoiceAnswered, VoiceRedirected)
        elif row.state == DISPUTED:
            due = working_days_after(since, days.answer_days)
            yield _about(row, "voice-dispute", since, due, DisputeAnswered)
        elif row.state == ANSWERED:
            yield _after_its_answer(row, since)
    yield from _to_look_at(programme, among)
    yield from _to_look_into(programme, among)


def _to_look_at(programme: str, among: Among) -> Iterator[Owed]:
    """What somebody said is not there, until somebody went and saw since.

    Of a project that is completed, the assets that it left are looked at: its work is no longer
    inspected. Where it left none there is nothing to go to, and the count alone stands.
    """
    rows = ThingSaid.objects.filter(programme=programme, missed_on__isnull=False)
    on = {row.id: row.missed_on for row in rows if row.missed_on}
    projects = [id_.removeprefix("project/") for id_ in on if id_.startswith("project/")]
    assets = [id_.removeprefix("asset/") for id_ in on if id_.startswith("asset/")]
    missed = Q(id__in=assets) | Q(project__in=projects)
    in_use = Asset.objects.filter(missed, programme=programme, out_on=None)
    for asset in among.within(in_use, "asset"):
        said = (on.get(f"asset/{asset.id}"), on.get(f"project/{asset.project}"))
        since = max(day for day in said if day)
        if asset.seen_on is None or asset.seen_on < since:
            yield _look(("asset", asset.id), asset.place, since, AssetInspected)
    seen = ProgressInspection.objects.filter(programme=programme, project__in=projects)
    last = dict(seen.values_list("project").annotate(last=Max("inspected_on")))
    going = Project.objects.filter(programme=programme, completed_on=None, cancelled_on=None)
    for project in among.within(going.filter(id__in=projects), "project"):
        since = on[f"project/{project.id}"]
        if project.id not in last or last[project.id] < since:
            yield _look(("project", project.id), project.place, since, ProgressInspected)


def _to_look_into(programme: str, among: Among) -> Iterator[Owed]:
    """What a notice claims and somebody said is not so, until a post said since what it found.

    Also once the notice is over: what was said of the money is still to be answered. Not of one that
    was withdrawn: it claims nothing any more.
    """
    doubted = ClaimSaid.objects.filter(programme=programme, not_so_on__isnull=False)
    unseen = doubted.filter(Q(looked_on=None) | Q(looked_on__lt=F("not_so_on")))
    on = {row.id: row.not_so_on for row in among.within(unseen, "notice") if row.not_so_on}
    standing = Notice.objects.filter(programme=programme, withdrawn_on=None, id__in=on)
    for notice in standing:
        yield Owed(
            sort="claim",
            key=notice.id,
            of=("notice", notice.id),
            to=("place", notice.place) if notice.place else THE_PROGRAMME,
            since=on[notice.id],
            due=after(on[notice.id], DAYS["claim"]),
            ways=(Way(ClaimLookedInto.kind, {"notice": notice.id}),),
        )


def _look(thing: Thing, place: str, since: date, kind: type[Fact]) -> Owed:
    return Owed(
        sort="look",
        key="/".join(thing),
        of=thing,
        to=("place", place),
        since=since,
        due=after(since, DAYS["look"]),
        ways=(Way(kind.kind, {thing[0]: thing[1]}),),
    )


def _after_its_answer(row: Voice, since: date) -> Owed:
    """A promise is owed by its day; any other answer is closed once its sender had time to read it."""
    if row.outcome == Outcome.WILL_BE_DONE and row.promised_by:
        return _about(row, "voice-promise", since, row.promised_by, VoiceAnswered)
    due = after(since, DAYS["voice-close"])
    return _about(row, "voice-close", since, due, VoiceClosed, VoiceAnswered)


def _about(row: Voice, sort: str, since: date, due: date, *kinds: type[Fact]) -> Owed:
    return Owed(
        sort=sort,
        key=row.id,
        of=("voice", row.id),
        to=("place", row.place),
        since=since,
        due=due,
        ways=tuple(Way(kind.kind, {"voice": row.id}) for kind in kinds),
    )


def _last_day(row: Voice) -> date:
    """The day of its last step."""
    return date.fromisoformat(row.history[-1][1]) if row.history else row.received_on
