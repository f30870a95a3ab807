"""How a row of a workbook that Cairn wrote names its fact, and by what it is known that nobody changed it.

    01944f41-fcb0-74b9-941a-88ed20e96ae9/5d1f0c2a     the fact, and a hash of what the row says

Imported again the row is on record already. A row that somebody changed is not the fact any more: it is
refused with a sentence, and neither taken nor passed over.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_noop as _

from cairn.exchange.sheets.read import Row, Value
from cairn.exchange.sheets.values import Reason

DIGITS: Final = 8


def named(fact: UUID | str, values: Mapping[str, Value]) -> str:
    """What stands in a row's cell for its fact."""
    return f"{fact}/{mark_of(values)}"


def mark_of(values: Mapping[str, Value]) -> str:
    """A hash of what a row says, in whichever language its headings are."""
    said = (
        f"{name}={value.isoformat() if isinstance(value, date) else value}"
        for name, value in sorted(values.items())
        if name not in {"fact", "note"}
    )
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:DIGITS]


def fact_of(row: Row) -> UUID | None:
    """The fact that a row names; None where it names none, or something else."""
    fact, _slash, _mark = str(row.values.get("fact", "")).partition("/")
    try:
        return UUID(fact) if len(fact) == 36 else None
    except ValueError:
        return None


def differs(row: Row) -> Reason | None:
    """Why a row is not what it was when its fact was written into the workbook."""
    _fact, slash, mark = str(row.values.get("fact", "")).partition("/")
    if not slash or fact_of(row) is None:
        return None
    said = dict(row.values) | ({"id": row.source_id} if row.source_id else {})
    if mark == mark_of(said):
        return None
    return Reason(
        "says-otherwise",
        _(
            "it is on record, and was changed in this workbook since; what is on record is put right "
            "at the desk, where a reversal or a correction says why"
        ),
    )
