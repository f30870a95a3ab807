"""Writers are forked here, to be killed: `python writers.py`, told what to do by forks.py.

Each line on stdin is a task. A child does it and prints what it has to say, a line of JSON each;
{"ended": …} says how it ended: 0, or less by the signal that killed it. Everything is imported and
no connection is open when a child begins, so that one costs milliseconds.
"""

# ruff: noqa: E402 - what is imported needs Django set up

import json
import os
import random
import signal
import sys
import time
import traceback
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid5

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from cairn.catalog import invariants, journal
from cairn.journal import keys, spread
from cairn.journal.checks import CONTINUES, answers
from cairn.journal.entry import Draft
from cairn.journal.heads import entries
from cairn.journal.log import ContradictionError, Log, hold_all
from cairn.journal.models import Head
from cairn.journal.readonly import ReadOnlyError
from cairn.journal.trouble import in_words
from cairn.merkle.frontier import Frontier
from cairn.merkle.hashing import leaf_hash
from cairn.money.facts import MoneyConfirmed, MoneyReceived, MoneySent
from cairn.programme.facts import PlaceAdded, PlaceLevel
from cast import DAY, OPENED, OPENING, POST, cny, everybody, named

SPACE = UUID("01936f0a-0000-7000-8000-000000000001")
SECONDS = 90
"""How long a task may take: a test never waits for ever."""

BEGINNING = [OPENING, *everybody()]
assert len(BEGINNING) % 4 == 0, "or the first fact after it would confirm what nobody sent"


def main():
    for line in sys.stdin:
        task = json.loads(line)
        if task["do"] == "load":
            load_publishers()
            say(ended=0)
            continue
        kill_after = task.pop("kill_after", None)
        child = os.fork()
        if child == 0:
            do(**task)
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
        say(ended=os.waitstatus_to_exitcode(status))


def load_publishers():
    """What publishes takes a second to load: here once, for all children to come."""
    from cairn.trace import kernel  # noqa: PLC0415 - only for those who publish
    from faults import publishers  # noqa: PLC0415 - likewise

    del kernel
    for each in (publishers.make_key, publishers.publish, publishers.read):
        TASKS[each.__name__] = each


def do(*, do, folder=None, **task):
    """Run a task and end this process, whatever happens."""
    signal.alarm(SECONDS)
    status = 1
    try:
        if folder:
            settings.CAIRN_DIR = Path(folder)
            connections["default"].settings_dict["NAME"] = str(Path(folder, "cairn.sqlite3"))
        TASKS[do](**task)
        connections.close_all()
        status = 0
    except BaseException:  # noqa: BLE001 - a child that is not a writer any more ends here
        traceback.print_exc()
    os._exit(status)


def say(**said):
    """One write, which a pipe takes whole or not at all: the receipt was given or it was not."""
    os.write(1, f"{json.dumps(said)}\n".encode())


# What is written


def id_of(programme, number):
    return uuid5(SPACE, f"{programme}/{number}")


def draft(programme, number):
    """The fact of that number in a programme: always the same, so that it can be sent again."""
    if number < len(BEGINNING):
        return Draft(id_of(programme, number), OPENED, POST, BEGINNING[number])
    match number % 4:
        case 0:
            fact = PlaceAdded(
                place=f"village-{number}",
                name=named("A village"),
                level=PlaceLevel.VILLAGE,
                within="hongliu",
            )
        case 1:
            fact = MoneyReceived(
                grant="water-2025", account="county-office", amount=cny(f"{number}.00")
            )
        case 2:
            fact = MoneySent(
                source="county-office", target="qarasu-committee", amount=cny(f"{number}.50")
            )
        case _:
            sent = str(id_of(programme, number - 1))
            fact = MoneyConfirmed(movement=sent, amount=cny(f"{number - 1}.50"))
    return Draft(id_of(programme, number), DAY, POST, fact)


# Tasks


def migrate():
    call_command("migrate", verbosity=0)


def write(*, programme, seed, start=0, until=10**9, batched=False, statement=None, answer=None):
    """Append facts in order, and say each receipt as it is given.

    Dies just before its `statement`th statement, or before it says its `answer`th receipts.
    """
    random_ = random.Random(seed)  # noqa: S311 - it is to be the same again
    number, answered = start, 0
    with ExitStack() as stack:
        if statement is not None:
            stack.enter_context(connection.execute_wrapper(Dies(statement)))
        while number < until:
            many = random_.randint(1, 20) if batched else 1
            receipts = append(programme, number, min(until, number + many))
            answered += 1
            if answered == answer:
                os.kill(os.getpid(), signal.SIGKILL)
            for receipt in receipts:
                said(receipt)
            number += many


def append(programme, start, until):
    drafts = [draft(programme, number) for number in range(start, until)]
    return journal.append_batch(programme, drafts, now=datetime.now(UTC), all_or_none=True)


def said(receipt):
    say(position=receipt.position, id=str(receipt.id), leaf=receipt.leaf.hex())


class Dies:
    """Kills this process before a statement: BEGIN, each INSERT, the head's UPDATE."""

    def __init__(self, statement):
        self.left = statement

    def __call__(self, execute, sql, parameters, many, context):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, parameters, many, context)


def write_until_it_fails(*, programme, start, batched=True):
    """Append until the database refuses, and say in which words it did."""
    number = start
    try:
        while True:
            for receipt in append(programme, number, number + (20 if batched else 1)):
                said(receipt)
                number += 1
    except Exception as error:  # noqa: BLE001 - any error is the answer
        say(failed=in_words(error), error=repr(error), number=number)


def write_on_a_full_disk(*, programme, start, ballast):
    """Append until the disk is full; then free some of it and go on, in the same process."""
    number, failed = start, None
    while failed is None:
        try:
            receipts = append(programme, number, number + 20)
        except Exception as error:  # noqa: BLE001 - any error is the answer
            failed = in_words(error)
            say(failed=failed, error=repr(error), number=number)
        else:
            number += 20
            for receipt in receipts:
                said(receipt)
    Path(ballast).unlink()
    connection.close_if_unusable_or_obsolete()
    for receipt in append(programme, number, number + 20):
        said(receipt)


def check(*, programme, receipts=()):
    """What is wrong with a programme; all that was acknowledged must be there.

    A server may still be committing for a writer that is dead: entries and head are read at one moment.
    """
    with spread.at_one_moment(programme):
        bodies = {entry.position: bytes(entry.body) for entry in entries(programme)}
        head = Head.objects.filter(programme=programme).first() or Head(programme=programme)
    hashes = {position: leaf_hash(body) for position, body in bodies.items()}
    wrong = [
        f"acknowledged and lost: {position}, {id}"
        for position, id, leaf in receipts
        if hashes.get(position, b"").hex() != leaf
    ]
    if Frontier().with_leaves(hashes[position] for position in sorted(hashes)) != head.tree:
        wrong.append("the head's tree is not that of the entries")
    for answer in answers(journal, programme, invariants=invariants):
        if answer.holds != CONTINUES:  # the task `hold` is about that
            wrong += [f"{answer.holds}: {place}" for place in answer.wrong]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check")
            wrong += [line for (line,) in cursor.fetchall() if line != "ok"]
    say(wrong=wrong, position=head.position)


def sign(*, programme, sync=None):
    """Sign a checkpoint; die just before the `sync`th time that something is made durable."""
    log = Log(programme)
    if not (log.folder / "verifier").exists():
        keys.make(programme, origin=f"record.example/{programme}")
    signer = keys.signer_of(programme)
    if sync is not None:
        os.fsync = dies_at(sync, os.fsync)
    try:
        say(signed=log.sign(signer).size)
    except ContradictionError as error:
        say(contradiction=str(error))


def dies_at(sync, really):
    left = sync

    def fsync(file):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        really(file)

    return fsync


def hold(*, programme):
    """Hold the database against the newest checkpoint."""
    head = Head.objects.filter(programme=programme).first() or Head(programme=programme)
    contradiction = ""
    try:
        checkpoint = Log(programme).hold(head)
    except ContradictionError as error:
        checkpoint, contradiction = Log(programme).checkpoint(), str(error)
    size = checkpoint.size if checkpoint else 0
    say(position=head.position, size=size, contradiction=contradiction)


def start():
    """Hold everything to its log, as Cairn does when it starts."""
    say(stopped=dict(hold_all()))


def try_to_write(*, programme, number):
    """Append one fact, or say why not."""
    try:
        [receipt] = append(programme, number, number + 1)
        said(receipt)
    except ReadOnlyError as error:
        say(refused=str(error))


def write_something_else(*, programme, many):
    """Append facts that no other writer appends, as after a failover."""
    for number in range(many):
        place = PlaceAdded(place=f"else-{number}", name=named("Other"), level=PlaceLevel.VILLAGE)
        drafted = Draft(uuid5(SPACE, f"else/{programme}/{number}"), date(2025, 3, 2), POST, place)
        said(journal.append(programme, drafted, now=datetime.now(UTC)))


TASKS = {
    each.__name__: each
    for each in (
        migrate,
        write,
        write_until_it_fails,
        write_on_a_full_disk,
        check,
        sign,
        hold,
        start,
        try_to_write,
        write_something_else,
    )
}

if __name__ == "__main__":
    main()
