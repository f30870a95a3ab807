"""What a country would take, worked out from what was measured here: docs/scale.md is made of its tables.

    .venv/bin/python -m bench.scale

Nothing below is measured by it. What was is in MEASURED, with where it stands; what nobody can measure here
is in ASSUMED. Change either and print the tables anew.
"""

from typing import NamedTuple


class Told(NamedTuple):
    """A number, its unit, and where it comes from."""

    value: float
    unit: str
    source: str


ASSUMED = {
    "villages": Told(690_000, "", "of the country, each with a team"),
    "counties": Told(3_000, "", "each a programme with its own journal, key and witnesses"),
    "years": Told(10, "", ""),
    "entries": Told(1e10, "", "facts of all, over all years"),
    "with a photo": Told(0.1, "of facts", "inspections, evidence of payments, progress"),
    "movements": Told(0.42, "of facts", "5,512 of the demo's 13,111 entries"),
    "busiest hour": Told(0.002, "of a year's facts", "the evening before accounts are due: 18 times an even hour"),
    "languages": Told(4, "", "that pages are published in"),
    "disk of a machine": Told(30e12, "bytes", "what a plain server holds"),
}

MEASURED = {
    "disk, SQLite": Told(815, "bytes an entry", "bench.load's world of 10⁵ entries: 81.5 MB, read models and indexes in it"),
    "trace": Told(190, "bytes a movement", "the same world's traces: 19 MB"),
    "tiles": Told(399, "bytes an entry", "the demo's published log: 5.2 MB of 13,111 entries"),
    "photo": Told(181_000, "bytes", "20 photos of 12 megapixels, 2.9 MB each, as Cairn keeps them"),
    "photo, processor": Told(0.152, "s", "the same"),
    "append": Told(0.00095, "s of processor", "docs/performance.md: a single append, SQLite"),
    "verify": Told(373_000, "entries a second and core", "docs/performance.md"),
    "trace, command": Told(1.6e-6, "s a movement", "bench/results.md: `cairn trace` of 10⁷ from CSV, 16.2 s"),
    "published entries": Told(1, "file an entry and language", "the demo: 13,111 of 21,580 files in English"),
    "published pages": Told(0.65, "files an entry and language", "the other 8,469"),
    "published file": Told(0.0072, "s of processor", "310 s for 43,157 files"),
    "published bytes": Told(9_300, "bytes a file", "400 MB of 43,157 files"),
}  # fmt: skip
