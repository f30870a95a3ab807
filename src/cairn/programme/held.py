"""Bringing databases up to this version and holding them to their logs: at each start, and when one is back.

A database that was away may come back as another: as a standby that lacks the last facts, or from a backup.
Until it has been held against what its logs published its programmes are read, and take no facts.
"""

from collections.abc import Iterator

from django.conf import settings
from django.core.management import call_command

from cairn.journal import log
from cairn.journal.away import GroupAwayError
from cairn.journal.readonly import is_unheld, say_held, say_unheld
from cairn.journal.shredding import finish_shredding
from cairn.journal.spread import answers, groups
from cairn.programme import log_put_back


def start() -> Iterator[str]:
    """Have every database ready that can be reached. What an operator should know, a sentence each."""
    for group in groups():
        try:
            yield from _made_ready(group)
        except GroupAwayError as error:
            say_unheld(group)
            yield str(error)


def look() -> Iterator[str]:
    """See which databases went away or came back meanwhile; the same of those that are back."""
    if not settings.GROUP_NAMES:
        return
    for group in groups():
        if not answers(group):
            say_unheld(group)
        elif is_unheld(group):
            yield from _made_ready(group)


def _made_ready(group: str) -> Iterator[str]:
    call_command("migrate", database=group, verbosity=0, interactive=False)
    finish_shredding(group)
    for programme, reason in (*log.hold_all(group), *log_put_back.hold_all(group)):
        yield f"‘{programme}’ takes no facts: {reason} Run `cairn log recover {programme}`."
    say_held(group)
