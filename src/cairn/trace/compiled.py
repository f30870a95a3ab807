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
    try:
        return _compile(function, cache=True)
    except RuntimeError:  # "cannot cache function: no locator available"
        return _compile(function, cache=False)


def _compile(function: Function, *, cache: bool) -> Function:
    compile_ = cast("Any", numba.njit(cache=cache, nogil=True, error_model="numpy"))
    return cast("Function", compile_(function))


def _prefetch(_typing: Any, array: Any, _place: Any) -> Any:  # noqa: ANN401 - numba's own types
    return types.none(array, types.int64), _generate_prefetch


prefetch = cast("Callable[[Any, Any], None]", intrinsic(_prefetch))
"""prefetch(array, place) asks for that item to be in the cache soon. It may lie anywhere."""


def _generate_prefetch(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401 - likewise
    pointer = context.make_array(signature.args[0])(context, builder, arguments[0]).data
    item = builder.gep(pointer, [arguments[1]])
    byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
    kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
    function = builder.module.declare_intrinsic("llvm.prefetch.p0", (), kind)
    options = [ir.Constant(number, value) for value in (0, 3, 1)]  # to read; keep; data
    builder.call(function, [builder.bitcast(item, byte), *options])
    return context.get_dummy_value()
