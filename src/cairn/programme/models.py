"""The read models of this capability, because Django looks for them here."""

from cairn.programme.projections import Cohort, Organisation, Place, Programme, Team

__all__ = ["Cohort", "Organisation", "Place", "Programme", "Team"]
