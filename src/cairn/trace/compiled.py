"""Numba's compiler, as this package uses it."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile at the first call, for the types of that call; later processes read it from disk.

    Numba keeps it in __pycache__ or, where that cannot be written, in the user's cache folder. Where
    neither can, each process compiles for itself.
    """
    options = {"nogil": True, "error_model": "numpy"}
    try:
        return cast("Function", numba.njit(cache=True, **options)(function))
    except RuntimeError:  # "cannot cache function: no locator available"
        return cast("Function", numba.njit(**options)(function))
