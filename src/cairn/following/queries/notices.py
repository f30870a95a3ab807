"""Notices: what is published for residents, where, until when, in which languages."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from cairn.following.answers import Named, Page
from cairn.following.notices import Heard, NoticeFollowed, NoticeRow, Text, VersionRow
from cairn.following.queries.reading import Reading, page, read
from cairn.journal.columns import in_chunks
from cairn.journal.files import kept
from cairn.journal.past import programme_of
from cairn.journal.sealing import answers_of
from cairn.notices.models import Notice, Version
from cairn.values import LANGUAGES, UnknownThingError

MOST_ON_BOARD = 60
"""Notices on one board: more is no board."""


def notices(
    *,
    programme: str,
    today: date,
    place: str | None = None,
    topic: str | None = None,
    state: str | None = None,
    language: str | None = None,
    start: int = 0,
    size: int | None = 50,
) -> tuple[tuple[NoticeRow, ...], Page]:
    """Notices, the newest first. `place` takes those of what it lies in and of all within it."""
    reading = read(programme)
    found = Notice.objects.filter(programme=programme).order_by("-since", "id")
    if topic:
        found = found.filter(topic=topic)
    rows = [row for row in found if not place or concerns(row, place, reading)]
    versions = _versions(programme, [row.id for row in rows])
    sounds = _sounds(reading, versions)
    every = [_row(row, versions[row.id], sounds, reading, today) for row in rows]
    if state:
        every = [row for row in every if row.state == state]
    if language:
        every = [row for row in every if language in row.languages]
    stretch = every[start : None if size is None else start + size]
    return tuple(stretch), page(start, size or len(every), len(every))


def board(*, programme: str, place: str, today: date) -> tuple[NoticeFollowed, ...]:
    """The notices in force at a place, the newest first: for it, what it lies in, and all within it."""
    reading = read(programme)
    if place not in reading.places:
        raise UnknownThingError(f"There is no place ‘{place}’ in this programme.")
    found = Notice.objects.filter(
        programme=programme, since__lte=today, until__gte=today, withdrawn_on=None
    )
    rows = [row for row in found.order_by("-since", "id") if concerns(row, place, reading)]
    versions = _versions(programme, [row.id for row in rows])
    shown = [row for row in rows if any(one.shown for one in versions[row.id])]
    return tuple(_followed(reading, shown[:MOST_ON_BOARD], versions, today))


def follow_notice(*, programme: str, notice: str, today: date) -> NoticeFollowed:
    """One notice. Raises UnknownThingError."""
    reading = read(programme)
    row = Notice.objects.filter(programme=programme, id=notice).first()
    if row is None:
        raise UnknownThingError(f"There is no notice ‘{notice}’ in this programme.")
    return _followed(reading, [row], _versions(programme, [row.id]), today)[0]


def concerns(row: Notice, place: str, reading: Reading) -> bool:
    """Whether a notice is for a place: for itself, what it lies in, or something within it."""
    path = reading.places[place].path if place in reading.places else ""
    paths = [reading.places[one].path for one in row.places if one in reading.places]
    return bool(path) and any(path.startswith(one) or one.startswith(path) for one in paths)


def _versions(programme: str, notices: Collection[str]) -> dict[str, list[Version]]:
    """The versions of these notices, in the order of languages."""
    found: dict[str, list[Version]] = defaultdict(list)
    for chunk in in_chunks(sorted(notices)):
        for row in Version.objects.filter(programme=programme, notice__in=chunk):
            found[row.notice].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: LANGUAGES.index(row.language))
    return found


Sounds = Mapping[str, Heard]
"""What can be heard, by the id of the version: its recording is of what is published, and is here."""


def _sounds(reading: Reading, versions: Mapping[str, Sequence[Version]]) -> Sounds:
    """An answer that was shredded took its file along."""
    programme = programme_of(reading.id)
    read = [one for rows in versions.values() for one in rows if _is_read(one)]
    answers = answers_of(programme, [one.recording for one in read])
    found = {}
    for one in read:
        file = answers.get(one.recording, {}).get("sha256", "")
        here = kept(programme, file)
        if here and here.is_recording:
            found[one.id] = Heard(file, here.path.suffix, here.size)
    return found


def _row(
    row: Notice, versions: Sequence[Version], sounds: Sounds, reading: Reading, today: date
) -> NoticeRow:
    shown = [one for one in versions if one.shown]
    shown.sort(key=lambda one: one.language != row.language)
    return NoticeRow(
        notice=Named(row.id, row.name),
        topic=row.topic,
        places=tuple(reading.place(one) for one in row.places),
        since=row.since,
        until=row.until,
        state=_state(row, today, shown=bool(shown)),
        languages=tuple(one.language for one in shown),
        heard=tuple(one.language for one in shown if one.id in sounds),
        asks=any(one.texts["question"] for one in versions),
    )


def _state(row: Notice, today: date, *, shown: bool) -> str:
    if row.withdrawn_on:
        return "withdrawn"
    if not shown:
        return "unpublished"
    if today < row.since:
        return "to-come"
    return "in-force" if today <= row.until else "over"


def _is_read(version: Version) -> bool:
    """Whether its recording is of the text that is published."""
    return bool(version.recording) and version.reads == version.shown.get("fact")


def _followed(
    reading: Reading, rows: Sequence[Notice], versions: dict[str, list[Version]], today: date
) -> list[NoticeFollowed]:
    sounds = _sounds(reading, versions)
    found = []
    for row in rows:
        shown = [one for one in versions[row.id] if one.shown]
        shown.sort(key=lambda one: one.language != row.language)
        found.append(
            NoticeFollowed(
                row=_row(row, versions[row.id], sounds, reading, today),
                language=row.language,
                texts=tuple(_text(one, row, sounds.get(one.id)) for one in shown),
                versions=tuple(_version_rows(row, versions[row.id], sounds)),
                written_on=row.written_on,
                changed_on=row.changed_on,
                withdrawn_on=row.withdrawn_on,
                withdrawn_because=row.withdrawn_because,
            )
        )
    return found


def _text(version: Version, notice: Notice, heard: Heard | None) -> Text:
    said = version.shown
    return Text(
        language=version.language,
        title=said["title"],
        text=said["text"],
        question=said["question"],
        choices=tuple(said["choices"]),
        is_source=version.language == notice.language,
        unchecked=version.unchecked,
        stale=version.shown_stale,
        published_on=version.published_on or notice.written_on,
        heard=heard,
    )


def _version_rows(row: Notice, versions: Sequence[Version], sounds: Sounds) -> list[VersionRow]:
    """Each version that there is, and each that is wanted and missing: in the order of languages."""
    there = {one.language: one for one in versions}
    wanted = [one for one in LANGUAGES if one in there or one in row.languages]
    wanted.sort(key=lambda one: one != row.language)
    return [_version_row(there[one], sounds) if one in there else _missing(one) for one in wanted]


def _version_row(version: Version, sounds: Sounds) -> VersionRow:
    return VersionRow(
        language=version.language,
        state=version.state,
        made_by=version.texts["made_by"] or "source",
        stale=version.stale,
        shown=bool(version.shown),
        unchecked=version.unchecked,
        drafted_on=version.drafted_on,
        checked_on=version.checked_on,
        published_on=version.published_on,
        heard=version.id in sounds,
    )


def _missing(language: str) -> VersionRow:
    return VersionRow(
        language=language,
        state="missing",
        made_by="",
        stale=False,
        shown=False,
        unchecked=False,
        drafted_on=None,
        checked_on=None,
        published_on=None,
        heard=False,
    )
