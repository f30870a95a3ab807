"""A small programme as it goes on day by day: voices, confirmations, disputes, and what posts do about them.

Drawn by chance; every voice goes through the waiting room and the batch, every step is a fact.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from cairn.assets.facts import AssetHandedOver
from cairn.catalog import journal
from cairn.notices.facts import About, InLanguage, NoticeWritten, VersionPublished
from cairn.programme.facts import PostOpened, PostRole
from cairn.values import Text
from cairn.voice import upkeep, waiting
from cairn.voice.facts import (
    CategoryOffered,
    ClaimConfirmed,
    Claimed,
    ClocksSet,
    DisputeAnswered,
    Outcome,
    QuestionAnswered,
    ThingConfirmed,
    VoiceAnswered,
    VoiceClosed,
    VoiceDisputed,
    VoiceReceived,
    VoiceRouted,
    VoiceScreened,
    Works,
)
from cairn.voice.models import Voice
from cast import OPENED, Pen, assemble, named

CATEGORIES = ("water", "road", "school")
VILLAGES = ("qarasu", "石桥村")
THINGS = ("assets/pump", "projects/qarasu-well")
NOTICES = ("notices/wells",)
CHOICES = ("At the school", "At the mill")
COMMITTEE = PostOpened(
    post="committee",
    name=named("committee"),
    role=PostRole.COMMITTEE,
    place="qarasu",
    organisation="qarasu-committee",
)


@dataclass
class Small:
    """One such programme. `busy` is how many voices a day has at most; posts act with `eager`'s chance."""

    chance: Random
    villages: int = 2
    categories: int = 3
    busy: int = 4
    eager: float = 0.5
    days_apart: int = 1
    programme: str = "small"
    told: int = 0
    pen: Pen = field(init=False)

    def __post_init__(self):
        pen = self.pen = Pen.opened(self.programme)
        assemble(pen)
        pen.record(COMMITTEE)
        self.places = VILLAGES[: self.villages]
        self.offered = CATEGORIES[: self.categories]
        for category in self.offered:
            pen.record(CategoryOffered(category=category, name=named(category)))
        pen.record(ClocksSet(screen_days=1, answer_days=2, keep_days=90))
        keeper = "qarasu-committee"
        pump = AssetHandedOver(asset="pump", name=named("Pump"), place="qarasu", keeper=keeper)
        pen.record(pump)
        wells = NoticeWritten(
            notice="wells",
            about=About.MONEY,
            places=("qarasu",),
            language=InLanguage.EN,
            title="Which well?",
            text="The money has come.",
            since=OPENED,
            until=date(2026, 12, 31),
            languages=(),
            question="Which is to come first?",
            choices="\n".join(CHOICES),
        )
        pen.record(wells)
        pen.record(VersionPublished(version="wells.en"))

    @property
    def now(self):
        return self.pen.now

    @property
    def today(self):
        return self.pen.today

    def go_on(self) -> None:
        """A day on which residents speak; the days after; the morning's batch; what posts do."""
        self._residents()
        for _day in range(1 + self.chance.randrange(self.days_apart)):
            self.pen.now += timedelta(days=1)
            upkeep.work_once(journal, now=self.now, chance=self.chance)
        self._posts()

    def _residents(self) -> None:
        for place in self.places:
            for _voice in range(self.chance.randint(0, self.busy)):
                self.told += 1
                category = self.chance.choice(self.offered)
                said = VoiceReceived(place=place, category=category, text=f"voice {self.told}")
                self._keep(said, place)
        for voice in self._voices("answered", "closed"):
            if self.chance.random() < 0.15:
                self._keep(VoiceDisputed(voice=voice.id), voice.id)
        for about in ("asset/pump", "project/qarasu-well"):
            if self.chance.random() < 0.6:
                thing, _, id_ = about.partition("/")
                works = self.chance.choice(tuple(Works))
                self._keep(ThingConfirmed(works=works, **{thing: id_}), about)
        for _answer in range(self.chance.randint(0, 2)):
            number = self.chance.randint(1, len(CHOICES))
            self._keep(QuestionAnswered(notice="wells", number=number), "notice/wells")
        for claimed in Claimed:
            if self.chance.random() < 0.4:
                about = f"notice/wells/{claimed}"
                self._keep(ClaimConfirmed(notice="wells", claimed=claimed), about)

    def _keep(self, fact, about: str) -> None:
        waiting.keep(
            fact,
            programme=self.programme,
            about=about,
            on=self.today,
            slip="",
            chance=self.chance,
        )

    def _voices(self, *states: str) -> list[Voice]:
        rows = Voice.objects.filter(programme=self.programme, state__in=states)
        return list(rows.order_by("id"))

    def _posts(self) -> None:
        """Each step in a batch of its own, so that what one leads to is there for the next."""
        for states, step in (
            (("received",), self._screen),
            (("screened",), self._route),
            (("routed",), self._answer),
            (("disputed",), self._answer_anew),
            (("answered",), self._close),
        ):
            facts = [
                step(voice) for voice in self._voices(*states) if self.chance.random() < self.eager
            ]
            if facts:
                self.pen.batch(*(self.pen.draft(fact, on=self.today) for fact in facts))

    def _screen(self, voice: Voice):
        return VoiceScreened(voice=voice.id)

    def _route(self, voice: Voice):
        return VoiceRouted(voice=voice.id, asked="committee")

    def _answer(self, voice: Voice):
        return self._answered(VoiceAnswered, voice)

    def _answer_anew(self, voice: Voice):
        return self._answered(DisputeAnswered, voice)

    def _answered(self, kind, voice: Voice):
        self.told += 1
        outcome = self.chance.choice((Outcome.DONE, Outcome.DONE, Outcome.CANNOT))
        return kind(voice=voice.id, outcome=outcome, answer=Text(en=f"answer {self.told}"))

    def _close(self, voice: Voice):
        return VoiceClosed(voice=voice.id)
