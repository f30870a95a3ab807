"""The read models of this capability, because Django looks for them here."""

from cairn.money.projections import Account, Evidence, GiftInKind, Grant, Movement

__all__ = ["Account", "Evidence", "GiftInKind", "Grant", "Movement"]
