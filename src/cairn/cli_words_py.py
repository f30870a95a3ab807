"""Writes cli_words.py, what `cairn --help` says: `make docs`.

Docstrings and options are no literals inside `_()`, so gettext's tools would pass them by.
"""

import sys
from collections.abc import Iterator
from typing import Final

from typer.main import get_command

from cairn.cli import app
from cairn.command_tree import JSON, SHOW_HELP, USAGE, words_of

HEAD: Final = '''"""What the help of commands says. Written from them by `make docs`, for the catalogues alone."""

from django.utils.translation import gettext_noop as _

WORDS = (
'''
OF_TYPER: Final = (
    "Install completion for the current shell.",
    "Show completion for the current shell, to copy it or customize the installation.",
    "Arguments",
    "Options",
    "Commands",
    "Error",
    "Aborted.",
    "[default: {}]",
    "[required]",
)


def main() -> None:
    """Print the module."""
    sys.stdout.write(module())


def module() -> str:
    """The module, as the formatter would leave it."""
    return HEAD + "".join(map(_line, words())) + ")\n"


def words() -> Iterator[str]:
    """Every text, sorted, so that a moved command moves no line."""
    return iter(sorted({*words_of(get_command(app)), *OF_TYPER, JSON, SHOW_HELP, USAGE}))


def _line(text: str) -> str:
    written = "\n".join(f"        {_quoted(line)}" for line in text.splitlines(keepends=True))
    short = f"    _({_quoted(text)}),\n"
    return short if len(short) <= 101 and "\n" not in text else f"    _(\n{written}\n    ),\n"


def _quoted(text: str) -> str:
    body = text.replace("\\", "\\\\").replace("\n", "\\n")
    if '"' in body and "'" not in body:
        return f"'{body}'"
    return '"' + body.replace('"', '\\"') + '"'


if __name__ == "__main__":
    main()
