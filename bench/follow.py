"""Reading IATI in flat memory: the shared files, repeated to 170 MB in all, and in one file.

    .venv/bin/python bench/follow.py

Each copy of an activity gets an id of its own, so that nothing is left out as a duplicate. Peak
memory is the process's, minus what the process took before it read; each row is a process, and
its seconds are of processor time. Kept are columns, ids, names, activities and problems: all that
the process holds when it has read, over its transactions.
"""

import gc
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "iati"
BYTES = 170_000_000


def main() -> None:
    if not SHARED.exists():
        sys.exit(f"needs {SHARED}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one_tenth = repeat(folder / "tenth", BYTES // 10)
        whole = repeat(folder / "whole", BYTES)
        single = folder / "single.xml"
        join(whole, single)
        print(
            f"{'':<28}{'MB':>6}{'rows':>9}{'CPU s':>7}{'MB/s':>7}{'peak MB':>9}{'B/row kept':>12}"
        )
        measure("read, a tenth", "read", one_tenth)
        measure("read", "read", whole)
        measure("read, as one file", "read", [single])
        measure("follow (read, match, trace)", "follow", whole)


def repeat(folder: Path, size: int) -> list[Path]:
    """The shared files again and again, each copy with ids of its own."""
    folder.mkdir()
    sources = [*SHARED.glob("linked/*.xml"), *SHARED.glob("*.xml")]
    texts = [path.read_text(encoding="utf-8") for path in sorted(sources)]
    paths, written, copy = [], 0, 0
    own = re.compile(r"(</iati-identifier>|(?:provider|receiver)-activity-id=\"[^\"]*)")
    while written < size:
        for number, text in enumerate(texts):
            mark = f".{copy}"
            marked = own.sub(
                lambda m, mark=mark: mark + m[0] if m[0].startswith("<") else m[0] + mark, text
            )
            path = folder / f"{copy}-{number}.xml"
            path.write_text(marked, encoding="utf-8")
            paths.append(path)
            written += path.stat().st_size
            if written >= size:
                break
        copy += 1
    return paths


def join(paths: list[Path], single: Path) -> None:
    """One file of all activities: one publisher's file can be this large."""
    with single.open("w", encoding="utf-8") as out:
        out.write('<iati-activities version="2.03">\n')
        for path in paths:
            text = path.read_text(encoding="utf-8")
            start = text.index(">", text.index("<iati-activities")) + 1
            out.write(text[start : text.rindex("</iati-activities>")])
        out.write("</iati-activities>\n")


def measure(label: str, what: str, paths: list[Path]) -> None:
    command = [sys.executable, __file__, what, *map(str, paths)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    size = sum(path.stat().st_size for path in paths) / 1e6
    print(
        f"{label:<28}{size:>6.0f}{found['rows']:>9,}{found['seconds']:>7.1f}"
        f"{size / found['seconds']:>7.1f}{found['peak']:>9.1f}{found['kept']:>12.1f}"
    )


def run(what: str, paths: list[Path]) -> None:
    """One measurement, in a process of its own."""
    from cairn.exchange.follow.run import follow
    from cairn.exchange.iati.read import read_files
    from cairn.trace import kernel  # noqa: F401

    read_files([SHARED / "worldbank-sv.xml"])
    gc.collect()
    before = peak_mb()
    resident = resident_bytes()
    begun = time.process_time()
    published = read_files(paths) if what == "read" else follow(paths).published
    seconds = time.process_time() - begun
    gc.collect()
    kept = (resident_bytes() - resident) / len(published)
    found = {
        "rows": len(published),
        "seconds": seconds,
        "peak": peak_mb() - before,
        "kept": kept,
    }
    print(json.dumps(found))


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run(sys.argv[1], [Path(path) for path in sys.argv[2:]])
    else:
        main()
