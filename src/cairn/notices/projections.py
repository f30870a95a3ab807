"""Read models of notices, their versions, and what they ask."""

from typing import Any, ClassVar

from django.db import models

from cairn.journal.projection import ReadModel, Recorded, Rows, folds
from cairn.notices.facts import (
    CHECKED,
    DRAFTED,
    PUBLISHED,
    WITHDRAWN,
    WRITTEN,
    InLanguage,
    MadeBy,
    NoticeRewritten,
    NoticeWithdrawn,
    NoticeWritten,
    VersionChecked,
    VersionDrafted,
    VersionPublished,
    VersionRecorded,
    VersionWithdrawn,
    texts_of,
)


class Notice(ReadModel):
    """A notice."""

    called: ClassVar[str] = "notice"
    sought: ClassVar[bool] = True

    name = models.JSONField()
    """Its heading: the source's, and that of each version that is published."""
    topic = models.CharField(max_length=20)
    places = models.JSONField()
    place = models.CharField(max_length=100, blank=True)
    """The nearest place that all of these are in, or the one that there is: rights are judged on it."""
    language = models.CharField(max_length=10)
    """The language of the source."""
    languages = models.JSONField(default=list)
    """The others in which it is to be read."""
    aloud = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField()
    choices = models.IntegerField(default=0)
    """How many there are to answer its question with."""
    written_on = models.DateField()
    changed_on = models.DateField()
    """When its source last changed."""
    written_by = models.CharField(max_length=100)
    wrote = models.JSONField(default=list)
    """The facts that wrote its source: whoever recorded one does not judge what it claims."""
    withdrawn_on = models.DateField(null=True)
    withdrawn_because = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["programme", "until"])]


class Version(ReadModel):
    """A notice in one language. Its id is `NOTICE.LANGUAGE`; its text, and what of it is published.

    Both are {title, text, question, choices, made_by, fact}: `fact` wrote it, `made_by` is "" for the source.
    """

    called: ClassVar[str] = "version"

    name = models.JSONField()
    """The heading of its text, in its language."""
    notice = models.CharField(max_length=100)
    place = models.CharField(max_length=100, blank=True)
    """That of its notice."""
    language = models.CharField(max_length=10)
    texts = models.JSONField()
    state = models.CharField(max_length=10)
    """How far this text has come."""
    stale = models.BooleanField(default=False)
    """Whether the source has changed since it was made out of it."""
    drafted = models.CharField(max_length=100)
    """The fact that wrote it; whoever recorded that does not check it."""
    drafted_on = models.DateField()
    checked_on = models.DateField(null=True)
    shown = models.JSONField(default=dict)
    """What is published; nothing where nothing is."""
    shown_stale = models.BooleanField(default=False)
    unchecked = models.BooleanField(default=False)
    """Whether what is published was made by a machine, and nobody has checked it."""
    published_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)
    recording = models.CharField(max_length=100, blank=True)
    """The fact that recorded it being read aloud."""
    reads = models.CharField(max_length=100, blank=True)
    """The fact that wrote the text which is read there."""
    checkable = models.BooleanField(default=False)
    publishable = models.BooleanField(default=False)
    is_shown = models.BooleanField(default=False)
    """What a form offers it for."""

    class Meta:
        indexes = [models.Index(fields=["programme", "notice"])]


class Question(ReadModel):
    """What a published notice asks, and with what it can be answered: the n-th choice by its number, from 1.

    Its id is that of the notice. It is open from `since` to `until`, in `places` and all within them. A
    notice that was withdrawn asks nothing: then `open` is false, whatever the day.
    """

    called: ClassVar[str] = "question"

    name = models.JSONField()
    """The question, in each language in which it is published."""
    choices = models.JSONField()
    """The choices in their order, each in the same languages."""
    places = models.JSONField()
    since = models.DateField()
    until = models.DateField()
    open = models.BooleanField(default=False)


def version_id(notice: str, language: str) -> str:
    """The id of a notice in a language."""
    return f"{notice}.{language}"


def notice_of(version: str) -> str:
    """The notice of a version, by its id."""
    return version.rpartition(".")[0]


def versions_of(notice: Notice, rows: Rows) -> list[Version]:
    """The versions of a notice that there are, the source first."""
    ids = [version_id(notice.id, one) for one in InLanguage]
    rows.load((Version.called, id_) for id_ in ids)
    found = [row for id_ in ids if (row := rows.get(Version, id_))]
    return sorted(found, key=lambda row: row.language != notice.language)


@folds(NoticeWritten)
def _written(said: Recorded[NoticeWritten], rows: Rows) -> None:
    fact = said.fact
    notice = Notice(
        programme=said.programme,
        id=fact.notice,
        name={fact.language.value: fact.title},
        topic=fact.about.value,
        places=list(fact.places),
        place=_around(fact.places, rows),
        language=fact.language.value,
        languages=[one.value for one in InLanguage if one in fact.languages],
        aloud=fact.aloud is not None,
        since=fact.since,
        until=fact.until,
        choices=len(texts_of(fact)["choices"]),
        written_on=said.happened_on,
        changed_on=said.happened_on,
        written_by=said.post,
        wrote=[str(said.id)],
    )
    rows.put(notice)
    _put_text(said, rows, notice, fact.language.value, texts_of(fact), made_by="")


@folds(NoticeRewritten)
def _rewritten(said: Recorded[NoticeRewritten], rows: Rows) -> None:
    fact, notice = said.fact, rows.the(Notice, said.fact.notice)
    notice.until = fact.until or notice.until
    notice.changed_on = said.happened_on
    notice.wrote = [*notice.wrote, str(said.id)]
    source, *others = versions_of(notice, rows)
    for one in others:
        one.stale, one.shown_stale = True, bool(one.shown)
        _settle(one, rows)
    was_shown = bool(source.shown)
    texts = {**source.texts, "title": fact.title, "text": fact.text}
    source = _put_text(said, rows, notice, notice.language, texts, made_by="")
    if was_shown:
        _show(source, said, rows)
    _tell(notice, rows)


@folds(NoticeWithdrawn)
def _withdrawn(said: Recorded[NoticeWithdrawn], rows: Rows) -> None:
    notice = rows.the(Notice, said.fact.notice)
    notice.withdrawn_on, notice.withdrawn_because = said.happened_on, said.fact.reason
    for one in versions_of(notice, rows):
        _hide(one, said, rows)
    _tell(notice, rows)


@folds(VersionDrafted)
def _drafted(said: Recorded[VersionDrafted], rows: Rows) -> None:
    fact, notice = said.fact, rows.the(Notice, said.fact.notice)
    texts = dict(texts_of(fact))
    _put_text(said, rows, notice, fact.language.value, texts, made_by=fact.made_by.value)


@folds(VersionChecked)
def _checked(said: Recorded[VersionChecked], rows: Rows) -> None:
    version = rows.the(Version, said.fact.version)
    version.checked_on = said.happened_on
    if version.state == DRAFTED:
        version.state = CHECKED
    else:
        version.unchecked = False
    _settle(version, rows)


@folds(VersionPublished)
def _published(said: Recorded[VersionPublished], rows: Rows) -> None:
    version = rows.the(Version, said.fact.version)
    _show(version, said, rows)
    _tell(rows.the(Notice, version.notice), rows)


@folds(VersionWithdrawn)
def _version_withdrawn(said: Recorded[VersionWithdrawn], rows: Rows) -> None:
    version = rows.the(Version, said.fact.version)
    _hide(version, said, rows)
    _tell(rows.the(Notice, version.notice), rows)


@folds(VersionRecorded)
def _recorded(said: Recorded[VersionRecorded], rows: Rows) -> None:
    version = rows.the(Version, said.fact.version)
    version.recording, version.reads = str(said.id), version.texts["fact"]
    rows.put(version)


# Versions


def _put_text(
    said: Recorded[Any],
    rows: Rows,
    notice: Notice,
    language: str,
    texts: Any,  # noqa: ANN401 - JSON
    *,
    made_by: str,
) -> Version:
    """Give a version another text, or bring it on record. What is published of it stays."""
    id_ = version_id(notice.id, language)
    version = rows.get(Version, id_) or Version(
        programme=said.programme,
        id=id_,
        notice=notice.id,
        place=notice.place,
        language=language,
    )
    version.name = {language: texts["title"]}
    version.texts = {**texts, "made_by": made_by, "fact": str(said.id)}
    version.state = DRAFTED if made_by else WRITTEN
    version.stale = False
    version.drafted, version.drafted_on = str(said.id), said.happened_on
    version.checked_on = None
    _settle(version, rows)
    return version


def _show(version: Version, said: Recorded[Any], rows: Rows) -> None:
    """Publish the text of a version."""
    version.unchecked = version.state == DRAFTED
    version.shown, version.shown_stale = version.texts, False
    version.state, version.published_on = PUBLISHED, said.happened_on
    _settle(version, rows)


def _hide(version: Version, said: Recorded[Any], rows: Rows) -> None:
    if version.shown:
        version.shown, version.shown_stale, version.unchecked = {}, False, False
        version.state, version.withdrawn_on = WITHDRAWN, said.happened_on
    _settle(version, rows, ended=True)


def _settle(version: Version, rows: Rows, *, ended: bool = False) -> None:
    """Say what can be done with a version next."""
    fresh = not version.stale and not ended
    by_machine = version.texts["made_by"] == MadeBy.MACHINE
    unchecked = version.state == DRAFTED or (version.state == PUBLISHED and version.unchecked)
    version.checkable = fresh and unchecked
    version.publishable = fresh and (
        version.state in {WRITTEN, CHECKED} or (version.state == DRAFTED and by_machine)
    )
    version.is_shown = bool(version.shown)
    rows.put(version)


def _tell(notice: Notice, rows: Rows) -> None:
    """What a notice is called, and what it asks, in the languages in which it is published."""
    source, *others = versions_of(notice, rows)
    shown = [one for one in (source, *others) if one.shown]
    notice.name = {source.language: source.texts["title"]} | {
        one.language: one.shown["title"] for one in shown
    }
    rows.put(notice)
    if not notice.choices:
        return
    rows.put(
        Question(
            programme=notice.programme,
            id=notice.id,
            name={one.language: one.shown["question"] for one in shown},
            choices=[
                {one.language: one.shown["choices"][nth] for one in shown}
                for nth in range(notice.choices)
            ],
            places=notice.places,
            since=notice.since,
            until=notice.until,
            open=bool(shown),
        )
    )


def _around(places: tuple[str, ...], rows: Rows) -> str:
    """The nearest place that all of these are in, or itself where it is one; "" where none is."""
    paths = [getattr(rows.find("place", one), "path", "").strip("/").split("/") for one in places]
    shared = ""
    for level in zip(*paths, strict=False):
        if len(set(level)) > 1:
            break
        shared = level[0]
    return shared
