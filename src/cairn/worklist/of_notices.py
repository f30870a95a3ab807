"""What notices leave open: versions to draft, to check, to publish, and to be read aloud.

Of a notice that is over or was withdrawn nothing is owed any more.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from cairn.journal.sealing import answers_of
from cairn.notices.facts import (
    CHECKED,
    DRAFTED,
    WRITTEN,
    VersionChecked,
    VersionDrafted,
    VersionPublished,
    VersionRecorded,
)
from cairn.notices.models import Notice, Version
from cairn.worklist.clocks import DAYS
from cairn.worklist.commitment import THE_PROGRAMME, Among, Owed, Thing, Way, after


def owed(programme: str, today: date, among: Among) -> Iterator[Owed]:
    """What is still to be done so that a notice is read, and heard, in every language it is wanted in."""
    versions: dict[str, dict[str, Version]] = defaultdict(dict)
    lasting = Notice.objects.filter(programme=programme, withdrawn_on=None, until__gte=today)
    notices = among.within(lasting, "notice")
    for row in Version.objects.filter(programme=programme, notice__in=notices.values("id")):
        versions[row.notice][row.language] = row
    recordings = [one.recording for there in versions.values() for one in there.values()]
    answers = answers_of(programme, [one for one in recordings if one])
    heard = {id_ for id_, said in answers.items() if "sha256" in said}
    for notice in notices:
        there = versions[notice.id]
        yield from _to_translate(notice, there)
        for version in there.values():
            yield from _to_finish(notice, version, can_be_heard=version.recording in heard)


def _to_translate(notice: Notice, there: dict[str, Version]) -> Iterator[Owed]:
    """Languages that are wanted and missing, and versions of what the source said before."""
    stale = [one.language for one in there.values() if one.stale]
    missing = [one for one in notice.languages if one not in there]
    for language in dict.fromkeys([*missing, *stale]):
        yield Owed(
            sort="translate",
            key=f"{notice.id}.{language}",
            of=("notice", notice.id),
            to=_whom(notice),
            since=notice.changed_on,
            due=after(notice.changed_on, DAYS["translate"]),
            ways=(Way(VersionDrafted.kind, to_draft(notice.id, language, there.get(language))),),
            language=language,
        )


def _to_finish(notice: Notice, version: Version, *, can_be_heard: bool) -> Iterator[Owed]:
    """The next step of a version that is not stale; a recording may have been erased since."""
    if version.stale:
        return
    if version.checkable:
        ways = [VersionChecked.kind]
        if version.publishable:
            ways.append(VersionPublished.kind)
        since = version.drafted_on if version.state == DRAFTED else version.published_on
        yield _about(notice, version, "check", since or version.drafted_on, ways)
    elif version.state in {CHECKED, WRITTEN}:
        since = version.checked_on or version.drafted_on
        yield _about(notice, version, "publish", since, [VersionPublished.kind])
    unheard = not can_be_heard or version.reads != version.shown.get("fact", "")
    if notice.aloud and version.shown and unheard and version.published_on:
        since = version.published_on
        yield _about(notice, version, "read-aloud", since, [VersionRecorded.kind])


def _about(notice: Notice, version: Version, sort: str, since: date, kinds: Sequence[str]) -> Owed:
    return Owed(
        sort=sort,
        key=version.id,
        of=("notice", notice.id),
        to=_whom(notice),
        since=since,
        due=after(since, DAYS[sort]),
        ways=tuple(Way(kind, {"version": version.id}) for kind in kinds),
        language=version.language,
    )


def _whom(notice: Notice) -> Thing:
    """Those who are to read it: the place that all its villages are in."""
    return ("place", notice.place) if notice.place else THE_PROGRAMME


def to_draft(notice: str, language: str, before: Version | None) -> dict[str, str]:
    """What the form of a draft is filled with: what was asked in this language stays as it was."""
    asked = before.texts if before else {}
    kept = {"question": asked.get("question", ""), "choices": "\n".join(asked.get("choices", ()))}
    return {"notice": notice, "language": language} | {k: v for k, v in kept.items() if v}
