"""`python -m cairn.demo.freezing`: compute the packs that the demo's handovers freeze, and write them down.

A pack's hash follows from the journal up to an entry, and the story is told before there is one. So
handed_over.json holds the hashes, the lines, and in which condition each asset was; a test computes
them again. Run this when the story, or what a pack says, has changed.
"""

import json
import sys
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from cairn.demo.diary import Batch, Tale
    from cairn.journal.journal import Journal

FILE: Final = Path(__file__).with_name("handed_over.json")


def packs(programme: str, upto: int, journal: "Journal") -> dict[str, Any]:
    """What each handover of the demo freezes, of a programme or a past that ends at that entry."""
    from cairn.demo.handing_over import TEAMS  # noqa: PLC0415 - needs Django started
    from cairn.pack import pack_of, sha256_of  # noqa: PLC0415 - likewise
    from cairn.web.desk.handovers import frozen_line  # noqa: PLC0415 - likewise

    found = {}
    for team in TEAMS:
        pack = pack_of(programme=programme, team=team, journal=journal)
        found[team] = {
            "sha256": sha256_of(pack),
            "lines": [frozen_line(line) for line in pack.lines],
            "conditions": {one.asset.id: str(one.condition) for one in pack.assets},
        }
    return {"upto": upto, "packs": found}


def before(tale: "Tale") -> "list[Batch]":
    """What was on record when the packs were frozen."""
    from cairn.demo.handing_over import FROZEN_ON  # noqa: PLC0415 - needs Django started

    return list(takewhile(lambda batch: batch.now.date() < FROZEN_ON, tale.batches()))


def _write() -> None:
    from cairn.config.installation import installation  # noqa: PLC0415 - a command alone needs it

    with TemporaryDirectory() as folder:
        installation(Path(folder), make=True)
        from cairn.catalog import journal  # noqa: PLC0415 - needs Django started
        from cairn.demo import load, story  # noqa: PLC0415 - likewise
        from cairn.following.snapshot import bring_up_to_date  # noqa: PLC0415 - likewise

        tale = story.tale()
        batches = before(tale)
        upto = sum(len(batch.drafts) for batch in batches)
        load.load(replace(tale, batches=lambda: iter(batches)), journal, lambda _done: None)
        bring_up_to_date(tale.programme)
        found = packs(tale.programme, upto, journal)
    FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{FILE}: up to entry {upto:,}", file=sys.stderr)  # noqa: T201 - a command's own voice


if __name__ == "__main__":
    _write()
