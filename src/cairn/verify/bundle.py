"""Verify the bundle of a handover: every file, the pack's hash, every entry that it rests on, every photo.

It loads no Django and asks no database. What is checked, in order:

1. each file that `manifest.json` lists is there with its bytes, and no other;
2. the checkpoint is signed, and witnessed as asked;
3. pack.json is canonical, has the hash that the manifest says, and is by its schema;
4. each entry is written as entries are, and its proof leads to the checkpoint;
5. the entry that froze the pack, and each that signs it, names its hash;
6. each photo is the one to which an entry commits that the pack names.

The pages and tables are drawn from pack.json by whoever wrote the bundle: they are held to the manifest alone.
"""

import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final, NoReturn

import jsonschema_rs

from cairn.journal import openings
from cairn.journal.codec import NotCanonicalError, canonical
from cairn.journal.openings import NotOpeningsError
from cairn.merkle.checkpoint import Checkpoint
from cairn.merkle.hashing import leaf_hash
from cairn.merkle.note import MAX_BYTES, Note, Verifier
from cairn.merkle.policy import Accepted, Policy
from cairn.merkle.proof import verify_inclusion
from cairn.merkle.tlog_proof import TlogProof
from cairn.values import CairnError
from cairn.verify import bundle_manifest as manifest
from cairn.verify.bundle_manifest import CHECKPOINT, PACK, SCHEMA, VERIFIER, BundleManifest
from cairn.verify.entries import Entry, EntryReader, NotAnEntryError
from cairn.verify.files import Files, Folder
from cairn.verify.manifest import NAME
from cairn.verify.packed import Zipped
from cairn.verify.record import Trusted
from cairn.verify.tree import Progress
from cairn.verify.wrong import UnusableError, WrongError

FROZEN: Final = "handover.pack-frozen"
NEEDED: Final = (PACK, SCHEMA, manifest.PROOFS)
"""Files that are read again once all of them are held."""
MOST_BYTES: Final = 2**26
"""What one file may have: whoever verifies a stranger's bundle holds one in memory at a time."""
MOST_KEPT: Final = 2**27
"""And all of those that are read again."""
NAMED: Final = re.compile(rf"{manifest.ENTRIES}([1-9][0-9]{{0,15}})\.(json|tlog-proof)")
PHOTO: Final = "sha256"
"""The answer of an inspection that names its photo."""
SEALED: Final = f"{manifest.PROOFS}{openings.FOLDER}"

Contents = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Signed:
    """An entry that names the hash of the pack: it freezes, signs or witnesses it."""

    position: int
    kind: str
    post: str
    on: str


@dataclass(frozen=True, slots=True)
class Held:
    """What holds of a bundle. `checkpoint` is None where no log proves anything."""

    about: BundleManifest
    checkpoint: Checkpoint | None
    own_key: bool
    cosigned: Mapping[str, int]
    entries: int
    signed: tuple[Signed, ...]
    photos: int


def is_bundle(files: Files) -> bool:
    """Whether it is the zip file of a bundle, or a folder that says that it is one unpacked."""
    if not isinstance(files, Folder):
        return isinstance(files, Zipped)
    try:
        return manifest.is_manifest_of_bundle(files.read(NAME, most=MOST_BYTES))
    except CairnError:
        return False


def verify_bundle(
    files: Files, trusted: Trusted, *, progress: Progress = lambda _done, _of: None
) -> Held:
    """Verify a bundle. Raises WrongError for the first thing wrong, UnusableError for what cannot be asked."""
    if trusted.since:
        raise UnusableError(
            "a bundle cannot prove that it continues an older checkpoint: its proofs are of single entries. "
            "Verify the published record with --since"
        )
    about = _listed(files)
    contents = _held(files, about, progress)
    accepted, own_key = _accepted(about, contents, trusted)
    pack = _pack(about, contents)
    entries = dict(_entries(about, contents, accepted))
    signed = tuple(_signed(about, entries))
    photos = _photos(about, contents, entries, pack)
    checkpoint, cosigned = (accepted.checkpoint, accepted.cosigned_at) if accepted else (None, {})
    return Held(about, checkpoint, own_key, cosigned, len(entries), signed, photos)


def _listed(files: Files) -> BundleManifest:
    """The manifest, with every file it lists there and no other."""
    about = BundleManifest.parse(files.read(NAME, most=MOST_BYTES))
    there = files.names() or set()
    if missing := sorted(about.files.keys() - there):
        raise WrongError(missing[0], f"there is no such file, and {NAME} lists it")
    if more := sorted(there - about.files.keys() - {NAME}):
        raise WrongError(more[0], f"{NAME} does not list it")
    if needed := sorted({PACK, SCHEMA} - about.files.keys()):
        raise WrongError(needed[0], f"{NAME} does not list it")
    return about


def _held(files: Files, about: BundleManifest, progress: Progress) -> Contents:
    """Hold every file against the manifest; what is needed again is kept."""
    kept, length = dict[str, bytes](), 0
    for done, (path, one) in enumerate(sorted(about.files.items()), 1):
        content = files.read(path, most=min(one.size, MOST_BYTES))
        one.hold(path, content)
        if path.startswith(NEEDED):
            kept[path] = content
            length += len(content)
        if length > MOST_KEPT:
            raise WrongError(
                path, f"there is more to prove than the {MOST_KEPT} bytes of one bundle"
            )
        progress(done, len(about.files))
    return kept


def _accepted(
    about: BundleManifest, contents: Contents, trusted: Trusted
) -> tuple[Accepted | None, bool]:
    """The checkpoint, as far as somebody trusts it; and whether by nothing but the key beside it."""
    keys = trusted.keys or (trusted.policy.logs if trusted.policy else ())
    if CHECKPOINT not in contents:
        _no_log(about, contents, asked=bool(keys or trusted.policy))
        return None, False
    policy = replace(trusted.policy or Policy(), logs=keys or (_own_key(contents),))
    try:
        accepted = policy.accept(Note.parse(contents[CHECKPOINT]))
    except CairnError as error:
        raise WrongError(CHECKPOINT, str(error)) from error
    if accepted.checkpoint.origin != about.origin:
        what = f"it is of the log {accepted.checkpoint.origin}, and {NAME} says {about.origin}"
        raise WrongError(CHECKPOINT, what)
    return accepted, not keys


def _no_log(about: BundleManifest, contents: Contents, *, asked: bool) -> None:
    """A programme without a log proves nothing: then nothing here may look as if it did."""
    if about.origin or about.frozen:
        raise WrongError(CHECKPOINT, f"there is no such file, and {NAME} names what it proves")
    if proofs := sorted(path for path in contents if path.startswith(manifest.PROOFS)):
        raise WrongError(proofs[0], "nothing proves it: there is no checkpoint beside it")
    if asked:
        what = "there is no such file: no log proves this bundle, and you brought a key of one"
        raise WrongError(CHECKPOINT, what)


def _own_key(contents: Contents) -> Verifier:
    """The key that came with the bundle: it shows a slip, and no forger."""
    try:
        text = contents[VERIFIER][:MAX_BYTES].decode()
        return Verifier.parse(text.removesuffix("\n"))
    except KeyError as error:
        raise WrongError(VERIFIER, "there is no such file: say the log's key with --key") from error
    except (CairnError, UnicodeDecodeError) as error:
        raise WrongError(VERIFIER, str(error)) from error


def _pack(about: BundleManifest, contents: Contents) -> Any:  # noqa: ANN401 - a JSON value
    """The pack, by its hash and its schema; of the team and the position that the manifest says."""
    raw = contents[PACK]
    if sha256(raw).hexdigest() != about.pack:
        raise WrongError(PACK, f"its SHA-256 is not that of the pack which {NAME} names")
    try:
        found = json.loads(raw)
        if canonical(found) != raw:
            raise WrongError(PACK, "it is not written as canonical JSON")
    except (ValueError, RecursionError, NotCanonicalError) as error:
        raise WrongError(PACK, f"it is no canonical JSON: {error}") from error
    try:
        schema = jsonschema_rs.validator_for(json.loads(contents[SCHEMA]), retriever=_nothing)
    except (ValueError, RecursionError, jsonschema_rs.ValidationError) as error:
        raise WrongError(SCHEMA, f"it is no JSON Schema: {str(error)[:200]}") from error
    wrong = next(schema.iter_errors(found), None)
    if wrong:
        path = ".".join(map(str, wrong.instance_path))
        raise WrongError(PACK, f"{path or 'the whole'} is not by its schema: {wrong.message:.200}")
    _hold_subject(about, found)
    return found


def _hold_subject(about: BundleManifest, pack: Any) -> None:  # noqa: ANN401 - a JSON value
    """Whatever the schema that came with it says, it must be of this team."""
    try:
        of = pack["programme"]["id"], pack["team"]["team"]
        names = {one["picture"] for one in pack["assets"]}
    except (KeyError, TypeError, IndexError) as error:
        raise WrongError(PACK, "it has not the fields of a pack") from error
    if of != (about.programme, about.team) or not all(isinstance(name, str) for name in names):
        what = f"it is of the team ‘{of[1]!s:.80}’ of ‘{of[0]!s:.80}’, and {NAME} says otherwise"
        raise WrongError(PACK, what)


def _nothing(address: str) -> NoReturn:
    raise ValueError(f"a schema may not refer to {address}")


def _entries(
    about: BundleManifest, contents: Contents, accepted: Accepted | None
) -> Iterator[tuple[int, Entry]]:
    """Every entry with its position, once its proof leads from its bytes to the checkpoint."""
    if accepted is None:
        return
    reader, note = EntryReader(about.programme, {}), Note.parse(contents[CHECKPOINT])
    named = {path: _position(path) for path in contents if path.startswith(manifest.ENTRIES)}
    positions = sorted(set(named.values()))
    if about.position not in positions:
        path = manifest.entry_path(about.position)
        raise WrongError(path, "there is no such file: it is the last entry that the pack knows")
    for position in positions:
        entry_at, proof_at = manifest.entry_path(position), manifest.proof_path(position)
        for path in (entry_at, proof_at):
            if path not in contents:
                raise WrongError(path, "there is no such file, and its other half is there")
        hold = _Proved(reader, note, accepted.checkpoint, position)
        hold.proof(proof_at, contents[proof_at], contents[entry_at])
        yield position, hold.entry(entry_at, contents[entry_at])


@dataclass(frozen=True, slots=True)
class _Proved:
    """What one entry must be."""

    reader: EntryReader
    note: Note
    checkpoint: Checkpoint
    position: int

    def proof(self, path: str, raw: bytes, entry: bytes) -> None:
        """Raises WrongError unless it leads from the entry's bytes to the checkpoint."""
        try:
            proof = TlogProof.parse(raw)
            verify_inclusion(
                leaf_hash=leaf_hash(entry),
                index=self.position - 1,
                size=self.checkpoint.size,
                proof=proof.path,
                root=self.checkpoint.root,
            )
        except CairnError as error:
            raise WrongError(path, str(error), position=self.position) from error
        if (proof.index, proof.checkpoint, proof.extra) != (self.position - 1, self.note, b""):
            what = f"it is of another entry, or its checkpoint is not {CHECKPOINT}"
            raise WrongError(path, what, position=self.position)

    def entry(self, path: str, raw: bytes) -> Entry:
        """Raises WrongError for what is written otherwise than an entry."""
        try:
            entry = self.reader.envelope(raw, self.position)
        except NotAnEntryError as error:
            raise WrongError(path, str(error), position=self.position) from error
        if not isinstance(entry["fact"], dict) or not isinstance(entry.get("sealed", {}), dict):
            raise WrongError(path, "its fact is none", position=self.position)
        return entry


def _position(path: str) -> int:
    found = NAMED.fullmatch(path)
    if not found:
        raise WrongError(path, "no entry, and no proof of one, is called so")
    return int(found[1])


def _signed(about: BundleManifest, entries: Mapping[int, Entry]) -> Iterator[Signed]:
    """The entries that name the hash of the pack; the one that froze it must be there, and be right."""
    if about.frozen is not None:
        path = manifest.entry_path(about.frozen)
        entry = entries.get(about.frozen)
        if entry is None:
            raise WrongError(path, f"there is no such file: {NAME} says that it freezes the pack")
        says = {"handover": about.team, "sha256": about.pack, "upto": about.position}
        if entry["kind"] != FROZEN or not says.items() <= entry["fact"].items():
            raise WrongError(path, "it does not freeze this pack", position=about.frozen)
    for position, entry in entries.items():
        fact = entry["fact"]
        if fact.get("handover") == about.team and fact.get("sha256") == about.pack:
            yield Signed(position, entry["kind"], entry["post"], entry["happened_on"])


def _photos(
    about: BundleManifest,
    contents: Contents,
    entries: Mapping[int, Entry],
    pack: Any,  # noqa: ANN401 - a JSON value
) -> int:
    """How many photos there are; each is the one of an entry that the pack names for an asset."""
    there = {path for path in about.files if path.startswith(manifest.PHOTOS)}
    for path in sorted(there):
        if path != manifest.photo_path(about.files[path].sha256):
            raise WrongError(path, "it is not called after the SHA-256 of its bytes")
    if not entries:
        return len(there)
    named = {one["picture"] for one in pack["assets"]} - {""}
    shown = dict(_opened(contents, entries))
    for path in sorted(there):
        if shown.get(path) not in named:
            raise WrongError(
                path, "no entry that the pack names for an asset commits to this photo"
            )
    if missing := sorted(shown.keys() - there):
        raise WrongError(missing[0], "there is no such file, and an answer that is opened names it")
    return len(there)


def _opened(contents: Contents, entries: Mapping[int, Entry]) -> Iterator[tuple[str, str]]:
    """Each photo that an entry of the bundle commits to and that is opened here, and the entry's id."""
    for path, raw in contents.items():
        if not path.startswith(SEALED):
            continue
        for position, answers in _openings(path, raw).items():
            entry = entries.get(position)
            if entry is None or answers.keys() != {PHOTO}:
                raise WrongError(path, "it opens what is not in this bundle", position=position)
            salt, value = answers[PHOTO]
            commitment = entry.get("sealed", {}).get(PHOTO)
            if hmac.digest(salt, canonical(value), "sha256").hex() != commitment:
                what = f"‘{PHOTO}’ is not what the entry commits to"
                raise WrongError(path, what, position=position)
            yield manifest.photo_path(str(value)), entry["id"]


def _openings(path: str, raw: bytes) -> openings.Openings:
    found = re.fullmatch(r"([0-9]{6,})\.json", path.removeprefix(SEALED))
    if not found or f"{manifest.PROOFS}{openings.path_of(int(found[1]))}" != path:
        raise WrongError(path, "no file of openings is called so")
    try:
        return openings.read(raw, int(found[1]))
    except NotOpeningsError as error:
        raise WrongError(path, str(error), position=error.position) from error
