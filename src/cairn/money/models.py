"""The read models of this capability, because Django looks for them here."""

from cairn.money.projections import (
    Account,
    BankBalance,
    Books,
    Evidence,
    GiftInKind,
    Grant,
    Movement,
)

__all__ = ["Account", "BankBalance", "Books", "Evidence", "GiftInKind", "Grant", "Movement"]
