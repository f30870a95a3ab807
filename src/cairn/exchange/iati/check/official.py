"""IATI's official files, wherever in a folder they lie. They are not part of Cairn.

A folder may hold clones of IATI's repositories, or the files alone: they are known by their names,
and code lists by what they are.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree

from cairn.exchange.iati.check.codelists import CodeList, CodeLists, read_list
from cairn.exchange.iati.check.rules import Ruleset
from cairn.exchange.iati.check.xpaths import UnusableRulesetError
from cairn.values import CairnError

VARIABLE: Final = "CAIRN_IATI_STANDARD"
FOLDER: Final = "iati-standard"
_SCHEMAS: Final = {
    "iati-activities": "iati-activities-schema.xsd",
    "iati-organisations": "iati-organisations-schema.xsd",
}
_RULESET: Final = "standard.json"
_MAPPING: Final = "mapping.xml"
_FIRST: Final = 1 << 12
"""How many bytes of a file are looked at to see whether it is a code list."""


class UnusableStandardError(CairnError):
    """The folder that was named for the standard does not hold it."""


@dataclass(frozen=True, slots=True)
class Standard:
    """What a file is held to. What its folder lacks is None, and said."""

    folder: Path
    schemas: Mapping[str, etree.XMLSchema]
    code_lists: CodeLists | None
    ruleset: Ruleset | None

    @property
    def missing(self) -> tuple[str, ...]:
        """Which parts of the standard are not there."""
        parts = {
            "the schema of activities": "iati-activities" in self.schemas,
            "the schema of organisations": "iati-organisations" in self.schemas,
            "the code lists": self.code_lists is not None,
            "the ruleset": self.ruleset is not None,
        }
        return tuple(part for part, there in parts.items() if not there)


def standard_in(folder: Path) -> Standard:
    """Read the standard. Raises UnusableStandardError where there is nothing of it, or it is broken."""
    if not folder.is_dir():
        raise UnusableStandardError(f"There is no folder {folder} with IATI's official files.")
    files = sorted(_files(folder))
    try:
        schemas = {
            root: etree.XMLSchema(file=str(path))
            for root, name in _SCHEMAS.items()
            for path in _named(name, files)
        }
        lists = _lists(files)
        mapping = next(iter(_named(_MAPPING, files)), None)
        standard = Standard(
            folder,
            schemas,
            CodeLists(lists, mapping) if lists else None,
            next((_ruleset(path) for path in _named(_RULESET, files)), None),
        )
    except (etree.LxmlError, OSError) as error:
        raise UnusableStandardError(f"IATI's files in {folder} cannot be read: {error}") from error
    if len(standard.missing) == 4:
        raise UnusableStandardError(
            f"{folder} holds none of IATI's official files: no {_SCHEMAS['iati-activities']}, no code "
            f"list and no {_RULESET}. docs/how-to/iati.md says where they are to be had."
        )
    return standard


def standard_for(folder: Path | None, *, installation: Path) -> Standard | None:
    """The standard in the folder asked for, else CAIRN_IATI_STANDARD, else the installation's own."""
    named = folder or (Path(value) if (value := os.environ.get(VARIABLE)) else None)
    if named is not None:
        return standard_in(named)
    own = installation / FOLDER
    return standard_in(own) if own.is_dir() else None


def _files(folder: Path) -> Iterator[Path]:
    """Files of the standard; its repositories have folders of tests beside."""
    for path, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if "test" not in name and name != ".git"]
        yield from (Path(path, name) for name in names if name.endswith((".xml", ".xsd", ".json")))


def _named(name: str, files: list[Path]) -> list[Path]:
    return [path for path in files if path.name == name][:1]


def _lists(files: list[Path]) -> dict[str, CodeList]:
    lists: dict[str, CodeList] = {}
    for path in files:
        if path.suffix != ".xml":
            continue
        with path.open("rb") as stream:
            if b"<codelist " not in stream.read(_FIRST):
                continue
        found = read_list(path)
        if found is not None:
            lists.setdefault(found.name, found)
    return lists


def _ruleset(path: Path) -> Ruleset:
    try:
        return Ruleset.read(json.loads(path.read_bytes()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnusableStandardError(f"{path} is no ruleset: {error}.") from error
    except UnusableRulesetError as error:
        raise UnusableStandardError(f"{path} cannot be used. {error}") from error
