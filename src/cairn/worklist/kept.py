"""Lists that a process keeps: brought up to the facts that were recorded since, not computed anew.

What a fact changes about what is owed hangs on the things that it names, so only what is open about
these is computed again. A test holds a list that was kept to one that was computed from nothing.
Another day, a fact about the programme itself (its posts, its places) or many facts at once: anew.
"""

import gc
import time
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from threading import Lock
from typing import Final
from uuid import UUID

from cairn.assets.models import Asset
from cairn.journal.batch import named
from cairn.journal.fact import Fact
from cairn.journal.facts import PartShredded
from cairn.journal.journal import Journal
from cairn.journal.models import Entry
from cairn.journal.projection import Recorded, Rows
from cairn.money.models import Evidence, Movement
from cairn.notices.models import Version
from cairn.notices.projections import notice_of
from cairn.programme.facts import OrganisationJoined, PlaceLocated
from cairn.trace.policy import Kind
from cairn.values import CairnError
from cairn.voice.models import Voice
from cairn.worklist.commitment import EVERYTHING, Among, Commitment, Thing
from cairn.worklist.compute import commitments
from cairn.worklist.holders import Holders
from cairn.worklist.whole import Worklist
from cairn.works.models import Milestone, Need

KEPT = 8
"""Programmes whose lists a process keeps; a list of three thousand takes about ten megabytes."""

MANY = 200
"""So many facts at once, and a short list is computed anew."""

A_PART = 20
"""A long one is computed anew after one fact for so many commitments: else, where people record all the while,
more facts would have come each time than it takes to be computed, and it would be again."""

MOST = 5_000
"""So many facts at once, and any list is."""

OF_EVERYTHING = (
    "programme.",
    "voice.clocks-set",
    "handover.pack-frozen",
    "handover.successor-named",
    "handover.handover-withdrawn",
    "handover.side-missing",
    "handover.outgoing-signed",
    "handover.incoming-signed",
    "handover.exception-settled",
    "handover.settlement-doubted",
)
"""Kinds after which a list is computed anew, by how they begin: they change what hangs on no thing, as whose turn it is."""

OF_NOTHING = {OrganisationJoined.kind, PlaceLocated.kind}
"""Those among them that change nothing of what is owed, nor by whom, and are recorded all year."""

PATIENCE_SECONDS: Final = 5.0
"""For so long after somebody began it others wait for a list: pages of other programmes need the threads, too."""

A_MOMENT: Final = 0.1
"""So long at least: whoever took the lock says in less since when."""

USUAL: Final = gc.get_threshold()
SELDOM: Final = 1_000_000
"""So many collections of what is middle-aged, and all there is would be looked through."""

Head = tuple[int, UUID]
"""The last entry that a list knows: its position and its id."""


class BeingPutTogetherError(CairnError):
    """Somebody's request is still making this list, and it is long. Try again in a moment."""


class KeptList:
    """The open commitments of one programme on one day."""

    def __init__(self, programme: str, journal: Journal, today: date) -> None:
        self.today = today
        self._programme, self._journal = programme, journal
        self._head: Head | None = None
        self._on: dict[Thing, list[Commitment]] = {}
        self._whole = Worklist()
        self._lock, self._begun = Lock(), 0.0

    def now(self) -> Worklist:
        """What is open as of the last entry. Raises BeingPutTogetherError."""
        with self._alone():
            since = self._since()
            if since is None:
                self._anew()
            else:
                self._catch_up(since)
            return self._whole

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One at a time. Who comes while one takes long is told so, and holds no thread for it."""
        while not self._lock.acquire(timeout=max(A_MOMENT, self._patience())):
            if self._patience() < 0:
                raise BeingPutTogetherError
        self._begun = time.monotonic()
        try:
            yield
        finally:
            self._lock.release()

    def _patience(self) -> float:
        """For how many seconds more others wait."""
        return self._begun + PATIENCE_SECONDS - time.monotonic()

    def _catch_up(self, since: Sequence[Recorded[Fact]]) -> None:
        """Take in these facts, some at a time: a statement names what they changed."""
        try:
            for first in range(0, len(since), MANY):
                self._again(_touched(self._programme, since[first : first + MANY]))
        except BaseException:
            self._head = None  # half of it: the next time anew
            raise

    def _since(self) -> Sequence[Recorded[Fact]] | None:
        """The facts that this list does not know yet; None where it must be computed anew."""
        if self._head is None:
            return None
        position, id_ = self._head
        many = min(max(MANY, len(self._whole) // A_PART), MOST)
        since = Entry.objects.filter(programme=self._programme, position__gte=position)
        found = list(since.order_by("position")[: many + 2])
        if not found or found[0].id != id_ or len(found) > many + 1:
            return None
        facts = [self._journal.read(entry) for entry in found[1:]]
        if any(_of_everything(said.fact) for said in facts):
            return None
        self._head = (found[-1].position, found[-1].id)
        return facts

    def _anew(self) -> None:
        last = Entry.objects.filter(programme=self._programme).order_by("-position")
        head = last.values_list("position", "id").first()
        self._head, self._on = None, {}  # an error on the way, and the next time anew
        rows = Rows(self._programme, self._journal.tables)
        with _seldom_collected():
            self._holders = Holders(self._journal, rows, self.today)
            self._whole = Worklist(self._take(EVERYTHING))
        self._head = head

    def _again(self, things: set[Thing]) -> None:
        gone = [one for thing in things for one in self._on.pop(thing, ())]
        self._whole = self._whole.changed(gone, self._take(Among(things)))

    def _take(self, among: Among) -> list[Commitment]:
        found = commitments(among, holders=self._holders, journal=self._journal, today=self.today)
        taken = []
        for thing, one in found:
            self._on.setdefault(thing, []).append(one)
            taken.append(one)
        return taken


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """What a list is made of stays: to look through it again and again for what does not is a quarter of making one.

    What pages leave behind meanwhile is young, and goes as ever.
    """
    gc.set_threshold(*USUAL[:2], SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*USUAL)


def _of_everything(fact: Fact) -> bool:
    return fact.kind.startswith(OF_EVERYTHING) and fact.kind not in OF_NOTHING


def _touched(programme: str, facts: Sequence[Recorded[Fact]]) -> set[Thing]:
    """The things whose commitments these facts may have changed."""
    found: dict[str, set[str]] = defaultdict(set)
    for said in facts:
        for called in ("movement", "request", "voice", "recommendation"):
            found[called].add(str(said.id))
        for _field, called, id_ in named(said.fact):
            found[called].add(id_)

    evidence = Evidence.objects.filter(programme=programme, id__in=found["evidence"])
    found["movement"] |= set(evidence.values_list("movement", flat=True))
    for row in Movement.objects.filter(programme=programme, id__in=found["movement"]):
        found["movement"] |= {row.of} - {""}
        found["project"] |= {row.target} if row.kind == Kind.SPEND else set()
    milestones = Milestone.objects.filter(programme=programme, id__in=found["milestone"])
    found["project"] |= set(milestones.values_list("project", flat=True))
    needs = Need.objects.filter(programme=programme, project__in=found["project"])
    found["need"] |= set(needs.values_list("id", flat=True))
    left = Asset.objects.filter(programme=programme, project__in=found["project"])
    found["asset"] |= set(left.values_list("id", flat=True))
    found["books"] |= found["organisation"]
    found["handover"] |= found["team"] | {line.partition("/")[0] for line in found["handover-line"]}
    erased = [said.fact.entry for said in facts if isinstance(said.fact, PartShredded)]
    read = Version.objects.filter(programme=programme, recording__in=erased)
    found["version"] |= set(read.values_list("id", flat=True))
    unheard = Voice.objects.filter(programme=programme, id__in=erased)
    found["voice"] |= set(unheard.values_list("id", flat=True))
    found["notice"] |= {notice_of(version) for version in found["version"]}
    return {(called, id_) for called, ids in found.items() for id_ in ids}


_lists: OrderedDict[str, KeptList] = OrderedDict()
_lists_lock = Lock()


def kept_list(programme: str, journal: Journal, today: date) -> KeptList:
    """The list that this process keeps of a programme: that of the day that was asked for last."""
    with _lists_lock:
        found = _lists.pop(programme, None)
        if found is None or found.today != today:
            found = KeptList(programme, journal, today)
        _lists[programme] = found
        while len(_lists) > KEPT:
            _lists.popitem(last=False)
        return found
