"""What facts say, for a reader of one language: things by their names, amounts and days as read.

Names are looked up for many facts at once, a query per table.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cairn.catalog import journal
from cairn.following.entries import EntryRead
from cairn.journal.batch import named
from cairn.journal.columns import in_chunks
from cairn.journal.fact import Fact
from cairn.journal.projection import ReadModel
from cairn.values import Money, Text
from cairn.web.reader import Reader
from cairn.web.words import LEVELS, ROLES, THEMES

Key = tuple[str, str]
"""A thing on record: the name of its read model, and its id."""


@dataclass(frozen=True)
class Sentences:
    """Tells the facts of one programme, or of one of its pasts."""

    programme: str
    reader: Reader
    names: dict[Key, str] = field(default_factory=dict)

    def tell(self, entries: Sequence[EntryRead]) -> list[str]:
        """The sentence of each entry, in order; in the language that is active."""
        facts = [entry.fact for entry in entries if entry.fact]
        self._look_up((called, id_) for fact in facts for _name, called, id_ in named(fact))
        return [
            self.told(entry.fact) if entry.fact else _("This fact is not public.")
            for entry in entries
        ]

    def told(self, fact: Fact) -> str:
        """The sentence of a fact whose names have been looked up."""
        kind = type(fact)
        called = dict([*fact.references(), *fact.brings()])
        values = {
            name: self._shown(getattr(fact, name), called.get(name, ""))
            for name in kind.model_fields
        }
        values = {name: self.reader.apart(shown) for name, shown in values.items()}
        values |= {name: "…" for name in fact.seals() if getattr(fact, name) is None}
        return str(kind.sentence).format(**values)

    def _look_up(self, wanted: Iterable[Key]) -> None:
        missing = defaultdict[str, list[str]](list)
        for called, id_ in dict.fromkeys(wanted):
            if (called, id_) not in self.names:
                missing[called].append(id_)
        for called, ids in missing.items():
            for chunk in in_chunks(ids):
                self.names.update(self._names(journal.tables[called], chunk))

    def _names(self, table: type[ReadModel], ids: Sequence[str]) -> dict[Key, str]:
        rows: Any = table.objects.filter(programme=self.programme, id__in=ids)
        columns = {each.name for each in table._meta.get_fields()}
        if "name" in columns:
            found = rows.values_list("id", "name")
            return {(table.called, id_): self.reader.said(name) for id_, name in found}
        if "position" in columns:  # a movement has no name: it is called after its entry
            found = rows.values_list("id", "position")
            return {(table.called, id_): self._entry(position) for id_, position in found}
        return {}

    def _entry(self, position: int) -> str:
        return _("no. {position}").format(position=self.reader.count(position))

    def _shown(self, value: object, called: str) -> str:  # noqa: PLR0911 - a line per kind of value
        if value is None:
            return ""
        if isinstance(value, tuple):
            comma = pgettext("between things in a list", ", ")
            return comma.join(self._shown(item, called) for item in value)
        if isinstance(value, Text):
            return self.reader.said(value.by_language())
        if isinstance(value, Money):
            return self.reader.money(value.minor, value.currency)
        if isinstance(value, date):
            return self.reader.day(value)
        if isinstance(value, Enum):
            return _word(str(value.value))
        if isinstance(value, int):
            return self.reader.count(value)
        return self.names.get((called, str(value)), str(value))


def _word(code: str) -> str:
    for words in (THEMES, LEVELS, ROLES):
        if code in words:
            return str(words[code])
    return code
