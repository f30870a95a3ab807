"""Opening a programme from the command line: the first fact of its journal."""

import json
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from cairn.journal.entry import Draft
from cairn.journal.journal import Journal
from cairn.programme.facts import ProgrammeOpened


def open_programme(
    journal: Journal,
    programme: str,
    *,
    name: str,
    timezone: str,
    currency: str,
    on: date | None,
    post: str,
    now: datetime,
) -> None:
    """Record that a programme begins: on that day, else today where it is.

    Raises RefusedError, ProgrammeIdError.
    """
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in name)
    said = {
        "name": {"zh-hans" if chinese else "en": name},
        "timezone": timezone,
        "currency": currency,
    }
    fact = journal.fact(ProgrammeOpened.kind, json.dumps(said).encode())
    day = on or now.astimezone(ZoneInfo(timezone)).date()
    journal.append(programme, Draft(uuid4(), day, post, fact), now=now)
