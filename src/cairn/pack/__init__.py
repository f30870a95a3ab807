"""The pack of a team: what whoever takes over from it gets, computed at any moment from the journal.

    pack = pack_of(programme="qinghe", team="qarasu-2025", journal=journal)
    pack_of(programme="qinghe@5000", …)     as its first 5,000 facts tell it
    document_of(pack), sha256_of(pack)      its canonical JSON, and the hash that both sides sign

It holds public things only, for it is a page that anybody reads and a part of the published record:
requests among posts, minutes, and voices that wait are not in it.
"""

from cairn.pack.as_json import bytes_of, document_of, schema, sha256_of
from cairn.pack.compute import NoSuchTeamError, pack_of
from cairn.pack.values import UNKNOWN, Pack, PackLine

__all__ = [
    "UNKNOWN",
    "NoSuchTeamError",
    "Pack",
    "PackLine",
    "bytes_of",
    "document_of",
    "pack_of",
    "schema",
    "sha256_of",
]
