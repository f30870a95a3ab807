"""One seed, one course of events: phones, a signer, a publisher, witnesses, a mirror, an operator.

    python tests/faults/simulator.py SEED [STEPS]

One process on one database; clock, ids, network and disk are the simulator's, so that the same seed
gives the same steps and the same root. Each step is printed before what must hold is looked at: a run
that fails ends with the step that broke it, and the same line runs it again.
"""

# ruff: noqa: E402, T201 - what is imported needs Django set up; steps are printed

import os
import shutil
import sys
import tempfile
import traceback
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
FOLDER = tempfile.mkdtemp(prefix="cairn-simulated-", dir=next(Path("/dev").glob("shm"), None))
os.environ |= {"CAIRN_DIR": FOLDER, "DJANGO_SETTINGS_MODULE": "cairn.config.settings"}
os.environ.pop("CAIRN_DATABASE_URL", None)

import django

django.setup()


from cairn.catalog import journal
from cairn.following.snapshot import bring_up_to_date, latest
from cairn.journal import keys
from cairn.journal.heads import NotSteadyError
from cairn.journal.journal import RefusedError
from cairn.journal.log import ContradictionError
from cairn.journal.recover import Recovery
from cairn.merkle.checkpoint import Checkpoint
from cairn.merkle.note import Note
from cairn.merkle.policy import Policy
from cairn.programme import log_keys
from cairn.publish.record import Drawn, publish
from cairn.verify.files import Folder
from cairn.verify.record import Trusted, verify
from cairn.witness.collect import collect
from cairn.witness.wire import AddCheckpoint
from cast import POST
from faults.machine import PowerCut
from faults.phones import PHONES, Phones
from faults.world import PROGRAMME, must
from merkle.reference import mth, proof
from publish.few_pages import few_pages_of

STEPS = 150
CHECKED_EVERY = 15


class Simulator(Phones):
    """What happens to the world."""

    def __init__(self, seed, folder):
        super().__init__(seed, folder)
        self.backups = []
        self.steps = [
            (14, self.a_phone_writes),
            (16, self.a_phone_sends),
            (4, self.something_late_arrives),
            (2, self.a_phone_goes_or_comes),
            (2, self.an_id_says_something_else),
            (2, self.the_clock_jumps),
            (6, self.the_signer_signs),
            (6, self.the_publisher_publishes),
            (5, self.the_witnesses_are_asked),
            (4, self.the_mirror_looks),
            (3, self.somebody_keeps_a_receipt),
            (2, self.somebody_signs_another_history),
            (2, self.a_reader_follows_the_money),
            (2, self.an_operator_backs_up),
            (2, self.an_operator_puts_back_a_backup),
            (1, self.an_operator_changes_the_key),
            (1, self.an_operator_rebuilds),
            (1, self.the_machine_restarts),
        ]

    def step(self):
        """Do something; what was done, in a line."""
        self.true_time += timedelta(seconds=self.random.randint(1, 3600))
        steps = self.steps
        if self.stopped:  # somebody looks into it before long
            steps = [*steps, (25, self.an_operator_recovers)]
        [(_weight, do)] = self.random.choices(steps, [weight for weight, _do in steps])
        return f"{do.__name__.replace('_', ' ')}: {do()}"

    # The log, published and witnessed

    def the_signer_signs(self):
        with self._may_die_on_the_disk(14) as died:
            return self._signs()
        return died[0]

    def _signs(self):
        try:
            checkpoint = log_keys.sign(PROGRAMME, publish=self.out)
        except ContradictionError as error:
            must(self.stopped, f"it will not sign: {error}")
            return "refused"
        must(not self.stopped, "it signed although it contradicts its log")
        self.see("signer", checkpoint)
        return f"{checkpoint.size} {checkpoint.root.hex()[:12]}"

    def the_publisher_publishes(self):
        """Somebody may look while it does, and a phone may send."""
        half_way, self.half_way = self.half_way, True
        at, said = self.random.randint(1, 40), []

        def look(path):
            nonlocal at
            at -= self.out in path.parents
            if at == 0:
                said.append(f"meanwhile the mirror: {self.mirror(self.fetch(), half_way=True)}")

        self.disk.looking = look
        with self._may_die_on_the_disk(60) as died:
            try:
                done = publish(PROGRAMME, self.out, sign=self._may_sign, drawn=Drawn(self._draws))
                self.half_way = False
                said.append(f"{done.position}, {len(done.written)} written")
            except (ContradictionError, NotSteadyError) as error:
                self.half_way = half_way
                steady = isinstance(error, ContradictionError)
                must(self.stopped == steady, f"it will not publish: {error}")
                said.append(type(error).__name__)
        self.disk.looking = lambda _path: None
        return "; ".join([*said, *died])

    def _may_sign(self):
        self.see("signer", log_keys.sign(PROGRAMME, publish=self.out))

    def _draws(self, programme, day, **_known):
        """Facts may arrive before the pages are drawn, and the worker may have traced them."""
        if not self.network.calm and self.random.random() < 0.3:
            self._facts_arrive(3)
            if self.random.random() < 0.5:
                bring_up_to_date(programme)
        yield from few_pages_of(programme, day)

    def _facts_arrive(self, most):
        phone = self.random.randrange(PHONES)
        answer, verdicts = self.serves(self.outboxes[phone][:most])
        self.hears(verdicts)
        return answer

    def the_witnesses_are_asked(self):
        if self.log.note() is None:
            return "there is nothing to cosign yet"
        with self._may_die_on_the_disk(6) as died:
            done = collect(self.log, now=self.now, begin=lambda ask: ask())
            must(self.stopped or not done.forks, f"a witness saw another history: {done}")
            heard = [each.witness for each in done.asked if each.cosigned_at is not None]
            return f"{done.checkpoint.size} cosigned by {heard}"
        return died[0]

    def the_mirror_looks(self):
        if not self.out.exists() or not any(self.out.iterdir()):
            return "nothing is published yet"
        return self.mirror(self.fetch(), half_way=self.half_way)

    def somebody_keeps_a_receipt(self):
        note = self.log.note()
        if not self.given or note is None or self.stopped:
            return "there is none yet"
        receipt = self.random.choice(list(self.given.values()))
        found = self.log.receipt(receipt.position)
        if found is None:
            covered = Checkpoint.parse(note.text).size
            must(receipt.position > covered, f"no proof of {receipt}, and {covered} are signed")
            return f"{receipt.position} is under no checkpoint yet"
        accepted = found.verify(receipt.leaf, Policy(tuple(self.keys.values())))
        self.see("holder of a receipt", accepted.checkpoint)
        return f"{receipt.position} is in the tree of {accepted.checkpoint.size}"

    def somebody_signs_another_history(self):
        """A thief of the key: no witness may cosign what contradicts what it cosigned before."""
        name = self.random.choice(sorted(self.witnesses))
        if not self.network.cosigned[name]:
            return f"{name} has cosigned nothing yet"
        latest = self.network.cosigned[name][-1]
        true = list(self.bodies().values())[: self.random.randrange(latest.size)]
        size = latest.size + self.random.randint(0, 5)
        forged = [*true, *(f"forged {at}".encode() for at in range(len(true), size))]
        signer = keys.signer_of(PROGRAMME)
        checkpoint = Checkpoint(signer.name, size, mth(forged))
        old = self.random.choice([latest.size, latest.size, len(true)])
        proved = proof(old, forged) if 0 < old < size else []
        note = Note(checkpoint.text, (signer.sign(checkpoint.text),))
        status, _body = self.network.reach(
            name, "POST", "/add-checkpoint", bytes(AddCheckpoint(old, tuple(proved), note))
        )
        must(status != 200, f"{name} cosigned two histories, at {latest.size} and at {size}")
        return f"{name} answers {status}"

    def a_reader_follows_the_money(self):
        anew = bring_up_to_date(PROGRAMME)
        found = latest(PROGRAMME)
        must(found.position == len(self.bodies()), f"traced up to {found.position} only")
        return f"{found.columns.amount.sum()} moved{', traced anew' if anew else ''}"

    # Operators and machines

    def an_operator_backs_up(self):
        if self.stopped:
            return "not now"
        folder = self.folder / f"backup-{len(self.backups)}"
        folder.mkdir()
        if self.log.note() and self.out.exists():
            shutil.copytree(self.log.folder, folder / "log")
        self.copy_of_database(folder / "cairn.sqlite3")
        self.backups.append(folder)
        return f"backup {len(self.backups) - 1} of {len(self.bodies())} entries"

    def an_operator_puts_back_a_backup(self):
        if not self.backups or self.stopped:
            return "there is none to put back"
        number = self.random.randrange(len(self.backups))
        backup = self.backups[number]
        log_too = self.random.random() < 0.5 and self._is_safe_to_put_back(backup)
        position, newest = self.puts_back(backup, log_too=log_too)
        lost = self._ask_for_what_was_lost()
        return (
            f"backup {number} of {position} entries{' and its log' if log_too else ''}, {newest} "
            f"were signed; {lost} to be sent again; "
            f"{'it takes no facts' if self.stopped else 'nothing signed is missing'}"
        )

    def _is_safe_to_put_back(self, backup):
        """A log is put back with its database only where the published copy has all that was signed.

        Else nobody has what the newest checkpoint covers, and the programme has to end: see
        `ends_where_nobody_has_the_log`. Nor across a change of keys: docs/how-to/public-log.md.
        """
        own, published = self.log.folder / "checkpoint", self.out / "checkpoint"
        same_key = (backup / "log" / "verifier").exists() and (
            (backup / "log" / "verifier").read_bytes()
            == (self.log.folder / "verifier").read_bytes()
        )
        if not same_key or self.half_way or not published.exists():
            return False
        texts = {Note.parse(path.read_bytes()).text for path in (own, published)}
        return len(texts) == 1

    def _ask_for_what_was_lost(self):
        for phone, draft in self.lost:
            if draft not in self.outboxes[phone]:
                self.outboxes[phone].append(draft)
        lost, self.lost = len(self.lost), []
        return lost

    def an_operator_recovers(self):
        self.recovering = True
        with self._may_die_on_the_disk(12) as died:
            died.append(self._recovers())
        self.recovering = False
        return died[0]

    def _recovers(self):
        recovery = Recovery(journal, PROGRAMME)
        found = recovery.look()
        recovery.mend(found)
        self.stopped = False
        self.look()
        self.check()
        return f"{found.missing} put back, of {found.checkpoint.size}"

    def an_operator_changes_the_key(self):
        if self.stopped:
            return "not now"
        with self._may_die_on_the_disk(24) as died:
            try:
                log_keys.rotate(journal, PROGRAMME, post=POST, now=self.now)
            except RefusedError as error:  # a clock that is years slow
                return f"refused: {error}"
            self.tell_the_witnesses()
            return f"it has {len(self.keys)}"
        self.tell_the_witnesses()
        return died[0]

    def an_operator_rebuilds(self):
        with self.may_die_at_a_statement() as died:
            return f"to {journal.rebuild(PROGRAMME)}"
        return died[0]

    def the_machine_restarts(self):
        return self.fails()

    @contextmanager
    def _may_die_on_the_disk(self, most):
        """Perhaps the power fails before one of the next changes; then Cairn starts again."""
        died = []
        if not self.network.calm and self.random.random() < 0.4:
            self.disk.fail_before(self.random.randint(0, most))
        try:
            yield died
        except PowerCut:
            died.append(self.fails())
        finally:
            self.disk.left = None

    # The end

    def ends(self):
        """All is calm: everything arrives, is signed, cosigned and published, and all of it holds."""
        self.network.calm, self.clock_is_off, self.offline = True, timedelta(), set()
        if self.stopped:
            self._recovers()
        while self.network.late:
            self.something_late_arrives()
        for _round in range(20):
            for phone in range(PHONES):
                _answer, verdicts = self.serves(self.outboxes[phone])
                self.hears(verdicts)
        must(not any(self.outboxes), f"never taken: {self.outboxes}")
        must(set(self.drafts) <= set(self.given), "a fact has no receipt")
        self._signs()
        self.tell_the_witnesses()
        done = collect(self.log, now=self.now, begin=lambda ask: ask())
        must(done.enough, f"the witnesses did not cosign: {done}")
        published = publish(PROGRAMME, self.out, sign=self._may_sign, drawn=Drawn(few_pages_of))
        size = self.check()
        must(size == done.checkpoint.size == published.position, "the end is under no checkpoint")
        for since in [None, *self.kept]:
            verify(Folder(self.out), Trusted(tuple(self.keys.values()), since))
        return f"{size} entries, root {done.checkpoint.root.hex()}"

    def ends_where_nobody_has_the_log(self):
        """Everything is put back from a backup and no copy is left: the signer's memory stops it."""
        signed = Checkpoint.parse(self.log.note().text).size
        old = [each for each in self.backups if (each / "log/checkpoint").exists()]
        old = [each for each in old if self._has_the_key(each) and self._size(each) < signed]
        if not old:
            return "no backup is older"
        shutil.rmtree(self.out)
        self.puts_back(self.random.choice(old), log_too=True)
        self._facts_arrive(3)
        try:
            log_keys.sign(PROGRAMME)
        except ContradictionError as error:
            self.stopped = True
            self.look()
            return f"read-only: {str(error).partition(':')[0].partition(' in /')[0]}"
        must(False, "it signed a second history")
        return None

    def _has_the_key(self, backup):
        there, here = backup / "log/verifier", self.log.folder / "verifier"
        return there.read_bytes() == here.read_bytes()

    @staticmethod
    def _size(backup):
        return Checkpoint.parse(Note.parse((backup / "log/checkpoint").read_bytes()).text).size


def main(seed, steps=STEPS):
    folder = Path(tempfile.mkdtemp(dir=FOLDER))
    try:
        world = Simulator(seed, folder)
        for number in range(1, steps + 1):
            print(number, world.step(), flush=True)
            world.look()
            if number % CHECKED_EVERY == 0:
                world.check()
        print("the end:", world.ends(), flush=True)
        print("after it:", world.ends_where_nobody_has_the_log(), flush=True)
    except Exception:  # noqa: BLE001 - whatever it is, it is an answer
        traceback.print_exc()
        command = f"{sys.executable} {Path(__file__).relative_to(Path.cwd())} {seed} {steps}"
        print(f"BROKEN. Again: {command}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        status = main(*map(int, sys.argv[1:]))
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
    sys.exit(status)
