"""The bytes of one fact of every kind, kept for good in golden.json.

`make docs` adds kinds that are missing and changes none: an entry that was written under the old
bytes must stay readable, and its leaf is in other people's hands.
"""

# ruff: noqa: PLC0415, T201 - it says what it added, and what it imports needs Django set up

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import django

GOLDEN = Path(__file__).with_name("golden.json")


def golden(kind) -> dict[str, str]:
    """The entry that a kind's example makes under a fixed envelope, and its leaf.

    Of a kind that is not public also what the entry only commits to: its `inside`.
    """
    from cairn.journal.entry import Draft, written
    from cairn.journal.sealing import WHOLE
    from cairn.merkle.hashing import leaf_hash

    fact = kind.model_validate_json(json.dumps(kind.example))
    id, happened_on = UUID("01936f0a-0000-7000-8000-000000000002"), date(2025, 3, 1)
    draft = Draft(id, happened_on, "county-accountant", fact)
    body, parts = written(
        draft,
        salt=lambda: bytes(32),
        programme="teams",
        position=7,
        recorded_at=datetime(2025, 3, 2, 4, 5, 6, tzinfo=UTC),
    )
    found = {"entry": body.decode(), "leaf": leaf_hash(body).hex()}
    for part in parts:
        if part.field == WHOLE:
            found["inside"] = part.value.decode()
    return found


def main() -> None:
    from cairn.catalog import journal

    kept = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
    for name, kind in journal.kinds.items():
        if name not in kept:
            kept[name] = golden(kind)
            print("added", name)
    text = json.dumps(dict(sorted(kept.items())), ensure_ascii=False, indent=2)
    GOLDEN.write_text(text + "\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.config.settings")
    django.setup()
    main()
