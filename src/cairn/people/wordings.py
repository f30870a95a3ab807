"""Other wordings of lines that a machine translated: one user proposes, another approves.

They are no facts: a page says the same with them, in better words. An approved one stands before the
catalogue's line until a later one does; see cairn/web/mended.py. What a line may hold is held to what
it stands for, since pages trust their catalogues: no mark and no placeholder is lost or added.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from cairn.people.models import User, Wording
from cairn.values import CairnError

LONGEST: Final = 2000
MOST_OPEN: Final = 200
"""So many of one user's proposals wait at a time: who reviews them is somebody, too."""

KEPT: Final = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]*>|&#?\w+;")
MARKS: Final = frozenset('<>&"%{}')
JOINER: Final = "\u200c"


class WordingError(CairnError):
    """A wording that cannot be taken. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a catalogue: its English, its context, and which of its plural forms it is."""

    source: str
    context: str = ""
    form: int = 0


def propose(
    line: Line, wording: str, *, language: str, instead_of: str, by: int, now: datetime
) -> Wording:
    """Propose another wording of a line. Raises WordingError."""
    wording = unicodedata.normalize("NFC", wording.strip())
    _refuse_what_breaks_pages(wording, instead_of)
    if wording == instead_of:
        raise WordingError(_("This is the line as it stands."))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by)
        mine = Wording.objects.filter(proposed_by_id=by, taken=None)
        if mine.count() >= MOST_OPEN:
            raise WordingError(_("Too many of your proposals wait already; let some be decided."))
        return Wording.objects.create(
            language=language,
            source=line.source,
            context=line.context,
            form=line.form,
            wording=wording,
            proposed_by_id=by,
            proposed_at=now,
        )


def _refuse_what_breaks_pages(wording: str, instead_of: str) -> None:
    if not wording:
        raise WordingError(_("This must be answered."))
    if len(wording) > LONGEST:
        raise WordingError(_("This is too long."))
    kept, there = Counter(KEPT.findall(instead_of)), Counter(KEPT.findall(wording))
    if kept != there:
        names = ", ".join(sorted((kept - there) | (there - kept)))
        raise WordingError(
            _("Keep what stands for a value as it is, each as often as it was: {names}").format(
                names=names
            )
        )
    if MARKS & set(KEPT.sub("", wording)):
        raise WordingError(
            _("A line holds no angle brackets, braces, & or straight quotes of its own; write « ».")
        )
    if any(
        unicodedata.category(sign) in {"Cc", "Cf", "Co"} for sign in wording.replace(JOINER, "")
    ):
        raise WordingError(_("This holds something that is no character."))


def decide(number: int, *, take: bool, by: int, now: datetime) -> None:
    """Take a proposed wording, or not. Whoever proposed it may only drop it. Raises WordingError."""
    with transaction.atomic():
        found = Wording.objects.select_for_update().filter(pk=number, taken=None).first()
        if found is None:
            raise WordingError(_("This proposal is decided already."))
        if take and found.proposed_by_id == by:
            raise WordingError(_("You proposed it; somebody else must approve it."))
        found.taken, found.decided_by_id, found.decided_at = take, by, now
        found.save(update_fields=["taken", "decided_by", "decided_at"])


def waiting(language: str) -> list[Wording]:
    """What is proposed and not decided, the oldest first."""
    return list(Wording.objects.filter(language=language, taken=None).order_by("pk"))


def approved(language: str) -> Mapping[Line, str]:
    """The wording of each line that has one of its own."""
    found = Wording.objects.filter(language=language, taken=True).order_by("decided_at", "pk")
    return {Line(one.source, one.context, one.form): one.wording for one in found}


def version(language: str) -> object:
    """Equal as long as no wording of the language is taken."""
    taken = Wording.objects.filter(language=language, taken=True)
    return taken.order_by("-decided_at", "-pk").values_list("decided_at", "pk").first()
