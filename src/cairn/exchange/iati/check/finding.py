"""What is wrong with an IATI file: one finding is one thing at one place."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether a file with it can be valid."""

    ERROR = "error"
    WARNING = "warning"


class Layer(StrEnum):
    """Which of the rules that a file is held to was broken."""

    XML = "xml"
    CAIRN = "cairn"
    SCHEMA = "schema"
    CODELIST = "codelist"
    RULESET = "ruleset"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, as a sentence, and where it stands."""

    line: int
    severity: Severity
    layer: Layer
    rule: str
    """Its id: `1.1.3` of the ruleset, the name of a code list, or a word for what Cairn checks."""
    element: str
    """An XPath into the file."""
    record: str
    """The id of the activity or organisation that it stands in, where one is known."""
    message: str


@dataclass(slots=True)
class Verdict:
    """What was read of one file, and what came of it."""

    kind: str = ""
    """Its outermost element."""
    version: str = ""
    records: int = 0
    errors: int = 0
    warnings: int = 0
    lines: int = 0
    usable: bool = True
    """Whether it is an IATI file that could be read to its end."""

    def count(self, finding: Finding) -> None:
        """Count one more."""
        if finding.severity is Severity.ERROR:
            self.errors += 1
        else:
            self.warnings += 1
