"""What Cairn checks of an IATI file without IATI's official files: what `cairn follow` rests on."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from cairn.exchange.iati.columns import Published
from cairn.exchange.iati.transaction import TransactionReader, Unreadable

IN_WORDS: Final = (
    "the file is well-formed XML and brings no entities of its own",
    "its outermost element is <iati-activities> or <iati-organisations>, of a version from 2.01 on",
    "each activity and organisation has an identifier, and no two have the same",
    "the type, date, amount and currency of each transaction can be read",
)
"""As `cairn check iati` lists them where it has nothing else to hold a file to."""

_IDENTIFIERS: Final = {
    "iati-activity": ("iati-identifier", "activity"),
    "iati-organisation": ("organisation-identifier", "organisation"),
}


class OwnRules:
    """Cairn's own rules for the records of one file."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def broken(self, record: etree._Element) -> Iterator[tuple[etree._Element, str, str, str]]:
        """What is wrong with a record: the element, an attribute or nothing, the rule, and why."""
        tag, word = _IDENTIFIERS[str(record.tag)]
        found = record.find(tag)
        # Pretty-printers put line ends around an id.
        identifier = ("" if found is None else "".join(map(str, found.itertext()))).strip()
        if not identifier:
            message = f"The {word} has no {tag}, so nobody can refer to it."
            yield record if found is None else found, "", "identifier", message
        elif identifier in self._seen:
            message = f"An {word} with the identifier ‘{identifier}’ stood in this file before."
            yield record if found is None else found, "", "identifier", message
        self._seen.add(identifier)
        reader = TransactionReader(Published(), record.get("default-currency"))
        for transaction in record.iterfind("transaction"):
            try:
                reader.read(transaction, 0)
            except Unreadable as reason:
                yield transaction, "", "transaction", f"This transaction cannot be read: {reason}."
