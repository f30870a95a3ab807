"""What a forger may do to a published record, and how far each goes to cover it up.

A mutation is made from a seed, so that whatever slips through can be made again.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from cairn.journal.codec import canonical
from cairn.merkle.checkpoint import Checkpoint
from cairn.merkle.hashing import leaf_hashes
from cairn.merkle.note import Note, Signer
from cairn.merkle.tile import ENTRIES, WIDTH, Edge, Tile, entries_of, grow
from cairn.verify.manifest import NAME, Listed, Manifest

Files = dict[str, bytes]


@dataclass
class Forgery:
    """A record as forged: how, what it takes to notice, and where it may be noticed."""

    how: str
    files: Files
    needs: str = ""
    where: frozenset[str] = frozenset()


def mended(files: Files) -> Files:
    """The same with a manifest that lists it as it is."""
    before = Manifest.parse(files[NAME])
    listed = {path: Listed.of(content) for path, content in files.items() if path != NAME}
    size = Checkpoint.parse(Note.parse(files["checkpoint"]).text).size
    return files | {NAME: bytes(Manifest(before.programme, size, listed))}


def entries_in(files: Files) -> list[bytes]:
    """Every entry of the log, in order."""
    found = []
    size = Manifest.parse(files[NAME]).position
    for index in range(-(-size // WIDTH)):
        width = min(WIDTH, size - index * WIDTH)
        found += entries_of(files[Tile(ENTRIES, index, width).path], width)
    return found


def with_entries(files: Files, entries: list[bytes]) -> tuple[Files, bytes]:
    """The record with another log in it, every tile made to fit; and the root of that."""
    rest = {path: content for path, content in files.items() if not path.startswith("tile/")}
    edge = Edge()
    list(edge.add(leaf_hashes(entries)))
    return rest | {tile.path: content for tile, content in grow(entries)}, edge.root


def signed(files: Files, signer: Signer, size: int, root: bytes) -> Files:
    """With a checkpoint over that, by this key, which is put beside it."""
    text = Checkpoint(signer.name, size, root).text
    note = Note(text, (signer.sign(text),))
    return files | {"checkpoint": bytes(note), "verifier": f"{signer.verifier}\n".encode()}


def renumbered(entries: list[bytes]) -> list[bytes]:
    """Entries that say the positions at which they now stand."""
    found = []
    for position, raw in enumerate(entries, 1):
        head = b'"position":%d,' % position
        found.append(re.sub(rb'"position":[0-9]+,', head, raw, count=1))
    return found


def spoiled(random: Random, content: bytes) -> bytes:
    """Some bytes with one bit flipped, one dropped or put in, two swapped, or the end cut off."""
    at = random.randrange(len(content))
    match random.choice(("flip", "drop", "swap", "insert", "truncate")):
        case "flip":
            return (
                content[:at] + bytes([content[at] ^ 1 << random.randrange(8)]) + content[at + 1 :]
            )
        case "drop":
            return content[:at] + content[at + 1 :]
        case "swap":
            other = content.find(bytes([content[at]]), at)
            while other < len(content) and content[other] == content[at]:
                other += 1
            if other == len(content):
                return content[:at]
            swapped = bytearray(content)
            swapped[at], swapped[other] = swapped[other], swapped[at]
            return bytes(swapped)
        case "insert":
            return content[:at] + bytes([random.randrange(256)]) + content[at:]
    return content[:at]


def other_entries(random: Random, entries: list[bytes]) -> list[bytes]:
    """Entries with one flipped, dropped or put in twice, two swapped, or the last ones cut off."""
    at = random.randrange(len(entries) - 1)
    found = list(entries)
    match random.choice(("flip", "drop", "swap", "insert", "truncate")):
        case "flip":
            found[at] = spoiled(random, found[at])
        case "drop":
            del found[at]
        case "swap":
            found[at], found[at + 1] = found[at + 1], found[at]
        case "insert":
            found.insert(random.randrange(len(found)), found[at])
        case "truncate":
            del found[at + 1 :]
    return found


def renamed(random: Random, entries: list[bytes]) -> list[bytes]:
    """Entries of which one tells of another post, and is as well made as before."""
    at = random.randrange(len(entries))
    said = json.loads(entries[at])
    return [*entries[:at], canonical(said | {"post": "another-post"}), *entries[at + 1 :]]


# How far forgers go. Each is given the random, the record, the earlier one, and the true signer.


def one_file(random: Random, kept) -> Forgery:
    path = random.choice(sorted(kept.files))
    content = kept.files[path]
    match random.choice(("spoil", "spoil", "spoil", "drop", "swap", "insert", "truncate")):
        case "drop":
            files = {name: one for name, one in kept.files.items() if name != path}
            return Forgery(f"{path} dropped", files, where=frozenset({path, NAME}))
        case "swap":
            other = random.choice(sorted(kept.files))
            if kept.files[other] != content:
                files = kept.files | {path: kept.files[other], other: content}
                where = frozenset({path, other, NAME, "checkpoint", "verifier"})
                return Forgery(f"{path} and {other} swapped", files, where=where)
        case "insert":
            path = f"{path}.more"
            return Forgery(f"{path} added", kept.files | {path: content}, where=frozenset({path}))
        case "truncate":
            content = content[: random.randrange(len(content))]
            files = kept.files | {path: content}
            return Forgery(f"{path} truncated", files, where=frozenset({path, NAME}))
    files = kept.files | {path: spoiled(random, content)}
    # In the manifest one letter of a hash may be another: then the file that it is of is not the one listed.
    where = frozenset({path}) if path != NAME else frozenset(kept.files)
    return Forgery(f"{path} spoiled", files, where=where)


def one_file_and_its_hash(random: Random, kept) -> Forgery:
    log = [path for path in kept.files if path.startswith("tile/")]
    path = random.choice([*sorted(log), "checkpoint", *_tables(kept.files)])
    if path.endswith(".csv"):
        content = _other_figure(random, kept.files[path])
    elif path == "checkpoint":
        content = _other_checkpoint(random, kept.files[path])
    else:
        content = spoiled(random, kept.files[path])
    files = kept.files | {path: content}
    try:
        files = mended(files)
    except Exception:  # noqa: BLE001 - a checkpoint that nobody can read stays as it was listed
        listed = dict(Manifest.parse(files[NAME]).files) | {path: Listed.of(content)}
        before = Manifest.parse(files[NAME])
        files[NAME] = bytes(Manifest(before.programme, before.position, listed))
    where = {path} | {one for one in log if path.startswith("tile/0") and "entries" in one}
    where |= {one for one in log if path.startswith("tile/")} if path == "checkpoint" else set()
    return Forgery(f"{path} changed and its hash mended", files, where=frozenset(where | {NAME}))


def _tables(files: Files) -> list[str]:
    return sorted(
        path for path in files if re.search(r"/grants/grants\.csv$|^\w+/[^/]+/stages\.csv$", path)
    )


def _other_figure(random: Random, table: bytes) -> bytes:
    figures = list(re.finditer(rb"(?<=,)[1-9][0-9]*\.[0-9]{2}(?=,)", table))
    assert figures
    found = figures[random.randrange(min(len(figures), 6))]
    figure = b"%d.00" % random.randrange(10**9, 10**10)
    return table[: found.start()] + figure + table[found.end() :]


def _other_checkpoint(random: Random, note: bytes) -> bytes:
    """Its text or the log's own signature; a strange witness's is nobody's business."""
    end = note.index(b"\n", note.index("\n\n— ".encode()) + 2)
    return spoiled(random, note[:end]) + note[end:]


def every_tile(random: Random, kept) -> Forgery:
    entries = other_entries(random, entries_in(kept.files))
    files, _root = with_entries(kept.files, entries)
    files = mended_for(files, len(entries)) if random.random() < 0.5 else mended(files)
    return Forgery("another log, every tile made to fit", files, where=_any(files, kept))


def _any(files: Files, kept) -> frozenset[str]:
    return frozenset(files) | frozenset(kept.files)


def mended_for(files: Files, size: int) -> Files:
    """A manifest that owns up to another size than the checkpoint's."""
    before = Manifest.parse(mended(files)[NAME])
    return files | {NAME: bytes(Manifest(before.programme, size, before.files))}


def another_key(random: Random, kept) -> Forgery:
    entries = renamed(random, entries_in(kept.files))
    files, root = with_entries(kept.files, entries)
    forger = Signer(kept.signer.name, random.randbytes(32))
    files = mended(signed(files, forger, len(entries), root))
    return Forgery("signed by another key", files, needs="key", where=frozenset({"checkpoint"}))


def the_true_key_and_no_care(random: Random, kept) -> Forgery:
    """The operator, who signs whatever is in the log."""
    before = entries_in(kept.files)
    at = random.randrange(len(before) - 1)
    entries = list(before)
    match random.choice(("drop", "swap", "insert", "flip")):
        case "drop":
            del entries[at]
        case "swap":
            entries[at], entries[at + 1] = entries[at + 1], entries[at]
        case "insert":
            entries.insert(at, entries[-1])
        case "flip":
            said = json.loads(entries[at])
            entries[at] = canonical(said | {"fact": {"kindness": 1}})
    files, root = with_entries(kept.files, entries)
    files = mended(signed(files, kept.signer, len(entries), root))
    return Forgery("signed by the true key, with no care", files, where=_any(files, kept))


def the_true_key(random: Random, kept) -> Forgery:
    """The operator, who rewrites what is older than the checkpoint that somebody kept."""
    entries = entries_in(kept.files)
    at = random.randrange(len(entries_in(kept.earlier)))
    said = json.loads(entries[at])
    entries[at] = canonical(said | {"post": "another-post"})
    files, root = with_entries(kept.files, entries)
    files = mended(signed(files, kept.signer, len(entries), root))
    needs = random.choice(("since", "witness"))
    return Forgery("rewritten by its operator", files, needs=needs, where=frozenset({"checkpoint"}))


def the_true_key_and_numbers(random: Random, kept) -> Forgery:
    """The operator, who drops an entry and numbers the rest anew."""
    entries = entries_in(kept.files)
    del entries[random.randrange(60, len(entries_in(kept.earlier)))]
    entries = renumbered(entries)
    files, root = with_entries(kept.files, entries)
    files = mended(signed(files, kept.signer, len(entries), root))
    needs = random.choice(("since", "witness"))
    return Forgery("an entry dropped by its operator", files, needs, frozenset({"checkpoint"}))


def rolled_back(random: Random, kept) -> Forgery:
    """An earlier state of the true record: with the checkpoint of today, it is seen to be old."""
    del random
    return Forgery("rolled back", kept.earlier, needs="newest", where=frozenset({"checkpoint"}))


FORGERS: tuple[tuple[int, Callable[..., Forgery]], ...] = (
    (900, one_file),
    (500, one_file_and_its_hash),
    (250, every_tile),
    (150, another_key),
    (100, the_true_key_and_no_care),
    (100, the_true_key),
    (50, the_true_key_and_numbers),
    (10, rolled_back),
)
"""How many mutations of 2,060 are whose."""
