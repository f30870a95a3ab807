"""A write-ahead log that lost its end, or a bit: what survives is a beginning of what was written.

SQLite reads such a log up to the first frame that does not add up, and says nothing of the rest. An
acknowledged fact can so be gone without a word; the checkpoint over it is what tells.
"""

import random
import shutil
import sqlite3
from contextlib import closing

import pytest

from faults.conftest import SEED

HEADER, FRAME_HEADER = 32, 24
CUTS = 60
"""Frame boundaries tried of those there are, chosen by the seed; the first and last among them."""


@pytest.fixture
def torn(on_sqlite, tmp_path):
    """An installation whose facts stand in the write-ahead log alone, and copies of it torn."""
    with closing(sqlite3.connect(tmp_path / "cairn.sqlite3")) as held:
        held.execute("SELECT 1 FROM django_migrations").fetchone()  # or the last to go folds it in
        on_sqlite.ask("write", programme="teams", seed=1, until=40, batched=True)
        on_sqlite.ask("write", programme="teams", seed=1, start=40, until=60)
        on_sqlite.ask("sign", programme="teams")
        database = (tmp_path / "cairn.sqlite3").read_bytes()
        wal = (tmp_path / "cairn.sqlite3-wal").read_bytes()

    def copy(wal):
        folder = tmp_path / "torn"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "cairn.sqlite3").write_bytes(database)
        (folder / "cairn.sqlite3-wal").write_bytes(wal)
        for name in ("log", "keys"):
            shutil.copytree(tmp_path / name, folder / name)
        return str(folder)

    page = int.from_bytes(wal[8:12], "big")
    return wal, range(HEADER, len(wal) + 1, FRAME_HEADER + page), copy


def judged(forks, folder):
    """How far the journal reaches, once all of it was found whole and the log to have noticed."""
    found = forks.ask("check", folder=folder, programme="teams")
    assert found["wrong"] == []
    held = forks.ask("hold", folder=folder, programme="teams")
    assert held["size"] == 60
    assert held["position"] == found["position"]
    assert bool(held["contradiction"]) == (held["position"] < 60)
    return held["position"]


def test_a_torn_write_ahead_log_leaves_a_beginning_and_the_checkpoint_tells(on_sqlite, torn):
    wal, boundaries, copy = torn
    random_ = random.Random(SEED)  # noqa: S311 - to be the same again
    cuts = sorted({boundaries[0], boundaries[-1], *random_.sample(boundaries, CUTS)})

    reached = [judged(on_sqlite, copy(wal[:cut])) for cut in cuts]

    assert reached == sorted(reached)
    assert (reached[0], reached[-1]) == (0, 60)
    assert len(set(reached)) > 10


def test_a_write_ahead_log_cut_within_a_frame_or_with_a_bit_turned_is_read_up_to_there(
    on_sqlite, torn
):
    wal, _boundaries, copy = torn
    random_ = random.Random(SEED)  # noqa: S311 - to be the same again
    for _number in range(20):
        at = random_.randrange(HEADER, len(wal))
        turned = bytearray(wal)
        turned[at] ^= 1 << random_.randrange(8)

        assert judged(on_sqlite, copy(wal[:at])) == judged(on_sqlite, copy(bytes(turned))), at


def test_after_a_lost_tail_the_programme_takes_no_facts_until_somebody_looked(on_sqlite, torn):
    wal, boundaries, copy = torn
    folder = copy(wal[: boundaries[len(boundaries) // 2]])

    started = on_sqlite.ask("start", folder=folder)

    assert "are missing" in started["stopped"]["teams"]
    signed = on_sqlite.ask("sign", folder=folder, programme="teams")
    assert "are missing" in signed["contradiction"]
    refused = on_sqlite.ask("try_to_write", folder=folder, programme="teams", number=59)
    assert "takes no facts" in refused["refused"]
    assert "cairn log recover teams" in refused["refused"]
