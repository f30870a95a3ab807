"""The read models of this capability, because Django looks for them here."""

from cairn.works.projections import Project

__all__ = ["Project"]
