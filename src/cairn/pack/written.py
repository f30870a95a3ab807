"""What the team itself wrote for the next: keys, risks, attempts, advice, and notes on lines."""

from cairn.following.answers import Name
from cairn.pack.ground import Ground
from cairn.pack.values import Advice, Keys, Risk, Tried


def keys(ground: Ground) -> dict[str, Keys]:
    """Where the keys of each asset are, by its id."""
    del ground
    return {}


def risks(ground: Ground) -> list[Risk]:
    """What the team says may go wrong, and what to do then."""
    del ground
    return []


def attempts(ground: Ground) -> list[Tried]:
    """What the team tried and gave up."""
    del ground
    return []


def advice(ground: Ground) -> tuple[Advice, ...]:
    """What the team would tell the next."""
    del ground
    return ()


def notes(ground: Ground) -> dict[str, Name]:
    """What the team says of lines, by their keys."""
    del ground
    return {}
