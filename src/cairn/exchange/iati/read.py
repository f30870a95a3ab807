"""Reads IATI activity files, 1.x and 2.x, in one pass and in memory that does not grow with them.

The parser is fed line by line: libxml2 keeps line numbers in 16 bits, and a problem must be
findable in a file of a million lines. What cannot be read is listed with its place and the
reading goes on; a file that cannot be read at all is listed as one problem.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, cast

import numpy as np
from lxml import etree

from cairn.exchange.iati.columns import (
    UNNAMED,
    Activity,
    Party,
    Problem,
    Published,
    Row,
    SourceFile,
)
from cairn.exchange.iati.transaction import TransactionReader, Unreadable, named
from cairn.exchange.iati.transaction_types import IN_ACTIVITY

_PIECE: Final = 1 << 16
"""The longest piece of a line that is fed at once: some publishers write no line ends at all."""

_TELL: Final = 1 << 20
"""How many bytes go by between two signs of progress."""

_EVENTS: Final = ("iati-activities", "iati-activity", *IN_ACTIVITY)

Advance = Callable[[int], None]


def read_files(paths: Sequence[Path], *, advance: Advance = lambda _bytes: None) -> Published:
    """Read activity files into columns; `advance` hears how many bytes were taken.

    Activities that several files publish count once: the first whose publisher is not a
    secondary reporter, else the first. The others are listed, with their transactions.
    """
    published = Published()
    for path in paths:
        FileReader(published, path).read(advance)
    _count_each_activity_once(published)
    return published


class Refused(Exception):  # noqa: N818 - not an error: the file ends here, with a reason
    """The rest of a file is not read."""


class Open:
    """An activity whose end has not come yet. Ids come when they come: 1.x has no fixed order."""

    def __init__(self, number: int, reader: TransactionReader, activity: Activity) -> None:
        self.number = number
        self.transactions = reader
        self.activity = activity
        self.problems: list[tuple[int, str, str, int]] = []


class FileReader:
    """Reads one activity file. Who wants more of it than columns overrides `_start`, `_kept`, `_end_child`, `_close`."""

    def __init__(self, published: Published, path: Path) -> None:
        self.published = published
        self.file = len(published.files)
        self.source = SourceFile(path)
        published.files.append(self.source)
        self.line = 0
        self.tags_seen = 0
        self.new_line = True
        self.root: str | None = None
        self.open: list[Open] = []
        self.damaged = False

    def read(self, advance: Advance) -> None:
        """Read all of it. What cannot be read is a problem, and no exception."""
        try:
            with self.source.path.open("rb") as stream:
                self._parse(stream, advance)
        except Refused as reason:
            self._refuse(str(reason))
        except OSError as error:
            self._refuse(f"the file cannot be opened: {error.strerror or error}")
        except etree.XMLSyntaxError as error:
            self._refuse(f"this is no XML: {error.msg}")
        self.source.lines = self.line

    def _refuse(self, reason: str) -> None:
        """List the file as unread, whatever of it came before the reason."""
        self.source.read = False
        for activity in self.open:
            self._close(activity)
        self._problem(self.line, "", "file", reason, 0)

    def _parse(self, stream: BinaryIO, advance: Advance) -> None:
        # Without huge_tree, libxml2's own limits on depth, text length and amplification stand.
        parser = etree.XMLPullParser(
            events=("start", "end"),
            tag=_EVENTS,
            recover=True,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
        )
        told = 0
        while piece := stream.readline(_PIECE):
            self.line += self.new_line
            self.new_line = piece.endswith(b"\n")
            self.tags_seen += piece.count(b"<transaction>") + piece.count(b"<transaction ")
            parser.feed(piece)
            self._take(_elements(parser))
            self.source.bytes += len(piece)
            if self.source.bytes - told >= _TELL:
                advance(self.source.bytes - told)
                told = self.source.bytes
        advance(self.source.bytes - told)
        if not self.source.bytes:
            raise Refused("the file is empty")
        root = parser.close()
        self._take(_elements(parser))
        errors = [*parser.feed_error_log, *parser.error_log]
        if root is None:
            raise Refused("this is no XML" + (f": {errors[0].message}" if errors else ""))
        if self.root is None:
            self._check_root(root)
        self._report_damage(errors)

    def _take(self, events: Iterator[tuple[str, etree._Element]]) -> None:
        for event, element in events:
            if self.root is None:
                self._check_root(element.getroottree().getroot())
            if event == "start":
                if element.tag == "iati-activity":
                    self._start_activity(element)
            elif element.tag == "iati-activity":
                self._leftovers_in(element)
                self._close(self.open.pop())
                _forget(element)
            elif element.tag != "iati-activities":
                self._end_child(element)

    def _check_root(self, root: etree._Element) -> None:
        """Refuse what is no activity file, and any file that brings entities of its own."""
        dtd = root.getroottree().docinfo.internalDTD
        if dtd is not None and _has_entities(dtd):
            raise Refused(
                "it declares entities of its own, which can fetch files or grow without end; "
                "no IATI file needs them, so this one is not read"
            )
        self.root = str(root.tag)
        if self.root == "iati-organisations":
            raise Refused("this is an IATI organisation file; activity files are what tells flows")
        if self.root != "iati-activities":
            raise Refused(f"its outermost element is <{self.root}>, not <iati-activities>")
        self.source.version = root.get("version", "")

    def _start_activity(self, element: etree._Element) -> None:
        number = len(self.published.activities)
        activity = Activity(self.file, self.line)
        self.published.activities.append(activity)
        self.source.activities += 1
        reader = TransactionReader(self.published, element.get("default-currency"))
        opened = Open(number, reader, activity)
        self.open.append(opened)
        self._start(element)
        parent = element.getparent()
        if parent is None or parent.tag != "iati-activities":
            where = "nothing" if parent is None else f"<{parent.tag}>"
            self._later(opened, "iati-activity", f"it stands inside {where}; read all the same")

    def _start(self, element: etree._Element) -> None:
        """An activity begins: its attributes are there, and nothing in it yet."""

    def _end_child(self, element: etree._Element) -> None:
        parent = element.getparent()
        if element.tag == "transaction":
            self.source.transactions += 1
            if parent is None or parent.tag != "iati-activity":
                self._misplaced_transaction(element, parent)
                return
            self._transaction(element)
        elif parent is None or parent.tag != "iati-activity" or not self.open:
            return
        elif element.tag in {"iati-identifier", "reporting-org", "title"}:
            self._describe(self.open[-1].activity, element)
        self._leftovers(element)
        _forget(element)

    def _transaction(self, element: etree._Element) -> None:
        opened = self.open[-1]
        line = self._first_line(element)
        try:
            row, notes = opened.transactions.read(element, line)
        except Unreadable as reason:
            opened.problems.append((line, "transaction", str(reason), 1))
            return
        self.published.append(opened.number, row)
        opened.activity.count += 1
        for note in notes:
            opened.problems.append((line, "transaction", note, 0))
        self._kept(element, row, line)

    def _kept(self, element: etree._Element, row: Row, line: int) -> None:
        """A transaction was read as this row."""

    def _first_line(self, element: etree._Element) -> int:
        """The line an element begins on, when its end is what was just read."""
        line: object = element.sourceline
        if isinstance(line, int) and line < 65535:
            return line
        return self.line - "".join(map(str, element.itertext())).count("\n")

    def _misplaced_transaction(
        self, element: etree._Element, parent: etree._Element | None
    ) -> None:
        where = "outside of every element" if parent is None else f"inside <{parent.tag}>"
        reason = f"it stands {where}, not in an activity"
        line = self._first_line(element)
        if self.open:
            self.open[-1].problems.append((line, "transaction", reason, 1))
        else:
            self._problem(line, "", "transaction", reason, 1)

    def _describe(self, activity: Activity, element: etree._Element) -> None:
        if element.tag == "iati-identifier":
            # Pretty-printers put line ends around it: the id is what stands between them.
            text = "".join(str(part) for part in element.itertext()).strip()
            if activity.identifier and text != activity.identifier:
                reason = f"a second identifier, ‘{text}’, is not used"
                self._later(self.open[-1], "iati-identifier", reason)
                return
            activity.identifier = text
        elif element.tag == "title":
            activity.title = activity.title or named(element)
        elif activity.reporter == UNNAMED:
            parties = self.published.parties
            party = Party(element.get("ref", "").strip(), named(element))
            activity.reporter = parties.values[parties.number(party)]
            activity.secondary = element.get("secondary-reporter") in {"1", "true"}

    def _leftovers(self, element: etree._Element) -> None:
        """Name and drop what stands before an element and is not IATI's, so nothing piles up."""
        while (before := element.getprevious()) is not None:
            self._name_unknown(before)
            _forget(before)

    def _leftovers_in(self, element: etree._Element) -> None:
        for child in element:
            self._name_unknown(child)

    def _name_unknown(self, element: etree._Element) -> None:
        # Comments have no name; elements of another namespace are allowed everywhere.
        if isinstance(element.tag, str) and not element.tag.startswith("{") and self.open:
            reason = f"<{element.tag}> is no element of an IATI activity; it is not read"
            self._later(self.open[-1], str(element.tag), reason)

    def _close(self, opened: Open) -> None:
        published, activity = self.published, opened.activity
        for line, element, reason, lost in opened.problems:
            self._problem(line, activity.identifier, element, reason, lost)
        if activity.identifier:
            published.ids.number(activity.identifier)
            return
        activity.counted = False
        reason = "it has no iati-identifier, so nobody can say whose its transactions are"
        self._problem(activity.line, "", "iati-activity", reason, activity.count)

    def _later(self, opened: Open, element: str, reason: str) -> None:
        opened.problems.append((self.line, element, reason, 0))

    def _problem(self, line: int, activity: str, element: str, reason: str, lost: int) -> None:
        self.published.problems.append(Problem(self.file, line, activity, element, reason, lost))

    def _report_damage(self, errors: Sequence[etree._LogEntry]) -> None:
        self.damaged = bool(errors)
        for error in errors:
            reason = f"the XML is damaged here: {error.message}"
            self._problem(error.line, "", "file", reason, 0)
        missing = self.tags_seen - self.source.transactions
        if errors and missing > 0:
            self.source.transactions += missing
            reason = f"{missing} transactions are written here that the damage makes unreadable"
            self._problem(errors[0].line, "", "file", reason, missing)


def _forget(element: etree._Element) -> None:
    """Let go of an element that has been read, with all that is in it."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _has_entities(dtd: object) -> bool:
    return any(True for _ in dtd.iterentities())  # type: ignore[attr-defined]  # missing in stubs


def _elements(
    parser: etree.XMLPullParser,
) -> Iterator[tuple[str, etree._Element]]:
    return cast("Iterator[tuple[str, etree._Element]]", parser.read_events())


def _count_each_activity_once(published: Published) -> None:
    """Keep one copy of each activity; take the transactions of the others out, and list them."""
    winners: dict[str, int] = {}
    for number, activity in enumerate(published.activities):
        if not activity.counted:
            continue
        first = winners.setdefault(activity.identifier, number)
        if published.activities[first].secondary and not activity.secondary:
            winners[activity.identifier] = number
    for number, activity in enumerate(published.activities):
        if activity.counted and winners[activity.identifier] != number:
            activity.counted = False
            kept = published.activities[winners[activity.identifier]]
            reason = (
                f"{published.files[kept.file].path.name}, line {kept.line}, has this activity too, "
                "and that copy counts"
            )
            problem = Problem(
                activity.file,
                activity.line,
                activity.identifier,
                "iati-activity",
                reason,
                activity.count,
            )
            published.problems.append(problem)
    counted = np.array([activity.counted for activity in published.activities], dtype=np.bool_)
    if not counted.all():
        published.drop(~counted[published.column("activity")])
