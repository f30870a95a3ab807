"""`cairn serve`: it says where, answers, follows what is recorded, and ends when told to."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from cairn.web import serve
from cairn.web.serve import PortTakenError, free_port

CAIRN = Path(sys.executable).with_name("cairn")
TESTS = Path(__file__).parents[1]
MAKE = """
import sys
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from cast import Pen, assemble
assemble(Pen.opened("made"))
"""


@pytest.fixture
def folder(tmp_path):
    """An installation with a programme that nobody has traced yet."""
    subprocess.run([sys.executable, "-c", MAKE, tmp_path], env=_alone(), check=True)
    return tmp_path


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def _alone():
    alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    return {**alone, "PYTHONPATH": str(TESTS)}


@contextmanager
def serving(folder, port):
    with subprocess.Popen(
        [CAIRN, "serve", "--dir", folder, "--port", port],
        env=_alone(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()  # else a test that fails would wait for it without end


def get(address):
    with urllib.request.urlopen(address, timeout=10) as response:  # noqa: S310 - our own server
        return response.read().decode()


@pytest.mark.parametrize(
    "told", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)]
)
def test_it_prints_its_address_follows_the_money_and_ends_when_told(folder, port, told):
    with serving(folder, port) as process:
        address = process.stdout.readline().strip()
        page = _followed(f"{address}en/made/")
        style = get(f"{address}static/cairn/cairn.css")
        process.send_signal(told)
        ended = process.wait(timeout=20)

    assert address == f"http://127.0.0.1:{port}/"
    assert re.search(r"As of position <b>\d+</b>", page)
    assert style.startswith("/*") or "{" in style
    assert ended == 0
    assert _left_behind(folder, patience=10) == []


def test_ctrl_c_reaches_every_process_and_none_complains(folder, port):
    """A terminal tells the whole group: those beside the server leave it to the server to end them."""
    with serving(folder, port) as process:
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        _said, complained = process.communicate(timeout=20)

    assert process.returncode == 0
    assert "Traceback" not in complained
    assert "started again" not in complained
    assert _left_behind(folder, patience=10) == []


def test_nothing_is_asked_before_those_that_answer_are_forked(monkeypatch, settings):
    """A thread that imports while a process is forked leaves it a lock that nobody gives back: it hung for good."""
    settings.ALLOWED_HOSTS = ["localhost"]
    asked, forks = threading.Event(), SimpleNamespace(workers=2, wrks=["one"])

    def connection(*_asked, **_named):
        asked.set()
        raise OSError

    monkeypatch.setattr(serve.http.client, "HTTPConnection", connection)
    monkeypatch.setattr(serve.time, "sleep", lambda _seconds: threading.Event().wait(0.001))
    announcing = threading.Thread(target=serve._announce, args=(forks, "127.0.0.1", 1), daemon=True)
    announcing.start()
    assert not asked.wait(0.1)
    forks.wrks.append("another")
    assert asked.wait(10)

    class Answers:
        def __getattr__(self, _name):
            return lambda *_asked, **_named: self

    monkeypatch.setattr(serve.http.client, "HTTPConnection", lambda *_asked, **_named: Answers())
    announcing.join(timeout=10)
    assert not announcing.is_alive()


def _followed(address):
    """The page, once the worker has been."""
    for _attempt in range(240):  # who follows gives way, on a busy machine for minutes
        try:
            return get(address)
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            time.sleep(0.5)
    raise AssertionError("nobody followed the money")


def _left_behind(folder, patience):
    """Processes that still serve the folder after so many seconds: they have it as CAIRN_DIR."""
    for _attempt in range(patience * 5):
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if f"CAIRN_DIR={folder}".encode() in process.joinpath("environ").read_bytes():
                    found.append(process.joinpath("cmdline").read_text())
        if not found:
            break
        time.sleep(0.2)
    return found


def test_a_port_that_is_taken_is_refused_with_a_sentence(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError, match="Choose another with --port"):
            free_port(port)
        ended = subprocess.run(
            [CAIRN, "serve", "--dir", folder, "--port", str(port)],
            env=_alone(),
            capture_output=True,
            text=True,
            check=False,
        )

    assert ended.returncode == 2
    assert ended.stderr.startswith(f"cairn: Cannot listen on 127.0.0.1 port {port}")
    assert len(ended.stderr.splitlines()) == 1


def test_without_a_port_the_next_free_one_is_used(monkeypatch):
    with socket.socket() as taken:
        taken.bind((serve.HOST, 0))
        taken.listen()
        monkeypatch.setattr(serve, "PORT", taken.getsockname()[1])

        assert free_port(None) > taken.getsockname()[1]


def test_what_follows_the_money_is_there_again_when_it_was_killed_and_the_server_still_ends(
    folder, port
):
    with serving(folder, port) as process:
        address = process.stdout.readline().strip()
        _followed(f"{address}en/made/")
        follower = _beside(process.pid)[0]
        os.kill(follower, signal.SIGKILL)

        again = _beside_again(process.pid, instead_of=follower)
        process.send_signal(signal.SIGTERM)
        ended = process.wait(timeout=30)

        assert again
        assert ended == 0
        assert "cairn-follow ended with -9, and is started again." in process.stderr.read()


def _beside(pid):
    """The processes that a server started bare: the first follows the money."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(one) for path in children for one in path.read_text().split()]
    return sorted(
        one for one in found if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()
    )


def _beside_again(pid, *, instead_of):
    for _attempt in range(120):
        with suppress(OSError):
            found = _beside(pid)
            if len(found) == 2 and instead_of not in found:
                return found
        time.sleep(0.25)
    return []


def test_a_system_that_tells_every_process_to_end_starts_none_again(folder, port):
    with serving(folder, port) as process:
        process.stdout.readline()
        for one in (*_beside(process.pid), process.pid):
            os.kill(one, signal.SIGTERM)
        ended = process.wait(timeout=30)

        assert ended == 0
        assert "started again" not in process.stderr.read()
