"""`cairn witness`: set up, served by itself, asked by a programme, and ended."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cairn import witness_cli
from cairn.merkle.cosignature import CosignatureVerifier
from cairn.merkle.note import Note
from cairn.witness.folder import (
    NoWitnessError,
    WitnessExistsError,
    WitnessKeyReadableError,
    application,
    cosigner_in,
    make,
)
from merkle.signers import LOG
from witness.history import THAT, THIS

CAIRN = Path(sys.executable).with_name("cairn")
ALONE = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
SIGN = """
import sys
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from cast import Pen
from merkle.signers import LOG
from witness.watched import with_key
log = with_key(Pen.opened("made").programme)
log.sign(LOG)
(log.folder / "witnesses").write_text(f"witness w {sys.argv[2]} {sys.argv[3]}\\nquorum w\\n")
"""


def cairn(*words):
    return subprocess.run([CAIRN, *words], env=ALONE, check=False, capture_output=True, text=True)


def here(*words):
    """A command that needs no installation, without a process of its own."""
    return CliRunner().invoke(witness_cli.app, [str(word) for word in words])


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_a_witness_is_made_trusts_a_log_and_cosigns_for_a_programme(tmp_path, port):
    folder, installed = tmp_path / "witness", tmp_path / "installed"
    made = here("keys", "county.example/w", "--dir", folder).stdout.strip()
    trusted = here("trust", str(LOG.verifier), "--dir", folder)
    serving = [CAIRN, "witness", "serve", "--dir", folder, "--port", str(port)]
    with subprocess.Popen(
        serving, env=ALONE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            address = server.stdout.readline().strip()
            subprocess.run(
                [sys.executable, "-c", SIGN, installed, made, address],
                env={**ALONE, "PYTHONPATH": str(Path(__file__).parents[1])},
                check=True,
            )
            asked = cairn("witness", "ask", "made", "--dir", installed)
            watched = _watched(installed)
            statuses = _on_one_connection(port)
            server.send_signal(signal.SIGTERM)
            _, logged = server.communicate(timeout=20)
        finally:
            server.kill()

    note = Note.parse((installed / "log" / "made" / "checkpoint").read_bytes())
    assert CosignatureVerifier.parse(made).name == "county.example/w"
    assert trusted.stdout == "trusted  example.com/log\n"
    assert re.fullmatch(r"w  cosigned at \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\n", asked.stdout)
    assert asked.returncode == 0
    assert [each.name for each in note.signatures] == [LOG.name, "county.example/w"]
    assert watched == asked.stdout[:16]
    assert statuses == [409, 400, 404]
    assert "127.0.0.1" not in logged
    assert server.returncode == 0
    assert here("logs", "--dir", folder).stdout == "example.com/log  1\n"


def _watched(installed):
    """Take the cosignature off and watch: it is asked for again, and Ctrl-C ends it."""
    checkpoint = installed / "log" / "made" / "checkpoint"
    checkpoint.write_bytes(checkpoint.read_bytes().rpartition("— county".encode())[0])
    watching = [CAIRN, "witness", "ask", "made", "--watch", "0.1", "--dir", installed]
    with subprocess.Popen(watching, env=ALONE, stdout=subprocess.PIPE, text=True) as process:
        try:
            said = process.stdout.readline()
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()
    assert b"county.example/w" in checkpoint.read_bytes()
    return said[:16]


def _on_one_connection(port):
    """Ask three times without connecting again."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    statuses, ends = [], set()
    for path, body in (
        ("/add-checkpoint", THIS.request(0, 5)),
        ("/add-checkpoint", b""),
        ("/sign-subtree", b""),
    ):
        line.request("POST", path, body)
        ends.add(line.sock.getsockname())
        response = line.getresponse()
        response.read()
        statuses.append(response.status)
    line.close()
    assert len(ends) == 1
    return statuses


def test_a_witness_keeps_its_key_to_itself_and_for_good(tmp_path):
    folder = tmp_path / "witness"
    with pytest.raises(NoWitnessError):
        cosigner_in(folder)

    verifier = make(folder, "county.example/w")

    with pytest.raises(WitnessExistsError):
        make(folder, "county.example/w")
    assert cosigner_in(folder).verifier == verifier
    (folder / "key").chmod(0o640)
    with pytest.raises(WitnessKeyReadableError):
        cosigner_in(folder)


def test_a_log_that_contradicts_itself_is_told_to_whoever_looks(tmp_path):
    folder = tmp_path / "witness"
    here("keys", "county.example/w", "--dir", folder)
    here("trust", str(LOG.verifier), "--dir", folder)
    witness = application(folder).witness
    for history in (THIS, THAT):
        witness.add_checkpoint(history.request(0, 5))
        witness.add_checkpoint(history.request(5, 5))

    shown = here("logs", "--dir", folder)
    gone = here("distrust", str(LOG.verifier), "--dir", folder)

    assert shown.exit_code == 1
    assert THAT.note(5).text.decode() in shown.stdout
    assert gone.stdout == "no longer trusted  example.com/log\n"
