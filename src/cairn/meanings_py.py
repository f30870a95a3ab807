"""Writes web/meanings.py, the first line of each kind's docstring: `make docs`.

A docstring is no literal inside `_()`, so gettext's tools would pass it by.
"""

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cairn.journal.fact import Fact

HEAD = '''"""What each kind of fact is. Written from the docstrings by `make docs`."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MEANINGS: dict[str, Promise] = {
'''
WIDTH = 100


def main() -> None:
    """Print the module."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.config.settings")
    import django  # noqa: PLC0415 - the settings are named first

    django.setup()
    sys.stdout.write(module())


def module() -> str:
    """The module, as the formatter would leave it."""
    from cairn.catalog import journal  # noqa: PLC0415 - likewise

    return HEAD + "".join(map(_line, journal.kinds.values())) + "}\n"


def first_line(kind: "type[Fact]") -> str:
    """What a kind's docstring begins with."""
    return (kind.__doc__ or "").strip().partition("\n")[0]


def _line(kind: "type[Fact]") -> str:
    said = first_line(kind)
    text = f"'{said}'" if '"' in said else f'"{said}"'
    short = f'    "{kind.kind}": _({text}),\n'
    return short if len(short) <= WIDTH + 1 else f'    "{kind.kind}": _(\n        {text}\n    ),\n'


if __name__ == "__main__":
    main()
