"""What all commands have in common: --json, their help in the reader's language, stdin and stdout."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from cairn import cli_words_py, terminal
from cairn.cli import app
from cairn.command_tree import commands_of, locale_of, translator, words_of
from cairn.terminal import until_ctrl_c

CAIRN = Path(sys.executable).with_name("cairn")
MOVEMENTS = "id,kind,date,from,to,amount,currency,grant,of\n1,receive,2025-01-01,,a,10.00,CNY,g,\n"
LANGUAGES = {"zh_CN.UTF-8": "zh_Hans", "ug_CN": "ug", "ky_KG.UTF-8": "ky", "ky_CN": "ky_Arab"}


def cairn(*words, given="", **environment):
    clean = {
        key: text for key, text in os.environ.items() if key not in {"LANGUAGE", "LANG", "LC_ALL"}
    }
    return subprocess.run(
        [str(CAIRN), *map(str, words)],
        input=given,
        capture_output=True,
        text=True,
        env=clean | {"COLUMNS": "200"} | environment,
        check=False,
    )


def test_every_command_takes_json():
    command = get_command(app)
    with command.make_context("cairn", ["check"]):
        leaves = [one for one in commands_of(command) if not hasattr(one, "commands")]
    assert len(leaves) > 20
    for one in leaves:
        assert [name for each in one.params for name in each.opts].count("--json") == 1, one.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_help_says_is_there_in_the_languages_of_the_readers(language):
    translate = translator({"LANG": language})
    lacking = [text for text in words_of(get_command(app)) if translate(text) == text]
    assert lacking == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_in_the_language_of_whoever_asks(language):
    translate = translator({"LANG": language})
    said = cairn("check", "--help", LANG=language)
    assert translate("Only this programme.") in said.stdout
    assert translate("Options") in said.stdout
    assert translate("Usage:") in said.stdout
    assert "Only this programme." not in said.stdout
    assert "Only this programme." in cairn("check", "--help", LANG="C.UTF-8").stdout


@pytest.mark.parametrize(
    ("environment", "locale"),
    [
        ({}, None),
        ({"LANG": "en_GB.UTF-8"}, None),
        ({"LANG": "C"}, None),
        ({"LANG": "fr_FR"}, None),
        ({"LANG": "zh_CN.GB18030"}, "zh_Hans"),
        ({"LANG": "en_US", "LC_ALL": "ug_CN.UTF-8"}, "ug"),
        ({"LANG": "zh_CN", "LANGUAGE": "ky:zh"}, "ky"),
        ({"LANG": "ky_KG@arab"}, "ky_Arab"),
    ],
)
def test_the_language_is_the_environments(environment, locale):
    assert locale_of(environment) == locale


def test_the_words_for_the_catalogues_are_those_of_the_commands():
    written = Path(cli_words_py.__file__).with_name("cli_words.py").read_text("utf-8")
    assert written == cli_words_py.module(), "run `make docs`"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete_its_commands(shell):
    said = cairn("--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert said.returncode == 0, said.stderr
    assert "_CAIRN_COMPLETE" in said.stdout
    offered = cairn(COMP_WORDS="cairn re", COMP_CWORD="1", _CAIRN_COMPLETE="complete_bash")
    assert offered.stdout.split() == ["rebuild", "restore"]


def test_a_file_may_come_from_stdin_and_the_answer_go_to_stdout():
    said = cairn("trace", "-", "-o", "-", given=MOVEMENTS)
    assert said.stdout.splitlines() == [
        "movement,grant,amount,currency,breach",
        "1,g,10.00,CNY,false",
    ]
    assert "policy grant-fifo" in said.stderr
    wrong = cairn("trace", "-", given="id,kind\n")
    assert wrong.stderr.startswith("cairn: stdin has no column")
    assert wrong.returncode == 2


def test_with_json_an_answer_is_an_object_a_line_and_an_error_one_on_stderr():
    said = cairn("trace", "-", "--json", given=MOVEMENTS)
    first, grant = map(json.loads, said.stdout.splitlines())
    assert first == {"movements": 1, "policy": "grant-fifo", "version": "1"}
    assert grant["received"] == "10.00"
    wrong = cairn("check", "--json", "--dir", "/nowhere/at/all")
    assert wrong.returncode == 2
    assert wrong.stdout == ""
    assert "/nowhere/at/all" in json.loads(wrong.stderr)["error"]


def test_what_is_said_to_nobody_is_not_said(capsys):
    terminal.say("a heading")
    terminal.say(None, only="programs")
    terminal.answer_as_json(True)
    terminal.say("a heading")
    terminal.say("two things", number=2, path=Path("a/b"))
    assert capsys.readouterr().out.splitlines() == ["a heading", '{"number": 2, "path": "a/b"}']


def test_a_file_on_stdin_is_called_by_how_it_begins(monkeypatch):
    for begins, suffix in ((b"PK\x03\x04x", ".xlsx"), (b"PAR1", ".parquet"), (b"a", ".csv")):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(begins)))
        with terminal.read_from(Path("-")) as held:
            assert (held.suffix, held.read_bytes()) == (suffix, begins)
        assert not held.exists()


def test_ctrl_c_that_a_finalizer_swallows_ends_it_at_the_next_rest(monkeypatch):
    """Python says that it ignored the exception, and goes on."""

    class Finalized:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(sys, "unraisablehook", lambda _what: None)
    rounds, before = 0, signal.getsignal(signal.SIGINT)
    with until_ctrl_c() as rest:
        while rounds < 5:
            rounds += 1
            Finalized()
            rest(0)
    assert rounds == 1
    assert signal.getsignal(signal.SIGINT) is before
