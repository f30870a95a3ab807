"""What can happen to the journal itself."""

from typing import Annotated, Any, ClassVar

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from cairn.journal.fact import Ask, Fact, Visibility
from cairn.values import Note

EntryId = Annotated[
    str, Field(pattern=r"^[0-9a-f-]{36}$", description="the id of an entry: a UUID")
]
FieldName = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", description="the name of one of its fields")
]


class PartShredded(Fact, kind="journal.part-shredded"):
    """A sealed part of an entry was erased: its value and its salt are gone, and what they name.

    Recording this fact is what erases it. The entry stays as it was, and every proof still
    verifies: what it holds is a commitment that nobody can open any more. Copies that others took
    of the published record cannot be recalled.
    """

    visibility = Visibility.PUBLIC
    sentence = _("The answer “{field}” of the entry {entry} was erased: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "entry": "01936f0a-0000-7000-8000-000000000001",
        "field": "caption",
        "reason": "It named somebody",
    }

    entry: Annotated[EntryId, Ask(_("Of which entry?"))]
    field: Annotated[FieldName, Ask(_("Which of its answers?"))]
    reason: Annotated[Note, Ask(_("Why?"))]
