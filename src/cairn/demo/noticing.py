"""Notices on the boards of the demo, over two years. They have a chance of their own: the rest is told alike."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Final

from cairn.demo.melody import file_of_melody
from cairn.demo.notice_texts import BEFORE, NOW, WELL, Said
from cairn.demo.places import COUNTIES, TOWNSHIPS, VILLAGES, County, Place, Village
from cairn.demo.world import World, post_of
from cairn.journal.fact import Fact
from cairn.notices.facts import (
    Aloud,
    InLanguage,
    MadeBy,
    NoticeRewritten,
    NoticeWithdrawn,
    NoticeWritten,
    VersionChecked,
    VersionDrafted,
    VersionPublished,
    VersionRecorded,
)

SOURCE: Final = InLanguage.ZH_HANS
HEARD: Final = "bridge-money"
AHEAD: Final = 12
"""Days before its first on which a notice is written: books are written up twice a week."""

Step = tuple[int, Fact, str]
"""So many days after it was written, what is told, by which post."""


def plan_notices(world: World) -> None:
    """Let offices say what is to be said. Nothing of it is money."""
    for said in (*BEFORE, *NOW, WELL):
        steps = list(_steps(said))
        if said is WELL:
            steps.append((40, _other_hours(), post_of(_around(said))))
        if said.id == "sheep-day":
            steps.append((14, _withdrawn(said), post_of(_around(said))))
        chance = Random(said.id)  # noqa: S311 - a story that must come out the same
        for days, fact, post in steps:
            day = said.since - timedelta(AHEAD) + timedelta(days)
            world.at(day, partial(_tell, world, fact, post, chance))


def _steps(said: Said) -> Iterator[Step]:
    """Written, published, put into other languages, checked by those above, published, read aloud."""
    own, above = post_of(_around(said)), _checker(_around(said))
    yield 0, _written(said), own
    yield 1, VersionPublished(version=_version(said, SOURCE)), own
    for nth, language in enumerate(InLanguage(code) for code in said.texts if code != SOURCE):
        by_machine, unchecked = language in said.machine, language in said.unchecked
        yield nth, _drafted(said, language, by_machine=by_machine), own
        if not unchecked:
            yield 4 + nth, VersionChecked(version=_version(said, language)), above
        if by_machine or not unchecked:
            yield 5 + nth, VersionPublished(version=_version(said, language)), own
        if said.id == HEARD:
            yield 9, _heard(said, language), own
    if said.id == HEARD:
        yield 9, _heard(said, SOURCE), own


def _written(said: Said) -> NoticeWritten:
    title, text, *asks = said.texts[SOURCE]
    return NoticeWritten(
        notice=said.id,
        about=said.about,
        places=said.places,
        language=SOURCE,
        title=title,
        text=text,
        since=said.since,
        until=said.until,
        languages=tuple(one for one in InLanguage if one in _wanted(said)),
        aloud=Aloud.WANTED if said.id == HEARD else None,
        question=asks[0] if asks else None,
        choices=asks[1] if asks else None,
    )


def _wanted(said: Said) -> set[str]:
    """Those that there are; of what stands on the board now, every language."""
    every = {one.value for one in InLanguage} if said in NOW else set(said.texts)
    return every - {SOURCE.value}


def _drafted(said: Said, language: InLanguage, *, by_machine: bool) -> VersionDrafted:
    title, text, *asks = said.texts[language]
    return VersionDrafted(
        notice=said.id,
        language=language,
        made_by=MadeBy.MACHINE if by_machine else MadeBy.SPEAKER,
        title=title,
        text=text,
        question=asks[0] if asks else None,
        choices=asks[1] if asks else None,
    )


def _heard(said: Said, language: InLanguage) -> VersionRecorded:
    """A melody, where a speaker's recording stands elsewhere: no voice is pretended."""
    return VersionRecorded(version=_version(said, language), sha256=file_of_melody())


def _other_hours() -> NoticeRewritten:
    return NoticeRewritten(
        notice=WELL.id,
        title=WELL.texts[SOURCE][0],
        text="每天早上5点至11点供水。",
        reason="The pump was replaced by a stronger one · 已换大功率水泵",
    )


def _withdrawn(said: Said) -> NoticeWithdrawn:
    return NoticeWithdrawn(notice=said.id, reason="Put off until spring · 推迟到春季")


def _tell(world: World, fact: Fact, post: str, chance: Random, day: date) -> None:
    brings: list[tuple[str, str]] = []
    if isinstance(fact, NoticeWritten | VersionDrafted):
        brings.append(("version", f"{fact.notice}.{fact.language}"))
    world.diary.tell(fact, day, post, days_late=0, chance=chance, also_brings=brings)


def _version(said: Said, language: str) -> str:
    return f"{said.id}.{language}"


PLACES: Final[dict[str, Place]] = {
    **{village.id: village for village in VILLAGES},
    **{township.id: township for township in TOWNSHIPS},
    **{county.id: county for county in COUNTIES},
}


def _around(said: Said) -> Place:
    """Who writes it: the office of the place that it is for, or of the township around several."""
    first = PLACES[said.places[0]]
    if len(said.places) > 1 and isinstance(first, Village):
        return first.township
    return first


def _checker(place: Place) -> str:
    """Another post, one level above; of a county, the head of its office."""
    if isinstance(place, County):
        return f"county-office.{place.id}"
    return post_of(place.township if isinstance(place, Village) else place.county)
