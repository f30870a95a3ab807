"""What all commands have in common: --json, and their help in the reader's language.

Typer builds a tree of commands; both are given to it here, once, so that no command forgets either.
"""

import gettext
import os
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from typing import Annotated, Any, Final

import typer
from typer import rich_utils
from typer.core import TyperGroup
from typer.main import get_command

from cairn.terminal import answer_as_json

LOCALES: Final = {"zh": "zh_Hans", "ug": "ug", "ky": "ky"}
"""Which catalogue a language of the environment reads."""

PANELS: Final = (
    "ARGUMENTS_PANEL_TITLE",
    "OPTIONS_PANEL_TITLE",
    "COMMANDS_PANEL_TITLE",
    "ERRORS_PANEL_TITLE",
    "ABORTED_TEXT",
    "DEFAULT_STRING",
    "REQUIRED_LONG_STRING",
)
"""Typer's own words, which it looks up before it can know the language."""

USAGE: Final = "Usage:"
SHOW_HELP: Final = "Show this message and exit."
JSON: Final = "Answer with one JSON object a line, for programs; errors likewise, on stderr."

Translate = Callable[[str], str]


class CommandTree(TyperGroup):
    """The root of all commands."""

    def make_context(self, *args: Any, **more: Any) -> Any:  # noqa: ANN401 - typer's own signature
        """Begin a command: by now it is known who reads."""
        translate = translator(os.environ)
        for name in PANELS:
            setattr(rich_utils, name, translate(getattr(rich_utils, name)))
        self.context_class.formatter_class = _formatter(
            self.context_class.formatter_class, translate
        )
        common = _in_common()
        for command in commands_of(self):
            _complete(command, common, translate)
        return super().make_context(*args, **more)


def _formatter(usual: type[Any], translate: Translate) -> type[Any]:
    """What writes a command's usage, which Typer begins in English."""

    def write_usage(it: Any, prog: str, args: str = "", prefix: str | None = None) -> None:  # noqa: ANN401 - typer does not export it
        usual.write_usage(it, prog, args, prefix or f"{translate(USAGE)} ")

    return type("Formatter", (usual,), {"write_usage": write_usage})


def locale_of(environment: Mapping[str, str]) -> str | None:
    """The catalogue of whoever set this environment; None for English, and for all that we have not.

    As gettext has it: LANGUAGE, else LC_ALL, else LC_MESSAGES, else LANG.
    """
    names = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    said = next((environment[name] for name in names if environment.get(name)), "")
    first = said.split(":")[0]
    code = first.partition(".")[0].lower().replace("-", "_")
    if code.startswith("ky") and ("arab" in first.lower() or code == "ky_cn"):
        return "ky_Arab"
    return LOCALES.get(code.partition("_")[0])


def translator(environment: Mapping[str, str]) -> Translate:
    """Looks words up in the catalogue of an environment's language. What it lacks stays English."""
    locale = locale_of(environment)
    if locale is None:
        return lambda text: text
    folder = str(files("cairn").joinpath("locale"))
    found = gettext.translation("django", folder, languages=[locale], fallback=True)
    return lambda text: found.gettext(text) if text else text


def commands_of(command: Any) -> Iterator[Any]:  # noqa: ANN401 - typer does not export its click
    """A command and all below it."""
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from commands_of(below)


def words_of(command: Any) -> Iterator[str]:  # noqa: ANN401 - likewise
    """Everything that the help of a command and of those below it says, each once."""
    seen = set()
    for each in commands_of(command):
        for text in (each.help, *(getattr(one, "help", None) for one in each.params)):
            if text and text not in seen:
                seen.add(text)
                yield text


def _complete(command: Any, common: list[Any], translate: Translate) -> None:  # noqa: ANN401 - likewise
    """Give a command its --json, unless it is a group, and its language."""
    if getattr(command, "spoken", False):
        return
    command.spoken = True
    takes = {name for one in command.params for name in one.opts}
    # `cairn check` is a command and a group.
    group = hasattr(command, "commands") and not command.invoke_without_command
    command.params += [
        one
        for one in common
        if not takes.intersection(one.opts) and not (group and "--json" in one.opts)
    ]
    command.help = translate(command.help)
    for one in command.params:
        if getattr(one, "help", None):
            one.help = translate(one.help)


def _show_help(context: typer.Context, asked: bool) -> None:  # noqa: FBT001 - typer calls it with the flag
    if asked and not context.resilient_parsing:
        typer.echo(context.get_help())
        raise typer.Exit


def _every_command(
    json: Annotated[  # noqa: FBT002 - typer reads flags from booleans
        bool,
        typer.Option(
            "--json", is_eager=True, expose_value=False, callback=answer_as_json, help=JSON
        ),
    ] = False,
    help: Annotated[  # noqa: A002, FBT002 - what it is called
        bool,
        typer.Option(
            "--help", is_eager=True, expose_value=False, callback=_show_help, help=SHOW_HELP
        ),
    ] = False,
) -> None:
    """What every command takes, declared as commands declare theirs."""


def _in_common() -> list[Any]:
    one = typer.Typer(add_completion=False)
    one.command()(_every_command)
    return list(get_command(one).params)
