"""`cairn demo` as somebody starts it."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from dataclasses import replace

import pytest

from cairn.catalog import journal
from cairn.demo import large, load
from cairn.web import serve

CAIRN = [sys.executable, "-m", "cairn.cli", "demo"]


@pytest.fixture
def elsewhere():
    """The environment of somebody else's shell: no database, no folder."""
    ours = {"CAIRN_DIR", "CAIRN_DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    return {name: value for name, value in os.environ.items() if name not in ours}


@pytest.fixture
def taken():
    with socket.socket() as listening:
        listening.bind((serve.HOST, 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_taken_port_is_refused_before_anything_is_made(tmp_path, elsewhere, taken):
    folder = tmp_path / "demo"
    ended = subprocess.run(
        [*CAIRN, "--dir", folder, "--port", str(taken)],
        env=elsewhere,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 2
    assert str(taken) in ended.stderr
    assert not folder.exists()


def test_it_keeps_away_from_a_programme_that_is_no_demo(cast):
    with pytest.raises(load.RealRecordsError, match=cast.programme):
        load.keep_away_from_real_records(large.tale(100))


def test_it_may_stand_beside_another_demo(db):
    other = large.tale(100)
    load.load(other, journal, lambda _done: None)

    load.keep_away_from_real_records(large.tale(200))
    load.keep_away_from_real_records(other)


def test_a_demo_that_was_told_otherwise_is_not_continued(db):
    tale = large.tale(100)
    (batch,) = tale.batches()
    begun = replace(batch, drafts=batch.drafts[:20])
    load.load(replace(tale, batches=lambda: iter([begun])), journal, lambda _done: None)
    other = replace(batch, drafts=[*batch.drafts[:19], *batch.drafts[20:]])

    with pytest.raises(load.EarlierDemoError, match="--dir"):
        load.load(replace(tale, batches=lambda: iter([other])), journal, lambda _done: None)


@pytest.mark.long
def test_it_prints_its_address_when_it_answers_and_ends_with_ctrl_c(tmp_path, elsewhere):
    server = subprocess.Popen(
        [*CAIRN, "--dir", tmp_path, "--movements", "200"],
        env=elsewhere,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        url = next(line.strip() for line in server.stdout if line.startswith("http"))
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own
            assert answer.status == 200
    finally:
        server.send_signal(signal.SIGINT)
        try:
            said = server.communicate(timeout=30)[1]
        finally:
            server.kill()

    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", url)
    assert "Recording facts" in said
    assert "Traceback" not in said
    assert server.returncode == 0
