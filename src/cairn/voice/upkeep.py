"""What time does to voices: the day's batch goes into the journal, and what was said is erased.

Done by the worker beside the pages, and by `cairn voices`; doing it twice does it once.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from random import SystemRandom
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from cairn.journal import files, leftovers, spread
from cairn.journal.columns import in_chunks
from cairn.journal.entry import Draft, Refused
from cairn.journal.facts import PartShredded
from cairn.journal.heads import lock
from cairn.journal.journal import Journal
from cairn.journal.past import Past
from cairn.journal.readonly import why_read_only
from cairn.journal.shredding import let_go_of_files
from cairn.voice.clocks import DEFAULT, LONGEST, UNHEARD, blank_goes_on, is_of_blanks
from cairn.voice.facts import BlankReceived
from cairn.voice.models import Category, Clocks, Slip, Voice, VoiceText, Waiting
from cairn.voice.projections import THE_CLOCKS
from cairn.voice.waiting import Chance, overwrite_what_is_deleted, random_id

BY = "cairn"
"""What stands in place of a post where none acts."""

MULTIPLE = 5
"""A day's batch is padded to a multiple of it."""

ALONG = 2
"""So many blanks are erased with each text whose voice was closed, as long as there are any."""

REASON = "What was said is kept no longer than its time."
"""The same for every text, so that none is told from another."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was done for a programme: entries appended, blanks among them, texts erased, recordings deleted."""

    programme: str
    appended: int
    erased: int
    silenced: int = 0


def work_once(journal: Journal, *, now: datetime, chance: Chance | None = None) -> list[Done]:
    """Do whatever is due in each programme that takes facts."""
    drawn = chance or SystemRandom()
    found = []
    for programme, today in _days(journal, now):
        if why_read_only(programme):
            continue
        appended = release(journal, programme, today=today, now=now, chance=drawn)
        silenced = silence(programme)
        erased = erase(journal, programme, today=today, now=now, chance=drawn)
        if appended or erased or silenced:
            found.append(Done(programme, appended, erased, silenced))
    for group in spread.groups_that_answer():
        _forget_codes(group, now.astimezone(UTC).date())
    return found


def _days(journal: Journal, now: datetime) -> Iterator[tuple[str, date]]:
    """Every programme with something to do, and which day it is there."""
    for group in spread.groups_that_answer():
        texts = VoiceText.objects.using(group).filter(erased=False)
        tables: tuple[QuerySet[Any], ...] = (Waiting.objects.using(group), texts, _asked(group))
        there = {key for table in tables for key in table.values_list("programme", flat=True)}
        for row in journal.tables["programme"].objects.using(group).filter(programme__in=there):
            if Past.parse(row.programme) or spread.group_of(row.programme) != group:
                continue
            zone = ZoneInfo(str(getattr(row, "timezone", "UTC")))
            yield row.programme, now.astimezone(zone).date()


def release(journal: Journal, programme: str, *, today: date, now: datetime, chance: Chance) -> int:
    """Append what waits of the days that are over, shuffled and padded. How many entries came.

    On some days without a voice, which nobody outside can tell, a batch of blanks alone: else each batch
    would say that there was one. What the journal refuses now, as of a voice that was closed again, goes with the rest: unsaid.
    """
    with spread.atomic(programme):
        held = list(
            Waiting.objects.select_for_update().filter(programme=programme, said_on__lt=today)
        )
        yesterday = today - timedelta(1)
        blanks_alone = _is_of_blanks(programme, yesterday)
        if not held and not blanks_alone:
            return 0
        chance.shuffle(held)
        _keep_sounds(programme, [bytes(one.sound) for one in held if one.sound])
        drafts = [_draft(journal, one) for one in held]
        unsaid = _refused(journal, programme, drafts, now=now)
        drafts = [one for one in drafts if one.id not in unsaid]
        blanks = -len(drafts) % MULTIPLE if drafts else MULTIPLE * blanks_alone
        for _blank in range(blanks):
            place = chance.getrandbits(16) % (len(drafts) + 1)
            days = [draft.happened_on for draft in drafts] or [yesterday]
            said_on = days[chance.getrandbits(16) % len(days)]
            drafts.insert(place, Draft(random_id(chance), said_on, BY, BlankReceived(text="-")))
        journal.append_batch(programme, drafts, now=now)
        slips = [
            Slip(digest=one.slip, key=one.key) for one in held if one.slip and one.key not in unsaid
        ]
        Slip.objects.beside(programme).bulk_create(sorted(slips, key=lambda slip: slip.digest))
        overwrite_what_is_deleted(spread.group_of(programme))
        Waiting.objects.beside(programme).filter(pk__in=[one.pk for one in held]).delete()
        spread.on_commit(programme, partial(_bury, programme))
        spread.on_commit(programme, partial(after_releasing, programme))
    return len(drafts)


def _refused(
    journal: Journal, programme: str, drafts: Sequence[Draft], *, now: datetime
) -> set[UUID]:
    """The ids of those that the journal would not take: found by appending all, and taking that back.

    They go before the batch is padded. Else one whose size is no multiple of five would say how many
    were sent about what was withdrawn, or said twice, that day.
    """
    with spread.atomic(programme):
        verdicts = journal.append_batch(programme, drafts, now=now)
        spread.roll_back(programme)
    return {one.id for one in verdicts if isinstance(one, Refused)}


def _asked(group: str) -> QuerySet[Category]:
    """What residents of a group's programmes may speak about now, and is kept."""
    return Category.objects.using(group).filter(withdrawn_on=None, door={})


def _is_of_blanks(programme: str, day: date) -> bool:
    """Whether a batch of blanks alone is due for a day on which nothing was said; once."""
    if not is_of_blanks(day, programme, secret=settings.SECRET_KEY):
        return False
    if VoiceText.objects.filter(programme=programme, received_on=day).exists():
        return False
    return _asked(spread.group_of(programme)).filter(programme=programme).exists()


def _draft(journal: Journal, waiting: Waiting) -> Draft:
    said = json.loads(bytes(waiting.said))
    fact = journal.fact(said["kind"], json.dumps(said["fact"]).encode())
    return Draft(waiting.key, waiting.said_on, BY, fact)


def _keep_sounds(programme: str, sounds: Sequence[bytes]) -> None:
    """Keep recordings as files, in the order of the shuffle; each doomed until its entry is durable.

    Should this break off, the next start deletes them, and the next batch brings them anew.
    """
    if sounds:
        lock(programme)  # else somebody could bury them before their entries name them
        files.doom(programme, {sha256(sound).hexdigest() for sound in sounds})
    for sound in sounds:
        files.keep_as_it_is(programme, sound)


def _bury(programme: str) -> None:
    """Recordings that came on record are doomed no more; those that did not are deleted."""
    with spread.atomic(programme):
        lock(programme)
        files.bury(programme)


def after_releasing(programme: str) -> None:
    """Let the database's own copies of what waited go, and with them the order in which it came."""
    leftovers.let_go(programme)


# Erasing


def silence(programme: str) -> int:
    """Delete every recording that was written down. How many were.

    The fact that erases it comes in the night after, among those of blanks (see `due`): at once it would tell
    everybody that this entry was a voice, and spoken.
    """
    written = VoiceText.objects.filter(
        programme=programme, spoken=True, replaced=True, erased=False
    )
    ids = [UUID(id_) for id_ in written.values_list("id", flat=True)]
    return let_go_of_files(programme, ids, "text") if ids else 0


def erase(journal: Journal, programme: str, *, today: date, now: datetime, chance: Chance) -> int:
    """Erase every text whose time is over. How many were."""
    texts = list(due(programme, today, chance))
    chance.shuffle(texts)  # type: ignore[arg-type]  # a list of any
    drafts = [
        Draft(random_id(chance), today, BY, PartShredded(entry=one, field="text", reason=REASON))
        for one in texts
    ]
    if not drafts:
        return 0
    verdicts = journal.append_batch(programme, drafts, now=now)
    return sum(not isinstance(one, Refused) for one in verdicts)


def due(programme: str, today: date, chance: Chance) -> Iterator[str]:
    """The entries whose text is to be erased by today.

    When a voice was closed everybody sees, and so when its text goes. With each such text some
    blanks go that came before it was closed: else a single erasure would tell on which day it came.
    """
    rows = VoiceText.objects.filter(programme=programme, erased=False)
    clocks = Clocks.objects.filter(programme=programme, id=THE_CLOCKS).first() or DEFAULT
    closed_by = today - timedelta(clocks.keep_days)
    over = Voice.objects.filter(programme=programme, closed_on__lte=closed_by)
    long_ago = today - timedelta(LONGEST)
    is_due = Q(received_on__lte=long_ago) | Q(voice__in=over.values("id"))
    is_due |= Q(spoken=False, replaced=True)
    is_due |= Q(spoken=True, replaced=True, voice__in=_written_down(programme, before=today))
    is_due |= Q(spoken=True, received_on__lte=today - timedelta(UNHEARD))
    texts = list(rows.exclude(voice="").filter(is_due).values_list("id", flat=True))
    yield from texts
    early = []
    for id_, received_on in rows.filter(voice="").values_list("id", "received_on"):
        goes_on = blank_goes_on(received_on, id_, secret=settings.SECRET_KEY)
        if goes_on and goes_on <= today:
            yield id_
        elif goes_on and received_on <= closed_by:
            early.append(id_)
    chance.shuffle(early)  # type: ignore[arg-type]  # likewise
    yield from early[: ALONG * len(texts)]


def _written_down(programme: str, *, before: date) -> "QuerySet[Voice, str]":
    """The voices whose words are of an earlier day."""
    words = VoiceText.objects.filter(programme=programme, received_on__lt=before)
    rows = Voice.objects.filter(programme=programme, text__in=words.values("id"))
    return rows.values_list("id", flat=True)


def _forget_codes(group: str, today: date) -> None:
    """The code of a voice whose text is gone opens nothing any more.

    But of a recording that nobody listened to in time: its sender is to read what posts say to that.
    """
    slips = Slip.objects.using(group)
    for chunk in in_chunks([str(key) for key in slips.values_list("key", flat=True)]):
        texts = Voice.objects.using(group).filter(id__in=list(chunk)).values_list("text", "id")
        voices = dict(texts)
        gone = VoiceText.objects.using(group).filter(id__in=list(voices), erased=True)
        gone = gone.exclude(spoken=True, received_on__gt=today - timedelta(LONGEST))
        ids = [UUID(voices[text]) for text in gone.values_list("id", flat=True)]
        if ids:
            with transaction.atomic(using=group):
                overwrite_what_is_deleted(group)
                slips.filter(key__in=ids).delete()
