"""From a team and a position to every file of its bundle."""

import difflib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Final

from cairn.catalog import journal
from cairn.following import pasts
from cairn.following.snapshot import bring_up_to_date
from cairn.journal.heads import NotSteadyError, position_of
from cairn.journal.past import Past
from cairn.pack import NoSuchTeamError, Pack, bytes_of, pack_of, schema, sha256_of
from cairn.programme.models import Team
from cairn.values import CairnError
from cairn.verify import bundle_manifest as manifest
from cairn.verify.bundle_manifest import BundleManifest
from cairn.verify.manifest import NAME, Listed
from cairn.verify.packed import Content, pack
from cairn.web.bundle.pages import pages_of
from cairn.web.bundle.photos import photos_of
from cairn.web.bundle.proofs import Frozen, Proofs, frozen_of, of_handover
from cairn.web.bundle.readme import readme_of

TRIES: Final = 5
AGAIN: Final = "A photo was erased while the bundle was made; make it again."
ALIKE: Final = 8
"""So many teams are named to somebody who named none."""

Step = Callable[[str], object]
"""Told what is done next, of long work."""


class UnknownTeamError(CairnError):
    """A team that is not on record; its message names those that may have been meant."""


class NoSuchPositionError(CairnError):
    """A position that the journal has not reached."""


class OtherPackError(CairnError):
    """The journal tells another pack than the one that was frozen: Cairn's own mistake, or a forger's."""


class ErasedMeanwhileError(CairnError):
    """A photo was erased while the bundle was made."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that is in a bundle."""

    about: BundleManifest
    contents: Mapping[str, Content]

    def write(self, file: IO[bytes]) -> None:
        """Write it as one zip file. Raises TooLargeError, ErasedMeanwhileError."""
        try:
            pack(file, self.contents)
        except FileNotFoundError as error:
            raise ErasedMeanwhileError(AGAIN) from error


def bundle_of(
    *,
    programme: str,
    team: str,
    at: int | None = None,
    sign: Callable[[], object] = lambda: None,
    step: Step = lambda _what: None,
) -> Bundle:
    """The bundle of a team: of the pack that is frozen, else of the newest; or of a position.

    `sign` signs a checkpoint over what is recorded, where whoever makes it may; `step` is told what is done. Raises UnknownTeamError, NoSuchPositionError, NotSignedYetError, OtherPackError,
    NotSteadyError; UnknownThingError for a programme that is none.
    """
    head = position_of(programme)
    _known(programme, team)
    if at is not None and not 1 <= at <= head:
        raise NoSuchPositionError(f"‘{programme}’ has no position {at}; it has 1 to {head}.")
    frozen = frozen_of(programme, team)
    if frozen and at is not None and at != frozen.upto:
        frozen = None
    step("computing the pack")
    found, position = _pack(programme, team, frozen.upto if frozen else at)
    if frozen and sha256_of(found) != frozen.sha256:
        raise OtherPackError(
            f"Entry {frozen.entry} froze the pack {frozen.sha256}, and the first {frozen.upto} entries come to "
            f"{sha256_of(found)}. Run `cairn check` and `cairn rebuild`; another version of Cairn may have frozen it."
        )
    sign()
    return _bundle(programme, found, position, frozen, step)


def _known(programme: str, team: str) -> None:
    ids = sorted(Team.objects.filter(programme=programme).values_list("id", flat=True))
    if team in ids:
        return
    alike = difflib.get_close_matches(team, ids, n=ALIKE, cutoff=0.5) or ids[:ALIKE]
    more = f" and {len(ids) - len(alike)} more" if len(ids) > len(alike) else ""
    there = f"There is {', '.join(alike)}{more}." if ids else "None has been placed yet."
    raise UnknownTeamError(f"There is no team ‘{team}’ in ‘{programme}’. {there}")


def _pack(programme: str, team: str, at: int | None) -> tuple[Pack, int]:
    """The pack of a position, else of the newest that holds still."""
    for _try in range(TRIES):
        if at is not None and at < position_of(programme):
            return _of_the_past(Past(programme, at), team), at
        bring_up_to_date(programme)
        found = pack_of(programme=programme, team=team, journal=journal)
        if found.settled and found.as_of.position == (at or found.as_of.position):
            return found, found.as_of.position
    raise NotSteadyError(
        f"Facts of ‘{programme}’ kept arriving while its pack was computed; try again, or name a position with --at."
    )


def _of_the_past(past: Past, team: str) -> Pack:
    pasts.at_once(journal, past.key)
    try:
        return pack_of(programme=past.key, team=team, journal=journal)
    except NoSuchTeamError as error:
        told = f"At position {past.position} the team ‘{team}’ was not placed yet."
        raise UnknownTeamError(told) from error


def _bundle(
    programme: str, found: Pack, position: int, frozen: Frozen | None, step: Step
) -> Bundle:
    step("collecting proofs")
    photos = photos_of(programme, found)
    positions = {position, *photos.opened}
    if frozen:
        positions |= {frozen.entry, *of_handover(programme, found.team.team)}
    proofs = Proofs.of(programme, reach=max(positions))
    about = BundleManifest(
        programme=programme,
        team=found.team.team,
        position=position,
        pack=sha256_of(found),
        frozen=frozen.entry if frozen and proofs else None,
        origin=proofs.checkpoint.origin if proofs else None,
        files={},
    )
    contents: dict[str, Content] = {manifest.PACK: bytes_of(found), manifest.SCHEMA: _schema()}
    contents |= photos.contents
    if proofs:
        contents |= dict(proofs.files(positions)) | dict(photos.openings())
    step("drawing pages")
    contents |= dict(pages_of(found, about, photos))
    contents["README.txt"] = readme_of(about)
    step("hashing files")
    about = replace(about, files={path: _listed(one) for path, one in contents.items()})
    return Bundle(about, {**contents, NAME: bytes(about)})


def _schema() -> bytes:
    text = json.dumps(schema(), ensure_ascii=False, indent=2, sort_keys=True)
    return f"{text}\n".encode()


def _listed(content: Content) -> Listed:
    try:
        return Listed.of(content.read_bytes() if isinstance(content, Path) else content)
    except FileNotFoundError as error:
        raise ErasedMeanwhileError(AGAIN) from error
