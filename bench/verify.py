"""How fast a log is verified: hashing (every tile recomputed), and reading every entry besides.

    python bench/verify.py [ENTRIES]

On a made-up log in a folder, entries of about 400 bytes, by as many processes as there are cores;
beside the bare two calls of hashlib that each entry needs, on one core.
"""

import os
import sys
import tempfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cairn.journal.fact import Fact

ENTRIES = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000


def entry(position: int) -> bytes:
    from cairn.journal.codec import canonical

    return canonical(
        {
            "fact": {
                "account": f"committee-{position % 97}",
                "amount": {"currency": "CNY", "minor": 100 + position},
                "paid_to": f"contractor-{position % 311}",
                "project": f"well-{position % 1009}",
                "voucher": f"记-{position:08}",
            },
            "happened_on": "2025-03-01",
            "id": f"01936f0a-0000-7000-8000-{position:012x}",
            "kind": "money.money-spent",
            "position": position,
            "post": "county-accountant",
            "programme": "bench",
            "recorded_at": "2025-03-01T04:05:06Z",
        }
    )


def main() -> None:
    from cairn.merkle.tile import grow
    from cairn.publish.schemas import schemas_of
    from cairn.verify.files import Folder
    from cairn.verify.manifest import Listed
    from cairn.verify.tree import HashEntries, ReadEntries, checked, hold_tiles

    print(f"making {ENTRIES:,} entries")
    entries = [entry(position) for position in range(1, ENTRIES + 1)]
    start = perf_counter()
    for raw in entries:
        sha256(b"\x00" + raw).digest()
        sha256(raw[:65]).digest()
    bare = ENTRIES / (perf_counter() - start)
    with tempfile.TemporaryDirectory() as name:
        folder, listed = Folder(Path(name)), {}
        for tile, content in grow(entries):
            path = folder.root / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            listed[tile.path] = Listed.of(content)
        mean = sum(map(len, entries)) / ENTRIES
        del entries
        print(f"entries of {mean:.0f} bytes; bare hashing, 1 core: {bare:,.0f}/s")
        schemas = {
            path.removeprefix("schemas/").removesuffix(".json"): raw
            for path, raw in schemas_of(_kinds())
        }
        reading = ReadEntries(folder, "bench", schemas, _nothing)
        for processes in sorted({1, os.cpu_count() or 1}):
            asked = {
                "size": ENTRIES,
                "listed": listed,
                "processes": processes,
                "progress": lambda _done, _of: None,
            }
            start = perf_counter()
            edge = hold_tiles(folder, checked(HashEntries(folder), **asked), listed=listed)
            assert edge.size == ENTRIES
            hashing = ENTRIES / (perf_counter() - start)
            start = perf_counter()
            found = sum(len(one.ids) for one in checked(reading, **asked))
            assert found == ENTRIES
            read = ENTRIES / (perf_counter() - start)
            print(f"{processes} processes: hashing {hashing:,.0f}/s, reading {read:,.0f}/s")


def _nothing(_entry: object) -> bool:
    return False


def _kinds() -> Iterable["type[Fact]"]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.config.settings")
    import django

    django.setup()
    from cairn.catalog import journal

    return journal.kinds.values()


if __name__ == "__main__":
    main()
