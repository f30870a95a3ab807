"""The read models of this capability, because Django looks for them here."""

from cairn.programme.projections import Cohort, Organisation, Place, Post, Programme, Team

__all__ = ["Cohort", "Organisation", "Place", "Post", "Programme", "Team"]
