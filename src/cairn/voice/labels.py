"""The code on a label: who says that a thing works has stood before it, or before a picture of it. Pure.

    7KQ2-M0ZD

40 bits of an HMAC over the thing, with the installation's secret: constant for the thing, kept nowhere,
and of nobody. It is no receipt code, which opens a voice (codes.py).
"""

import hmac
from typing import Final

from cairn.voice.codes import SIGNS, signs_of

SIGNS_OF_A_LABEL: Final = 8
GROUP: Final = 4


def label_code(programme: str, thing: str, *, secret: str) -> str:
    """The code of a thing, which is named as `asset/ID` or `project/ID`."""
    drawn = hmac.digest(secret.encode(), f"label:{programme}/{thing}".encode(), "sha256")
    number = int.from_bytes(drawn[:5])
    signs = "".join(SIGNS[number >> (5 * place) & 31] for place in range(SIGNS_OF_A_LABEL))
    return f"{signs[:GROUP]}-{signs[GROUP:]}"


def is_label_code(typed: str, programme: str, thing: str, *, secret: str) -> bool:
    """Whether what was typed is the code of a thing, however it was typed; in the same time if not."""
    code = label_code(programme, thing, secret=secret)
    return hmac.compare_digest(signs_of(typed).encode(), signs_of(code).encode())
