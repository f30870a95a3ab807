"""`cairn verify` on a folder and from a web server: what it says, and with which exit code."""

import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from typer.testing import CliRunner

from cairn.cli import app
from cairn.merkle.note import Signer
from cairn.merkle.tile import WIDTH
from cairn.verify import tree
from publish.conftest import EARLIER, SIZE
from publish.forging import entries_in, mended, signed, with_entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(record, tmp_path):
    """The record in a folder of its own, which a test may spoil."""
    write(record.files, tmp_path / "record")
    return tmp_path / "record"


def write(files, folder):
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def verified(*arguments):
    result = CliRunner().invoke(app, ["verify", *map(str, arguments)], catch_exceptions=True)
    said = f"{result.output}{result.exception or ''}"
    return result.exit_code if not result.exception or result.exit_code != 1 else code(result), said


def code(result):
    return 1 if isinstance(result.exception, SystemExit) else 2


def test_a_record_holds_by_its_key_an_older_checkpoint_and_a_witness(record, folder, tmp_path):
    (tmp_path / "older").write_bytes(bytes(record.since))
    witness = record.policy.witnesses["w"].key
    (tmp_path / "policy").write_text(f"witness w {witness}\nquorum w\n")
    key = str(record.signer.verifier)
    found, said = verified(
        folder, "--key", key, "--since", tmp_path / "older", "--witness", tmp_path / "policy"
    )

    assert found == 0, said
    assert f"{SIZE} entries" in said
    assert f"It continues the checkpoint over {EARLIER} entries" in said
    assert "witness w saw it on 2025-06-15 15:06 UTC" in said
    assert "came with it" not in said


def test_without_a_key_it_says_what_that_cannot_tell(folder):
    found, said = verified(folder)

    assert found == 0
    assert "Whose key that is, only --key can tell" in said
    assert "only --since or --witness can tell" in said


def test_the_first_thing_wrong_is_named_with_its_file_and_entry(record, folder):
    path = folder / "tile/entries/003"
    path.write_bytes(path.read_bytes().replace(b"Village shop 800", b"Village shop 801", 1))
    write(
        {
            "manifest.json": mended(record.files | {"tile/entries/003": path.read_bytes()})[
                "manifest.json"
            ]
        },
        folder,
    )
    found, said = verified(folder)

    assert found == 1
    assert "tile/entries/003, entry 801" in said


def test_many_processes_name_it_as_one_does(record, folder, monkeypatch):
    monkeypatch.setattr(tree, "AT_A_TIME", 1)
    monkeypatch.setattr(tree.HashEntries, "worth", 2)
    entries = entries_in(record.files)
    entries[1600] = entries[1600].replace(b"contractor", b"conqueror ", 1)
    files, root = with_entries(record.files, entries)
    write(mended(signed(files, record.signer, len(entries), root)), folder)
    alone, together = (verified(folder, "--processes", n) for n in (1, 2))

    assert alone == together
    assert alone[0] == 1
    assert "entry 1601: fact.role is not by the schema of its kind" in alone[1]


@pytest.mark.parametrize(
    "arguments", [["--key", "no key"], ["--since", "/none"], ["--witness", "/none"]]
)
def test_what_cannot_be_used_ends_with_2(folder, arguments):
    assert verified(folder, *arguments)[0] == 2


def test_no_record_ends_with_2(tmp_path):
    assert verified(tmp_path)[0] == 2
    assert verified(tmp_path / "none")[0] == 2
    assert verified("ftp://example.org/")[0] == 2


def test_a_link_in_a_record_is_refused(folder, tmp_path):
    (tmp_path / "elsewhere").write_bytes(b"")
    (folder / "en/more").symlink_to(tmp_path / "elsewhere")
    found, said = verified(folder)

    assert found == 1
    assert "en/more: a record has no links" in said


def test_a_record_is_verified_from_a_web_server(folder):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_arguments):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/"
        assert verified(url, "--processes", 1)[0] == 0
        tile = f"tile/1/000.p/{SIZE // WIDTH}"
        (folder / tile).unlink()
        found, said = verified(url, "--processes", 1)
        assert found == 1
        assert f"{tile}: the server answers 404" in said
    finally:
        server.shutdown()
        server.server_close()


def test_a_key_of_the_same_name_is_no_proof(record, folder):
    found, said = verified(folder, "--key", Signer(record.signer.name, bytes(32)).verifier)

    assert found == 1
    assert said.strip().count("\n") <= 2
    assert "checkpoint: none of the signatures" in said


def test_verifying_loads_no_django(record):
    script = "import sys, cairn.verify.command; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_verifying_what_a_person_can_read_loads_no_compiler(folder, tmp_path):
    """The money is followed by the obvious trace there, up to tens of thousands of movements."""
    script = (
        "import atexit, sys; from cairn.cli import main;"
        "atexit.register(lambda: print(*{'numba', 'llvmlite'} & {*sys.modules}, file=sys.stderr));"
        "main()"
    )
    asked = [sys.executable, "-c", script, "verify", str(folder)]

    done = subprocess.run(asked, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == ""
