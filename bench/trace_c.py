"""Runs trace.c: compiled with `gcc -O3` when asked for, into a temp folder."""

import ctypes
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
from bench.made import ACCOUNTS, GRANTS, Made

from cairn.trace.columns import Standing, Totals, Trace


class _Movements(ctypes.Structure):
    _fields_ = [
        ("count", ctypes.c_int64),
        ("accounts", ctypes.c_int32),
        ("grants", ctypes.c_int32),
        ("kind", ctypes.c_void_p),
        ("source", ctypes.c_void_p),
        ("target", ctypes.c_void_p),
        ("amount", ctypes.c_void_p),
        ("grant", ctypes.c_void_p),
        ("of", ctypes.c_void_p),
    ]


class _Trace(ctypes.Structure):
    _fields_ = [
        ("offsets", ctypes.c_void_p),
        ("grant", ctypes.c_void_p),
        ("amount", ctypes.c_void_p),
        ("breach", ctypes.c_void_p),
        ("rows", ctypes.c_int64),
        ("capacity", ctypes.c_int64),
        ("standing_account", ctypes.c_void_p),
        ("standing_grant", ctypes.c_void_p),
        ("standing_amount", ctypes.c_void_p),
        ("standing_in_transit", ctypes.c_void_p),
        ("standing_rows", ctypes.c_int64),
        ("reversed", ctypes.c_void_p),
        ("totals", ctypes.c_void_p),
        ("kept", ctypes.c_int64 * 9),
    ]


class TraceInC:
    """One set of movements, traced as often as `trace` is called, into memory that is kept."""

    def __init__(self, movements: Made) -> None:
        self._library = _compiled()
        self._columns = movements  # keeps alive what the pointers point to
        self._movements = _Movements(
            len(movements),
            ACCOUNTS,
            GRANTS,
            *(
                getattr(movements, name).ctypes.data
                for name in ("kind", "source", "target", "amount", "grant", "of")
            ),
        )
        self._trace = _Trace()

    def trace(self, policy: str) -> Trace:
        """Trace; the columns answered are C's memory, which the next run writes over."""
        function = getattr(self._library, f"trace_{policy.replace('-', '_')}")
        function.restype = ctypes.c_int64
        bad = function(ctypes.byref(self._movements), ctypes.byref(self._trace))
        if bad:
            self.close()
            raise ValueError(f"movement {bad - 1} cannot be" if bad > 0 else "sums do not hold")
        return self._answer()

    def close(self) -> None:
        self._library.forget(ctypes.byref(self._trace))

    def _answer(self) -> Trace:
        count, rows, keys = len(self._columns), self._trace.rows, self._trace.standing_rows
        totals = _array(self._trace.totals, ctypes.c_int64, 5 * (GRANTS + 1))
        return Trace(
            offsets=_array(self._trace.offsets, ctypes.c_int64, count + 1),
            grant=_array(self._trace.grant, ctypes.c_int32, rows),
            amount=_array(self._trace.amount, ctypes.c_int64, rows),
            breach=_array(self._trace.breach, ctypes.c_bool, rows),
            standing=Standing(
                account=_array(self._trace.standing_account, ctypes.c_int32, keys),
                grant=_array(self._trace.standing_grant, ctypes.c_int32, keys),
                amount=_array(self._trace.standing_amount, ctypes.c_int64, keys),
                in_transit=_array(self._trace.standing_in_transit, ctypes.c_bool, keys),
            ),
            reversed=_array(self._trace.reversed, ctypes.c_bool, count),
            totals=Totals(*totals.reshape(5, GRANTS + 1)),
        )


def gcc_version() -> str:
    answer = subprocess.run(["gcc", "--version"], capture_output=True, text=True, check=True)
    return answer.stdout.splitlines()[0].split()[-1]


def _array(address: int, of: type, count: int) -> npt.NDArray[np.generic]:
    return np.ctypeslib.as_array(ctypes.cast(address, ctypes.POINTER(of)), (count,))


def _compiled() -> ctypes.CDLL:
    source = Path(__file__).with_name("trace.c")
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as folder:
        library = Path(folder) / "trace.so"
        subprocess.run(
            ["gcc", "-O3", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", library, source],
            check=True,
        )
        return ctypes.CDLL(str(library))  # once loaded it needs no file
