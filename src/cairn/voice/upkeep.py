"""What time does to voices: the day's batch goes into the journal, and what was said is erased.

Done by the worker beside the pages, and by `cairn voices`; doing it twice does it once.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import SystemRandom
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from cairn.journal.columns import in_chunks
from cairn.journal.entry import Draft, Refused
from cairn.journal.facts import PartShredded
from cairn.journal.journal import Journal
from cairn.journal.readonly import why_read_only
from cairn.journal.sealing import after_erasing
from cairn.voice.clocks import DEFAULT, LONGEST, blank_goes_on, is_of_blanks
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
    """What was done for a programme: entries appended, blanks among them, and texts erased."""

    programme: str
    appended: int
    erased: int


def work_once(journal: Journal, *, now: datetime, chance: Chance | None = None) -> list[Done]:
    """Do whatever is due in each programme that takes facts."""
    drawn = chance or SystemRandom()
    found = []
    for programme, today in _days(journal, now):
        if why_read_only(programme):
            continue
        appended = release(journal, programme, today=today, now=now, chance=drawn)
        erased = erase(journal, programme, today=today, now=now, chance=drawn)
        if appended or erased:
            found.append(Done(programme, appended, erased))
    _forget_codes()
    return found


def _days(journal: Journal, now: datetime) -> Iterator[tuple[str, date]]:
    """Every programme with something to do, and which day it is there."""
    waiting = set(Waiting.objects.values_list("programme", flat=True))
    texts = set(VoiceText.objects.filter(erased=False).values_list("programme", flat=True))
    asking = set(_asked().values_list("programme", flat=True))
    rows = journal.tables["programme"].objects.filter(programme__in=waiting | texts | asking)
    pasts = {past.key for past in journal.pasts()}
    for row in rows:
        if row.programme not in pasts:
            zone = ZoneInfo(str(getattr(row, "timezone", "UTC")))
            yield row.programme, now.astimezone(zone).date()


def release(journal: Journal, programme: str, *, today: date, now: datetime, chance: Chance) -> int:
    """Append what waits of the days that are over, shuffled and padded. How many entries came.

    On some days without a voice, which nobody outside can tell, a batch of blanks alone: else each batch
    would say that there was one. What the journal refuses now, as of a voice that was closed again, goes with the rest: unsaid.
    """
    with transaction.atomic():
        held = list(
            Waiting.objects.select_for_update().filter(programme=programme, said_on__lt=today)
        )
        yesterday = today - timedelta(1)
        if not held and not _is_of_blanks(programme, yesterday):
            return 0
        chance.shuffle(held)
        drafts = [_draft(journal, one) for one in held]
        for _blank in range(-len(drafts) % MULTIPLE if drafts else MULTIPLE):
            place = chance.getrandbits(16) % (len(drafts) + 1)
            days = [draft.happened_on for draft in drafts] or [yesterday]
            said_on = days[chance.getrandbits(16) % len(days)]
            drafts.insert(place, Draft(random_id(chance), said_on, BY, BlankReceived(text="-")))
        verdicts = journal.append_batch(programme, drafts, now=now)
        refused = {one.id for one in verdicts if isinstance(one, Refused)}
        slips = [
            Slip(digest=one.slip, key=one.key)
            for one in held
            if one.slip and one.key not in refused
        ]
        Slip.objects.bulk_create(sorted(slips, key=lambda slip: slip.digest))
        overwrite_what_is_deleted()
        Waiting.objects.filter(pk__in=[one.pk for one in held]).delete()
        transaction.on_commit(_after_releasing)
    return len(drafts) - len(refused)


def _asked() -> QuerySet[Category]:
    """What residents may speak about now, and is kept."""
    return Category.objects.filter(withdrawn_on=None, door={})


def _is_of_blanks(programme: str, day: date) -> bool:
    """Whether a batch of blanks alone is due for a day on which nothing was said; once."""
    if not is_of_blanks(day, programme, secret=settings.SECRET_KEY):
        return False
    if VoiceText.objects.filter(programme=programme, received_on=day).exists():
        return False
    return _asked().filter(programme=programme).exists()


def _draft(journal: Journal, waiting: Waiting) -> Draft:
    said = json.loads(bytes(waiting.said))
    fact = journal.fact(said["kind"], json.dumps(said["fact"]).encode())
    return Draft(waiting.key, waiting.said_on, BY, fact)


def _after_releasing() -> None:
    """Let the database's own copies of what waited go, and with them the order in which it came."""
    if connection.vendor == "sqlite":
        after_erasing()
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM voice_waiting")


# Erasing


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
    is_due = Q(replaced=True) | Q(received_on__lte=long_ago) | Q(voice__in=over.values("id"))
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


def _forget_codes() -> None:
    """The code of a voice whose text is gone opens nothing any more."""
    for chunk in in_chunks([str(key) for key in Slip.objects.values_list("key", flat=True)]):
        texts = Voice.objects.filter(id__in=list(chunk)).values_list("text", "id")
        voices = dict(texts)
        gone = VoiceText.objects.filter(id__in=list(voices), erased=True)
        ids = [UUID(voices[text]) for text in gone.values_list("id", flat=True)]
        if ids:
            with transaction.atomic():
                overwrite_what_is_deleted()
                Slip.objects.filter(key__in=ids).delete()
