"""Made-up movements: valid by construction, the same for everybody who names the same size and seed.

Two sets. A *programme* is what Cairn is for: money received from sponsors goes down a tree of
offices (programme, counties, townships, villages), mostly by sends that are confirmed in full,
short, voided or never; 30 % of payments name a grant, 1 % go back up, a few are reversed and a few
have no money to cover them. A *tree* is what a query engine can follow too: receives, moves down and
spends; nothing is named, nothing comes back, nothing is in transit, nobody overspends.

Money branches: each arrival is paid out later in a few parts, which arrive lower down and are paid
out in turn. All arrivals of one depth are made at once, so ten million movements take NumPy a
minute; in time order the result is a plain record of movements. A balance cannot go below zero,
since parts sum to no more than what arrived before them (uncovered spends are put in on purpose).
"""

import os
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from cairn.trace.columns import Movements
from cairn.trace.policy import Kind

Flavour = Literal["programme", "tree"]
Rng = np.random.Generator
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

RECEIVE, MOVE, SEND, CONFIRM, VOID, SPEND, REVERSE = Kind
KINDS = tuple(kind.name.lower() for kind in Kind)

GRANTS = 200
PROJECTS = 5_000
COUNTIES, TOWNSHIPS, VILLAGES = 8, 91, 1_900
ACCOUNTS = 1 + COUNTIES + TOWNSHIPS + VILLAGES
FIRST_DAY = np.datetime64("2020-01-01")
DAYS = 5 * 365

NAMED = 0.30  # of payments name a grant
NAMED_WRONG = 0.10  # of those name another grant than the money they were made from
BACK_UP = 0.02  # of payments of a township or village: 1 % of all movements
OFFICE_SPENDS = 0.08  # of payments of an office above the villages
AT_ONCE = 0.25  # of transfers are moves, the others sends
SHORT, VOIDED, NEVER_CONFIRMED = 0.04, 0.02, 0.04  # of sends
UNCOVERED = 0.003  # of movements are spends from money nobody recorded
REVERSED = 0.001  # of movements

VERSION = 1  # of this file's results: part of the cache's name


@dataclass(frozen=True)
class Made:
    """Columns in (date, order) order, as `cairn.trace` takes them, with the day since FIRST_DAY.

    `source` and `target` are accounts; a spend's target is a project. -1 stands for none.
    """

    kind: npt.NDArray[np.uint8]
    source: npt.NDArray[np.int32]
    target: npt.NDArray[np.int32]
    amount: Ints
    grant: npt.NDArray[np.int32]
    of: Ints
    day: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.kind)

    def movements(self) -> Movements:
        """The same arrays as the kernel takes them."""
        columns = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "day"}
        return Movements(**columns, accounts=ACCOUNTS, grants=GRANTS)


def made(flavour: Flavour, size: int, seed: int = 1) -> Made:
    """Read the set from the temp folder, or make it and leave it there."""
    path = folder() / f"{flavour}-{size}-{seed}-v{VERSION}.npz"
    if not path.exists():
        columns = make(flavour, size, np.random.default_rng(seed))
        unfinished = path.with_suffix(f".{os.getpid()}.npz")
        np.savez(unfinished, **{f.name: getattr(columns, f.name) for f in fields(Made)})
        unfinished.rename(path)
    with np.load(path) as columns:
        return Made(**{f.name: columns[f.name] for f in fields(Made)})


def folder() -> Path:
    """Where the bench keeps what it made, for the next run: gigabytes at ten million."""
    path = Path(os.environ.get("CAIRN_BENCH_DIR", Path(tempfile.gettempdir()) / "cairn-bench"))
    path.mkdir(parents=True, exist_ok=True)
    return path


def make(flavour: Flavour, size: int, rng: Rng) -> Made:
    """Make the first `size` movements, in time, of a programme of five years.

    What is cut off at the end leaves some money in transit and some standing, as on any day.
    """
    pilot = len(_Story(flavour, rng, receives=1_000).tell())
    receives = round(size / pilot * 1_000 * 1.1) + 20
    while True:
        story = _Story(flavour, rng, receives=receives).tell()
        if len(story) >= size:
            return story.cut(size)
        receives = round(receives * 1.2)


@dataclass(frozen=True)
class _Arrivals:
    """Money that came to stand in accounts, and from which grant's receive it stems."""

    account: Ints
    amount: Ints
    time: Floats
    stems_from: Ints

    def __getitem__(self, which: npt.NDArray[np.bool_] | Ints) -> "_Arrivals":
        return _Arrivals(*(getattr(self, f.name)[which] for f in fields(self)))

    @staticmethod
    def together(parts: list["_Arrivals"]) -> "_Arrivals":
        return _Arrivals(
            *(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(_Arrivals))
        )


class _Tree:
    """Account 0 is the programme's; counties, townships and villages follow, children together."""

    def __init__(self) -> None:
        sizes = [1, COUNTIES, TOWNSHIPS, VILLAGES]
        starts = np.cumsum([0, *sizes])
        self.level = np.repeat(np.arange(4), sizes)
        self.parent = np.full(ACCOUNTS, -1, np.int64)
        for level in (1, 2, 3):
            mine = np.arange(sizes[level])
            self.parent[starts[level] : starts[level + 1]] = (
                starts[level - 1] + mine * sizes[level - 1] // sizes[level]
            )
        self.children = np.bincount(self.parent[1:], minlength=ACCOUNTS)
        self.first_child = 1 + np.concatenate([[0], np.cumsum(self.children)[:-1]])


TREE = _Tree()


class _Story:
    """Everything that happens, not yet in order of time; `of` counts in the order of telling."""

    def __init__(self, flavour: Flavour, rng: Rng, receives: int) -> None:
        self.rng = rng
        self.programme = flavour == "programme"
        self.receives = receives
        self.told = 0
        self.chapters: list[dict[str, npt.NDArray[np.generic]]] = []

    def __len__(self) -> int:
        return self.told

    def tell(self) -> "_Story":
        arrivals = self._receive()
        while len(arrivals.account):
            arrivals = self._pay_out(arrivals)
        if self.programme:
            self._overspend()
            self._reverse()
        return self

    def cut(self, size: int) -> Made:
        """Put it in order of time and keep the beginning, which is as valid as the whole."""
        time, kind, source, target, amount, grant, of = (
            np.concatenate([c[name] for c in self.chapters])
            for name in ("time", "kind", "source", "target", "amount", "grant", "of")
        )
        order = np.argsort(time, kind="stable")
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        order = order[:size]
        of = of[order]
        of = np.where(of >= 0, place[of], -1)
        if (of >= np.arange(size)).any():
            raise ValueError("a movement names a later one: mend bench/made.py")
        return Made(
            kind=kind[order],
            source=source[order].astype(np.int32),
            target=target[order].astype(np.int32),
            amount=amount[order],
            grant=grant[order].astype(np.int32),
            of=of,
            day=np.floor(time[order]).astype(np.int32),
        )

    def _receive(self) -> _Arrivals:
        count = self.receives
        # Most grants come to the programme's account, some straight to a county; a few are large.
        at_county = self.rng.random(count) < 0.3
        account = np.where(at_county, self.rng.integers(1, 1 + COUNTIES, count), 0)
        stems_from = _skewed(self.rng, np.full(count, GRANTS))
        amount = np.exp(self.rng.normal(17, 1.5, count)).astype(np.int64) + 100
        time = self.rng.random(count) * DAYS
        self._record(time, RECEIVE, np.full(count, -1), account, amount, grant=stems_from)
        return _Arrivals(account, amount, time, stems_from)

    def _pay_out(self, arrived: _Arrivals) -> _Arrivals:
        """Pay each arrival out in parts, and answer what arrives elsewhere by that."""
        parts = self._in_parts(arrived)
        level = TREE.level[parts.account]
        chance = self.rng.random(len(level))
        back = (level >= 2) & (chance < BACK_UP) & self.programme
        spend = ~back & ((level == 3) | (chance > 1 - OFFICE_SPENDS))
        self._spend(parts[spend])
        down = ~back & ~spend
        arriving = [
            self._transfer(parts[down], self._a_child_of(parts[down].account)),
            self._transfer(parts[back], TREE.parent[parts[back].account]),
        ]
        return _Arrivals.together(arriving)

    def _in_parts(self, arrived: _Arrivals) -> _Arrivals:
        most = np.where(TREE.level[arrived.account] == 3, 6, 4)
        count = self.rng.integers(1, most)
        which = np.repeat(np.arange(len(count)), count)
        ends = np.cumsum(count)
        # Cut each amount at the running totals of random weights: the last cut is the whole, so
        # that the parts sum to it exactly.
        weight = self.rng.exponential(size=len(which))
        total = np.cumsum(weight)
        before = np.concatenate([[0], total])[ends - count]
        upto = (total - before[which]) / (total[ends - 1] - before)[which]
        cut = np.floor(upto * arrived.amount[which]).astype(np.int64)
        cut[ends - 1] = arrived.amount
        part = np.diff(cut, prepend=0)
        first = ends - count
        part[first] = cut[first]
        time = arrived.time[which] + self.rng.exponential(30, len(which))
        parts = _Arrivals(arrived.account[which], part, time, arrived.stems_from[which])
        return parts[part > 0]

    def _a_child_of(self, account: Ints) -> Ints:
        return TREE.first_child[account] + _skewed(self.rng, TREE.children[account])

    def _spend(self, parts: _Arrivals) -> None:
        # A village has its own few projects, so that a project is paid by the same places.
        project = (parts.account * 7 + self.rng.integers(0, 12, len(parts.account))) % PROJECTS
        named = self._named(parts.stems_from)
        self._record(parts.time, SPEND, parts.account, project, parts.amount, grant=named)

    def _transfer(self, parts: _Arrivals, target: Ints) -> _Arrivals:
        """Move or send; answer what arrives, at the target or, voided, back at the source."""
        named = self._named(parts.stems_from)
        at_once = self.rng.random(len(target)) < (AT_ONCE if self.programme else 1)
        moved, sent = parts[at_once], parts[~at_once]
        self._record(
            moved.time, MOVE, moved.account, target[at_once], moved.amount, grant=named[at_once]
        )
        moved = _Arrivals(target[at_once], moved.amount, moved.time, moved.stems_from)
        target, named = target[~at_once], named[~at_once]
        send = self._record(sent.time, SEND, sent.account, target, sent.amount, grant=named)
        return _Arrivals.together([moved, *self._in_transit(sent, target, send)])

    def _in_transit(self, sent: _Arrivals, target: Ints, send: Ints) -> list[_Arrivals]:
        fate = self.rng.random(len(send))
        short = (fate < SHORT) & (sent.amount > 1)
        void = (fate >= SHORT) & (fate < SHORT + VOIDED)
        never = (fate >= 1 - NEVER_CONFIRMED) & ~short
        full = ~(short | void | never)
        there = _Arrivals(target, sent.amount, sent.time, sent.stems_from)
        missing = (sent.amount * self.rng.uniform(0.01, 0.5, len(send))).astype(np.int64)
        missing = np.where(short, np.maximum(missing, 1), 0)
        arrives = _Arrivals(target, sent.amount - missing, sent.time, sent.stems_from)
        came = full | short
        first = self._later(CONFIRM, arrives[came], send[came])
        # What is missing turns up later, is voided, or stays in transit: a third each.
        arrived_at = np.zeros(len(send))
        arrived_at[came] = first.time
        rest = self.rng.random(len(send))
        late = short & (rest < 1 / 3)
        lost = short & (rest > 2 / 3)
        late_part = _Arrivals(there.account, missing, arrived_at, there.stems_from)
        back_part = _Arrivals(
            sent.account,
            np.where(short, missing, sent.amount),
            np.where(short, arrived_at, sent.time),
            sent.stems_from,
        )
        back = lost | void
        return [
            first,
            self._later(CONFIRM, late_part[late], send[late]),
            self._later(VOID, back_part[back], send[back]),
        ]

    def _later(self, kind: int, arrives: _Arrivals, send: Ints) -> _Arrivals:
        none = np.full(len(send), -1)
        time = arrives.time + self.rng.exponential(5, len(send)) + 1e-6
        amount = arrives.amount if kind == CONFIRM else np.zeros(len(send), np.int64)
        self._record(time, kind, none, none, amount, of=send)
        return _Arrivals(arrives.account, arrives.amount, time, arrives.stems_from)

    def _overspend(self) -> None:
        count = round(self.told * UNCOVERED)
        villages = self.rng.integers(ACCOUNTS - VILLAGES, ACCOUNTS, count)
        amount = np.exp(self.rng.normal(12, 1, count)).astype(np.int64) + 1
        time = self.rng.random(count) * DAYS
        grant = self.rng.integers(0, GRANTS, count)
        self._spend(_Arrivals(villages, amount, time, grant))

    def _reverse(self) -> None:
        """Reverse a few, each once, after whatever refers to it (the rules refuse the contrary)."""
        time, kind, of = (
            np.concatenate([c[name] for c in self.chapters]) for name in ("time", "kind", "of")
        )
        count = round(len(kind) * REVERSED)
        which = np.unique(self.rng.integers(0, len(kind), count))
        payments = which[np.isin(kind[which], (MOVE, SEND, SPEND))]
        confirms = which[kind[which] == CONFIRM]
        confirms = confirms[~np.isin(of[confirms], payments)]
        last = time.copy()
        refers = of >= 0
        np.maximum.at(last, of[refers], time[refers])
        which = np.concatenate([payments, confirms])
        none = np.full(len(which), -1)
        after = last[which] + self.rng.exponential(20, len(which)) + 1e-6
        self._record(after, REVERSE, none, none, np.zeros(len(which), np.int64), of=which)

    def _named(self, stems_from: Ints) -> Ints:
        count = len(stems_from)
        if not self.programme:
            return np.full(count, -1)
        other = self.rng.integers(0, GRANTS, count)
        grant = np.where(self.rng.random(count) < NAMED_WRONG, other, stems_from)
        return np.where(self.rng.random(count) < NAMED, grant, -1)

    def _record(
        self,
        time: Floats,
        kind: int,
        source: Ints,
        target: Ints,
        amount: Ints,
        *,
        grant: Ints | None = None,
        of: Ints | None = None,
    ) -> Ints:
        """Append a chapter and answer the numbers of its movements."""
        none = np.full(len(time), -1)
        self.chapters.append(
            {
                "time": time,
                "kind": np.full(len(time), kind, np.uint8),
                "source": source,
                "target": target,
                "amount": amount,
                "grant": none if grant is None else grant,
                "of": none if of is None else of,
            }
        )
        numbers = np.arange(self.told, self.told + len(time))
        self.told += len(time)
        return numbers


def _skewed(rng: Rng, below: Ints) -> Ints:
    """Draw from 0 … below-1, small numbers more often: some sponsors and places are busier."""
    return (rng.random(len(below)) ** 1.5 * below).astype(np.int64)


def account_names() -> list[str]:
    """Name every account by its place in the tree: `c3`, `c3-t41`, `c3-t41-v807`."""
    names = ["programme"]
    letters = ("", "c", "t", "v")
    for account in range(1, ACCOUNTS):
        above = int(TREE.parent[account])
        name = f"{letters[TREE.level[account]]}{account}"
        names.append(name if above == 0 else f"{names[above]}-{name}")
    return names
