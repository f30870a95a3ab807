"""A real Cairn for the field app's proof: `python tests/field/served.py COMMAND…`.

Makes an installation with the cast in it, serves it with `cairn serve`, runs the command (node and its
tests) with the address in CAIRN_FIELD_SERVER, and ends with what it ended with. At CAIRN_FIELD_CONTROL it
answers what no phone may ask: a new phone at a post of its own, its revocation, and what the journal holds
of that post, read from the database and from the files themselves. CAIRN_FIELD_PLAYWRIGHT is where
Playwright's own JavaScript lies, for what runs in a browser.
"""

import base64
import contextlib
import importlib.util
import json
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from itertools import count
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in it is made by tempfile
CAIRN = Path(sys.executable).with_name("cairn")


def main(command):
    # Whoever ends it ends what it started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.path.insert(0, str(TESTS))
    held_in = MEMORY if MEMORY.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="cairn-field-", dir=held_in))
    try:
        return _served(folder, command)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _served(folder, command):
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder, make=True)
    from cairn.following.snapshot import bring_up_to_date  # noqa: PLC0415 - needs Django started
    from people.desks import Desks  # noqa: PLC0415 - likewise

    world = World(Desks.opened(), secrets.token_hex(3))
    bring_up_to_date(world.desks.programme)
    with _serving(folder) as address, _controlled(world) as control:
        driver = Path(importlib.util.find_spec("playwright").origin).parent / "driver/package"
        told = {
            "CAIRN_FIELD_SERVER": address,
            "CAIRN_FIELD_CONTROL": control,
            "CAIRN_FIELD_PLAYWRIGHT": str(driver / "index.mjs"),
        }
        return subprocess.run(command, env=os.environ | told, check=False).returncode


@contextlib.contextmanager
def _serving(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [CAIRN, "serve", "--dir", folder, "--port", port]
    words = [str(word) for word in words]
    # What the server logs of requests that were cut short is no finding; the command's own words are.
    log = folder / "served.log"
    with (
        log.open("w") as said,
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=said, text=True) as server,
    ):
        yield f"http://127.0.0.1:{port}" if server.stdout.readline() else ""
        server.terminate()
        server.wait(timeout=30)
    if os.environ.get("CAIRN_FIELD_LOG"):
        sys.stderr.write(log.read_text())


@contextlib.contextmanager
def _controlled(world):
    server = HTTPServer(("127.0.0.1", 0), _handler_of(world))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class World:
    """The programme, and what is asked of it behind the server's back."""

    def __init__(self, desks, run):
        self.desks, self.run, self.numbers = desks, run, count(1)

    def phone(self, _asked):
        """A phone at a new post of the county: what it records can be told from everything else."""
        from cairn.people import devices  # noqa: PLC0415 - needs Django started

        seat = self.desks.seat(self._post())
        made = devices.give_phone(seat, called="phone", now=self.desks.now)
        said = {"programme": seat.programme, "post": seat.post, "role": seat.role}
        return {
            "token": made.token,
            "unlock": made.unlock,
            "device": made.number,
            "seat": said,
            "user": seat.user,
        }

    def person(self, _asked):
        """Somebody at a new post of the county who has just signed in: the key of their session."""
        return self._signed_in(self.desks, self._post())

    def person_of_told(self, _asked):
        """The county of a told programme, with everything there to be read."""
        from field.told_desks import told_desks  # noqa: PLC0415 - needs Django started

        return self._signed_in(told_desks(), "county-2")

    def _signed_in(self, desks, post):
        from cairn.catalog import journal  # noqa: PLC0415 - needs Django started
        from cairn.people.appointments import invite  # noqa: PLC0415 - likewise
        from security.visitors import Visitor  # noqa: PLC0415 - likewise

        secret = invite(desks.programme, post, by="office", journal=journal, now=datetime.now(UTC))
        visitor = Visitor(SERVER_NAME="127.0.0.1")
        visitor.accept(secret, f"{post}@{desks.programme}")
        visitor.set_up_factor()
        return {"session": visitor.key, "user": visitor.user.pk, "post": post}

    def _post(self):
        from cairn.programme.facts import PostOpened, PostRole  # noqa: PLC0415 - needs Django started
        from cast import named  # noqa: PLC0415 - likewise

        post = f"county-{self.run}-{next(self.numbers)}"
        at = {"place": "kunlun", "organisation": "county-office"}
        self.desks.pen.record(PostOpened(post=post, name=named(post), role=PostRole.COUNTY, **at))
        return post

    def add_place(self, asked):
        """Another post adds a village."""
        from cairn.programme.facts import PlaceAdded, PlaceLevel  # noqa: PLC0415 - needs Django started
        from cast import named  # noqa: PLC0415 - likewise

        place, level = asked["place"], PlaceLevel.VILLAGE
        self.desks.pen.record(
            PlaceAdded(place=place, name=named(place), level=level, within="hongliu")
        )

    def revoke(self, asked):
        from cairn.people import devices  # noqa: PLC0415 - needs Django started

        return devices.revoke(asked["device"], user=asked["user"], now=self.desks.now)

    def on_record(self, asked):
        """Everything that one post recorded, in order, with its sealed answers."""
        from cairn.journal import sealing  # noqa: PLC0415 - needs Django started
        from cairn.journal.models import Entry  # noqa: PLC0415 - likewise
        from cairn.people.models import Recording  # noqa: PLC0415 - likewise

        ids = Recording.objects.filter(user=asked["user"]).values_list("fact", flat=True)
        entries = Entry.objects.filter(programme=self.desks.programme, id__in=list(ids))
        found = [json.loads(bytes(one.body)) for one in entries.order_by("position")]
        parts = sealing.parts_at(self.desks.programme, [one["position"] for one in found])
        for one in found:
            held = parts.get(one["position"], {})
            one["sealed"] = {name: json.loads(bytes(part.value)) for name, part in held.items()}
        return found

    def is_whole(self, asked):
        """Whether a kept file is here, is what its id says, and was made of these bytes."""
        from cairn.journal.files import kept  # noqa: PLC0415 - needs Django started
        from cairn.journal.pictures import re_encoded  # noqa: PLC0415 - likewise

        here = kept(self.desks.programme, asked["file"])
        made = re_encoded(base64.b64decode(asked["original"]))
        return bool(
            here
            and sha256(here.path.read_bytes()).hexdigest() == asked["file"]
            and sha256(made).hexdigest() == asked["file"]
        )

    def lose(self, asked):
        """A kept file is gone, as after a restore from an older backup."""
        from cairn.journal.files import path_of  # noqa: PLC0415 - needs Django started

        path_of(self.desks.programme, asked["file"]).unlink()

    def bring(self, asked):
        """`cairn import` of an outbox: what became of each fact."""
        from cairn.catalog import journal  # noqa: PLC0415 - needs Django started
        from cairn.exchange.outbox.command import OutboxImport  # noqa: PLC0415 - likewise
        from cairn.exchange.outbox.read import head_of, is_outbox  # noqa: PLC0415 - likewise

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "phone.outbox"
            path.write_text(asked["outbox"])
            assert is_outbox(path)
            head = head_of(path)
            bringing = OutboxImport(journal, path, head.programme, head.post, self.desks.now)
            return [one.came for one in bringing.run()]

    def on_record_by_id(self, asked):
        from cairn.journal.models import Entry  # noqa: PLC0415 - needs Django started

        found = Entry.objects.filter(programme=self.desks.programme, id__in=asked["ids"])
        return found.count()

    def jpeg(self, asked):
        """A photo as a phone makes it: 1600 × 1200, some hundred kilobytes."""
        from PIL import Image  # noqa: PLC0415 - only here

        chance = random.Random(asked["number"])  # noqa: S311 - a picture
        rough = Image.frombytes("RGB", (200, 150), chance.randbytes(200 * 150 * 3))
        out = BytesIO()
        rough.resize((1600, 1200), Image.Resampling.BICUBIC).save(out, "JPEG", quality=80)
        return base64.b64encode(out.getvalue()).decode()


def _handler_of(world):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            said = json.dumps(getattr(world, self.path.strip("/"))(asked)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_args):
            """Say nothing."""

    return Handler


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
