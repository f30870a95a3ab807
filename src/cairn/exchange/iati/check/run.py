"""Holds one IATI file to the standard, an activity or organisation at a time.

The file is fed line by line as in `cairn follow`, so that a finding names its line in a file of a
million, and each record is forgotten once it was looked at: memory does not grow with the file.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO, Final, cast

from lxml import etree

from cairn.exchange.iati.check.finding import Finding, Layer, Severity, Verdict
from cairn.exchange.iati.check.official import Standard
from cairn.exchange.iati.check.own import OwnRules
from cairn.exchange.iati.check.schema import schema_errors
from cairn.exchange.iati.check.xpaths import Given

_PIECE: Final = 1 << 16
_RECORDS: Final = {"iati-activities": "iati-activity", "iati-organisations": "iati-organisation"}
_IDENTIFIERS: Final = {
    "iati-activity": "iati-identifier",
    "iati-organisation": "organisation-identifier",
}


class Refused(Exception):  # noqa: N818 - not an error: the file ends here, with a reason
    """The rest of a file is not read."""


class Check:
    """One file being held to the standard, as far as there is one here."""

    def __init__(self, standard: Standard | None, *, now: datetime) -> None:
        self.verdict = Verdict()
        self._standard = standard
        self._given = _given(standard, now)
        self._own = OwnRules()
        self._lines: dict[etree._Element, int] = {}
        self._root: etree._Element | None = None
        self._record = ""
        self._shape: list[str] = []
        """What stands in the outermost element, runs of the same once: it is judged at the end."""
        self._old = False

    def findings(self, stream: BinaryIO) -> Iterator[Finding]:
        """What is wrong with a file, as it is read; afterwards `verdict` is whole."""
        for finding in self._all(stream):
            self.verdict.count(finding)
            yield finding

    def _all(self, stream: BinaryIO) -> Iterator[Finding]:
        # Without huge_tree, libxml2's own limits on depth, text length and amplification stand.
        parser = etree.XMLPullParser(
            events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False
        )
        read = 0
        new_line = True
        try:
            while piece := stream.readline(_PIECE):
                self.verdict.lines += new_line
                new_line = piece.endswith(b"\n")
                read += len(piece)
                parser.feed(piece)
                yield from self._take(parser)
            yield from self._close(parser, read)
        except Refused as reason:
            self.verdict.usable = False
            yield self._file("unusable", f"This cannot be checked: {reason}.")
        except etree.XMLSyntaxError as error:
            yield from self._damaged(error)

    def _close(self, parser: etree.XMLPullParser, read: int) -> Iterator[Finding]:
        if not read:
            raise Refused("the file is empty")
        parser.close()
        yield from self._take(parser)
        yield from self._end()

    def _damaged(self, error: etree.XMLSyntaxError) -> Iterator[Finding]:
        if self._root is None:
            self.verdict.usable = False
            yield self._file("unusable", f"This is no XML: {error.msg}.")
            return
        yield self._file(
            "damaged", f"The XML is damaged here: {error.msg}. What follows was not looked at."
        )

    def _take(self, parser: etree.XMLPullParser) -> Iterator[Finding]:
        events = cast("Iterator[tuple[str, etree._Element]]", parser.read_events())
        for event, element in events:
            if self._root is None:
                self._root = element.getroottree().getroot()
                yield from self._begin(self._root)
            parent = element.getparent()
            if event == "start":
                self._lines[element] = self.verdict.lines
            elif parent is self._root and parent is not None:
                yield from self._child(element)
                _forget(element)
                self._lines = {self._root: self._lines[self._root]}

    def _begin(self, root: etree._Element) -> Iterator[Finding]:
        self.verdict.lines = max(self.verdict.lines, 1)
        self._lines[root] = self.verdict.lines
        dtd = root.getroottree().docinfo.internalDTD
        if dtd is not None and any(True for _ in dtd.iterentities()):  # type: ignore[attr-defined]  # missing in stubs
            raise Refused(
                "it declares entities of its own, which can fetch files or grow without end; "
                "no IATI file needs them"
            )
        self.verdict.kind = str(root.tag)
        if root.tag not in _RECORDS:
            raise Refused(
                f"its outermost element is <{etree.QName(root).localname}>, neither "
                "<iati-activities> nor <iati-organisations>"
            )
        self._record = _RECORDS[self.verdict.kind]
        self.verdict.version = root.get("version", "")
        self._old = self.verdict.version.startswith("1.")
        if self._old:
            message = (
                f"It is written in version {self.verdict.version}, which IATI gave up. Only what "
                "Cairn checks itself is looked at: nearly every element is written otherwise in 2.03."
            )
            yield self._finding(root, "version", Layer.CAIRN, "version", message)
        yield from self._codes(root, self.verdict.kind)

    def _child(self, element: etree._Element) -> Iterator[Finding]:
        name = str(element.tag)
        if not self._shape or self._shape[-1] != name:
            self._shape.append(name)
        if name != self._record:
            return
        self.verdict.records += 1
        for at, attribute, rule, message in self._own.broken(element):
            yield self._finding(at, attribute, Layer.CAIRN, rule, message)
        if self._standard is None or self._old:
            return
        schema = self._standard.schemas.get(self.verdict.kind)
        if schema is not None:
            for found, attribute, message in schema_errors(schema, element):
                where = element if found is None else found
                yield self._finding(where, attribute, Layer.SCHEMA, "schema", message)
        yield from self._codes_within(element)
        if self._standard.ruleset is not None:
            for broken in self._standard.ruleset.broken(element, self._given):
                yield self._finding(
                    broken.element,
                    broken.attribute,
                    Layer.RULESET,
                    broken.rule,
                    broken.message,
                    broken.severity,
                )

    def _codes_within(self, record: etree._Element) -> Iterator[Finding]:
        paths: dict[etree._Element, str] = {}
        for element in record.iter(etree.Element):
            name = str(element.tag)
            parent = element.getparent()
            outer = "" if element is record or parent is None else f"{paths[parent]}/"
            paths[element] = f"{outer}{name}"
            yield from self._codes(element, paths[element])

    def _codes(self, element: etree._Element, path: str) -> Iterator[Finding]:
        if self._standard is None or self._standard.code_lists is None or self._old:
            return
        for bad in self._standard.code_lists.bad(element, path):
            name = bad.codes.name
            if bad.withdrawn:
                message = f"The code ‘{bad.value}’ was withdrawn from the list {name}."
            elif bad.codes.complete:
                message = f"‘{bad.value}’ is no code of the list {name}."
            else:
                message = (
                    f"‘{bad.value}’ is not on the list {name}; other codes may be used, too, so "
                    "look whether it is meant."
                )
            sure = bad.codes.complete and not bad.withdrawn
            attribute = "" if bad.attribute == "text()" else bad.attribute
            severity = Severity.ERROR if sure else Severity.WARNING
            yield self._finding(element, attribute, Layer.CODELIST, name, message, severity)

    def _end(self) -> Iterator[Finding]:
        """Judge the outermost element by a small copy of it, with a stand-in for each record."""
        root = self._root
        schema = self._standard.schemas.get(self.verdict.kind) if self._standard else None
        if root is None or schema is None or self._old:
            return
        outer = etree.Element(root.tag)
        for attribute, value in root.items():
            outer.set(attribute, value)
        outer.extend(etree.Element(name) for name in self._shape)
        outer.text = root.text if (root.text or "").strip() else None
        inside = set(outer.iter()) - {outer, *outer}
        for found, attribute, message in schema_errors(schema, outer):
            stands_in = found is not None and (found in inside or found.tag == self._record)
            # A stand-in is empty: what the schema says of it was said of each record itself.
            if not stands_in or "does not belong" in message:
                yield self._finding(root, attribute, Layer.SCHEMA, "schema", message)

    def _finding(
        self,
        element: etree._Element,
        attribute: str,
        layer: Layer,
        rule: str,
        message: str,
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        record = element
        while record.tag != self._record and (parent := record.getparent()) is not None:
            record = parent
        named = record.findtext(_IDENTIFIERS.get(str(record.tag), "none")) or ""
        attribute = attribute.replace("{http://www.w3.org/XML/1998/namespace}", "xml:")
        return Finding(
            self._lines.get(element, self.verdict.lines),
            severity,
            layer,
            rule,
            self._path(element) + (f"/@{attribute}" if attribute else ""),
            named.strip(),
            message,
        )

    def _path(self, element: etree._Element) -> str:
        path: str = element.getroottree().getpath(element)
        within = f"/{self.verdict.kind}/{self._record}"
        if self._record and path.startswith(within):
            return f"{within}[{self.verdict.records}]{path[len(within) :]}"
        return path

    def _file(self, rule: str, message: str) -> Finding:
        return Finding(self.verdict.lines, Severity.ERROR, Layer.XML, rule, "/", "", message)


def _given(standard: Standard | None, now: datetime) -> Given:
    lists = standard.code_lists if standard else None
    if lists is None:
        return Given(now)
    return Given(
        now,
        organisations=lists.codes_of("OrganisationIdentifier")
        | lists.codes_of("IATIOrganisationIdentifier"),
        agencies=lists.codes_of("OrganisationRegistrationAgency"),
    )


def _forget(element: etree._Element) -> None:
    """Let go of a record, with all before it in its parent: the next is the first again."""
    parent = element.getparent()
    if parent is not None:
        while (before := element.getprevious()) is not None:
            parent.remove(before)
        parent.remove(element)
