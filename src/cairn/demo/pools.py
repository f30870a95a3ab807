"""What stands where while the story is told: enough of the trace to tell it plausibly.

An office knows roughly whose money it holds, and the story needs to know it too, or every second
payment would be a breach. This is grant-fifo without any of its proofs; what the pages show comes
from `cairn.trace` alone.
"""

from cairn.values import UNEXPLAINED

Parts = list[tuple[str, int]]
"""Runs of (grant, minor units), in the order taken."""


class Pools:
    """One pool per account and grant, in the order in which each last became non-empty."""

    def __init__(self) -> None:
        self._standing: dict[str, dict[str, int]] = {}
        self._in_transit: dict[str, tuple[str, str, Parts]] = {}

    def standing(self, account: str, grant: str | None = None) -> int:
        """What stands in an account, of one grant or of all."""
        pools = self._standing.get(account, {})
        return sum(pools.values()) if grant is None else pools.get(grant, 0)

    def grants(self, account: str) -> Parts:
        """What stands in an account, by grant."""
        return list(self._standing.get(account, {}).items())

    def put(self, account: str, parts: Parts) -> None:
        """Money arrives."""
        pools = self._standing.setdefault(account, {})
        for grant, amount in parts:
            pools[grant] = pools.get(grant, 0) + amount

    def peek(self, account: str, amount: int, grant: str = "") -> Parts:
        """What a payment would be made of: the grant it names first, then the oldest pools."""
        pools = self._standing.get(account, {})
        order = [grant] if grant in pools else []
        parts = []
        for name in [*order, *(name for name in pools if name != grant)]:
            part = min(pools[name], amount)
            if part:
                parts.append((name, part))
                amount -= part
        if amount:
            parts.append((UNEXPLAINED, amount))
        return parts

    def take(self, account: str, amount: int, grant: str = "") -> Parts:
        """Money leaves."""
        parts = self.peek(account, amount, grant)
        pools = self._standing.setdefault(account, {})
        for name, part in parts:
            if name in pools:
                pools[name] -= part
                if not pools[name]:
                    del pools[name]
        return parts

    def send(self, movement: str, source: str, target: str, amount: int, grant: str) -> None:
        """Money leaves and is in transit."""
        self._in_transit[movement] = (source, target, self.take(source, amount, grant))

    def confirm(self, movement: str, amount: int) -> None:
        """The first units of what is in transit arrive."""
        source, target, parts = self._in_transit[movement]
        arrived, left = [], []
        for grant, part in parts:
            first = min(part, amount)
            amount -= first
            if first:
                arrived.append((grant, first))
            if part > first:
                left.append((grant, part - first))
        self.put(target, arrived)
        self._in_transit[movement] = (source, target, left)

    def void(self, movement: str) -> None:
        """What is left in transit is back where it came from."""
        source, _target, parts = self._in_transit.pop(movement)
        self.put(source, parts)
