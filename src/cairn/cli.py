"""The `cairn` command: thin. Each command imports what it runs when it runs."""

import sys

import typer

from cairn.values import CairnError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def cairn() -> None:
    """The record that stays when field teams leave."""


def main() -> None:
    """Run a command; a CairnError is one sentence on stderr and exit code 2, never a stack trace."""
    try:
        app()
    except CairnError as error:
        print(f"cairn: {error}", file=sys.stderr)  # noqa: T201 - this is the command's own voice
        sys.exit(2)


if __name__ == "__main__":
    main()
