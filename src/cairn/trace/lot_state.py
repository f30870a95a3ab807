"""A checkpoint of the trace: what stands where, in which order, after so many movements.

With it, movements that come after are traced without those before. It can lie on disk as one file,
columns one behind the other, to be mapped into memory; read back, it is held against its own hash and
against what it was made of. Light: no compiler is needed to read one.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cairn.trace.columns import Int32s, Int64s
from cairn.trace.policy import VERSION, Policy
from cairn.values import CairnError

FORMAT: Final = 1
"""Raised when the file changes: files of another format are not read."""

NEAREST: Final = 2**12
"""Of the movements at the end, so many are worth no lot state between them."""

APART: Final = 4
"""How many times farther back each next pair of lot states lies."""

FIRST_LINE: Final = 65
"""Bytes: a SHA-256 in hexadecimal, and the line's end."""

ALIGNED: Final = 64
"""Bytes: columns begin at a multiple of it, as memory does."""


class LotStateError(CairnError):
    """A file that holds no lot state, a damaged one, or one of other movements. Trace anew."""


class PastChangedError(CairnError):
    """Movements that change what came before a lot state: start from an earlier one."""


@dataclass(frozen=True, slots=True)
class LotState:
    """Lot state after the first `movements` of a journal, by one policy.

    The lots of account a (under grant-fifo and pro-rata its pools), in the order in which it holds
    them, are rows offsets[a]:offsets[a+1]. What is in transit of the send open[s] are rows
    open_offsets[s]:open_offsets[s+1], in the order in which they will arrive. The grant `grants` is
    unexplained money.
    """

    policy: Policy
    movements: int
    accounts: int
    grants: int
    offsets: Int64s
    grant: Int32s
    amount: Int64s
    open: Int64s
    open_source: Int32s
    open_target: Int32s
    open_offsets: Int64s
    open_grant: Int32s
    open_amount: Int64s
    reversed: Int64s
    """Movements that never happened, in order: what a later fact says of them changes nothing."""
    received: Int64s
    """Per grant, the last what arose unexplained: int64[grants + 1], as `spent` and `breach`."""
    spent: Int64s
    breach: Int64s


COLUMNS: Final = {
    field.name: np.dtype(np.int32 if field.type == Int32s else np.int64)
    for field in fields(LotState)
    if field.type in {Int32s, Int64s}
}


def nothing(policy: Policy, *, accounts: int, grants: int) -> LotState:
    """The lot state before the first movement."""
    empty: dict[str, Any] = {name: np.zeros(0, dtype) for name, dtype in COLUMNS.items()}
    ends = {"offsets": accounts + 1, "open_offsets": 1}
    sums = dict.fromkeys(("received", "spent", "breach"), grants + 1)
    filled: dict[str, Any] = {
        name: np.zeros(size, np.int64) for name, size in (ends | sums).items()
    }
    return LotState(policy, 0, accounts, grants, **(empty | filled))


def worth_keeping(movements: int) -> list[int]:
    """After how many of so many movements a lot state is kept, in order; the last is after all.

    At each distance from the end there are two, at round numbers: whatever a late fact's distance d,
    no more than 8 d movements are traced once more (and no fewer than NEAREST), and those numbers stay
    the same while movements are added. Of ten million movements it is ten.
    """
    kept, step = {movements}, NEAREST
    while step <= movements:
        last = movements // step * step
        kept |= {last, last - step}
        step *= APART
    return sorted(kept - {0})


def prints(columns: Sequence[npt.NDArray[Any]], at: Sequence[int]) -> list[str]:
    """For each n of `at`, which ascends: a hash over the first n items of every column."""
    plain = [np.ascontiguousarray(column) for column in columns]
    running = [hashlib.sha256(column.dtype.str.encode()) for column in plain]
    answers, before = [], 0
    for n in at:
        whole = hashlib.sha256(n.to_bytes(8))
        for column, hash_ in zip(plain, running, strict=True):
            if n > before:
                hash_.update(column[before:n].view(np.uint8).data)
            whole.update(hash_.digest())
        answers.append(whole.hexdigest())
        before = n
    return answers


def save(state: LotState, path: Path, *, made_of: str) -> None:
    """Write a lot state to a file. It is not synced: whoever puts it in its place does that.

    First comes a line with the hash of everything behind it, then one that says what there is.
    """
    about = {
        "format": FORMAT,
        "policy": state.policy.value,
        "version": VERSION,
        "made_of": made_of,
        "movements": state.movements,
        "accounts": state.accounts,
        "grants": state.grants,
        "items": {name: len(getattr(state, name)) for name in COLUMNS},
    }
    parts = list(_parts(json.dumps(about), state))
    hash_ = hashlib.sha256()
    for part in parts:
        hash_.update(part)
    with path.open("wb") as file:
        file.write(hash_.hexdigest().encode() + b"\n")
        file.writelines(parts)


def _parts(about: str, state: LotState) -> Iterator[bytes | memoryview]:
    """What is hashed: a line, filled up so that with the first line columns begin aligned; columns."""
    line = about.encode()
    yield line + b" " * (-(FIRST_LINE + len(line) + 1) % ALIGNED) + b"\n"
    for name, dtype in COLUMNS.items():
        column = np.ascontiguousarray(getattr(state, name), dtype)
        yield column.data.cast("B") if len(column) else b""
        yield bytes(-column.nbytes % ALIGNED)


def read(path: Path, *, made_of: str) -> LotState:
    """Map a lot state into memory. Raises LotStateError where it is not whole, or not of `made_of`."""
    try:
        content = np.memmap(path, np.uint8, mode="r").view(np.ndarray)
    except (OSError, ValueError) as error:  # an empty file cannot be mapped
        raise LotStateError(f"{path} holds no lot state: {error}") from error
    if hashlib.sha256(content[FIRST_LINE:].data).hexdigest().encode() != content[:64].tobytes():
        raise LotStateError(f"{path} is damaged; it can be removed")
    end = content[FIRST_LINE : FIRST_LINE + 2**12].tobytes().index(b"\n") + FIRST_LINE + 1
    about = json.loads(content[FIRST_LINE:end].tobytes())
    if (about["format"], about["version"]) != (FORMAT, VERSION) or about["made_of"] != made_of:
        raise LotStateError(f"{path} is of other movements, or of another version")
    columns: dict[str, Any] = {}
    for name, dtype in COLUMNS.items():
        size = about["items"][name] * dtype.itemsize
        columns[name] = content[end : end + size].view(dtype)
        end += size + -size % ALIGNED
    numbers = {name: about[name] for name in ("movements", "accounts", "grants")}
    return LotState(policy=Policy(about["policy"]), **numbers, **columns)
