"""The read models of this capability, because Django looks for them here."""

from cairn.requests.projections import Request, Visit

__all__ = ["Request", "Visit"]
