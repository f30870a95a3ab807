"""RFC 6962 §2.1 hashing."""

from hashlib import sha256


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry (RFC 6962 §2.1). The prefix keeps a leaf from ever passing as a node."""
    return sha256(b"\x00" + entry).digest()
