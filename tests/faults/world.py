"""The simulator's world: one installation with its machine, and what everybody outside was told.

What must hold is asked of the bytes on the disk and in the database, and not of Cairn, wherever that
can be said in a few lines. What happens is in simulator.py.
"""

import os
import random
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from cairn.catalog import invariants, journal
from cairn.following import snapshot
from cairn.journal.checks import CONTINUES, answers
from cairn.journal.entry import Draft, Receipt
from cairn.journal.log import Log, hold_all
from cairn.journal.readonly import why_read_only
from cairn.merkle.checkpoint import Checkpoint
from cairn.merkle.frontier import Frontier
from cairn.merkle.hashing import leaf_hash
from cairn.merkle.note import Note
from cairn.programme import log_keys
from cairn.verify.files import Memory
from cairn.verify.record import HALF_WAY, Trusted, verify
from cairn.verify.wrong import WrongError
from cairn.witness import asking
from cairn.witness.record import Record
from cairn.witness.service import Application, Witness
from cast import OPENED, OPENING, POST, everybody
from faults.machine import Disk
from faults.transport import Network, line_over
from merkle.signers import AUDITOR, COUNTY

PROGRAMME = "simulated"
DATABASE = "cairn.sqlite3"


class BrokenError(AssertionError):
    """Something that must hold does not."""


def must(holds, sentence):
    if not holds:
        raise BrokenError(sentence)


class World:
    """One installation, and what was promised to those outside."""

    def __init__(self, seed, folder):
        self.random = random.Random(seed)  # noqa: S311 - it is to be the same again
        self.folder, self.home, self.out = folder, folder / "home", folder / "out"
        self.home.mkdir()
        self.disk = Disk(folder, self.random)
        settings.CAIRN_DIR = self.home
        os.environ["CAIRN_KEYS"] = str(folder / "keys")
        connections["default"].settings_dict["NAME"] = str(self.home / DATABASE)
        call_command("migrate", verbosity=0)

        self.true_time, self.clock_is_off = datetime(2025, 6, 30, 4, tzinfo=UTC), timedelta()
        self.given = {}
        """Every receipt that was given and not lost with a database: id → receipt."""
        self.drafts = {}
        self.lost = []
        """Facts that a database lost before a checkpoint was over them: to be sent again."""
        self.seen = {}
        """Every checkpoint that anybody saw: (size, root) → who first did."""
        self.kept = []
        """Checkpoints that the mirror kept, as it got them."""
        self.keys = {}
        self.stopped = self.half_way = self.recovering = False
        self.network = Network(self.random)
        self.witnesses = self._witnesses()
        self._open()

    def _witnesses(self):
        found = {}
        for name, cosigner in (("county", COUNTY), ("auditor", AUDITOR)):
            record = Record(self.folder / f"{name}.sqlite3")
            record.make()
            found[name] = Witness(record, cosigner, clock=lambda: int(self.now.timestamp()))
            self.network.join(name, Application(found[name]))
        asking.PORTS["simulated"] = line_over(self.network)
        return found

    def _open(self):
        drafts = [Draft(self.new_id(), OPENED, POST, fact) for fact in (OPENING, *everybody())]
        journal.append_batch(PROGRAMME, drafts, now=self.now, all_or_none=True)
        origin = f"record.example/{PROGRAMME}"
        log_keys.make(journal, PROGRAMME, origin=origin, post=POST, now=self.now)
        self.tell_the_witnesses()
        lines = [
            f"witness {name} {each.cosigner.verifier} simulated://{name}\n"
            for name, each in self.witnesses.items()
        ]
        policy = "".join([*lines, "group both all county auditor\nquorum both\n"])
        (self.log.folder / "witnesses").write_text(policy)

    # What there is

    @property
    def now(self):
        return self.true_time + self.clock_is_off

    @property
    def log(self):
        return Log(PROGRAMME)

    def new_id(self):
        return UUID(int=self.random.getrandbits(128), version=4)

    def bodies(self):
        """The entries by position, asked of the database without Cairn."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT position, body FROM journal_entry WHERE programme = %s ORDER BY position",
                [PROGRAMME],
            )
            return {position: bytes(body) for position, body in cursor.fetchall()}

    def roots(self, bodies):
        """The root of each tree that the journal went through, by size."""
        trees = [Frontier()]
        for body in bodies.values():
            trees.append(trees[-1].with_leaves([leaf_hash(body)]))
        return [tree.root for tree in trees]

    def on_disk(self):
        """The checkpoints in the log's folder and in the published one, whoever signed them."""
        for folder in (self.log.folder, self.out):
            path = folder / "checkpoint"
            if path.exists() and path.stat().st_size:
                yield Checkpoint.parse(Note.parse(path.read_bytes()).text)

    def copy_of_database(self, target):
        with (
            closing(sqlite3.connect(self.home / DATABASE)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)

    def tell_the_witnesses(self):
        self.keys |= {str(key): key for key in self.log.verifiers}
        for witness in self.witnesses.values():
            witness.record.trust(self.log.verifier)

    # What everybody was told

    def give(self, verdicts):
        """The server answered: whatever it acknowledges must stay so."""
        for verdict in verdicts:
            if isinstance(verdict, Receipt):
                before = self.given.setdefault(verdict.id, verdict)
                must(before == verdict, f"{verdict.id} got two receipts: {before}, {verdict}")

    def see(self, who, checkpoint):
        self.seen.setdefault((checkpoint.size, checkpoint.root), who)

    # Ends and beginnings

    def fails(self):
        """The process died: what it wrote and did not sync may be gone, unless it was only killed."""
        said = self.disk.restart(power=self.random.random() < 0.5)
        self.start()
        return said

    def start(self):
        """Start Cairn. It must notice by itself what contradicts a checkpoint, and nothing else."""
        connections.close_all()
        snapshot.forget()  # a process that died remembers nothing
        roots = self.roots(self.bodies())
        contradicted = any(
            each.size >= len(roots) or roots[each.size] != each.root for each in self.on_disk()
        )
        if self.recovering:  # it may have come to its end before it died
            self.stopped = (self.log.folder / "read-only").exists()
        self.stopped = self.stopped or contradicted
        found = dict(hold_all())
        must(
            bool(found) == self.stopped,
            f"at its start it is {'' if self.stopped else 'not '}to stop, and says: {found}",
        )
        self.look()

    def puts_back(self, backup, *, log_too):
        """An operator puts an older database in place, or everything, and starts it."""
        newest = max((each.size for each in self.on_disk()), default=0)
        connections.close_all()
        for path in self.home.glob(f"{DATABASE}*"):
            path.unlink()
        shutil.copy(backup / DATABASE, self.home / DATABASE)
        if log_too:
            shutil.rmtree(self.log.folder)
            shutil.copytree(backup / "log", self.log.folder)
        position = len(self.bodies())
        self._forget(after=max(position, newest))
        self.start()
        return position, newest

    def _forget(self, *, after):
        """What no checkpoint covers is lost with the database: whoever recorded it is asked."""
        gone = [each for each in self.given.values() if each.position > after]
        for receipt in gone:
            del self.given[receipt.id]
            if receipt.id in self.drafts:
                self.lost.append(self.drafts[receipt.id])

    # What must hold

    def look(self):
        """After each step."""
        why = why_read_only(PROGRAMME)
        must(bool(why) == self.stopped, f"read-only ({self.stopped} was expected): ‘{why}’")
        self.keys |= {str(key): key for key in self.log.verifiers}

    def check(self):
        """Everything."""
        bodies = self.bodies()
        roots, size = self.roots(bodies), len(bodies)
        must(list(bodies) == list(range(1, size + 1)), "positions have gaps")
        for answer in answers(journal, PROGRAMME, invariants=invariants):
            if not (self.stopped and answer.holds == CONTINUES):
                must(not answer.wrong, f"not so: {answer.holds}: {answer.wrong}")
        for name in self.witnesses:
            cosigned = self.network.cosigned[name]
            must(
                all(before.size <= after.size for before, after in pairwise(cosigned)),
                f"{name} cosigned a smaller tree after a larger one",
            )
            for each in cosigned:
                self.see(f"witness {name}", each)
        if self.stopped:
            return size
        for receipt in self.given.values():
            there = bodies.get(receipt.position)
            must(
                there is not None and leaf_hash(there) == receipt.leaf,
                f"acknowledged and lost: {receipt}",
            )
        for (seen, root), who in self.seen.items():
            must(
                seen <= size and roots[seen] == root,
                f"{who} saw a checkpoint over {seen} entries that is of no such journal",
            )
        self._check_log(list(bodies.values()), roots)
        return size

    def _check_log(self, bodies, roots):
        note = self.log.note()
        if note is None:
            return
        checkpoint = Checkpoint.parse(note.text)
        tiles = self.log.tiles
        must(
            roots[checkpoint.size] == checkpoint.root, "the log's checkpoint is of another journal"
        )
        must(
            list(tiles.bodies(checkpoint.size)) == bodies[: checkpoint.size],
            "the log's bundles are not the journal's entries",
        )
        must(tiles.tree(checkpoint.size).root == checkpoint.root, "the log's tiles hash otherwise")

    def fetch(self):
        """The published files as somebody finds them this moment."""
        return {
            path.relative_to(self.out).as_posix(): path.read_bytes()
            for path in sorted(self.out.rglob("*"))
            if path.is_file()
        }

    def mirror(self, files, *, half_way):
        """Hold a copy against the key and a checkpoint kept before. What was kept is kept."""
        since = self.random.choice(self.kept) if self.kept else None
        try:
            found = verify(Memory(files), Trusted(tuple(self.keys.values()), since))
        except WrongError as error:
            must(half_way, f"a published record does not hold: {error}")
            must(HALF_WAY in str(error), f"half-way, and it does not say so: {error}")
            return "half-way"
        self.kept.append(Note.parse(files["checkpoint"]))
        self.see("mirror", found.checkpoint)
        return f"holds: {found.checkpoint.size}"
