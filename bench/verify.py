"""How fast a log is verified: hashing (every tile recomputed), and reading every entry besides.

    .venv/bin/python -m bench.verify [--entries 1000000]

On a made-up log in a folder, entries of about 400 bytes, by one process and by as many as there
are cores. Beside each, as many processes that do nothing but call hashlib on the same bytes: once
for each entry's leaf, once for a node, which is what RFC 6962 asks; and `with manifest`, once more
for the bundle and the tile, whose hashes the record's manifest lists.
"""

import argparse
import json
import os
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Self

from bench.clock import say

if TYPE_CHECKING:
    from cairn.journal.fact import Fact

ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.verify", description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    print(json.dumps(measure(parser.parse_args().entries)))


def measure(count: int) -> dict[str, Any]:
    """Entries a second and a second of processor, medians of rounds in turns; reading, once.

    Fewer than 819,200 entries are not worth a process to Cairn: then all is done by one.
    """
    kinds = _kinds()
    from cairn.merkle.tile import grow
    from cairn.publish.schemas import schemas_of
    from cairn.verify.files import Folder
    from cairn.verify.manifest import Listed
    from cairn.verify.tree import HashEntries, ReadEntries, checked, hold_tiles

    say(f"making {count:,} entries")
    answer: dict[str, Any] = {"entries": count, "processes": {}}
    with tempfile.TemporaryDirectory() as name:
        folder, listed = Folder(Path(name)), {}
        for tile, content in grow(map(entry, range(1, count + 1))):
            path = folder.root / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            listed[tile.path] = Listed.of(content)
        schemas = {
            path.removeprefix("schemas/").removesuffix(".json"): raw
            for path, raw in schemas_of(kinds)
        }
        reading = ReadEntries(folder, "bench", schemas, _nothing)
        answer["bytes"] = len(entry(count))
        for processes in sorted({1, os.cpu_count() or 1}):
            asked = {"size": count, "listed": listed, "processes": processes, "progress": _quiet}
            found: dict[str, list[tuple[float, float]]] = defaultdict(list)
            for round_ in range(ROUNDS):
                say(f"round {round_ + 1} of {ROUNDS}: hashing by {processes}")
                with _Clock() as clock:
                    hashed = checked(HashEntries(folder), **asked)
                    edge = hold_tiles(folder, hashed, listed=listed)
                assert edge.size == count
                found["cairn"].append(clock.rates(count))
                found["hashlib"].append(_limit(count, processes, manifest=False))
                found["with manifest"].append(_limit(count, processes, manifest=True))
            say(f"reading by {processes}")
            with _Clock() as clock:
                assert sum(len(one.ids) for one in checked(reading, **asked)) == count
            found["reading"].append(clock.rates(count))
            answer["processes"][str(processes)] = {
                name: {
                    "wall": statistics.median(wall for wall, _cpu in taken),
                    "processor": statistics.median(cpu for _wall, cpu in taken),
                }
                for name, taken in found.items()
            }
    return answer


class _Clock:
    """Time, and processor time with that of the processes that were started and have ended."""

    def __enter__(self) -> Self:
        self._wall, self._cpu = perf_counter(), sum(os.times()[:4])
        return self

    def __exit__(self, *_error: object) -> None:
        self._wall, self._cpu = perf_counter() - self._wall, sum(os.times()[:4]) - self._cpu

    def rates(self, count: int) -> tuple[float, float]:
        """So many a second, and a second of processor."""
        return count / self._wall, count / self._cpu


def _limit(count: int, processes: int, *, manifest: bool) -> tuple[float, float]:
    """The rates of hashlib alone, in processes that run at the same time."""
    share = count // processes
    if processes == 1:
        return _hashlib(share, manifest=manifest)
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        rates = list(pool.map(partial(_hashlib, manifest=manifest), [share] * processes))
    return sum(wall for wall, _cpu in rates), statistics.mean(cpu for _wall, cpu in rates)


def _hashlib(count: int, *, manifest: bool) -> tuple[float, float]:
    bundle = [entry(n) for n in range(1, 257)]
    whole, node = b"".join(b"\x01\x90" + raw for raw in bundle), b"\x01" + bytes(64)
    with _Clock() as clock:
        for _ in range(count // 256):
            for raw in bundle:
                sha256(b"\x00" + raw).digest()
                sha256(node).digest()
            if manifest:
                sha256(whole).digest()
                sha256(whole[: 32 * 256]).digest()
    return clock.rates(count // 256 * 256)


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


def _nothing(_entry: object) -> bool:
    return False


def _quiet(_done: int, _of: int) -> None:
    return


def _kinds() -> Iterable["type[Fact]"]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.config.settings")
    import django

    django.setup()
    from cairn.catalog import journal

    return journal.kinds.values()


if __name__ == "__main__":
    main()
