"""The commands of docs/how-to/api.md, run against a served Cairn."""

import json
import re
import shutil
import subprocess
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections

from cairn.config.wsgi import application
from cast import a_picture
from web.api.devices import Device

PAGE = Path(__file__).parents[3] / "docs/how-to/api.md"
COMMANDS = [
    command
    for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    for command in re.split(r"\n(?=curl)", block.strip())
]


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args):
        """Say nothing: the test's output is the assertion's."""


@pytest.fixture
def served(desks):
    """The API at an address, answering within the test's own transaction, a request at a time."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    connection = connections["default"]
    connection.inc_thread_sharing()

    def within(environ, start):
        connections["default"] = connection
        return application(environ, start)

    server = make_server("127.0.0.1", 0, within, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    connection.dec_thread_sharing()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_every_command_of_the_page_does_what_it_says(served, desks, tmp_path):
    (tmp_path / "photo.png").write_bytes(a_picture())
    token = Device(desks, "county").token
    said = []
    for command in COMMANDS:
        done = subprocess.run(
            ["bash", "-euc", command],  # noqa: S607 - as on the page
            cwd=tmp_path,
            env={"CAIRN": served, "TOKEN": token, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
        )
        said.append(json.loads(done.stdout))

    seat, recorded, refused, batch, kept, receipt, listed, statement = said
    assert seat == {"programme": desks.programme, "post": "county", "role": "county"}
    assert receipt["position"] == recorded["position"]
    assert refused["status"] == 422
    assert {one["field"]: one["message"] for one in refused["objections"]}[
        "project"
    ] == "此项必填。"
    assert batch["verdicts"][0]["receipt"]["position"] == recorded["position"] + 1
    assert len(kept["file"]) == 64
    assert len(listed["rows"]) == 2
    assert listed["next"]
    assert statement["row"]["account"]["id"] == "county-office"
