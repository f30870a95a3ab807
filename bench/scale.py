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
    "busiest hour": Told(
        0.002, "of a year's facts", "the evening before accounts are due: 18 times an even hour"
    ),
    "languages": Told(4, "", "that pages are published in"),
    "disk of a machine": Told(30e12, "bytes", "what a plain server holds"),
}

MEASURED = {
    "disk, SQLite": Told(847, "bytes an entry", "docs/performance.md: 10⁶ entries, read models and indexes in it"),
    "disk, PostgreSQL": Told(
        980,
        "bytes an entry",
        "docs/decisions/partitions.md: 649 of entries and their indexes; with read models 1.51 times that, as on SQLite",
    ),
    "trace": Told(205, "bytes an entry", "docs/performance.md: traces beside 10⁶ entries"),
    "tiles": Told(399, "bytes an entry", "the demo's published log: 5.2 MB of 13,111 entries"),
    "photo": Told(181_000, "bytes", "20 photos of 12 megapixels, 2.9 MB each, as Cairn keeps them"),
    "photo, processor": Told(0.152, "s", "the same"),
    "append": Told(0.0065, "s of processor", "docs/performance.md: a fact by a request of its own, over the API"),
    "verify": Told(373_000, "entries a second and core", "the slower of two: 502,000 on that of docs/performance.md"),
    "trace, command": Told(1.6e-6, "s a movement", "`cairn trace` of 10⁷ from CSV, 16.2 s on the slower of two: 12.1 in bench/results.md"),
    "published files": Told(0.63, "files an entry and language", "the demo: 8,282 files in English of 13,111 entries"),
    "published file": Told(0.0106, "s of processor", "179 s for 16,963 files"),
    "published bytes": Told(9_700, "bytes a file", "165 MB of 16,963 files, the log in it"),
}  # fmt: skip


def derived() -> dict[str, list[tuple[str, float, str, str]]]:
    """Per table its lines: what, how much, of which unit, and how it was worked out."""
    a = {name: told.value for name, told in ASSUMED.items()}
    m = {name: told.value for name, told in MEASURED.items()}
    county = a["entries"] / a["counties"]
    year = a["entries"] / a["years"]
    files = a["entries"] * a["languages"] * m["published files"]
    photos = a["entries"] * a["with a photo"] * m["photo"]
    record = a["entries"] * m["disk, PostgreSQL"]
    hour = year * a["busiest hour"] / 3600
    return {
        "A county": [
            ("entries in ten years", county, "", "10¹⁰ over 3,000"),
            ("entries a village and day", a["entries"] / a["villages"] / a["years"] / 365, "", ""),
            ("its database", county * m["disk, PostgreSQL"] / 1e9, "GB", "entries × disk"),
            ("its photos", county * a["with a photo"] * m["photo"] / 1e9, "GB", "one fact in ten × 181 kB"),
            ("its log as tiles", county * m["tiles"] / 1e9, "GB", "entries × tiles"),
            ("tracing all its money anew", county * a["movements"] * m["trace, command"], "s", "movements × 1.6 µs"),
            ("verifying every entry", county / m["verify"], "s", "one core"),
            ("publishing every page anew, one language", county * m["published files"] * m["published file"] / 3600, "hours of a core", "files × 10.6 ms"),
        ],
        "The country": [
            ("facts a second, evenly", year / 365 / 86400, "", ""),
            ("facts a second, in the busiest hour", hour, "", ""),
            ("cores for those, without photos", hour * m["append"], "", "× 6.5 ms; of phones' batches a tenth"),
            ("cores for their photos", hour * a["with a photo"] * m["photo, processor"], "", "× 0.15 s, in that hour"),
            ("databases", record / 1e12, "TB", "before replicas"),
            ("traces", a["entries"] * m["trace"] / 1e12, "TB", ""),
            ("photos", photos / 1e12, "TB", ""),
            ("logs as tiles", a["entries"] * m["tiles"] / 1e12, "TB", ""),
            ("published files", files / 1e9, "thousand million", "4 languages"),
            ("… their size", files * m["published bytes"] / 1e12, "TB", ""),
            ("verifying every entry", a["entries"] / m["verify"] / 3600, "hours of a core", ""),
            ("checkpoints a witness signs a day", a["counties"] * 24, "", "each programme once an hour"),
            ("servers for databases, each with a standby", 2 * record / a["disk of a machine"] * 2, "", "half full"),
            ("servers for photos, each kept twice", 2 * photos / a["disk of a machine"] * 2, "", "half full"),
        ],
    }  # fmt: skip


def main() -> None:
    for title, said in (("Assumed", ASSUMED), ("Measured", MEASURED)):
        print(f"| {title.lower()} | | from |\n|---|--:|---|")
        for name, told in said.items():
            print(f"| {name} | {number(told.value)} {told.unit} | {told.source} |")
        print()
    for title, lines in derived().items():
        print(f"| {title.lower()} | | |\n|---|--:|---|")
        for what, value, unit, how in lines:
            print(f"| {what} | {number(value)} {unit} | {how} |")
        print()


def number(value: float) -> str:
    """To two figures, or three where it begins with a one."""
    if value == 0:
        return "0"
    if value < 1e-3:
        return f"{value * 1e6:.2g} millionths"
    figures = 3 if f"{value:e}"[0] == "1" else 2
    rounded = float(f"{value:.{figures}g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"


if __name__ == "__main__":
    main()
