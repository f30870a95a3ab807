"""Numba's compiler, as this package uses it."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

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


@intrinsic
def prefetch(context: Any, array: Any, place: Any) -> Any:
    """Ask for array[place] to be in the cache soon. It may lie anywhere: nothing is read."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        item = builder.gep(pointer, [arguments[1]])
        void, byte, number = ir.VoidType(), ir.IntType(8).as_pointer(), ir.IntType(32)
        function = builder.module.declare_intrinsic(
            "llvm.prefetch.p0", (), ir.FunctionType(void, [byte, number, number, number])
        )
        options = [ir.Constant(number, value) for value in (0, 3, 1)]  # to read, keep, data
        builder.call(function, [builder.bitcast(item, byte), *options])
        return context.get_dummy_value()

    return types.none(array, types.int64), generate
