"""A programme's trace on disk: column files for one position of its journal, memory-mapped.

Made by one worker, never inside an append. A page reads the newest and says "as of position N".

    traces/PROGRAMME/6-000000012345-0a1b2c3d4e5f6071/   a .npy per column, N.lots, and about.json
    traces/PROGRAMME/anew                               take nothing over from it: make it again

The folder is called after FORMAT, position, and the root of the tree over the facts up to there: a
database that was put back from a backup may have come to it by other facts, or in another order. A
past has a folder called after its key; pasts.py keeps them few.

Where the journal continues the newest snapshot, its movements and recordings are taken over and the
trace goes on from a lot state (traced_on.py).
"""

import hashlib
import json
import shutil
import tempfile
from collections import OrderedDict, defaultdict
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cairn.following.columns import Coded, Coding, Columns, Read, read_columns
from cairn.following.compute import (
    Attributions,
    Edges,
    Lists,
    Places,
    Statements,
    Totals,
    added_up,
    attributions,
    edges,
    lists,
    statements,
    totals,
)
from cairn.following.exceptions import Exceptions, exceptions
from cairn.following.home import ANEW, home_of
from cairn.following.purpose import read_purposes
from cairn.following.recorded import Known, Recordings, nothing_known, read_recordings
from cairn.following.traced_on import Lots, Made, traced
from cairn.journal.durable import locked, sync_files
from cairn.journal.heads import entries, position_of, positions
from cairn.journal.log import head_of
from cairn.journal.models import Entry
from cairn.journal.past import Past
from cairn.journal.spread import replica_in_use
from cairn.merkle.frontier import Frontier, FrontierError
from cairn.merkle.hashing import leaf_hash
from cairn.money.models import Account
from cairn.programme.models import Programme
from cairn.trace.columns import Standing
from cairn.trace.lot_state import prints
from cairn.trace.policy import VERSION, Policy
from cairn.values import CairnError
from cairn.works.models import Project

FORMAT = 6
"""Raised when the files change: snapshots of another format are made anew."""

KEPT = 2
"""Snapshots kept per programme: the newest, and the one that a page may still be opening."""

OPEN = 16
"""Snapshots that a process holds open, over all programmes."""

PARTS: dict[str, type[Any]] = {
    "columns": Columns,
    "attributions": Attributions,
    "edges": Edges,
    "statements": Statements,
    "standing": Standing,
    "totals": Totals,
    "lists": Lists,
    "where": Places,
    "recorded": Recordings,
    "exceptions": Exceptions,
}

Pairs = list[tuple[str, str]]


class NotTracedYetError(CairnError):
    """The worker has not traced this programme yet. Try again in a moment."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A trace with everything that pages need of it, and the (id, currency) its codes stand for."""

    position: int
    policy: str
    policy_version: str
    accounts: Pairs
    grants: Pairs
    projects: Pairs
    facts: list[str]
    places: list[str]
    kinds: list[str]
    edge: list[str]
    """The right edge of the tree over its facts, in hexadecimal; nothing of a past."""
    whole: str
    """The print of what the next snapshot takes over: none that a disk has damaged is continued."""
    lots: Lots
    """Lot states that the trace can go on from."""
    columns: Columns
    attributions: Attributions
    edges: Edges
    statements: Statements
    standing: Standing
    totals: Totals
    lists: Lists
    where: Places
    recorded: Recordings
    exceptions: Exceptions

    @cached_property
    def read(self) -> Read:
        """What the next snapshot need not read again."""
        coded = Coded(
            self.columns, Coding.of(self.accounts), Coding.of(self.grants), Coding.of(self.projects),
            self.facts,
        )  # fmt: skip
        return Read(self.position, coded)

    @cached_property
    def made(self) -> Made:
        """What the next snapshot need not trace again."""
        return Made(Policy(self.policy), len(self.grants), self.attributions, self.lots)

    @cached_property
    def account_codes(self) -> dict[tuple[str, str], int]:
        """The way back from (account, currency) to its code."""
        return {pair: code for code, pair in enumerate(self.accounts)}

    @cached_property
    def grant_codes(self) -> dict[tuple[str, str], int]:
        """The way back from (grant, currency) to its code."""
        return {pair: code for code, pair in enumerate(self.grants)}

    @cached_property
    def project_codes(self) -> dict[tuple[str, str], int]:
        """The way back from (project, currency) to its code."""
        return {pair: code for code, pair in enumerate(self.projects)}

    @cached_property
    def currencies(self) -> list[str]:
        """The currencies that any account is kept in."""
        return sorted({currency for _account, currency in self.accounts})

    def currency_code(self, currency: str) -> int:
        """A currency's place in `currencies`; -1 for one that no account is kept in."""
        return self.currencies.index(currency) if currency in self.currencies else -1

    @cached_property
    def currency_of_account(self) -> NDArray[np.uint8]:
        """The currency of each account, as its place in `currencies`."""
        codes = {currency: code for code, currency in enumerate(self.currencies)}
        return np.array([codes[currency] for _account, currency in self.accounts], dtype=np.uint8)

    @cached_property
    def by_place(self) -> dict[tuple[str, str], tuple[int, int, int]]:
        """What was spent, evidenced and stands in each (place, currency), nothing within it."""
        edges, sums = self.edges, defaultdict[tuple[str, str], list[int]](lambda: [0, 0, 0])
        spent = added_up(edges.amount[edges.rows], edges.starts)
        evidenced = added_up(edges.evidenced[edges.rows], edges.starts)
        stands = np.zeros(len(self.accounts), dtype=np.int64)
        here = ~self.standing.in_transit
        np.add.at(stands, self.standing.account[here], self.standing.amount[here])
        for codes, pairs, amounts, column in (
            (self.where.of_project, self.projects, spent, 0),
            (self.where.of_project, self.projects, evidenced, 1),
            (self.where.of_account, self.accounts, stands, 2),
        ):
            for place, (_id, currency), amount in zip(codes, pairs, amounts, strict=True):
                if place >= 0:
                    sums[self.places[place], currency][column] += int(amount)
        return {key: (row[0], row[1], row[2]) for key, row in sums.items()}


def latest(programme: str) -> Snapshot:
    """The newest snapshot of a programme. Raises NotTracedYetError."""
    folder = _newest(home_of(programme), until=_readable(programme))
    if folder is None:
        raise NotTracedYetError(f"The money of ‘{programme}’ is being followed; look again soon.")
    return _opened(folder, folder.stat().st_mtime_ns)


def newest_position(programme: str) -> int:
    """The position of the newest snapshot of a programme; 0 where there is none."""
    folder = _newest(home_of(programme))
    return _position_in(folder) if folder else 0


def _readable(programme: str) -> int | None:
    """No snapshot goes beyond the copy whose rows are read beside it."""
    replica = replica_in_use()
    return replica.position if replica and replica.programme == programme else None


def _position_in(folder: Path) -> int:
    return int(folder.name.split("-")[1])


def newest_of(programme: str) -> tuple[str, int] | None:
    """Which snapshot is the newest of a programme: its name, and when it was made. None where there is none."""
    folder = _newest(home_of(programme))
    with suppress(FileNotFoundError):  # the worker has just taken it away
        return (folder.name, folder.stat().st_mtime_ns) if folder else None
    return None


def is_traced(programme: str) -> bool:
    """Whether the newest snapshot is that of the journal's head; of a past, of its position."""
    home = home_of(programme)
    return _newest(home) == home / _reached(programme)[1]


def bring_up_to_date(programme: str) -> bool:
    """Trace a programme up to its journal's head, unless somebody has. Whether it was needed."""
    home = home_of(programme)
    home.mkdir(parents=True, exist_ok=True)
    with locked(home / "lock"):  # two workers would trace the same money twice
        position, called, tree = _reached(programme)
        wanted, anew = home / called, home / ANEW
        if _newest(home) == wanted and not anew.exists():
            return False
        before = None if anew.exists() or tree is None else _continued(programme, tree)
        _write(make(programme, position, before, tree=tree), wanted)
        anew.unlink(missing_ok=True)
        kept = _complete(home)[-KEPT:]
        for folder in home.iterdir():  # older ones, of another format, or left by an interruption
            if folder.is_dir() and folder not in kept:
                remove(folder)
    return True


def work_once() -> int:
    """Bring every programme up to date whose database can be reached. How many needed it."""
    return sum(bring_up_to_date(programme) for programme in positions())


def make(
    programme: str,
    position: int,
    before: Snapshot | None = None,
    *,
    tree: Frontier | None = None,
) -> Snapshot:
    """Trace a programme up to a position and compute what pages need.

    `before` is an earlier snapshot that this journal continues, to take over what stays the same;
    `tree` is that over the facts up to the position, for a later one to continue this.
    """
    row = Programme.objects.get(programme=programme)
    policy, zone = row.policy, ZoneInfo(row.timezone)
    coded = read_columns(programme, position, before.read if before else None)
    trace, lots = traced(coded, Policy(policy), before.made if before else None)
    rows = attributions(coded.columns, trace, read_purposes(programme, coded))
    places, where = read_places(programme, coded)
    known = read_recordings(
        programme,
        position,
        zone,
        Known(before.recorded, before.kinds) if before else nothing_known(),
    )
    snapshot = Snapshot(
        position=position,
        edge=[each.hex() for each in tree.hashes] if tree else [],
        whole="",
        lots=lots,
        policy=policy,
        policy_version=VERSION,
        accounts=coded.accounts.names,
        grants=coded.grants.names,
        projects=coded.projects.names,
        facts=coded.facts,
        places=places,
        kinds=known.kinds,
        columns=coded.columns,
        attributions=rows,
        edges=edges(coded, rows),
        statements=statements(coded, trace),
        standing=trace.standing,
        totals=totals(coded, trace, rows),
        lists=lists(coded, trace, rows),
        where=where,
        recorded=known.recordings,
        exceptions=exceptions(coded, trace, rows, known.recordings),
    )
    return replace(snapshot, whole=_print(snapshot))


def _continued(programme: str, tree: Frontier) -> Snapshot | None:
    """The newest snapshot, if this journal continues it and no byte of what is taken over changed."""
    folder = _newest(home_of(programme))
    if folder is None:
        return None
    before = _opened(folder, folder.stat().st_mtime_ns)
    try:
        known = Frontier(before.position, tuple(map(bytes.fromhex, before.edge)))
    except FrontierError:
        return None
    later = entries(programme, after=before.position, until=tree.size)
    if known.with_leaves(leaf_hash(bytes(entry.body)) for entry in later) != tree:
        return None
    return before if _print(before) == before.whole else None


def _print(snapshot: Snapshot) -> str:
    """A hash over what the next snapshot takes over of movements, their rows and recordings."""
    rows, names = (
        snapshot.attributions,
        ("accounts", "grants", "projects", "facts", "kinds", "edge"),
    )
    columns = [
        [getattr(snapshot.columns, each.name) for each in fields(Columns)],
        [rows.offsets],
        [rows.grant, rows.amount, rows.breach],
        [getattr(snapshot.recorded, each.name) for each in fields(Recordings)],
    ]
    whole = hashlib.sha256(json.dumps([getattr(snapshot, name) for name in names]).encode())
    for some in columns:
        whole.update(prints(some, [len(some[0])])[0].encode())
    return whole.hexdigest()


def read_places(programme: str, coded: Coded) -> tuple[list[str], Places]:
    """Where each project and account is. Neither ever moves."""
    of_project = dict(Project.objects.filter(programme=programme).values_list("id", "place"))
    of_account = dict(Account.objects.filter(programme=programme).values_list("id", "place"))
    codes: dict[str, int] = {}

    def code(place: str | None) -> int:
        return codes.setdefault(place, len(codes)) if place else -1

    where = Places(
        of_project=np.array(
            [code(of_project.get(id_)) for id_, _currency in coded.projects.names], dtype=np.int32
        ),
        of_account=np.array(
            [code(of_account.get(id_)) for id_, _currency in coded.accounts.names], dtype=np.int32
        ),
    )
    return list(codes), where


def _reached(programme: str) -> tuple[int, str, Frontier | None]:
    """How far a programme reaches, or a past; what its snapshot is called then; the tree, of no past."""
    past = Past.parse(programme)
    if past is None:
        head = head_of(programme)
        position, mark, tree = head.position, head.tree.root.hex()[:16], head.tree
    else:  # dropped wherever entries were put back, so that the last one's id will do
        entry = Entry.objects.filter(programme=past.programme, position=past.position)
        ids = entry.values_list("id", flat=True)
        position, mark = position_of(programme), "".join(id_.hex[-16:] for id_ in ids)
        tree = None
    return position, f"{FORMAT}-{position:012d}-{mark}", tree


def _complete(home: Path) -> list[Path]:
    """The snapshots there are, the newest last."""
    made_at = {}
    for folder in home.glob(f"{FORMAT}-*"):
        with suppress(FileNotFoundError):  # the worker has just taken it away
            made_at[folder] = folder.stat().st_mtime_ns
    return sorted(made_at, key=made_at.__getitem__)


def _newest(home: Path, *, until: int | None = None) -> Path | None:
    found = reversed(_complete(home))
    return next((one for one in found if until is None or _position_in(one) <= until), None)


def _write(snapshot: Snapshot, target: Path) -> None:
    """Write beside and rename: a page sees a whole snapshot or none, after a power cut too."""
    folder = Path(tempfile.mkdtemp(prefix="making-", dir=target.parent))
    for part, kind in PARTS.items():
        for field in fields(kind):
            column = getattr(getattr(snapshot, part), field.name)
            np.save(folder / f"{part}-{field.name}.npy", np.ascontiguousarray(column))
    about = {
        name: getattr(snapshot, name)
        for name in (
            "position", "policy", "policy_version", "accounts", "grants", "projects", "facts",
            "places", "kinds", "edge", "whole",
        )
    }  # fmt: skip
    snapshot.lots.write(folder)
    (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False))
    sync_files(folder)
    if target.exists():
        remove(target)
    folder.replace(target)


def remove(folder: Path) -> None:
    """Remove a snapshot, its name first: one that a crash left half removed would pass for the newest."""
    going = folder.with_name(f"going-{folder.name.removeprefix('going-')}")
    if folder != going:
        shutil.rmtree(going, ignore_errors=True)
        folder.rename(going)
    shutil.rmtree(going)


_open: OrderedDict[tuple[Path, int], Snapshot] = OrderedDict()
_open_lock = Lock()


def _opened(folder: Path, made_at: int) -> Snapshot:
    """The snapshot in a folder, kept until the folder is gone or OPEN others are asked for."""
    key = folder, made_at
    with _open_lock:
        if key in _open:
            _open.move_to_end(key)
            return _open[key]
    snapshot = _read(folder)
    with _open_lock:
        for gone in [one for one in _open if not one[0].exists()]:
            del _open[gone]
        _open[key] = snapshot
        while len(_open) > OPEN:
            _open.popitem(last=False)
    return snapshot


def forget() -> None:
    """Hold no snapshot open, as a process that has just started."""
    with _open_lock:
        _open.clear()


def _read(folder: Path) -> Snapshot:
    about = json.loads((folder / "about.json").read_text())
    for name in ("accounts", "grants", "projects"):
        about[name] = [tuple(pair) for pair in about[name]]
    parts = {
        part: kind(
            **{
                # A view: np.memmap's own indexing costs ten times an array's.
                field.name: np.load(folder / f"{part}-{field.name}.npy", mmap_mode="r").view(
                    np.ndarray
                )
                for field in fields(kind)
            }
        )
        for part, kind in PARTS.items()
    }
    return Snapshot(**about, lots=Lots(folder), **parts)
