"""RFC 6962 §2.1 word for word. Slow; it exists to test the fast code, which must agree with it."""

from hashlib import sha256


def mth(d):
    """Merkle Tree Hash of a list of entries (§2.1)."""
    n = len(d)
    if n == 0:
        return sha256().digest()
    if n == 1:
        return sha256(b"\x00" + d[0]).digest()
    k = largest_power_of_two_smaller_than(n)
    return sha256(b"\x01" + mth(d[0:k]) + mth(d[k:n])).digest()


def path(m, d):
    """Merkle audit path of the entry d[m] (§2.1.1)."""
    n = len(d)
    if n == 1:
        return []
    k = largest_power_of_two_smaller_than(n)
    if m < k:
        return [*path(m, d[0:k]), mth(d[k:n])]
    return [*path(m - k, d[k:n]), mth(d[0:k])]


def proof(m, d):
    """Merkle consistency proof from the tree of d[0:m], 0 < m <= n (§2.1.2)."""
    return subproof(m, d, whole=True)


def subproof(m, d, *, whole):
    n = len(d)
    if m == n:
        return [] if whole else [mth(d)]
    k = largest_power_of_two_smaller_than(n)
    if m <= k:
        return [*subproof(m, d[0:k], whole=whole), mth(d[k:n])]
    return [*subproof(m - k, d[k:n], whole=False), mth(d[0:k])]


def largest_power_of_two_smaller_than(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def tile(level, index, d, width=256):
    """Hashes of a tile, as tlog-tiles defines them over a list of entries."""
    each = 256**level
    first = index * 256
    return b"".join(mth(d[i * each : (i + 1) * each]) for i in range(first, first + width))
