"""A QR code as one path of squares. What reads it needs no app of Cairn's."""

from collections.abc import Iterator

import qrcode

QUIET = 4
"""Squares left empty around a code, as its standard asks (ISO/IEC 18004 §5.3.8)."""


def code_of(text: str) -> tuple[str, int]:
    """A QR code of a text, a quarter of it readable if the rest is scratched: SVG path and width."""
    code = qrcode.QRCode(border=QUIET, error_correction=qrcode.constants.ERROR_CORRECT_Q)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    return "".join(_runs(matrix)), len(matrix)


def _runs(matrix: list[list[bool]]) -> Iterator[str]:
    """Each run of dark squares in a row as one rectangle."""
    for y, line in enumerate(matrix):
        x = 0
        while x < len(line):
            width = 0
            while x + width < len(line) and line[x + width]:
                width += 1
            if width:
                yield f"M{x} {y}h{width}v1h-{width}z"
            x += width or 1
