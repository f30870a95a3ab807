"""The notices on the board here or to come, and the languages in which they are missing."""

from collections import defaultdict

from cairn.following.answers import Named
from cairn.following.queries.notices import concerns
from cairn.notices.models import Notice, Version
from cairn.pack.ground import Ground
from cairn.pack.values import NoticeLine


def notices(ground: Ground) -> tuple[NoticeLine, ...]:
    """Each that concerns a place here, the one that ends first at the top."""
    lasting = Notice.objects.filter(
        programme=ground.programme, withdrawn_on=None, until__gte=ground.day
    )
    rows = [
        row
        for row in lasting.order_by("until", "id")
        if concerns(row, ground.place.id, ground.reading)
    ]
    versions: dict[str, dict[str, Version]] = defaultdict(dict)
    found = Version.objects.filter(programme=ground.programme, notice__in=[row.id for row in rows])
    for version in found:
        versions[version.notice][version.language] = version
    return tuple(_line(ground, row, versions[row.id]) for row in rows)


def _line(ground: Ground, row: Notice, versions: dict[str, Version]) -> NoticeLine:
    wanted = [row.language, *(one for one in row.languages if one != row.language)]
    shown = [one for one in wanted if one in versions and versions[one].shown]
    stands = [one for one in shown if not versions[one].shown_stale]
    return NoticeLine(
        notice=Named(row.id, row.name),
        topic=row.topic,
        places=tuple(ground.reading.place(one) for one in row.places),
        since=row.since,
        until=row.until,
        languages=tuple(shown),
        missing=tuple(one for one in wanted if one not in stands),
        unheard=tuple(one for one in shown if row.aloud and not _is_heard(versions[one])),
        own=set(row.places) <= set(ground.places),
    )


def _is_heard(version: Version) -> bool:
    """Whether it was recorded as it is published; whether the sound was erased since, no pack says."""
    return bool(version.recording) and version.reads == version.shown.get("fact")
