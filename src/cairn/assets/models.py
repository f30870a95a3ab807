"""The read models of this capability, because Django looks for them here."""

from cairn.assets.projections import (
    Asset,
    Enterprise,
    EnterpriseYear,
    Inspection,
    Keeping,
    Upkeep,
)

__all__ = ["Asset", "Enterprise", "EnterpriseYear", "Inspection", "Keeping", "Upkeep"]
