"""Receipt codes: how one is made, written, read again, and what is kept of it. Pure.

    7KQ2-M0ZD-XR4T-9VHE-B1NC-5GWJ-Y8P3

130 bits by chance in Crockford's alphabet, 26 signs; and two signs of a CRC over them, which catches
every slip of one sign and of two neighbours that changed places.
"""

import hmac
from collections.abc import Callable
from typing import Final

from argon2.low_level import Type, hash_secret_raw

SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O, U: nobody can tell 1 from I by hand."""

CHANCE_SIGNS: Final = 26
CHECK_SIGNS: Final = 2
GROUP: Final = 4
CRC_10: Final = 0x633
"""x¹⁰+x⁹+x⁵+x⁴+x+1, which ATM uses (ITU-T I.610): every burst of ten bits changes it."""

READ_AS: Final = str.maketrans({"I": "1", "L": "1", "O": "0"})

MEMORY_KIB: Final = 19 * 1024
PASSES: Final = 2
"""Argon2id as OWASP's least: about 40 ms of a processor."""

LONGEST: Final = 200
"""Signs of what is typed that are looked at: so much that whatever is longer is no code."""


def new_code(chance: Callable[[int], int]) -> str:
    """A code nobody has. `chance` gives a number below its argument, as secrets.randbelow does."""
    number = chance(1 << (5 * CHANCE_SIGNS))
    signs = [SIGNS[number >> (5 * place) & 31] for place in range(CHANCE_SIGNS)]
    bare = "".join(signs)
    return _grouped(bare + _check(bare))


def is_code(typed: str) -> bool:
    """Whether what somebody typed is written as a code is; not whether there is such a one."""
    bare = signs_of(typed)
    whole = len(bare) == CHANCE_SIGNS + CHECK_SIGNS and set(bare) <= set(SIGNS)
    return whole and _check(bare[:CHANCE_SIGNS]) == bare[CHANCE_SIGNS:]


def digest_of(typed: str, *, programme: str, secret: str) -> str:
    """The slow hash of a code, however it was typed; as slow for what is none.

    Its salt is one for the programme: with one for each code a look-up would hash once for each code
    on record. Why that is enough here: docs/decisions/voices.md.
    """
    salt = hmac.digest(secret.encode(), b"receipt-code:" + programme.encode(), "sha256")
    return hash_secret_raw(
        signs_of(typed).encode(),
        salt,
        time_cost=PASSES,
        memory_cost=MEMORY_KIB,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    ).hex()


def signs_of(typed: str) -> str:
    """What was typed without what does not matter: capitals, blanks, hyphens, O for 0 and I for 1."""
    kept = "".join(sign for sign in typed[:LONGEST].upper() if sign.isalnum())
    return kept.translate(READ_AS)


def _grouped(bare: str) -> str:
    return "-".join(bare[at : at + GROUP] for at in range(0, len(bare), GROUP))


def _check(bare: str) -> str:
    rest = 0
    for sign in bare:
        rest ^= SIGNS.index(sign) << 5
        for _bit in range(5):
            rest <<= 1
            if rest & 0x400:
                rest ^= CRC_10
    return SIGNS[rest >> 5] + SIGNS[rest & 31]
