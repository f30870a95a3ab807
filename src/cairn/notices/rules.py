"""What the journal will not take about notices."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.journal.projection import Objection, Recorded, Rows, objects
from cairn.lexicon import topics_in
from cairn.notices.facts import (
    CHECKED,
    DRAFTED,
    PUBLISHED,
    WITHDRAWN,
    WRITTEN,
    NoticeRewritten,
    NoticeWithdrawn,
    NoticeWritten,
    VersionChecked,
    VersionDrafted,
    VersionPublished,
    VersionRecorded,
    VersionWithdrawn,
    lines,
)
from cairn.notices.projections import Notice, Version, version_id

MOST_CHOICES: Final = 9

OfNotice = NoticeRewritten | NoticeWithdrawn | VersionDrafted
OfVersion = VersionChecked | VersionPublished | VersionWithdrawn | VersionRecorded

NO_CHECK: Final = {
    WRITTEN: gettext_lazy("This is the source: whoever wrote it speaks it, and it needs no check."),
    CHECKED: gettext_lazy("It was checked already; publish it."),
    PUBLISHED: gettext_lazy("It was checked before it was published."),
    WITHDRAWN: gettext_lazy("It was withdrawn; draft it anew first."),
}
NOT_PUBLISHED: Final = {
    DRAFTED: gettext_lazy(
        "Nobody has checked it: another post that speaks the language does so first."
    ),
    PUBLISHED: gettext_lazy("It is published as it stands."),
    WITHDRAWN: gettext_lazy("It was withdrawn; write or draft it anew first."),
}
"""Why a version in this state is not checked, or published."""


@objects(NoticeWritten, VersionDrafted)
def a_question_is_about_things(
    said: Recorded[NoticeWritten | VersionDrafted], rows: Rows
) -> Iterator[Objection]:
    """A notice may tell of a health day; what it asks, residents answer."""
    del rows
    for field in ("question", "choices"):
        if topics_in(getattr(said.fact, field) or ""):
            yield Objection(
                field,
                _("This asks about people: what they are, believe or suffer. Ask about works."),
            )


@objects(NoticeWritten)
def a_notice_can_be_read(said: Recorded[NoticeWritten], rows: Rows) -> Iterator[Objection]:
    """On days that follow each other, in each language once, and what it asks can be answered."""
    del rows
    fact = said.fact
    if fact.until < fact.since:
        yield Objection("until", _("It ends before it begins; choose a later day."))
    if len(set(fact.places)) < len(fact.places):
        yield Objection("places", _("A village stands there twice."))
    if fact.language in fact.languages or len(set(fact.languages)) < len(fact.languages):
        yield Objection(
            "languages", _("A language stands there twice, or is the one it is written in.")
        )
    yield from _about_choices(fact.question, fact.choices)


@objects(NoticeRewritten)
def a_rewritten_notice_says_something_else(
    said: Recorded[NoticeRewritten], rows: Rows
) -> Iterator[Objection]:
    """A source that stays as it was makes nothing stale."""
    fact, notice = said.fact, rows.the(Notice, said.fact.notice)
    source = rows.the(Version, version_id(notice.id, notice.language))
    same = (fact.title, fact.text) == (source.texts["title"], source.texts["text"])
    if same and fact.until in (None, notice.until):
        yield Objection("text", _("That is what it says already."))
    if fact.until and fact.until < notice.since:
        yield Objection("until", _("It ends before it begins; choose a later day."))


@objects(NoticeRewritten, NoticeWithdrawn, VersionDrafted)
def a_notice_is_on_the_board_or_will_be(
    said: Recorded[OfNotice], rows: Rows
) -> Iterator[Objection]:
    """What was withdrawn is past; another notice says what is to be said."""
    notice = rows.the(Notice, said.fact.notice)
    if notice.withdrawn_on:
        message = _("This notice was withdrawn on {day}; write another.")
        yield Objection("notice", message.format(day=notice.withdrawn_on))
    yield from _before_it_was_written(said.happened_on, notice)


@objects(VersionDrafted)
def a_version_is_in_another_language(
    said: Recorded[VersionDrafted], rows: Rows
) -> Iterator[Objection]:
    """And asks what the source asks, with as many answers."""
    fact, notice = said.fact, rows.the(Notice, said.fact.notice)
    if fact.language == notice.language:
        message = _("That is the language of the source: record that the notice was rewritten.")
        yield Objection("language", message)
    choices = len(lines(fact.choices))
    source = rows.the(Version, version_id(notice.id, notice.language))
    if source.texts["question"] and not fact.question:
        yield Objection("question", _("The notice asks something; ask it in this language, too."))
    if notice.choices != choices:
        message = _("The source has {count} choices; write as many, in the same order.")
        yield Objection("choices", message.format(count=notice.choices))
    if fact.question and not source.texts["question"]:
        yield Objection("question", _("The notice asks nothing."))


@objects(VersionDrafted)
def what_was_asked_stays(said: Recorded[VersionDrafted], rows: Rows) -> Iterator[Objection]:
    """In the wording in which it was published: answers are kept by number, and belong to that wording.

    Whether anybody has answered yet makes no difference. If it did, being refused would tell that somebody had.
    """
    fact, notice = said.fact, rows.the(Notice, said.fact.notice)
    before = rows.get(Version, version_id(notice.id, fact.language))
    if before is None or before.published_on is None or not notice.choices:
        return
    message = _(
        "It was published in another wording, and who answered was asked that. Keep it, or withdraw "
        "the notice and write another."
    )
    if (fact.question or "") != before.texts["question"]:
        yield Objection("question", message)
    if lines(fact.choices) != before.texts["choices"]:
        yield Objection("choices", message)


@objects(VersionChecked, VersionPublished, VersionRecorded)
def a_version_follows_its_source(
    said: Recorded[VersionChecked | VersionPublished | VersionRecorded], rows: Rows
) -> Iterator[Objection]:
    """A version of what the source said before is drafted anew; one of a withdrawn notice is nothing."""
    version = rows.the(Version, said.fact.version)
    notice = rows.the(Notice, version.notice)
    if notice.withdrawn_on:
        message = _("This notice was withdrawn on {day}; write another.")
        yield Objection("version", message.format(day=notice.withdrawn_on))
    elif version.stale:
        yield Objection("version", _("Its source has changed since; draft it anew first."))
    yield from _before_it_was_written(said.happened_on, notice)


@objects(VersionChecked)
def a_version_is_checked_once(said: Recorded[VersionChecked], rows: Rows) -> Iterator[Objection]:
    """The text that stands there now; also one that a machine made and that is published."""
    version = rows.the(Version, said.fact.version)
    if not version.checkable and _goes_on(version, rows):
        state = version.state if version.texts["made_by"] else WRITTEN
        yield Objection("version", str(NO_CHECK[state]))


@objects(VersionPublished)
def no_version_is_published_unchecked(
    said: Recorded[VersionPublished], rows: Rows
) -> Iterator[Objection]:
    """Unless a machine made it, and every page says so. And none of a notice that is over."""
    version = rows.the(Version, said.fact.version)
    if not version.publishable and _goes_on(version, rows):
        yield Objection("version", str(NOT_PUBLISHED[version.state]))
    until = rows.the(Notice, version.notice).until
    if said.happened_on > until:
        yield Objection("happened_on", _("The notice was over on {day}.").format(day=until))


@objects(VersionWithdrawn)
def only_what_is_published_is_withdrawn(
    said: Recorded[VersionWithdrawn], rows: Rows
) -> Iterator[Objection]:
    """A draft is on no board."""
    version = rows.the(Version, said.fact.version)
    if not version.is_shown:
        yield Objection("version", _("It is not published."))
    elif version.published_on and said.happened_on < version.published_on:
        message = _("It was published only on {day}.")
        yield Objection("happened_on", message.format(day=version.published_on))


def _goes_on(version: Version, rows: Rows) -> bool:
    """Whether nothing else is said against it already."""
    return not version.stale and rows.the(Notice, version.notice).withdrawn_on is None


def _about_choices(question: str | None, choices: str | None) -> Iterator[Objection]:
    found = lines(choices)
    if question and found and not 2 <= len(found) <= MOST_CHOICES:
        message = _(
            "Offer two choices at least, and {most} at most, one on each line; or none, and people "
            "answer in their own words."
        )
        yield Objection("choices", message.format(most=MOST_CHOICES))
    elif len(set(found)) < len(found):
        yield Objection("choices", _("A choice stands there twice."))
    elif found and not question:
        yield Objection("question", _("Say what these are the answers to."))


def _before_it_was_written(happened_on: date, notice: Notice) -> Iterator[Objection]:
    if happened_on < notice.written_on:
        message = _("The notice was written only on {day}.")
        yield Objection("happened_on", message.format(day=notice.written_on))
