"""Answers that are kept as long as what they were read from, and go with it."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary, ref

From = TypeVar("From")
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

Asking = Callable[Concatenate[From, Asked], Answer]


def kept_with_first(
    most: int,
) -> Callable[[Asking[From, Asked, Answer]], Asking[From, Asked, Answer]]:
    """As `lru_cache`, but for each first argument so many, and gone with it.

    A process that answers for weeks would otherwise hold snapshots that nobody reads any more.
    """

    def decorate(function: Asking[From, Asked, Answer]) -> Asking[From, Asked, Answer]:
        kept: WeakKeyDictionary[From, Callable[..., Answer]] = WeakKeyDictionary()

        @wraps(function)
        def ask(first: From, /, *asked: Asked.args, **named: Asked.kwargs) -> Answer:
            if first not in kept:
                kept[first] = lru_cache(maxsize=most)(_about(ref(first), function))
            return kept[first](*asked, **named)

        return ask

    return decorate


def _about(first: Any, function: Callable[..., Answer]) -> Callable[..., Answer]:  # noqa: ANN401 - a weak reference
    def ask(*asked: Any, **named: Any) -> Answer:  # noqa: ANN401 - whatever it takes
        return function(first(), *asked, **named)

    return ask
